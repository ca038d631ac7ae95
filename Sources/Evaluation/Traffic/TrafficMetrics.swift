public import Scenarios

/// What came of one run of a controller.
public struct TrafficMetrics: RewardedMetrics, Hashable {
    /// What the simulation counted.
    public let counters: TrafficCounters
    /// What the envelope forbids and was seen all the same.
    public let violations: EnvelopeMonitor.Violations
    /// Who waited too long, by approach and road.
    public let starvation: Starvation
    /// How often a learned controller knew the state; `nil` for others.
    public let coverage: StateCoverage?
    /// The mean reward of an interval and an intersection, where signals are rewarded with something else than the delay; `nil`
    /// elsewhere.
    public let reward: Double?
    /// What became of the detectors; `nil` where all work, and for who does not look.
    public var detectors: DetectorTally?
    /// What came of the kinds of vehicles that are told apart, in the order of the scenario's.
    public var kinds: [KindTally] = []

    /// Mean delay in seconds per vehicle that wanted to enter, those that never did included.
    public var delay: Double { counters.delay }

    /// Mean seconds inside the network per vehicle that entered, unfinished trips up to the end included.
    public var tripTime: Double { Double(counters.inside) / Double(max(1, counters.entered)) }

    /// Mean seconds in queues inside the network per vehicle that entered.
    public var waiting: Double { Double(counters.queued) / Double(max(1, counters.entered)) }

    /// Queued vehicles in the whole network, averaged over time.
    public var meanQueue: Double { Double(counters.queued) / Double(max(1, counters.seconds)) }

    /// Vehicles per hour that left the network.
    public var throughput: Double { Double(counters.left) * 3600 / Double(max(1, counters.seconds)) }

    /// Stops per vehicle that entered.
    public var stops: Double { Double(counters.stops) / Double(max(1, counters.entered)) }

    /// Vehicles that wanted to enter and never did.
    public var neverInserted: Int { counters.demanded - counters.entered }

    /// The share of a learned controller's decisions in states that training never saw; 0 for others.
    public var unknownStates: Double { 1 - (coverage?.share ?? 1) }

    /// The figures, the delay first.
    public static let figures = [
        RunFigure<Self>(name: "delay", unit: "s/vehicle", preference: .lower) { $0.delay },
        RunFigure<Self>(name: "trip time", unit: "s", preference: .lower) { $0.tripTime },
        RunFigure<Self>(name: "waiting", unit: "s", preference: .lower) { $0.waiting },
        RunFigure<Self>(name: "queue", unit: "vehicles", preference: .lower) { $0.meanQueue },
        RunFigure<Self>(name: "throughput", unit: "vehicles/h", preference: .higher) { $0.throughput },
        RunFigure<Self>(name: "stops", unit: "1/vehicle", preference: .lower) { $0.stops },
        RunFigure<Self>(name: "never inserted", unit: "vehicles", preference: .lower) { Double($0.neverInserted) },
        RunFigure<Self>(name: "longest red", unit: "s", preference: .lower) { Double($0.starvation.longestRed) },
        RunFigure<Self>(name: "gridlocks", unit: "", preference: .lower) { Double($0.starvation.gridlocks) },
        RunFigure<Self>(name: "violations", unit: "", preference: .lower) { Double($0.violations.total) },
        RunFigure<Self>(name: "unknown states", unit: "", preference: .lower) { $0.unknownStates },
    ]
}
