/// Serves the phase with the largest pressure: most vehicles before it, fewest behind it.
///
/// Source: Varaiya, *Max pressure control of a network of signalized intersections*, Transportation Research C 36, 2013.
public struct MaxPressureController: SignalController {
    /// The name in tables.
    public var name: String { "max-pressure" }
    /// Seconds between its decisions.
    public let decisionInterval: Int
    /// It is so far ahead of the plan (docs/scenarios/traffic.md, broken detectors).
    public var toleratedPlanShare: Double { 0.5 }

    /// Creates a controller.
    public init(decisionInterval: Int) { self.decisionInterval = decisionInterval }

    /// Chooses the phase with the largest pressure; keeps the present one on ties.
    public func choosePhase(_ view: IntersectionView) -> Int { view.strongestChoice(by: view.pressures) }
}
