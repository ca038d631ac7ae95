internal import ArgumentParser
internal import ScenarioCatalogue
internal import Scenarios

extension ScenarioName {
    static let synthetic = ScenarioName(of: SyntheticScenario.self)
}

/// The workload in the catalogue.
enum SyntheticEntry: ScenarioEntry {
    typealias Options = SyntheticOptions

    static let standard: any CataloguedScenario = SyntheticScenario()
    static let summary = "A workload that costs nothing to simulate, for measurements."
    static let example = "--states 10000000 --lanes 4096 --cohorts 4"
    static let samples: [any CataloguedScenario] = [SyntheticScenario(stateCount: 1_009, actionCount: 5)]
}

extension SyntheticScenario: CataloguedScenario {
    /// Nothing: a workload, not a problem.
    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? { nil }

    /// It is no problem.
    var hasFigure: Bool { false }
}

extension SyntheticOptions: ScenarioOptionGroup {
    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        ScenarioConfiguration(try scenario())
    }
}
