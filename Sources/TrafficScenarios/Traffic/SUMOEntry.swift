internal import CommandBasics
internal import Evaluation
internal import RunPages
internal import ScenarioCatalogue
internal import SUMOSimulation
internal import Scenarios

extension SUMOScenario: CataloguedScenario {
    static var simulator: String? { "sumo" }

    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        try await SUMOContest(
            scenario: self,
            names: SUMOContest.trainingBaselines,
            policies: [policy],
            seedCount: 10
        )
        .outcome(isQuiet: isQuiet, withCharts: withCharts)
    }

    func figure(of policy: EvaluatedPolicy, seedCount: Int) async throws -> MetricSummary? {
        try await SUMOContest(scenario: self, names: [], policies: [policy], seedCount: seedCount)
            .outcome(isQuiet: true, withCharts: false).figure(of: "learned")
    }

    func explainDecision(in state: UInt64, of policy: Policy) -> String {
        let explanation = SignalExplanation(state, table: policy.table, space: space, settings: settings)
        return "state \(state): \(explanation.text)"
    }

    func scenery(of policy: Policy) -> Offer<LateScenery> {
        .missing("Traffic that SUMO simulates is not drawn here: maps are of the embedded simulators.")
    }

    var simulatorVersion: String? { network.version }

    /// Another version simulates other traffic, so that nothing would be shown by a run in it.
    func started(by programs: NamedPrograms) throws -> any CataloguedScenario {
        try programs.refuseCommand(Self.name)
        var scenario = self
        scenario.input.program = programs.simulator ?? SUMOInput(network: "").program
        let reach = settings.observation.detectorDistance
        let version = try SUMONetwork(reading: scenario.input, reach: reach).version
        guard version == network.version else {
            throw CommandFailure(
                .unavailable,
                "the run was learned in \(network.version), here is \(version), which simulates other traffic: name the "
                    + "program of that version with --sumo-binary"
            )
        }
        return scenario
    }

    /// Vehicle-seconds of waiting, discounted.
    var valueUnit: ValueUnit { settings.valueUnit }
}
