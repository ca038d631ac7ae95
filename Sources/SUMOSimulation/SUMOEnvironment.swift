internal import Scenarios
public import TabularLearning

/// Replicas of a SUMO network whose lights are driven by a learner; lane = replica × lights + light.
///
/// All replicas' SUMOs simulate a decision interval at the same time. Episodes are cut off, not terminal, as in
/// `TrafficEnvironment`; a hold that is under way when its episode is cut off is dropped.
public struct SUMOEnvironment: RestorableEnvironment {
    /// The states and actions.
    public let space: StateSpace
    /// Replicas times lights.
    public let laneCount: Int

    private var replicas: [SUMOReplica]
    private var episodeReturns: [Double]
    private var holds: SignalHolds
    private var meter: RewardMeter
    private var queueSum = 0
    private var sampleCount = 0
    private var intervalsLeft: Int
    /// Whether any vehicle has been seen.
    private var hasSeenVehicles = false

    private let scenario: SUMOScenario
    private let encoder: @Sendable (SUMOReplica, Int) -> Decision
    private let lightCount: Int
    private let intervalsPerEpisode: Int

    /// A state to decide in and what may be chosen.
    private struct Decision: Sendable {
        let state: UInt64
        let mask: UInt64
    }

    /// Starts one SUMO for each replica, and its first episode.
    ///
    /// - Throws: `SUMOFailure` when one does not start.
    init(_ scenario: SUMOScenario, replicas: Range<Int>, seed: UInt64) throws(SUMOFailure) {
        self.scenario = scenario
        let encoder = scenario.makeEncoder()
        space = encoder.space
        lightCount = scenario.lanesPerReplica
        laneCount = replicas.count * lightCount
        self.encoder = { replica, light in
            let view = replica.view(of: light)
            return Decision(state: encoder.state(of: view), mask: view.choices)
        }
        let (lanes, programs) = (scenario.signalLanes, scenario.programs)
        let settings = SUMOSession.Settings(
            input: scenario.input,
            network: scenario.network,
            programs: programs,
            insideLanes: scenario.watchedInsides,
            detectorDistance: scenario.settings.observation.detectorDistance,
            kinds: scenario.settings.kinds
        )
        self.replicas = []
        for replica in replicas {
            self.replicas.append(
                SUMOReplica(
                    session: try SUMOSession(settings, lanes: lanes),
                    network: scenario.network,
                    lanes: lanes,
                    programs: programs,
                    envelopes: scenario.envelopes(interval: scenario.settings.decisionInterval),
                    replica: UInt64(replica),
                    seed: seed
                )
            )
        }
        try SUMOReplica.beginEpisodes(&self.replicas) { $0 }
        episodeReturns = Array(repeating: 0, count: replicas.count)
        holds = SignalHolds(laneCount: laneCount)
        meter = RewardMeter(
            scenario.settings.reward,
            scale: scenario.settings.rewardScale,
            laneCount: laneCount
        )
        intervalsPerEpisode = scenario.settings.episodeSeconds / scenario.settings.decisionInterval
        intervalsLeft = intervalsPerEpisode
    }

    /// SUMO is another process: it starts, steps and repeats an episode in its own time.
    public var mayTakeLong: Bool { true }

    /// The mean queue of a light.
    public var gauges: [Gauge] {
        [Gauge(name: "mean queue", unit: "vehicles", value: Double(queueSum) / Double(max(1, sampleCount)))]
    }

    /// The processes of the replicas' SUMOs, to be looked for from outside.
    package var processIdentifiers: [Int32] { replicas.compactMap { $0.session.processIdentifier } }

    /// Writes the first decision of every lane.
    public mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        for replica in replicas.indices { writeDecisions(of: replica, &batch) }
    }

    /// Sets the lights, simulates one decision interval and writes the decisions that are due.
    public mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) throws(EnvironmentFailure) {
        for decision in 0..<batch.decisionCount {
            let lane = Int(batch.queries.lanes[decision])
            replicas[lane / lightCount].request(Int(actions[decision]), of: lane % lightCount)
            holds.begin(lane: lane, state: batch.queries.states[decision], action: actions[decision])
        }
        batch.removeAll()
        do {
            try SUMOReplica.step(&replicas, seconds: scenario.settings.decisionInterval)
            collectRewards()
            intervalsLeft -= 1
            if intervalsLeft == 0 {
                try endEpisodes(&batch)
            } else {
                for replica in replicas.indices { writeDecisions(of: replica, &batch) }
            }
        } catch {
            throw EnvironmentFailure(error.description)
        }
    }

    private mutating func collectRewards() {
        if !hasSeenVehicles {
            hasSeenVehicles = replicas.contains { replica in replica.sight.vehicles.contains { $0 > 0 } }
        }
        for replica in replicas.indices {
            for light in 0..<lightCount {
                let (settings, lane) = (scenario.settings, replica * lightCount + light)
                let figures = replicas[replica].figures(of: light, for: meter.wanted, scale: settings.rewardScale)
                let reward = meter.reward(figures, lane: lane)
                queueSum += replicas[replica].waiting(at: light)
                sampleCount += 1
                episodeReturns[replica] += Double(reward)
                holds.add(reward, lane: lane, discount: settings.discount)
            }
        }
    }

    /// Writes the decisions that a replica's lights can make now, each with the transition that leads to it.
    private mutating func writeDecisions(of replica: Int, _ batch: inout StepBatch) {
        for light in 0..<lightCount where replicas[replica].clocks[light].canDecide {
            let lane = replica * lightCount + light
            let decision = encoder(replicas[replica], light)
            if holds.isUnderWay(lane: lane) { holds.writeTransition(of: lane, bootstrap: batch.queries.count, &batch) }
            batch.decide(lane: lane, state: decision.state, mask: decision.mask)
        }
    }

    /// Begins the next episodes; the lanes that could decide now bootstrap on what they would have decided in.
    private mutating func endEpisodes(_ batch: inout StepBatch) throws(SUMOFailure) {
        guard hasSeenVehicles else {
            let begin = scenario.network.begin
            let end = begin + Double(scenario.settings.episodeSeconds)
            throw SUMOFailure(
                .badInput,
                "no vehicle came to a light in the whole episode, from second \(SUMOFailure.seconds(begin)) to "
                    + "\(SUMOFailure.seconds(end)), so there is nothing to learn: do the routes begin in that time "
                    + "(--begin, --episode)?"
            )
        }
        var ends: [(lane: Int, decision: Decision)] = []
        for lane in 0..<laneCount where replicas[lane / lightCount].clocks[lane % lightCount].canDecide {
            ends.append((lane, encoder(replicas[lane / lightCount], lane % lightCount)))
        }
        // At the beginning of an episode every lane decides, so the first extra query comes after that many.
        for (index, end) in ends.enumerated() {
            holds.writeTransition(of: end.lane, bootstrap: laneCount + index, &batch)
        }
        holds.reset()
        meter.reset()
        batch.episodeReturns += episodeReturns
        for replica in replicas.indices { episodeReturns[replica] = 0 }
        try SUMOReplica.beginEpisodes(&replicas) { $0 + 1 }
        for replica in replicas.indices { writeDecisions(of: replica, &batch) }
        for end in ends {
            batch.queries.states.append(end.decision.state)
            batch.queries.lanes.append(UInt32(truncatingIfNeeded: end.lane))
            batch.queries.masks.append(end.decision.mask)
        }
        intervalsLeft = intervalsPerEpisode
    }
}

extension SUMOEnvironment {
    /// Writes what was done in the present episodes, the holds and the sums.
    public func save(to writer: inout WordWriter) {
        for replica in replicas { replica.save(to: &writer) }
        writer.write(episodeReturns)
        holds.save(to: &writer)
        meter.save(to: &writer)
        writer.write([queueSum, sampleCount, intervalsLeft])
    }

    /// Puts back what `save` wrote; the next step brings the SUMOs there.
    public mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        var copy = self
        for index in replicas.indices { try copy.replicas[index].restore(from: &reader) }
        copy.episodeReturns = try reader.doubleArray()
        try copy.holds.restore(from: &reader, in: space)
        try copy.meter.restore(from: &reader)
        let sums = try reader.integerArray()
        guard copy.episodeReturns.count == replicas.count, copy.episodeReturns.allSatisfy(\.isFinite), sums.count == 3,
            sums.allSatisfy({ (0...(1 << 48)).contains($0) }),
            (1...intervalsPerEpisode).contains(sums[2])
        else { throw WordReader.Failure("the saved lanes do not fit \(laneCount) lanes") }
        (copy.queueSum, copy.sampleCount, copy.intervalsLeft) = (sums[0], sums[1], sums[2])
        // A queue was seen, or an episode has ended well.
        copy.hasSeenVehicles = sums[0] > 0 || sums[1] >= intervalsPerEpisode * laneCount
        self = copy
    }
}
