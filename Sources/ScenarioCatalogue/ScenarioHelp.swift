internal import Evaluation
package import Scenarios
internal import TabularLearning

/// Of which scenario the help of options speaks that every scenario has.
package protocol ScenarioHelp {
    /// The scenario whose defaults count; `nil` where none is named.
    static var subject: (any CataloguedScenario)? { get }

    /// By what its states can be kept together.
    static var affinities: [Affinity.Kind] { get }
}

/// Options of a run whose scenario is known from elsewhere.
package enum NoScenario: ScenarioHelp {
    package static var subject: (any CataloguedScenario)? { nil }
    package static var affinities: [Affinity.Kind] { Affinity.Kind.allCases }
}

extension ScenarioHelp {
    /// The scenario's default, in brackets.
    package static func byDefault(_ text: (TrainingDefaults) -> String) -> String {
        subject.map { " (default: \(text($0.defaults)))" } ?? ""
    }

    /// Whether several lanes make one copy of the problem.
    package static var hasReplicasOfLanes: Bool { (subject?.lanesPerReplica ?? 2) > 1 }
}

extension LearningParameters {
    /// The step size as the user writes it.
    package var stepSizeArgument: String {
        switch stepSize {
        case .constant(let value): "\(value)"
        case .visitCount where stepSize == .visitCount(discount: discount): "visits"
        case .visitCount(let horizon, let least):
            "visits:\(decimal(Double(horizon)))" + (least == 0 ? "" : ":\(least)")
        }
    }
}

extension Schedule {
    /// As the user writes it.
    package var argument: String {
        switch self {
        case .constant(let value): "\(value)"
        case .linear(let initial, let final, _), .exponential(let initial, let final, _): "\(initial):\(final)"
        }
    }
}
