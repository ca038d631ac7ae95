/// Serves the phase with most vehicles queued or within the detector distance: the greedy wave.
///
/// Source: Ault and Sharon, *Reinforcement Learning Benchmarks for Traffic Signal Control*, NeurIPS 2021, which looks
/// 50 m ahead.
public struct GreedyController: SignalController {
    /// The name in tables.
    public var name: String { "greedy" }
    /// Seconds between its decisions.
    public let decisionInterval: Int
    /// It is so far ahead of the plan (docs/scenarios/traffic.md, broken detectors).
    public var toleratedPlanShare: Double { 0.7 }

    /// Creates a controller.
    public init(decisionInterval: Int) { self.decisionInterval = decisionInterval }

    /// Chooses the phase with most vehicles; keeps the present one on ties.
    public func choosePhase(_ view: IntersectionView) -> Int { view.strongestChoice(by: view.demand) }
}
