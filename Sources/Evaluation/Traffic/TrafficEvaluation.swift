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
    /// The roads and signals.
    public let network: RoadNetwork
    /// Which detectors are broken, and what is done about it; `nil`: all work.
    public var detectors: DetectorGuard.Settings?

    /// The replica number of all evaluation runs; training counts from zero and never comes here.
    private static let replica: UInt64 = 1 << 40

    /// Seconds over which the queue is averaged for a point of its course.
    public static let courseInterval = 60

    /// One run of one controller.
    public struct Run: Sendable {
        /// What came of it.
        public let metrics: TrafficMetrics
        /// Queued vehicles in the whole network and outside, averaged over each `courseInterval`.
        public let queueCourse: [Double]
        /// The run second by second, if that was wanted.
        public let trace: TrafficTrace?
        /// The delay of every vehicle, if that was wanted.
        public var delays: VehicleDelays?
    }

    /// The runs of all controllers, by controller in the order in which they were given, then by seed.
    public struct Results: Sendable {
        /// The figures.
        public let comparison: Comparison
        /// By controller the courses of the queue, one per seed.
        public let queueCourses: [(name: String, courses: [[Double]])]
        /// By controller who waited too long, one per seed.
        public let starvations: [(name: String, runs: [Starvation])]
        /// By controller what became of the detectors, one per seed.
        public let tallies: [(name: String, runs: [DetectorTally?])]
        /// By controller the delays of single vehicles, one per seed; empty where they were not wanted.
        public let delays: [(name: String, runs: [VehicleDelays])]
    }

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

    /// What is controlled, in words.
    public var subject: String {
        "traffic, \(scenario.networkDescription), \(seconds) s, \(seeds.count) seeds"
    }

    /// Runs several controllers on every seed, one run after the other.
    public func compare(_ controllers: [any SignalController]) -> Comparison {
        results(controllers, controllers.flatMap { controller in seeds.map { measure(controller, seed: $0) } })
            .comparison
    }

    /// Runs several controllers on every seed, on all cores.
    ///
    /// - Parameters:
    ///   - controllers: With names of their own.
    ///   - followsVehicles: Whether the delays of single vehicles are wanted.
    ///   - onFinish: Called with the number of finished runs.
    /// - Returns: The same whatever the number of cores.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func results(
        of controllers: [any SignalController],
        followsVehicles: Bool = false,
        onFinish: (Int) -> Void = { _ in }
    ) async throws -> Results {
        let runs = try await ParallelRuns.map(controllers.count * seeds.count, onFinish: onFinish) { index in
            let (controller, seed) = (controllers[index / seeds.count], seeds[index % seeds.count])
            return followsVehicles ? follow(controller, seed: seed) : measure(controller, seed: seed)
        }
        return results(controllers, runs)
    }

    private func results(_ controllers: [any SignalController], _ runs: [Run]) -> Results {
        let byController = controllers.indices.map { runs[($0 * seeds.count)..<(($0 + 1) * seeds.count)] }
        return Results(
            comparison: Comparison(
                title: subject,
                seeds: seeds,
                contenders: zip(controllers, byController).map { controller, runs in
                    TrafficMetrics.summarize(
                        runs.map(\.metrics),
                        name: controller.name,
                        and: moreFigures
                    )
                }
            ),
            queueCourses: zip(controllers, byController).map { ($0.name, $1.map(\.queueCourse)) },
            starvations: zip(controllers, byController).map { ($0.name, $1.map(\.metrics.starvation)) },
            tallies: zip(controllers, byController).map { ($0.name, $1.map(\.metrics.detectors)) },
            delays: runs.contains { $0.delays == nil }
                ? [] : zip(controllers, byController).map { ($0.name, $1.compactMap(\.delays)) }
        )
    }

    /// The figures that not every evaluation has.
    public var moreFigures: [RunFigure<TrafficMetrics>] {
        TrafficMetrics.ownReward(scenario) + TrafficMetrics.ofKinds(scenario)
            + (detectors == nil ? [] : TrafficMetrics.ofDetectors)
    }

    /// Runs one controller on one seed from an empty network and returns what came of it.
    public func run(_ controller: any SignalController, seed: UInt64) -> TrafficMetrics {
        measure(controller, seed: seed).metrics
    }

    /// Runs one controller on one seed from an empty network.
    ///
    /// - Parameters:
    ///   - controller: It is copied; nothing of a run is left in it.
    ///   - seed: The seed of the demand.
    ///   - isRecorded: Whether the run is wanted second by second.
    /// - Returns: Its figures and its course.
    public func measure(_ controller: any SignalController, seed: UInt64, isRecorded: Bool = false) -> Run {
        guard isRecorded else { return measure(controller, seed: seed) { _ in } }
        var trace = TrafficTrace(network)
        let run = measure(controller, seed: seed) { if $0.counters.seconds < seconds { trace.record($0) } }
        return Run(metrics: run.metrics, queueCourse: run.queueCourse, trace: trace)
    }

    /// Runs one controller on one seed from an empty network and follows every vehicle.
    public func follow(_ controller: any SignalController, seed: UInt64) -> Run {
        var watch = VehicleWatch(network)
        var run = measure(controller, seed: seed) { watch.observe($0) }
        run.delays = watch.delays(at: run.metrics.counters.seconds)
        return run
    }

    /// Runs one controller on one seed from an empty network while somebody watches.
    ///
    /// - Parameters:
    ///   - controller: It is copied; nothing of a run is left in it.
    ///   - seed: The seed of the demand.
    ///   - observe: Sees the simulation before every second, when the signals have been told, and at the end; it must not keep it.
    /// - Returns: Its figures and its course.
    /// - Throws: What `observe` throws, which ends the run.
    public func measure(
        _ controller: any SignalController,
        seed: UInt64,
        observe: (TrafficSimulation) throws -> Void
    ) rethrows -> Run {
        var controller = controller
        var simulation = TrafficSimulation(
            network: network,
            demand: scenario.demand,
            timing: scenario.timing,
            replica: Self.replica,
            seed: seed
        )
        let envelope = SafetyEnvelope(timing: scenario.timing, interval: controller.decisionInterval)
        var watch: DetectorGuard?
        if let detectors, controller.needsDetectors { watch = DetectorGuard(detectors, of: controller, run: seed) }
        let interval = watch == nil ? envelope.interval : 1
        var monitor = EnvelopeMonitor(envelope: envelope, network: network)
        var approaches = ApproachMonitor(network: network)
        var course = QueueCourse()
        var rewards = RewardSum(scenario, signalCount: network.intersections.count)
        var kinds =
            scenario.kinds.isEmpty ? nil : KindWatch(scenario, network: network, replica: Self.replica, seed: seed)
        for second in 0..<seconds {
            if second % interval == 0 { decide(&simulation, &controller, envelope, &watch, kinds) }
            monitor.observe(simulation)
            approaches.observe(simulation)
            try observe(simulation)
            if kinds == nil {
                simulation.advance(seconds: 1)
            } else {
                kinds?.advance(&simulation, seconds: 1)
            }
            rewards?.note(second: second + 1) {
                var figures = simulation.figures(at: $0, for: $1, waitingUnit: scenario.waitingUnit)
                kinds?.weigh(&figures, at: $0, in: simulation, waitingUnit: scenario.waitingUnit)
                return figures
            }
            course.note(simulation.counters, isLast: second + 1 == seconds)
        }
        try observe(simulation)
        return Run(
            metrics: TrafficMetrics(
                counters: simulation.counters,
                violations: monitor.violations,
                starvation: approaches.starvation(simulation, incidents: monitor.violations.incidents),
                coverage: controller.coverage,
                reward: rewards?.mean,
                detectors: watch?.tally,
                kinds: kinds?.tallies ?? []
            ),
            queueCourse: course.points,
            trace: nil
        )
    }

    /// Averages of the queue over one interval after the other.
    private struct QueueCourse {
        private(set) var points: [Double] = []
        private var last = TrafficCounters()

        mutating func note(_ counters: TrafficCounters, isLast: Bool) {
            guard counters.seconds - last.seconds == TrafficEvaluation.courseInterval || isLast else { return }
            let waited = counters.queued + counters.heldBack - last.queued - last.heldBack
            points.append(Double(waited) / Double(counters.seconds - last.seconds))
            last = counters
        }
    }

    private func decide(
        _ simulation: inout TrafficSimulation,
        _ controller: inout any SignalController,
        _ envelope: SafetyEnvelope,
        _ detectors: inout DetectorGuard?,
        _ kinds: KindWatch?
    ) {
        for intersection in network.intersections.indices where simulation.canDecide(intersection) {
            var view = simulation.view(
                of: intersection,
                envelope: envelope,
                detectorSeconds: scenario.detectorSeconds
            )
            if let kinds { view.giveGreen(to: kinds.priorityPhases(at: intersection, simulation)) }
            let phase =
                detectors?.decide(view, by: &controller, within: envelope)
                ?? envelope.admit(
                    controller.choosePhase(view),
                    allowed: view.allowedPhases,
                    phaseCount: view.phaseCount
                )
            simulation.request(phase: phase, at: intersection)
        }
    }
}
