internal import Checkpoints
internal import CommandBasics
internal import Evaluation
internal import Reports
internal import ScenarioCatalogue
internal import SUMOSimulation
internal import Scenarios

/// A learned policy in forms that SUMO takes.
struct SignalExport {
    private let policy: Policy
    private let folder: String

    init(_ policy: Policy, _ folder: String) {
        self.policy = policy
        self.folder = folder
    }

    /// The greens that the policy gives on average in three episodes of the demand it was trained on.
    func programs() async throws -> String {
        guard let scenario = policy.scenario as? TrafficScenario else {
            throw CommandFailure(
                .usage,
                "--format sumo measures greens in the embedded simulator, and \(folder) was learned in SUMO: "
                    + "--format sumo-traci writes a program that runs it there"
            )
        }
        let evaluation = try TrafficEvaluation(scenario: scenario, seeds: TrafficEvaluation.seeds(3))
        let plan = try await ResultingPlan(
            of: LearnedController(table: policy.table, scenario: scenario),
            in: evaluation
        )
        return String(SUMOPrograms(plan, of: evaluation, origin: TableForm.origin(policy)).text.dropLast())
    }

    /// The program that lets the policy control SUMO's lights.
    func controller() throws -> String {
        guard let scenario = policy.scenario as? SUMOScenario else {
            throw CommandFailure(
                .usage,
                "--format sumo-traci is for policies that were learned in SUMO, with --simulator sumo; \(folder) was not"
            )
        }
        guard !scenario.settings.kinds.contains(where: \.hasPriority) else {
            throw CommandFailure(
                .usage,
                "--format sumo-traci: \(folder) gives some kinds of vehicles priority, and the program tells no kinds apart"
            )
        }
        return try TraCIProgram(scenario, digest: policy.digest.description, origin: TableForm.origin(policy)).text()
    }
}
