public import Scenarios

/// What came of one run of a controller.
public struct TrafficMetrics: Sendable, Hashable {
    /// What the simulation counted.
    public let counters: TrafficCounters
    /// What the envelope forbids and was seen all the same.
    public let violations: EnvelopeMonitor.Violations
    /// How often a learned controller knew the state; `nil` for others.
    public let coverage: StateCoverage?

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

    private struct Figure: Sendable {
        let name: String
        let unit: String
        let preference: MetricSummary.Preference
        let value: @Sendable (TrafficMetrics) -> Double
    }

    private static let figures = [
        Figure(name: "delay", unit: "s/vehicle", preference: .lower) { $0.delay },
        Figure(name: "trip time", unit: "s", preference: .lower) { $0.tripTime },
        Figure(name: "waiting", unit: "s", preference: .lower) { $0.waiting },
        Figure(name: "queue", unit: "vehicles", preference: .lower) { $0.meanQueue },
        Figure(name: "throughput", unit: "vehicles/h", preference: .higher) { $0.throughput },
        Figure(name: "stops", unit: "1/vehicle", preference: .lower) { $0.stops },
        Figure(name: "never inserted", unit: "vehicles", preference: .lower) { Double($0.neverInserted) },
        Figure(name: "gridlocks", unit: "", preference: .lower) { Double($0.counters.gridlocks) },
        Figure(name: "violations", unit: "", preference: .lower) { Double($0.violations.total) },
        Figure(name: "unknown states", unit: "", preference: .lower) { $0.unknownStates },
    ]

    /// Summarises the runs of one controller.
    ///
    /// - Parameters:
    ///   - runs: In the order of their seeds.
    ///   - name: The controller's name.
    /// - Returns: Its figures, the delay first.
    public static func summarize(_ runs: [TrafficMetrics], name: String) -> Comparison.Contender {
        contender(name) { figure in runs.map(figure.value) }
    }

    /// A controller with the figures that a comparison will have, all of them 0: to check conditions before the runs.
    public static func outline(_ name: String) -> Comparison.Contender { contender(name) { _ in [0] } }

    private static func contender(_ name: String, _ values: (Figure) -> [Double]) -> Comparison.Contender {
        Comparison.Contender(
            name: name,
            metrics: figures.map {
                MetricSummary(name: $0.name, unit: $0.unit, preference: $0.preference, values: values($0))
            }
        )
    }
}
