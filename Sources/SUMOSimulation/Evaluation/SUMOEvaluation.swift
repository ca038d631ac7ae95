public import Evaluation
public import Scenarios
internal import TabularLearning

/// Runs controllers in SUMO, each on the same seeds, and summarises what came of it.
///
/// SUMO is stopped every second, so that the lights can be watched and every crossing is seen.
public struct SUMOEvaluation: Sendable {
    /// What is controlled.
    public let scenario: SUMOScenario
    /// The seeds, one run each.
    public let seeds: [UInt64]
    /// Simulated seconds of a run.
    public let seconds: Int

    /// What a light does: what a controller says, or what the network's own program says.
    public enum Contender: Sendable {
        /// The program that the network came with, yellow and offsets included, without the safety envelope.
        case stock
        /// A controller under the safety envelope.
        case controller(any SignalController)

        /// The name in tables.
        public var name: String {
            switch self {
            case .stock: "stock"
            case .controller(let controller): controller.name
            }
        }
    }

    private let allowsUncalledPhases: Bool

    /// The replica number of all evaluation runs; training counts from zero and never comes here.
    private static let replica: UInt64 = 1 << 40

    /// What SUMO is given for a seed.
    static func seeds(_ seed: UInt64) -> SUMOReplica.EpisodeSeeds {
        SUMOReplica.EpisodeSeeds(random: CounterBasedRandom(seed: seed, stream: .dynamics), replica: replica)
    }

    /// Creates an evaluation.
    ///
    /// - Parameters:
    ///   - scenario: What is controlled.
    ///   - seeds: At least one.
    ///   - seconds: The length of a run; the scenario's episode unless told otherwise.
    ///   - allowsUncalledPhases: Whether a controller may choose a phase for which there are no vehicles.
    /// - Throws: `ScenarioError` when the scenario makes no sense.
    public init(
        scenario: SUMOScenario,
        seeds: [UInt64],
        seconds: Int? = nil,
        allowsUncalledPhases: Bool = false
    ) throws(ScenarioError) {
        try scenario.check()
        self.allowsUncalledPhases = allowsUncalledPhases
        self.scenario = scenario
        self.seeds = seeds
        self.seconds = seconds ?? scenario.settings.episodeSeconds
    }

    /// What is controlled, in words.
    public var subject: String {
        let file = scenario.input.network.split(separator: "/").last ?? ""
        return "traffic in \(scenario.network.version), \(file), \(seconds) s, \(seeds.count) seeds"
    }

    /// Runs several contenders on every seed, as many at a time as there are cores.
    ///
    /// - Parameters:
    ///   - contenders: With names of their own.
    ///   - onFinish: Called with the number of finished runs.
    /// - Returns: The same whatever the number of cores.
    /// - Throws: `SUMOFailure` when a run fails.
    public func compare(_ contenders: [Contender], onFinish: (Int) -> Void = { _ in }) async throws -> Comparison {
        let runs = try await ParallelRuns.map(contenders.count * seeds.count, onFinish: onFinish) { index in
            try run(contenders[index / seeds.count], seed: seeds[index % seeds.count])
        }
        return Comparison(
            title: subject,
            seeds: seeds,
            contenders: contenders.indices.map { index in
                SUMOMetrics.summarize(
                    Array(runs[(index * seeds.count)..<((index + 1) * seeds.count)]),
                    name: contenders[index].name
                )
            }
        )
    }

    /// Runs one contender on one seed.
    ///
    /// - Throws: `SUMOFailure` when SUMO does not start or dies twice.
    public func run(_ contender: Contender, seed: UInt64) throws(SUMOFailure) -> SUMOMetrics {
        var controller: (any SignalController)?
        if case .controller(let chosen) = contender { controller = chosen }
        let lanes = scenario.signalLanes
        let interval = controller?.decisionInterval ?? 1
        let envelope = SafetyEnvelope(timing: scenario.settings.timing, interval: interval)
        let programs = controller == nil ? [] : scenario.programs
        var replicas = [try makeReplica(lanes, programs, envelope, seed: seed)]
        var lights = LightMonitor(envelope: envelope, lanes: lanes, programs: programs)
        var gridlocks = GridlockMonitor(lightCount: lanes.count)
        var queued = 0
        try SUMOReplica.beginEpisodes(&replicas) { $0 }
        for second in 0..<seconds {
            if second % interval == 0, controller != nil { decide(&replicas[0], &controller, envelope) }
            try SUMOReplica.step(&replicas, seconds: 1)
            lights.observe(replicas[0].sight)
            gridlocks.observe(replicas[0].sight, lanes)
            queued += lanes.indices.reduce(0) { $0 + replicas[0].queue(of: $1) }
        }
        replicas[0].session.close()
        return SUMOMetrics(
            trips: try TripStatistics(file: replicas[0].session.tripFile),
            seconds: seconds,
            queued: queued,
            gridlocks: gridlocks.count,
            violations: controller == nil ? nil : lights.violations,
            coverage: controller?.coverage
        )
    }

    private func makeReplica(
        _ lanes: [SignalLanes],
        _ programs: [SignalProgram],
        _ envelope: SafetyEnvelope,
        seed: UInt64
    ) throws(SUMOFailure) -> SUMOReplica {
        let settings = SUMOSession.Settings(
            input: scenario.input,
            network: scenario.network,
            programs: programs,
            insideLanes: programs.isEmpty ? [] : scenario.watchedInsides,
            detectorDistance: scenario.settings.observation.detectorDistance,
            isWatching: true,
            recordsTrips: true
        )
        return SUMOReplica(
            session: try SUMOSession(settings, lanes: lanes),
            network: scenario.network,
            lanes: lanes,
            programs: programs,
            envelope: envelope,
            replica: Self.replica,
            seed: seed
        )
    }

    private func decide(
        _ replica: inout SUMOReplica,
        _ controller: inout (any SignalController)?,
        _ envelope: SafetyEnvelope
    ) {
        for light in replica.clocks.indices where replica.clocks[light].canDecide {
            var view = replica.view(of: light)
            view.allowsUncalledPhases = allowsUncalledPhases
            guard let wish = controller?.choosePhase(view) else { continue }
            replica.request(envelope.admit(wish, allowed: view.allowedPhases, phaseCount: view.phaseCount), of: light)
        }
    }

    /// Counts, under the network's own program, what crosses from each lane in a run, and plans greens for it.
    ///
    /// - Returns: By light and phase, seconds of green after Webster.
    /// - Throws: `SUMOFailure` when the run fails.
    public func websterGreens() throws(SUMOFailure) -> [[Int]] {
        let lanes = scenario.signalLanes
        let envelope = SafetyEnvelope(timing: scenario.settings.timing, interval: 1)
        var replicas = [try makeReplica(lanes, [], envelope, seed: seeds.first ?? 1)]
        var crossings = Array(repeating: 0, count: scenario.network.approachCount)
        try SUMOReplica.beginEpisodes(&replicas) { $0 }
        for _ in 0..<seconds {
            try SUMOReplica.step(&replicas, seconds: 1)
            for lane in crossings.indices where replicas[0].sight.crossings[lane] { crossings[lane] += 1 }
        }
        replicas[0].session.close()
        let saturation = Double(scenario.settings.geometry.saturationFlow) * Double(seconds) / 3600
        return lanes.map { light in
            let ratios = light.phaseLanes.map { phase in
                phase.reduce(0.0) { ratio, lane in
                    // A lane that has green in several phases puts a part of its flow on each.
                    let turns = light.phaseLanes.count { $0.contains(lane) }
                    return max(ratio, Double(crossings[lane]) / saturation / Double(turns))
                }
            }
            return WebsterPlan(flowRatios: ratios, timing: scenario.settings.timing).greens
        }
    }

    /// Names the classical controllers, with the network's own greens as the fixed plan.
    ///
    /// - Parameter websterGreens: By light and phase, seconds of green.
    /// - Returns: Controllers by name.
    public func classical(websterGreens: [[Int]]) -> SignalControllers {
        SignalControllers(
            fixedGreens: scenario.network.signals.map { $0.phases.map(\.seconds) },
            websterGreens: websterGreens,
            decisionInterval: scenario.settings.decisionInterval
        )
    }
}
