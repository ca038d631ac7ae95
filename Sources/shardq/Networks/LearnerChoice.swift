internal import ArgumentParser
internal import NeuralRuns

/// What learns: a table, or with `--learner dqn` a network, which has a command of its own behind `train`.
enum LearnerChoice {
    private static let option = "--learner"
    /// What would set the option, if it were read from anywhere but the arguments.
    private static let variable = "SHARDQ_LEARNER"

    /// Refuses the variable: by the time variables are read a command has been chosen, and it would learn a table in silence.
    ///
    /// A file that has `learner` is refused as one with an unknown key.
    ///
    /// - Throws: `CommandFailure` that says where the option belongs.
    static func check(_ environment: [String: String]) throws {
        guard let value = environment[variable], !value.isEmpty else { return }
        throw CommandFailure(
            .usage,
            "the variable \(variable) sets nothing: give \(option) \(value) as an argument, and unset the variable"
        )
    }

    /// The command that trains a network on a scenario.
    static func command(of scenario: String) -> String { scenario + "-dqn" }

    /// Whether arguments, as `choosing` has made them, are of a network.
    static func isChosen(_ arguments: [String]) -> Bool {
        arguments.dropFirst().first.map { name in scenarios.contains { command(of: $0) == name } } ?? false
    }

    /// The scenarios that networks learn.
    static var scenarios: [String] {
        Catalogue.entries.filter { $0.networkTraining != nil }.map { $0.name }
    }

    /// One of them, for an example.
    static var example: String { scenarios.first ?? "" }

    /// The arguments with the way that `--learner` chooses, or the folder of a run that `--resume` names.
    ///
    /// - Throws: `CommandFailure` for a learner that there is not, or a scenario that it cannot learn; `FileFailure` for a
    ///   checkpoint that cannot be read.
    static func choosing(_ arguments: [String]) throws -> [String] {
        guard arguments.first == TrainCommand.configuration.commandName else { return arguments }
        var rest = Array(arguments.dropFirst())
        let learner = try take(option, from: &rest)
        switch learner {
        case nil where !isResumed(rest): return arguments
        case nil, "dqn": break
        case "table": return arguments.prefix(1) + rest
        case .some(let other): throw CommandFailure(.usage, "\(option) \(other): table or dqn")
        }
        let named = rest.first.flatMap { ScenarioName(rawValue: $0)?.rawValue }
        guard let scenario = try named ?? resumedScenario(rest) else {
            throw CommandFailure(
                .usage,
                "\(option) dqn: name the scenario first (\(scenarios.joined(separator: ", "))), or --resume a folder"
            )
        }
        guard scenarios.contains(scenario) else {
            throw CommandFailure(
                .usage,
                "\(option) dqn: a network learns \(scenarios.joined(separator: ", ")), and not \(scenario), which is not seen as a few numbers"
            )
        }
        if rest.first == scenario { rest.removeFirst() }
        return [arguments[0], command(of: scenario)] + rest
    }

    /// Takes an option and its value out of arguments.
    private static func take(_ option: String, from arguments: inout [String]) throws -> String? {
        if let index = arguments.firstIndex(where: { $0.hasPrefix(option + "=") }) {
            return String(arguments.remove(at: index).dropFirst(option.count + 1))
        }
        guard let index = arguments.firstIndex(of: option) else { return nil }
        guard index + 1 < arguments.count else { throw CommandFailure(.usage, "\(option): table or dqn") }
        arguments.remove(at: index)
        return arguments.remove(at: index)
    }

    private static func resumedFolder(_ arguments: [String]) -> String? {
        var arguments = arguments
        return try? take("--resume", from: &arguments)
    }

    /// Whether a run of a network is gone on with.
    private static func isResumed(_ arguments: [String]) -> Bool {
        resumedFolder(arguments).map { DQNCheckpoint.exists(in: $0) } ?? false
    }

    private static func resumedScenario(_ arguments: [String]) throws -> String? {
        guard let folder = resumedFolder(arguments), DQNCheckpoint.exists(in: folder) else { return nil }
        return try DQNCheckpoint(from: folder).scenario
    }
}
