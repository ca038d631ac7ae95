internal import ArgumentParser
internal import CommandBasics
internal import NeuralRuns
internal import ScenarioCatalogue

/// What learns: a table, or with `--learner` networks of one kind or another, which has a command of its own behind `train`.
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

    /// The command that trains networks on a scenario.
    static func command(of scenario: String, _ learner: String) -> String { "\(scenario)-\(learner)" }

    /// Every learner of networks, with the scenarios that it learns.
    private static var learners: [(name: String, scenarios: [String])] {
        var all: [(name: String, scenarios: [String])] = []
        for entry in Catalogue.entries {
            for learner in entry.networkLearners {
                let index = all.firstIndex { $0.name == learner.name } ?? all.count
                if index == all.count { all.append((learner.name, [])) }
                all[index].scenarios.append(entry.name)
            }
        }
        return all
    }

    /// The names that `--learner` takes.
    private static var names: String {
        let names = ["table"] + learners.map(\.name)
        return names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    }

    /// Whether arguments, as `choosing` has made them, are of a network.
    static func isChosen(_ arguments: [String]) -> Bool {
        arguments.dropFirst().first.map { name in
            learners.contains { learner in learner.scenarios.contains { command(of: $0, learner.name) == name } }
        } ?? false
    }

    /// The scenarios that networks learn.
    static var scenarios: [String] {
        Catalogue.entries.filter { !$0.networkLearners.isEmpty }.map { $0.name }
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
        let given = try take(option, from: &rest)
        if given == "table" { return arguments.prefix(1) + rest }
        let resumed = try resumedRun(rest)
        guard let name = given ?? resumed?.learner else { return arguments }
        guard let learner = learners.first(where: { $0.name == name }) else {
            throw CommandFailure(.usage, "\(option) \(name): \(names)")
        }
        let named = rest.first.flatMap { ScenarioName(rawValue: $0)?.rawValue }
        guard let scenario = named ?? resumed?.scenario else {
            throw CommandFailure(
                .usage,
                "\(option) \(name): name the scenario first (\(learner.scenarios.joined(separator: ", "))), or --resume a folder"
            )
        }
        guard learner.scenarios.contains(scenario) else {
            let what =
                scenarios.contains(scenario)
                ? "whose actions are not of its kind" : "which is not seen as a few numbers"
            throw CommandFailure(
                .usage,
                "\(option) \(name): it learns \(learner.scenarios.joined(separator: ", ")), and not \(scenario), \(what)"
            )
        }
        if rest.first == scenario { rest.removeFirst() }
        return [arguments[0], command(of: scenario, name)] + rest
    }

    /// Takes an option and its value out of arguments.
    private static func take(_ option: String, from arguments: inout [String]) throws -> String? {
        if let index = arguments.firstIndex(where: { $0.hasPrefix(option + "=") }) {
            return String(arguments.remove(at: index).dropFirst(option.count + 1))
        }
        guard let index = arguments.firstIndex(of: option) else { return nil }
        guard index + 1 < arguments.count else { throw CommandFailure(.usage, "\(option): \(names)") }
        arguments.remove(at: index)
        return arguments.remove(at: index)
    }

    private static func resumedFolder(_ arguments: [String]) -> String? {
        var arguments = arguments
        return try? take("--resume", from: &arguments)
    }

    /// Whose run is gone on with; all of it is read once the folder is this process's own.
    private static func resumedRun(_ arguments: [String]) throws -> (scenario: String, learner: String)? {
        guard let folder = resumedFolder(arguments), NetworkCheckpoint.exists(in: folder) else { return nil }
        return try NetworkCheckpoint.owner(in: folder)
    }
}
