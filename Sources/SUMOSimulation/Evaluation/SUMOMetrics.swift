public import Evaluation
public import Scenarios

/// What came of one run of a controller in SUMO; names and units are those of the embedded simulation's figures.
public struct SUMOMetrics: Sendable, Hashable {
    /// The vehicles' journeys.
    package let trips: TripStatistics
    /// Simulated seconds.
    public let seconds: Int
    /// Standing vehicles before the lights, summed over the seconds.
    public let queued: Int
    /// Times that a light let nobody through for too long.
    public let gridlocks: Int
    /// What the envelope forbids and was seen all the same; `nil` when the network's own program ran.
    public let violations: EnvelopeMonitor.Violations?
    /// How often a learned controller knew the state; `nil` for others.
    public let coverage: StateCoverage?

    /// Mean seconds lost per vehicle that wanted to enter, those that never did included.
    public var delay: Double { trips.delay / Double(max(1, trips.demanded)) }

    private struct Figure: Sendable {
        let name: String
        let unit: String
        let preference: MetricSummary.Preference
        let value: @Sendable (SUMOMetrics) -> Double
    }

    private var perEntered: Double { 1 / Double(max(1, trips.entered)) }

    private static let figures = [
        Figure(name: "delay", unit: "s/vehicle", preference: .lower) { $0.delay },
        Figure(name: "trip time", unit: "s", preference: .lower) { $0.trips.travel * $0.perEntered },
        Figure(name: "waiting", unit: "s", preference: .lower) { $0.trips.waiting * $0.perEntered },
        Figure(name: "queue", unit: "vehicles", preference: .lower) { Double($0.queued) / Double(max(1, $0.seconds)) },
        Figure(name: "throughput", unit: "vehicles/h", preference: .higher) {
            Double($0.trips.arrived) * 3600 / Double(max(1, $0.seconds))
        },
        Figure(name: "stops", unit: "1/vehicle", preference: .lower) { Double($0.trips.stops) * $0.perEntered },
        Figure(name: "never inserted", unit: "vehicles", preference: .lower) {
            Double($0.trips.demanded - $0.trips.entered)
        },
        Figure(name: "gridlocks", unit: "", preference: .lower) { Double($0.gridlocks) },
        Figure(name: "violations", unit: "", preference: .lower) { Double($0.violations?.total ?? 0) },
        Figure(name: "unknown states", unit: "", preference: .lower) { 1 - ($0.coverage?.share ?? 1) },
    ]

    /// Summarises the runs of one controller.
    ///
    /// - Parameters:
    ///   - runs: In the order of their seeds.
    ///   - name: The controller's name.
    /// - Returns: Its figures, the delay first.
    public static func summarize(_ runs: [SUMOMetrics], name: String) -> Comparison.Contender {
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
