internal import Synchronization

/// A command as somebody would type it again.
package enum CommandText {
    /// The arguments with what variables and a file of options added, once they are known.
    private static let words = Mutex<[String]?>(nil)

    /// Notes the arguments of this process as they were understood.
    package static func note(_ arguments: [String]) { words.withLock { $0 = arguments } }

    /// The command of this process, which needs no variable and no file of options; without what user information a URL in it had.
    package static var ofThisProcess: String {
        let arguments = words.withLock { $0 } ?? Array(CommandLine.arguments.dropFirst())
        return (["shardq"] + arguments.map { Console.redact($0) }).map(quoted).joined(separator: " ")
    }

    /// An argument as a shell takes it.
    package static func quoted(_ argument: String) -> String {
        let isPlain =
            !argument.isEmpty
            && argument.allSatisfy { character in
                character.isASCII && (character.isLetter || character.isNumber || "-_./:=,+@%".contains(character))
            }
        return isPlain ? argument : "'" + argument.replacing("'", with: "'\\''") + "'"
    }
}
