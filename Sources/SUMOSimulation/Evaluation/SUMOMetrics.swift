public import Evaluation
public import Scenarios

/// What came of one run of a controller in SUMO; names and units are those of the embedded simulation's figures.
public struct SUMOMetrics: RewardedMetrics, Hashable {
    /// The vehicles' journeys.
    package let trips: TripStatistics
    /// Simulated seconds.
    public let seconds: Int
    /// Standing vehicles before the lights, summed over the seconds.
    public let queued: Int
    /// Who waited too long, by approach and road.
    public let starvation: Starvation
    /// Pedestrians' waits at crossings under a light, in seconds, ascending.
    public let walks: [Int]
    /// What the envelope forbids and was seen all the same; `nil` when the network's own program ran.
    public let violations: EnvelopeMonitor.Violations?
    /// How often a learned controller knew the state; `nil` for others.
    public let coverage: StateCoverage?
    /// The mean reward of an interval and a light, where lights are rewarded with something else than the delay; `nil` elsewhere.
    public let reward: Double?
    /// What became of the detectors; `nil` where all work, and for who does not look.
    public var detectors: DetectorTally?
    /// What came of the kinds of vehicles that are told apart, in the order of the scenario's.
    public var kinds: [KindTally] = []

    /// Mean seconds lost per vehicle that wanted to enter, those that never did included.
    public var delay: Double { trips.delay / Double(max(1, trips.demanded)) }

    /// Mean seconds that a pedestrian stood before crossings under a light; 0 without pedestrians.
    public var meanWalk: Double { Double(walks.reduce(0, +)) / Double(max(1, walks.count)) }

    /// The seconds that 95% of the pedestrians did not exceed; 0 without pedestrians.
    public var lateWalk: Double { walks.isEmpty ? 0 : Double(walks[min(walks.count - 1, walks.count * 95 / 100)]) }

    private var perEntered: Double { 1 / Double(max(1, trips.entered)) }

    /// The figures, the delay first.
    public static let figures = [
        RunFigure<Self>(name: "delay", unit: "s/vehicle", preference: .lower) { $0.delay },
        RunFigure<Self>(name: "trip time", unit: "s", preference: .lower) { $0.trips.travel * $0.perEntered },
        RunFigure<Self>(name: "waiting", unit: "s", preference: .lower) { $0.trips.waiting * $0.perEntered },
        RunFigure<Self>(name: "queue", unit: "vehicles", preference: .lower) {
            Double($0.queued) / Double(max(1, $0.seconds))
        },
        RunFigure<Self>(name: "throughput", unit: "vehicles/h", preference: .higher) {
            Double($0.trips.arrived) * 3600 / Double(max(1, $0.seconds))
        },
        RunFigure<Self>(name: "stops", unit: "1/vehicle", preference: .lower) {
            Double($0.trips.stops) * $0.perEntered
        },
        RunFigure<Self>(name: "never inserted", unit: "vehicles", preference: .lower) {
            Double($0.trips.demanded - $0.trips.entered)
        },
        RunFigure<Self>(name: "longest red", unit: "s", preference: .lower) { Double($0.starvation.longestRed) },
        RunFigure<Self>(name: "pedestrian waiting", unit: "s", preference: .lower) { $0.meanWalk },
        RunFigure<Self>(name: "pedestrian p95", unit: "s", preference: .lower) { $0.lateWalk },
        RunFigure<Self>(name: "gridlocks", unit: "", preference: .lower) { Double($0.starvation.gridlocks) },
        RunFigure<Self>(name: "violations", unit: "", preference: .lower) { Double($0.violations?.total ?? 0) },
        RunFigure<Self>(name: "unknown states", unit: "", preference: .lower) { 1 - ($0.coverage?.share ?? 1) },
    ]
}
