internal import Suggestions

/// What a command will run with, and where each value comes from: arguments before variables before the file before
/// defaults.
///
/// Values from variables and the file become arguments, so that one parser judges all of them alike.
public struct EffectiveConfiguration: Sendable {
    /// Where a value comes from.
    public enum Origin: Sendable, Hashable, CustomStringConvertible {
        /// An argument, under the name that was used.
        case argument(String)
        /// A variable of the environment.
        case variable(String)
        /// A line of the file.
        case file(String)
        /// The command's default.
        case standard
        /// Nowhere: the scenario, or the command's way of finding out.
        case unset

        /// The origin in a few characters.
        public var description: String {
            switch self {
            case .argument(let name): name
            case .variable(let name): name
            case .file(let place): place
            case .standard: "default"
            case .unset: "not set"
            }
        }
    }

    /// One setting.
    public struct Setting: Sendable, Hashable {
        /// The key, as in a file.
        public let key: String
        /// The values; empty where none is set or it is not to be shown.
        public let values: [String]
        /// Where they come from.
        public let origin: Origin
    }

    /// The command's words; empty when the arguments name none.
    public let command: [String]
    /// All its settings, in the order of its help.
    public private(set) var settings: [Setting] = []
    /// The arguments with everything filled in.
    public private(set) var arguments: [String]

    /// Variables that look like settings, are none, and are not misspelled either.
    public private(set) var strangers: [String] = []

    /// Variables that the program reads by itself.
    public struct OwnVariables: Sendable {
        /// Their names.
        public let names: Set<String>
        let overriding: [String: String]

        /// Names them.
        ///
        /// - Parameters:
        ///   - names: Their names, which are never taken for settings.
        ///   - overriding: For a key the variable that the command reads where that option is missing and has no default.
        public init(_ names: Set<String>, overriding: [String: String] = [:]) {
            self.names = names
            self.overriding = overriding
        }
    }

    /// Fills in what the arguments leave out.
    ///
    /// - Parameters:
    ///   - arguments: The program's arguments, without its name.
    ///   - environment: The variables.
    ///   - tree: The commands.
    ///   - own: Variables that are no settings.
    /// - Throws: `ConfigurationFailure`, also for settings that belong to no command.
    public init(
        arguments: [String],
        environment: [String: String],
        tree: CommandTree,
        own: OwnVariables = OwnVariables([])
    ) throws(ConfigurationFailure) {
        var line = try CommandLine(arguments)
        var (words, command) = line.takeCommand(from: tree.root)
        let chooser = command
        let word = chooser.choice == nil ? nil : line.takeChoice(of: chooser)
        self.command = words
        self.arguments = line.all
        guard !words.isEmpty, !line.asksForHelp else { return }
        let variables = try Variables(environment, tree: tree, own: own)
        strangers = variables.strangers
        let path = line.file ?? variables.file
        let file = try path.map { (path) throws(ConfigurationFailure) in try ConfigurationFile(path: path, tree: tree) }
        let places = Places(own: own, environment: environment, variables: variables, file: file)
        if let choice = chooser.choice {
            let given = word.map { [choice.key: CommandLine.Given(name: "argument", values: [$0])] } ?? [:]
            let setting = Sources(given: given, places, words).setting(for: choice)
            settings = [setting]
            command = try Self.chosen(by: setting, from: chooser)
            words.append(command.name)
        }
        let sources = Sources(given: line.given(of: command), places, words)
        let ofCommand = command.options.map { sources.setting(for: $0) }
        try Self.refuseForeign(
            Sources(given: line.given(of: chooser.withAllOptions), places, words),
            of: chooser,
            chosen: command,
            with: ofCommand,
            sharing: Set(tree.root.subcommands.filter { $0.choice == nil }.flatMap(\.options).map(\.key))
        )
        settings += ofCommand
        self.arguments = try words + Self.fill(in: line.rest, of: command, with: ofCommand)
    }

    /// The subcommand that a setting chooses, or the default.
    private static func chosen(
        by setting: Setting,
        from command: CommandTree.Command
    ) throws(ConfigurationFailure) -> CommandTree.Command {
        let name = setting.values.last ?? command.defaultSubcommand ?? ""
        let isKnown = setting.values.isEmpty || command.choices.contains(name)
        guard isKnown, let chosen = command.subcommand(name) else {
            let hint = Spelling.nearest(to: name, among: command.choices).map { "; did you mean '\($0)'?" } ?? ""
            let place = setting.isArgument ? "" : "\(setting.origin): "
            throw ConfigurationFailure(
                "\(place)'\(name)' is no \(setting.key)\(hint.isEmpty ? ":" : hint) there are "
                    + command.choices.joined(separator: ", "),
                isUsage: true
            )
        }
        return chosen
    }

    /// Refuses what is set and belongs to another choice.
    ///
    /// What is set for every command that has it may be meant for one that chooses nothing, a key of `shared`: where no choice
    /// that help lists has it, it is left alone.
    private static func refuseForeign(
        _ sources: Sources,
        of chooser: CommandTree.Command,
        chosen: CommandTree.Command,
        with settings: [Setting],
        sharing shared: Set<String>
    ) throws(ConfigurationFailure) {
        guard chooser.choice != nil else { return }
        for option in chooser.subcommands.flatMap(\.options) where chosen.option(option.key) == nil {
            let setting = sources.setting(for: option)
            guard setting.isArgument || setting.isForeign else { continue }
            // A flag that is set to no does not set anything.
            guard try !option.arguments(setting.values, from: setting.origin.description).isEmpty else { continue }
            let owners = chooser.subcommands.filter { $0.isListed && $0.option(option.key) != nil }.map(\.name)
            if owners.isEmpty, shared.contains(option.key), sources.isForAll(option) { continue }
            let foreign = ForeignSetting(
                option: "--" + option.key,
                values: setting.values,
                owners: owners,
                chosen: chosen.isListed ? chosen.name : nil,
                set: Set(settings.filter { $0.isArgument || $0.isForeign }.map(\.key))
            )
            throw ConfigurationFailure(
                "--\(option.key) belongs to \(owners.joined(separator: ", ")), not to \(chosen.name)",
                foreign: foreign,
                isUsage: true
            )
        }
    }

    /// Adds the settings that no argument makes; positional ones stand behind those that are given, if there are some.
    private static func fill(
        in rest: [String],
        of command: CommandTree.Command,
        with settings: [Setting]
    ) throws(ConfigurationFailure) -> [String] {
        let pairs = Array(zip(command.options, settings))
        let hasPositionals = pairs.contains { $0.0.isPositional && $0.1.isArgument }
        var (before, behind): ([String], [String]) = ([], [])
        for (option, setting) in pairs where setting.isForeign && !setting.values.isEmpty {
            let arguments = try option.arguments(setting.values, from: setting.origin.description)
            if option.isPositional, hasPositionals { behind += arguments } else { before += arguments }
        }
        if !behind.isEmpty, !rest.contains("--") { behind.insert("--", at: 0) }
        return before + rest + behind
    }
}

extension EffectiveConfiguration.Setting {
    /// Whether an argument makes it.
    fileprivate var isArgument: Bool { if case .argument = origin { true } else { false } }

    /// Whether a variable or the file makes it.
    fileprivate var isForeign: Bool {
        switch origin {
        case .variable, .file: true
        case .argument, .standard, .unset: false
        }
    }
}

/// All places beside the arguments where a setting can be made.
private struct Places {
    let own: EffectiveConfiguration.OwnVariables
    let environment: [String: String]
    let variables: Variables
    let file: ConfigurationFile?
}

/// All places where a setting of one command can be made.
private struct Sources {
    private let given: [String: CommandLine.Given]
    private let places: Places
    private let command: [String]

    init(given: [String: CommandLine.Given], _ places: Places, _ command: [String]) {
        self.given = given
        self.places = places
        self.command = command
    }

    /// What the first place that has the option says.
    func setting(for option: CommandTree.Option) -> EffectiveConfiguration.Setting {
        let (values, origin) = value(of: option)
        return EffectiveConfiguration.Setting(key: option.key, values: values, origin: origin)
    }

    /// Whether it is set for every command that has it: by a variable, or at the top of the file.
    func isForAll(_ option: CommandTree.Option) -> Bool {
        guard given[option.key] == nil else { return false }
        if places.variables.variable(for: option.key) != nil { return true }
        return places.file?.entry(option.key, for: command)?.section.isEmpty == true
    }

    private func value(of option: CommandTree.Option) -> ([String], EffectiveConfiguration.Origin) {
        if let argument = given[option.key] { return (argument.values, .argument(argument.name)) }
        // It may hold a credential, so it is read where it is needed and not shown.
        if let name = places.own.overriding[option.key], option.defaultValue == nil,
            places.environment[name]?.isEmpty == false
        {
            return ([], .variable(name))
        }
        if let variable = places.variables.variable(for: option.key) {
            return ([variable.value], .variable(variable.name))
        }
        if let file = places.file, let entry = file.entry(option.key, for: command) {
            return (entry.values, .file(file.place(of: entry)))
        }
        return option.defaultValue.map { ([$0], .standard) } ?? ([], .unset)
    }
}

extension CommandTree.Option {
    /// The arguments that set this option.
    func arguments(_ values: [String], from place: String) throws(ConfigurationFailure) -> [String] {
        switch kind {
        case .option:
            guard let name = names.first(where: { $0.hasPrefix("--") }) else { return [] }
            return values.map { "\(name)=\($0)" }
        case .positional:
            if let odd = values.first(where: { $0.hasPrefix("-") }) {
                throw ConfigurationFailure("\(place): '\(odd)' is no \(key)")
            }
            return values
        case .flag(let negation):
            switch values.last {
            case "true", "1": return ["--" + key]
            case "false", "0": return negation.map { [$0] } ?? []
            case let value: throw ConfigurationFailure("\(place): '\(key)' is true or false, not '\(value ?? "")'")
            }
        }
    }
}
