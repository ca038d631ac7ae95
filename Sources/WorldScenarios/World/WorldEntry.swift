internal import ArgumentParser
internal import CommandBasics
internal import PolicyServing
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// Worlds of the user's own in the catalogue.
enum WorldEntry: ScenarioEntry {
    typealias Options = WorldOptions

    static let standard: any CataloguedScenario = WorldScenario.blank
    static let summary = "A world of your own, in any language: a program that steps it."
    static let example = "--command 'python3 my_world.py' --output runs/mine"
    static let title = "World"
    static var evaluation: (any AsyncParsableCommand.Type)? { EvaluateCommand.World.self }
    /// None by itself: it is whatever a program says.
    static let samples: [any CataloguedScenario] = []
}

extension WorldScenario: CataloguedScenario {
    var startedCommand: String? { command }

    func started(by programs: NamedPrograms) throws -> any CataloguedScenario {
        guard isRestorable else {
            throw CommandFailure(
                .usage,
                "the world '\(description.name)' says that it does not repeat itself: a run in it cannot be done once more"
            )
        }
        try programs.refuseSimulator(Self.name)
        guard let command = programs.command else {
            throw CommandFailure(
                .usage,
                "which world? The run was learned in the one that '\(command)' starts: say so with --command"
            )
        }
        return started(by: command)
    }

    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        try WorldContest(self, policy).outcome(withCharts: withCharts)
    }

    /// The factors by name, and which agent asks, where there are several.
    func coder(fallingBackTo rule: String?) throws -> any ObservationCoder {
        try FactorCoder(space, places: description.agents, placeName: "agent").fallingBack(to: rule)
    }
}

/// How a world is started.
struct WorldOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What starts the world, as in a shell; see docs/worlds.md.", valueName: "command"))
    var command: String?

    @Option(help: ArgumentHelp("Seconds that it may take to answer (default: 60).", valueName: "s"))
    var patience: Int?
}

extension WorldOptions: ScenarioOptionGroup {
    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        guard let command, !command.isEmpty else {
            throw CommandFailure(.usage, "which world? Name what starts it: --command 'python3 my_world.py'")
        }
        let patience = patience ?? WorldScenario.usualPatience
        guard WorldScenario.patiences.contains(patience) else {
            throw CommandFailure(.usage, "--patience \(patience): 1 to \(WorldScenario.patiences.upperBound) seconds")
        }
        do throws(EnvironmentFailure) {
            return ScenarioConfiguration(try WorldScenario(asking: command, patience: patience))
        } catch {
            throw CommandFailure(.badInput, error.description)
        }
    }
}
