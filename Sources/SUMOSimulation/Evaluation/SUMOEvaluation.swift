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

    /// Which detectors are broken, and what is done about it; `nil`: all work.
    public var detectors: DetectorGuard.Settings?
    /// Where runs are watched; `nil` without a window.
    public var window: SUMOWindow?
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

    /// The runs of all contenders, by contender in the order in which they were given, then by seed.
    public struct Results: Sendable {
        /// The figures.
        public let comparison: Comparison
        /// By contender who waited too long, one per seed.
        public let starvations: [(name: String, runs: [Starvation])]
        /// By contender what became of the detectors, one per seed.
        public let tallies: [(name: String, runs: [DetectorTally?])]
    }

    /// Runs several contenders on every seed, as many at a time as there are cores.
    ///
    /// - Parameters:
    ///   - contenders: With names of their own.
    ///   - onFinish: Called with the number of finished runs.
    /// - Returns: The same whatever the number of cores.
    /// - Throws: `SUMOFailure` when a run fails.
    public func results(of contenders: [Contender], onFinish: (Int) -> Void = { _ in }) async throws -> Results {
        let runs = try await ParallelRuns.map(contenders.count * seeds.count, onFinish: onFinish) { index in
            try run(contenders[index / seeds.count], seed: seeds[index % seeds.count])
        }
        let byContender = contenders.indices.map { Array(runs[($0 * seeds.count)..<(($0 + 1) * seeds.count)]) }
        return Results(
            comparison: Comparison(
                title: subject,
                seeds: seeds,
                contenders: zip(contenders, byContender).map {
                    SUMOMetrics.summarize($1, name: $0.name, and: moreFigures)
                }
            ),
            starvations: zip(contenders, byContender).map { ($0.name, $1.map(\.starvation)) },
            tallies: zip(contenders, byContender).map { ($0.name, $1.map(\.detectors)) }
        )
    }

    /// A contender with the figures that the comparison will have, all of them 0.
    public func outline(_ name: String) -> Comparison.Contender {
        SUMOMetrics.outline(name, and: moreFigures)
    }

    private var moreFigures: [RunFigure<SUMOMetrics>] {
        SUMOMetrics.ownReward(scenario.settings) + SUMOMetrics.ofKinds(scenario.settings)
            + (detectors == nil ? [] : SUMOMetrics.ofDetectors)
    }

    /// The figures of `results` alone.
    public func compare(_ contenders: [Contender], onFinish: (Int) -> Void = { _ in }) async throws -> Comparison {
        try await results(of: contenders, onFinish: onFinish).comparison
    }

    /// Runs one contender on one seed.
    ///
    /// - Throws: `SUMOFailure` when SUMO does not start or dies twice.
    public func run(_ contender: Contender, seed: UInt64) throws(SUMOFailure) -> SUMOMetrics {
        var controller: (any SignalController)?
        if case .controller(let chosen) = contender { controller = chosen }
        let lanes = scenario.signalLanes
        let interval = controller?.decisionInterval ?? 1
        let envelopes = scenario.envelopes(interval: interval)
        var watch: DetectorGuard?
        if let controller, let detectors, controller.needsDetectors {
            watch = DetectorGuard(detectors, of: controller, run: seed)
        }
        let programs = controller == nil ? [] : scenario.programs
        var replicas = [try makeReplica(lanes, programs, envelopes, seed: seed)]
        var lights = LightMonitor(
            names: scenario.network.signals.map(\.name),
            envelopes: envelopes,
            lanes: lanes,
            programs: programs
        )
        var gridlocks = GridlockMonitor(approachCount: scenario.network.approachCount)
        var queued = 0
        var walks: [String: Int] = [:]
        var rewards = RewardSum(scenario.settings, signalCount: lanes.count)
        try SUMOReplica.beginEpisodes(&replicas) { $0 }
        for second in 0..<seconds {
            if watch != nil || second % interval == 0 { decide(&replicas[0], &controller, envelopes, &watch) }
            try SUMOReplica.step(&replicas, seconds: 1)
            let sight = replicas[0].sight
            lights.observe(sight)
            gridlocks.observe(sight)
            for person in sight.walkers { walks[person, default: 0] += 1 }
            rewards?.note(second: second + 1) { light, wanted in
                var figures = replicas[0].figures(of: light, for: wanted, scale: scenario.settings.rewardScale)
                // Seen from outside: a replica knows nothing of lights that follow their own programs.
                figures.longestWait = lights.redWait(of: light)
                return figures
            }
            queued += lanes.indices.reduce(0) { $0 + replicas[0].queue(of: $1) }
        }
        let left = (
            outside: try replicas[0].session.waitingOutside(),
            standing: try replicas[0].session.standing(longerThan: TrafficSimulation.gridlockTime)
        )
        let types = replicas[0].session.typeKinds
        replicas[0].session.close()
        let trips = try TripStatistics(file: replicas[0].session.tripFile)
        return SUMOMetrics(
            trips: trips,
            seconds: seconds,
            queued: queued,
            starvation: starvation(lights, gridlocks, lanes, left),
            walks: walks.values.sorted(),
            violations: controller == nil ? nil : lights.violations,
            coverage: controller?.coverage,
            reward: rewards?.mean,
            detectors: watch?.tally,
            kinds: trips.tallies(scenario.settings.kinds.count, types)
        )
    }

    private func starvation(
        _ lights: LightMonitor,
        _ gridlocks: GridlockMonitor,
        _ lanes: [SignalLanes],
        _ left: (outside: [String: Int], standing: [String: Int])
    ) -> Starvation {
        var approaches: [Starvation.Approach] = []
        for (light, signal) in scenario.network.signals.enumerated() {
            for lane in lanes[light].approaches {
                let name = scenario.network.lanes[lane].name
                var approach = Starvation.Approach(light: signal.name, name: name, edge: SUMONetwork.edge(of: name))
                for link in lanes[light].linkLanes.indices where lanes[light].linkLanes[link].contains(lane) {
                    approach.longestRed = max(approach.longestRed, lights.longestReds[light][link])
                }
                approach.gridlocks = gridlocks.counts[lane]
                approaches.append(approach)
            }
        }
        // Whoever stands before a light, or inside its junction, is counted there.
        let lit = Set(approaches.map(\.edge) + scenario.network.insideLanes.map { SUMONetwork.edge(of: $0) })
        return Starvation(
            approaches: approaches,
            neverInserted: left.outside,
            standingElsewhere: left.standing.filter { !lit.contains($0.key) },
            incidents: lights.violations.incidents
        )
    }

    private func makeReplica(
        _ lanes: [SignalLanes],
        _ programs: [SignalProgram],
        _ envelopes: [SafetyEnvelope],
        seed: UInt64
    ) throws(SUMOFailure) -> SUMOReplica {
        let settings = SUMOSession.Settings(
            input: scenario.input,
            network: scenario.network,
            programs: programs,
            insideLanes: programs.isEmpty ? [] : scenario.watchedInsides,
            detectorDistance: scenario.settings.observation.detectorDistance,
            kinds: scenario.settings.kinds,
            isWatching: true,
            recordsTrips: true,
            window: window
        )
        return SUMOReplica(
            session: try SUMOSession(settings, lanes: lanes),
            network: scenario.network,
            lanes: lanes,
            programs: programs,
            envelopes: envelopes,
            replica: Self.replica,
            seed: seed
        )
    }

    private func decide(
        _ replica: inout SUMOReplica,
        _ controller: inout (any SignalController)?,
        _ envelopes: [SafetyEnvelope],
        _ detectors: inout DetectorGuard?
    ) {
        guard var asked = controller else { return }
        defer { controller = asked }
        for light in replica.clocks.indices where replica.clocks[light].canDecide {
            var view = replica.view(of: light)
            view.allowsUncalledPhases = allowsUncalledPhases
            let phase =
                detectors?.decide(view, by: &asked, within: envelopes[light])
                ?? envelopes[light].admit(
                    asked.choosePhase(view),
                    allowed: view.allowedPhases,
                    phaseCount: view.phaseCount
                )
            replica.request(phase, of: light)
        }
    }

    /// Counts, under the network's own program, what crosses from each lane in a run, and plans greens for it.
    ///
    /// - Returns: By light and phase, seconds of green after Webster.
    /// - Throws: `SUMOFailure` when the run fails.
    public func websterGreens() throws(SUMOFailure) -> [[Int]] {
        let lanes = scenario.signalLanes
        let envelopes = scenario.envelopes(interval: 1)
        var replicas = [try makeReplica(lanes, [], envelopes, seed: seeds.first ?? 1)]
        var crossings = Array(repeating: 0, count: scenario.network.approachCount)
        try SUMOReplica.beginEpisodes(&replicas) { $0 }
        for _ in 0..<seconds {
            try SUMOReplica.step(&replicas, seconds: 1)
            for lane in crossings.indices where replicas[0].sight.crossings[lane] { crossings[lane] += 1 }
        }
        replicas[0].session.close()
        let saturation = Double(scenario.settings.geometry.saturationFlow) * Double(seconds) / 3600
        return lanes.enumerated().map { index, light in
            let ratios = light.phaseLanes.map { phase in
                phase.reduce(0.0) { ratio, lane in
                    // A lane that has green in several phases puts a part of its flow on each.
                    let turns = light.phaseLanes.count { $0.contains(lane) }
                    return max(ratio, Double(crossings[lane]) / saturation / Double(turns))
                }
            }
            return WebsterPlan(flowRatios: ratios, timing: scenario.timing(of: index)).greens
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
