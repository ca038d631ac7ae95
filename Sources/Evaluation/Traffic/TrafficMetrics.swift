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

    /// Queued vehicles in the whole network, averaged over time.
    public var meanQueue: Double { Double(counters.queued) / Double(max(1, counters.seconds)) }

    /// Vehicles per hour that left the network.
    public var throughput: Double { Double(counters.left) * 3600 / Double(max(1, counters.seconds)) }

    /// Stops per vehicle that entered.
    public var stops: Double { Double(counters.stops) / Double(max(1, counters.entered)) }

    /// Vehicles that wanted to enter and never did.
    public var neverInserted: Int { counters.demanded - counters.entered }

    /// Summarises the runs of one controller, in the order of their seeds.
    static func summarize(_ runs: [TrafficMetrics], name: String) -> Comparison.Contender {
        func metric(
            _ name: String,
            _ unit: String,
            _ preference: MetricSummary.Preference,
            _ value: (TrafficMetrics) -> Double
        ) -> MetricSummary {
            MetricSummary(name: name, unit: unit, preference: preference, values: runs.map(value))
        }
        return Comparison.Contender(
            name: name,
            metrics: [
                metric("delay", "s/vehicle", .lower) { $0.delay },
                metric("queue", "vehicles", .lower) { $0.meanQueue },
                metric("throughput", "vehicles/h", .higher) { $0.throughput },
                metric("stops", "1/vehicle", .lower) { $0.stops },
                metric("never inserted", "vehicles", .lower) { Double($0.neverInserted) },
                metric("gridlocks", "", .lower) { Double($0.counters.gridlocks) },
                metric("violations", "", .lower) { Double($0.violations.total) },
                metric("unknown states", "", .lower) { 1 - ($0.coverage?.share ?? 1) },
            ]
        )
    }
}
