internal import Foundation

/// The program's commands and their options, as its own help describes them.
///
/// Read from the argument parser's dump, so that an option that is added there is known here.
public struct CommandTree: Sendable {
    /// The program itself, which holds the commands.
    let root: Command

    /// A command with its options and the commands below it.
    struct Command: Sendable {
        let name: String
        let options: [Option]
        let subcommands: [Command]
        /// Whether help lists it.
        let isListed: Bool
        /// What runs where none of the subcommands is named; a command that has one chooses among the others by one setting.
        let defaultSubcommand: String?
        /// The setting that chooses, of a command with a default.
        let choice: Option?

        /// The names that can be chosen.
        var choices: [String] { choice == nil ? [] : subcommands.filter(\.isListed).map(\.name) }

        /// The same with the options of all below it, for arguments of which it is not yet known whose they are.
        var withAllOptions: Command {
            Command(
                name: name,
                options: allOptions.filter { !$0.isPositional },
                subcommands: subcommands,
                isListed: isListed,
                defaultSubcommand: defaultSubcommand,
                choice: choice
            )
        }

        func option(_ key: String) -> Option? { options.first { $0.key == key } }

        func subcommand(_ name: String) -> Command? { subcommands.first { $0.name == name } }

        /// The options of this command and of all below it; a key that several have is there once for each.
        var allOptions: [Option] { options + [choice].compactMap(\.self) + subcommands.flatMap(\.allOptions) }
    }

    /// Something that can be set.
    struct Option: Sendable {
        enum Kind: Sendable {
            case option
            case positional
            /// Present or not; `negation` is the long name that means no, if there is one.
            case flag(negation: String?)
        }

        /// The long name without dashes; the name of the value where it is positional.
        let key: String
        let kind: Kind
        /// What it is called in arguments, dashes included.
        let names: [String]
        let isRepeating: Bool
        let defaultValue: String?

        var isPositional: Bool { if case .positional = kind { true } else { false } }
    }

    /// Reads the dump.
    ///
    /// - Parameters:
    ///   - helpDump: What `--experimental-dump-help` prints.
    ///   - choice: The key by which a file and a variable choose among the subcommands of a command that has a default.
    ///   - hidden: A subcommand that help does not list and that can be chosen all the same.
    /// - Throws: `ConfigurationFailure` when it is something else.
    public init(
        helpDump: String,
        choice: String = "choice",
        listing hidden: String? = nil
    ) throws(ConfigurationFailure) {
        do {
            let dump = try JSONDecoder().decode(Dump.self, from: Data(helpDump.utf8))
            root = Command(dump.command, choice: choice, listing: hidden)
        } catch {
            throw ConfigurationFailure("the argument parser describes the options in an unknown form: \(error)")
        }
    }
}

/// The part of the dump that matters.
private struct Dump: Decodable {
    struct Command: Decodable {
        let commandName: String
        let shouldDisplay: Bool?
        let defaultSubcommand: String?
        let subcommands: [Command]?
        let arguments: [Argument]?
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: String
        let names: [Name]?
        let valueName: String?
        let isRepeating: Bool
        let parsingStrategy: String
        let defaultValue: String?
    }

    let command: Command
}

extension CommandTree.Command {
    fileprivate init(_ dump: Dump.Command, choice key: String, listing hidden: String?) {
        name = dump.commandName
        isListed = dump.shouldDisplay ?? true || name == hidden
        subcommands = (dump.subcommands ?? []).map { Self($0, choice: key, listing: hidden) }
        defaultSubcommand = dump.defaultSubcommand
        let listed = subcommands.first { $0.name == dump.defaultSubcommand && $0.isListed }
        choice = dump.defaultSubcommand == nil ? nil : CommandTree.Option(choosing: key, defaultValue: listed?.name)
        let arguments = dump.arguments ?? []
        let longNames = Set(arguments.flatMap { $0.names ?? [] }.filter { $0.kind == "long" }.map(\.name))
        options = arguments.compactMap { CommandTree.Option($0, longNames: longNames) }
    }
}

extension CommandTree.Option {
    /// The setting that chooses a subcommand.
    fileprivate init(choosing key: String, defaultValue: String?) {
        self.init(key: key, kind: .positional, names: [], isRepeating: false, defaultValue: defaultValue)
    }

    /// What every command understands and nobody sets in a file.
    private static let unsettable: Set<String> = ["help", "version", "config"]

    /// A flag's default is written as the flag itself; one of a pair without a default is neither, until somebody says so.
    private static func flagDefault(_ dump: Dump.Argument, _ key: String, _ negation: String?) -> String? {
        guard let written = dump.defaultValue else { return negation == nil ? "false" : nil }
        return written == "--" + key || written == "true" ? "true" : "false"
    }

    fileprivate init?(_ dump: Dump.Argument, longNames: Set<String>) {
        let names = dump.names ?? []
        let long = names.first { $0.kind == "long" }?.name
        guard let key = dump.kind == "positional" ? dump.valueName : long, !Self.unsettable.contains(key) else {
            return nil
        }
        // The words of another command, as `help` takes them.
        if dump.kind == "positional", dump.parsingStrategy != "default" || key == "subcommands" { return nil }
        // The other half of a pair such as --evaluation and --no-evaluation.
        if dump.kind == "flag", key.hasPrefix("no-"), longNames.contains(String(key.dropFirst(3))) { return nil }
        let negation = longNames.contains("no-" + key) ? "--no-" + key : nil
        switch dump.kind {
        case "positional": kind = .positional
        case "option": kind = .option
        case "flag": kind = .flag(negation: negation)
        default: return nil
        }
        self.key = key
        self.names = names.map { ($0.kind == "long" ? "--" : "-") + $0.name } + (negation.map { [$0] } ?? [])
        isRepeating = dump.isRepeating
        defaultValue = dump.kind == "flag" ? Self.flagDefault(dump, key, negation) : dump.defaultValue
    }
}
