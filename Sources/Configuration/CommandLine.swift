/// The program's arguments, read no further than to know which options they set.
struct CommandLine {
    /// The file that `--config` names.
    private(set) var file: String?
    /// The arguments behind the command's words, without `--config`.
    private(set) var rest: [String]
    private var words: [String] = []

    /// An option that was given.
    struct Given {
        let name: String
        var values: [String]
    }

    init(_ arguments: [String]) throws(ConfigurationFailure) {
        rest = []
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            index += 1
            if argument == "--" {
                rest += arguments[(index - 1)...]
                break
            } else if argument == "--config" {
                guard index < arguments.count else { throw ConfigurationFailure("--config needs a file") }
                file = arguments[index]
                index += 1
            } else if argument.hasPrefix("--config=") {
                file = String(argument.dropFirst("--config=".count))
            } else {
                rest.append(argument)
            }
        }
    }

    /// All arguments, without `--config`.
    var all: [String] { words + rest }

    /// Whether they only ask what there is.
    var asksForHelp: Bool {
        rest.prefix { $0 != "--" }.contains { argument in
            ["--help", "-h", "--help-hidden", "--version"].contains(argument)
                || argument.hasPrefix("--generate-completion-script") || argument.hasPrefix("--experimental-dump-help")
        }
    }

    /// Takes the words that name a command, as far as one whose subcommands are chosen from.
    mutating func takeCommand(from root: CommandTree.Command) -> ([String], CommandTree.Command) {
        var command = root
        while command.choice == nil, let first = rest.first, let below = command.subcommand(first) {
            words.append(rest.removeFirst())
            command = below
        }
        return (words, command)
    }

    /// Takes the word that chooses among a command's subcommands, wherever it stands among the options.
    ///
    /// - Returns: The word, which may be none of them; `nil` where there is none.
    mutating func takeChoice(of command: CommandTree.Command) -> String? {
        guard let place = placeOfChoice(of: command) else { return nil }
        let choice = rest.remove(at: place)
        words.append(choice)
        return choice
    }

    private func placeOfChoice(of command: CommandTree.Command) -> Int? {
        let options = command.allOptions
        var index = 0
        while index < rest.count {
            let argument = rest[index]
            if argument == "--" { return index + 1 < rest.count ? index + 1 : nil }
            guard argument.hasPrefix("-"), argument.count > 1 else { return index }
            let name = String(argument.prefix { $0 != "=" })
            let option = options.first { $0.names.contains(name) }
            if option == nil, argument.hasPrefix("--") {
                // Whether the next word is its value nobody knows; the parser is going to complain.
                return rest[index...].firstIndex { command.choices.contains($0) }
            }
            if case .option = option?.kind, name == argument { index += 1 }
            index += 1
        }
        return nil
    }

    /// The options that are set, by key.
    func given(of command: CommandTree.Command) -> [String: Given] {
        var given: [String: Given] = [:]
        var positionals = command.options.filter(\.isPositional)
        func note(_ option: CommandTree.Option, _ name: String, _ value: String) {
            given[option.key, default: Given(name: name, values: [])].values.append(value)
        }
        func notePositional(_ argument: String) {
            guard let option = positionals.first else { return }
            note(option, "argument", argument)
            if !option.isRepeating { positionals.removeFirst() }
        }
        var arguments = rest[...]
        while let argument = arguments.popFirst() {
            if argument == "--" {
                arguments.forEach(notePositional)
                break
            }
            let name = String(argument.prefix { $0 != "=" })
            if let option = command.options.first(where: { $0.names.contains(name) }) {
                switch option.kind {
                case .flag(let negation): note(option, name, name == negation ? "false" : "true")
                case .option, .positional:
                    let value = name == argument ? arguments.popFirst() : String(argument.dropFirst(name.count + 1))
                    note(option, name, value ?? "")
                }
            } else if argument.hasPrefix("-"), argument.count > 1 {
                // Several short flags in one, or a mistake that the parser will name.
                for letter in argument.dropFirst() {
                    let flag = command.options.first { $0.names.contains("-\(letter)") }
                    if let flag, case .flag = flag.kind { note(flag, "-\(letter)", "true") }
                }
            } else {
                notePositional(argument)
            }
        }
        return given
    }
}
