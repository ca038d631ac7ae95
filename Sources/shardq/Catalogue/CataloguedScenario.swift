internal import Scenarios
internal import TabularLearning

/// A scenario as the program knows it: beside what learning needs of it, how a policy is judged and told in words.
protocol CataloguedScenario: Scenario {
    /// What simulates it, where the name stands for several kinds; `nil` for the embedded one.
    static var simulator: String? { get }

    /// Compares a table with the scenario's usual baselines over ten seeds, as training does at its end.
    ///
    /// - Returns: `nil` for a scenario that has nothing to evaluate.
    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome?

    /// A decision in words, as well as the scenario can tell.
    func explainDecision(in state: UInt64, of policy: Policy) -> String

    /// What an action value is worth in a unit that people know.
    var valueUnit: ValueUnit { get }
}

/// A unit that people know, and how much of it an action value of 1 is.
struct ValueUnit {
    let factor: Double
    let name: String

    /// The value itself.
    static let none = ValueUnit(factor: 1, name: "")
}

extension CataloguedScenario {
    /// Simulated by the program itself.
    static var simulator: String? { nil }

    /// The row: its actions, values and visits.
    func explainDecision(in state: UInt64, of policy: Policy) -> String { policy.explain(state) }

    /// The value itself.
    var valueUnit: ValueUnit { .none }
}
