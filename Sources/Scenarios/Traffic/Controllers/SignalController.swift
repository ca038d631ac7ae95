/// What chooses the phases of the signals, learned or classical, in the embedded simulation or another one.
public protocol SignalController: Sendable {
    /// The name in tables: `fixed`, `learned`.
    var name: String { get }

    /// Seconds between the instants at which it is asked.
    var decisionInterval: Int { get }

    /// Chooses the phase an intersection shows next; the present one is kept.
    ///
    /// It is asked when the minimum green is over. A phase outside `view.allowedPhases` is replaced by the next one
    /// that is allowed.
    ///
    /// - Returns: A phase of the intersection.
    mutating func choosePhase(_ view: IntersectionView) -> Int

    /// How many of its decisions rested on something learned; `nil` for a controller that learns nothing.
    var coverage: StateCoverage? { get }

    /// Whether what it does depends on what detectors see.
    var needsDetectors: Bool { get }

    /// The share of junctions on the fixed plan, because detectors are broken, up to which the others are better off with it.
    var toleratedPlanShare: Double { get }
}

extension SignalController {
    /// A classical rule has learned nothing.
    public var coverage: StateCoverage? { nil }

    /// A quarter: up to it no rule was behind the plan on the grid (docs/scenarios/traffic.md, broken detectors).
    public var toleratedPlanShare: Double { 0.25 }

    /// All but plans do.
    public var needsDetectors: Bool { true }
}

/// How often a learned controller was asked in a state it knew.
public struct StateCoverage: Sendable, Hashable {
    /// All decisions.
    public var decisions = 0
    /// Those in states whose actions were never tried in training.
    public var unvisited = 0

    /// Creates counts of zero.
    public init() {}

    /// The share of decisions in states that were visited; 1 when there were none.
    public var share: Double { decisions == 0 ? 1 : 1 - Double(unvisited) / Double(decisions) }
}
