public import Scenarios

/// Runs controllers on a traffic scenario with common random numbers and summarises what came of it.
///
/// Every controller meets the same demand: vehicles arrive at the same seconds and the n-th vehicle of an entry takes
/// the same turn. Each run starts empty. Its random numbers are unrelated to those of training with the same seed.
public struct TrafficEvaluation: Sendable {
    /// What is controlled.
    public let scenario: TrafficScenario
    /// The seeds, one run each.
    public let seeds: [UInt64]
    /// Simulated seconds of a run.
    public let seconds: Int
    private let network: RoadNetwork

    /// The replica number of all evaluation runs; training counts from zero and never comes here.
    private static let replica: UInt64 = 1 << 40

    /// Creates an evaluation.
    ///
    /// - Parameters:
    ///   - scenario: What is controlled.
    ///   - seeds: At least one.
    ///   - seconds: The length of a run; the scenario's episode unless told otherwise.
    /// - Throws: `ScenarioError` when the scenario makes no sense.
    public init(
        scenario: TrafficScenario,
        seeds: [UInt64],
        seconds: Int? = nil
    ) throws(ScenarioError) {
        try scenario.check()
        self.scenario = scenario
        self.seeds = seeds
        self.seconds = seconds ?? scenario.episodeSeconds
        network = try scenario.makeNetwork()
    }

    /// The seeds that are used unless told otherwise: 1...`count`.
    public static func seeds(_ count: Int) -> [UInt64] { (0..<max(1, count)).map { UInt64($0) + 1 } }

    /// Returns the fixed-time plan for the scenario's mean demand.
    public func fixedTime() -> FixedTimeController { FixedTimeController(scenario: scenario, network: network) }

    /// Runs several controllers.
    public func compare(_ controllers: [any SignalController]) -> Comparison {
        let size = scenario.layout == .grid ? "\(scenario.rows)x\(scenario.columns) grid" : "two one-way streets"
        return Comparison(
            title: "traffic, \(size), \(seconds) s, \(seeds.count) seeds",
            seeds: seeds,
            contenders: controllers.map { controller in
                TrafficMetrics.summarize(seeds.map { run(controller, seed: $0) }, name: controller.name)
            }
        )
    }

    /// Runs one controller on one seed from an empty network.
    public func run(_ controller: any SignalController, seed: UInt64) -> TrafficMetrics {
        var controller = controller
        var simulation = TrafficSimulation(
            network: network,
            demand: scenario.demand,
            timing: scenario.timing,
            replica: Self.replica,
            seed: seed
        )
        let envelope = SafetyEnvelope(timing: scenario.timing, interval: controller.decisionInterval)
        var monitor = EnvelopeMonitor(envelope: envelope, network: network)
        for second in 0..<seconds {
            if second % envelope.interval == 0 { decide(&simulation, &controller, envelope) }
            monitor.observe(simulation)
            simulation.advance(seconds: 1)
        }
        return TrafficMetrics(
            counters: simulation.counters,
            violations: monitor.violations,
            coverage: controller.coverage
        )
    }

    private func decide(
        _ simulation: inout TrafficSimulation,
        _ controller: inout any SignalController,
        _ envelope: SafetyEnvelope
    ) {
        for intersection in network.intersections.indices where simulation.canDecide(intersection) {
            let view = simulation.view(
                of: intersection,
                envelope: envelope,
                detectorSeconds: scenario.detectorSeconds
            )
            let wish = controller.choosePhase(view)
            simulation.request(
                phase: envelope.admit(wish, allowed: view.allowedPhases, phaseCount: view.phaseCount),
                at: intersection
            )
        }
    }
}
