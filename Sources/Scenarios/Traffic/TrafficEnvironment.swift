public import TabularLearning

/// Replicas of one road network whose signals are driven by a learner; lane = replica × intersections + intersection.
///
/// Training is episodic: a network that was jammed while the learner explored would stay jammed. An episode is cut off,
/// not terminal, so the last decisions bootstrap on queries of their own. A hold that is under way when the episode
/// is cut off is dropped: its end, the next decision, is never seen.
public struct TrafficEnvironment: RestorableEnvironment {
    /// The states and actions.
    public let space: StateSpace
    /// Replicas times intersections.
    public let laneCount: Int

    private var simulations: [TrafficSimulation]
    /// By replica who is of which kind; empty where none is told apart.
    private var kinds: [KindWatch]
    private var episodeReturns: [Double]
    private var holds: SignalHolds
    private var totals = Totals()
    private var intervalsLeft: Int

    private let encoder: SignalStateEncoder
    private let envelope: SafetyEnvelope
    private let detectorSeconds: Int
    private let intervalsPerEpisode: Int
    private let waitingUnit: Float
    private var meter: RewardMeter
    private let discount: Float
    private var cutOff: [Decision] = []
    /// What was read only to have it in the cache.
    private var touched: Int32 = 0
    /// By intersection, while the rewards of a replica are collected.
    private var waiting: [Int32]
    private var rewards: [Float]
    /// What was decided in last, while the batch is filled anew.
    private var decided = StepBatch.Queries()

    /// Sums over finished episodes and the present one, for the gauges.
    private struct Totals: Sendable {
        var seconds = 0
        var queued = 0
        var waited = 0
        var demanded = 0
        var left = 0

        mutating func add(_ counters: TrafficCounters) {
            seconds += counters.seconds
            queued += counters.queued
            waited += counters.queued + counters.heldBack
            demanded += counters.demanded
            left += counters.left
        }
    }

    /// A decision that a lane makes, or would have made had its episode gone on.
    private struct Decision: Sendable {
        let lane: Int
        let state: UInt64
        let mask: UInt64
    }

    init(_ scenario: TrafficScenario, network: RoadNetwork, replicas: Range<Int>, seed: UInt64) {
        encoder = SignalStateEncoder(
            network: network,
            observation: scenario.observation,
            isShared: scenario.sharesTable
        )
        space = encoder.space
        laneCount = replicas.count * network.intersections.count
        let plan = SimulationPlan(
            network: network,
            demand: scenario.demand,
            timing: scenario.timing,
            detectorSeconds: scenario.detectorSeconds
        )
        simulations = replicas.map { TrafficSimulation(plan, replica: UInt64($0), seed: seed) }
        kinds =
            scenario.kinds.isEmpty
            ? []
            : replicas.map {
                KindWatch(scenario, network: network, replica: UInt64($0), seed: seed)
            }
        episodeReturns = Array(repeating: 0, count: replicas.count)
        holds = SignalHolds(laneCount: laneCount)
        waiting = Array(repeating: 0, count: network.intersections.count)
        rewards = Array(repeating: 0, count: network.intersections.count)
        envelope = scenario.envelope
        detectorSeconds = scenario.detectorSeconds
        intervalsPerEpisode = scenario.episodeSeconds / scenario.decisionInterval
        intervalsLeft = intervalsPerEpisode
        waitingUnit = scenario.waitingUnit
        meter = RewardMeter(scenario.reward, scale: scenario.rewardScale, laneCount: laneCount)
        discount = scenario.discount
    }

    /// The mean queue of an intersection, the mean delay, the share of demand that has left.
    public var gauges: [Gauge] {
        var totals = totals
        for simulation in simulations { totals.add(simulation.counters) }
        let intersections = max(1, laneCount / max(1, simulations.count))
        return [
            Gauge(
                name: "mean queue",
                unit: "vehicles",
                total: Double(totals.queued),
                weight: Double(totals.seconds * intersections),
                isBetterLow: true
            ),
            Gauge(
                name: "mean delay",
                unit: "s",
                total: Double(totals.waited),
                weight: Double(totals.demanded),
                isBetterLow: true
            ),
            Gauge(
                name: "served",
                unit: "",
                total: Double(totals.left),
                weight: Double(totals.demanded),
                isBetterLow: false
            ),
        ]
    }

    /// All networks start anew together.
    public var episodeSteps: Int? { intervalsPerEpisode }

    /// Writes the first decision of every lane.
    public mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        for replica in simulations.indices { writeDecisions(of: replica, &batch) }
    }

    /// Sets the signals, simulates one decision interval and writes the decisions that are due.
    ///
    /// One replica after the other from its decisions to its next ones, so that a core reads it from memory once.
    public mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        let (count, decisionCount) = (intersectionCount, batch.decisionCount)
        swap(&decided, &batch.queries)
        batch.removeAll()
        intervalsLeft -= 1
        var decision = 0
        for replica in simulations.indices {
            touched = simulations[replica].state.touched()
            while decision < decisionCount, Int(decided.lanes[decision]) < (replica + 1) * count {
                let lane = Int(decided.lanes[decision])
                simulations[replica].request(phase: Int(actions[decision]), at: lane - replica * count)
                holds.begin(lane: lane, state: decided.states[decision], action: actions[decision])
                decision += 1
            }
            if kinds.isEmpty {
                simulations[replica].advance(seconds: envelope.interval)
            } else {
                kinds[replica].advance(&simulations[replica], seconds: envelope.interval)
            }
            collectRewards(of: replica)
            if intervalsLeft > 0 { writeDecisions(of: replica, &batch) }
        }
        precondition(decision == decisionCount, "the batch holds the decisions of the step before")
        if intervalsLeft == 0 { endEpisodes(&batch) }
    }

    private var intersectionCount: Int { laneCount / max(1, simulations.count) }

    private mutating func collectRewards(of replica: Int) {
        let count = intersectionCount
        if meter.isDelay, kinds.isEmpty {
            simulations[replica].collectWaiting(into: &waiting)
            for intersection in 0..<count { rewards[intersection] = -Float(waiting[intersection]) * waitingUnit }
        } else {
            let (wanted, unit) = (meter.wanted, waitingUnit)
            for intersection in 0..<count {
                var figures = simulations[replica].figures(at: intersection, for: wanted, waitingUnit: unit)
                if !kinds.isEmpty {
                    kinds[replica].weigh(&figures, at: intersection, in: simulations[replica], waitingUnit: unit)
                }
                rewards[intersection] = meter.reward(figures, lane: replica * count + intersection)
            }
        }
        for reward in rewards { episodeReturns[replica] += Double(reward) }
        holds.add(rewards, from: replica * count, discount: discount)
    }

    /// Writes the decisions that a replica's signals can make now, each with the transition that leads to it.
    private mutating func writeDecisions(of replica: Int, _ batch: inout StepBatch) {
        let (simulation, count) = (simulations[replica], intersectionCount)
        for intersection in 0..<count where simulation.canDecide(intersection) {
            let lane = replica * count + intersection
            let decision = decision(of: lane, at: intersection, of: replica, in: simulation)
            if holds.isUnderWay(lane: lane) { holds.writeTransition(of: lane, bootstrap: batch.queries.count, &batch) }
            batch.decide(lane: lane, state: decision.state, mask: decision.mask)
        }
    }

    @inline(__always)
    private func decision(
        of lane: Int,
        at intersection: Int,
        of replica: Int,
        in simulation: TrafficSimulation
    ) -> Decision {
        // What `IntersectionView` would say, without one.
        let watch = simulation.watch(intersection, within: detectorSeconds)
        let (phase, greenAge) = (simulation.phase(of: intersection), simulation.stageTime(of: intersection))
        let allowed = envelope.allowedPhases(
            phase: phase,
            greenAge: greenAge,
            redWaits: SIMD16(lowHalf: watch.redWaits, highHalf: .zero),
            longest: Int(watch.longestRedWait),
            phaseCount: simulation.phaseCount(of: intersection)
        )
        let state = encoder.state(
            intersection: intersection,
            phase: phase,
            greenAge: greenAge,
            demand: watch.demand,
            fullExits: simulation.fullExits(at: intersection),
            neighborQueue: simulation.neighborQueue(of: intersection)
        )
        let mask = allowed & (watch.called | 1 << UInt64(phase))
        guard !kinds.isEmpty else { return Decision(lane: lane, state: state, mask: mask) }
        let asked = allowed & kinds[replica].priorityPhases(at: intersection, simulation)
        return Decision(lane: lane, state: state, mask: asked != 0 ? asked : mask)
    }

    /// Starts all replicas anew; the lanes that could decide now bootstrap on what they would have decided in.
    private mutating func endEpisodes(_ batch: inout StepBatch) {
        cutOff.removeAll(keepingCapacity: true)
        let count = intersectionCount
        for (replica, simulation) in simulations.enumerated() {
            for intersection in 0..<count where simulation.canDecide(intersection) {
                let lane = replica * count + intersection
                cutOff.append(decision(of: lane, at: intersection, of: replica, in: simulation))
            }
        }
        // After a reset every lane decides, so the first extra query comes after that many.
        for (index, end) in cutOff.enumerated() {
            holds.writeTransition(of: end.lane, bootstrap: laneCount + index, &batch)
        }
        holds.reset()
        meter.reset()
        for replica in simulations.indices {
            totals.add(simulations[replica].counters)
            batch.episodeReturns.append(episodeReturns[replica])
            episodeReturns[replica] = 0
            simulations[replica].reset()
            if !kinds.isEmpty { kinds[replica].reset() }
            writeDecisions(of: replica, &batch)
        }
        for end in cutOff {
            batch.queries.states.append(end.state)
            batch.queries.lanes.append(UInt32(truncatingIfNeeded: end.lane))
            batch.queries.masks.append(end.mask)
        }
        intervalsLeft = intervalsPerEpisode
    }
}

extension TrafficEnvironment {
    /// What the signals that can be changed now decide in.
    public var dueDecisions: StepBatch.Queries? {
        var (copy, batch) = (self, StepBatch())
        for replica in simulations.indices { copy.writeDecisions(of: replica, &batch) }
        return batch.queries
    }

    /// Writes the simulations, the holds and the sums.
    public func save(to writer: inout WordWriter) {
        for simulation in simulations { simulation.save(to: &writer) }
        writer.write(episodeReturns)
        holds.save(to: &writer)
        meter.save(to: &writer)
        for watch in kinds { watch.save(to: &writer) }
        writer.write([totals.seconds, totals.queued, totals.waited, totals.demanded, totals.left, intervalsLeft])
    }

    /// Puts back what `save` wrote.
    public mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        var copy = self
        for index in simulations.indices { try copy.simulations[index].restore(from: &reader) }
        copy.episodeReturns = try reader.doubleArray()
        try copy.holds.restore(from: &reader, in: space)
        try copy.meter.restore(from: &reader)
        for index in kinds.indices { try copy.kinds[index].restore(from: &reader, of: copy.simulations[index]) }
        let sums = try reader.integerArray()
        guard copy.episodeReturns.count == simulations.count, copy.episodeReturns.allSatisfy(\.isFinite),
            sums.count == 6, sums.allSatisfy({ TrafficCounters.plausible.contains($0) }),
            (1...intervalsPerEpisode).contains(sums[5])
        else {
            throw WordReader.Failure("the saved traffic lanes do not fit \(laneCount) lanes")
        }
        (copy.totals.seconds, copy.totals.queued, copy.totals.waited) = (sums[0], sums[1], sums[2])
        (copy.totals.demanded, copy.totals.left, copy.intervalsLeft) = (sums[3], sums[4], sums[5])
        self = copy
    }
}
