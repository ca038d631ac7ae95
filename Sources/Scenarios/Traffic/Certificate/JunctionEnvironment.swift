public import TabularLearning

/// Two-movement junctions that are driven by a learner, slot by slot, for ever.
public struct JunctionEnvironment: RestorableEnvironment {
    /// The green movement and the two queues.
    public let space: StateSpace
    private var lanes: [Lane]
    private var slot: UInt64 = 0
    private var queued = 0.0
    private var turnedAway = 0

    private let arrivals: Poisson
    private let keys: [UInt64]
    private let discount: Float
    private let rewardUnit: Float
    private let arrivalRate: Double

    /// A junction, and its last decision with what has followed.
    private struct Lane: Sendable {
        var phase = 0
        /// Slots since the last change began.
        var age = TwoMovementJunction.changeSlots
        var queues = (0, 0)
        var state: UInt64 = 0
        var action: UInt8 = 0
        var reward: Float = 0
        var scale: Float = 1
        /// Slots since the decision; 0 where there was none.
        var duration: UInt8 = 0

        var currentState: UInt64 {
            UInt64((phase * TwoMovementJunction.levels + queues.0) * TwoMovementJunction.levels + queues.1)
        }

        var canDecide: Bool { age >= TwoMovementJunction.changeSlots }

        /// Keep, unless green is over and others wait; change, if anybody waits for it.
        var mask: UInt64 {
            let others = phase == 0 ? queues.1 : queues.0
            if others == 0 { return 0b01 }
            let isOver = age >= TwoMovementJunction.lostSlots + TwoMovementJunction.maximumGreenSlots
            return isOver ? 0b10 : 0b11
        }
    }

    init(_ scenario: JunctionScenario, replicas: Range<Int>, seed: UInt64) {
        let junction = scenario.junction
        space = scenario.space
        lanes = replicas.map { _ in Lane() }
        arrivals = Poisson(mean: junction.arrivalRate)
        arrivalRate = junction.arrivalRate
        let random = CounterBasedRandom(seed: seed, stream: .dynamics)
        keys = replicas.map { random.laneKey(UInt64($0)) }
        discount = scenario.discount
        rewardUnit = 1 / scenario.rewardScale
    }

    /// One lane a junction.
    public var laneCount: Int { lanes.count }

    /// The mean delay so far, and the share of vehicles that found a full queue.
    public var gauges: [Gauge] {
        let slots = Double(max(1, slot)) * Double(max(1, lanes.count))
        let delay = Double(TwoMovementJunction.slotSeconds) * (queued / slots / (2 * arrivalRate) + 0.5)
        return [
            Gauge(name: "mean delay", unit: "s", value: slot == 0 ? 0 : delay),
            Gauge(name: "turned away", unit: "", value: Double(turnedAway) / (slots * 2 * arrivalRate)),
        ]
    }

    /// Writes the first decision of every lane.
    public mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        for lane in lanes.indices { batch.decide(lane: lane, state: lanes[lane].currentState, mask: lanes[lane].mask) }
    }

    /// Applies the decisions, simulates a slot and writes the decisions that are due.
    public mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        for decision in 0..<batch.decisionCount {
            decide(Int(batch.queries.lanes[decision]), state: batch.queries.states[decision], actions[decision])
        }
        batch.removeAll()
        for lane in lanes.indices {
            simulate(lane)
            guard lanes[lane].canDecide else { continue }
            let now = lanes[lane]
            if now.duration > 0 {
                batch.transition(
                    lane: lane,
                    state: now.state,
                    action: now.action,
                    reward: now.reward,
                    bootstrap: Int32(truncatingIfNeeded: batch.queries.count)
                )
                batch.transitions.durations.append(now.duration)
            }
            batch.decide(lane: lane, state: now.currentState, mask: now.mask)
        }
        slot += 1
    }

    private mutating func decide(_ lane: Int, state: UInt64, _ action: UInt8) {
        if action == 1 {
            lanes[lane].phase = 1 - lanes[lane].phase
            lanes[lane].age = 0
        }
        lanes[lane].state = state
        lanes[lane].action = action
        lanes[lane].reward = 0
        lanes[lane].scale = 1
        lanes[lane].duration = 0
    }

    private mutating func simulate(_ index: Int) {
        var lane = lanes[index]
        if lane.age >= TwoMovementJunction.lostSlots {
            if lane.phase == 0 {
                lane.queues.0 = max(0, lane.queues.0 - 1)
            } else {
                lane.queues.1 = max(0, lane.queues.1 - 1)
            }
        }
        let waiting = lane.queues.0 + lane.queues.1
        queued += Double(waiting)
        lane.reward -= lane.scale * Float(waiting) * rewardUnit
        lane.scale *= discount
        lane.duration += 1
        var random = SplitMix64(state: SplitMix64.mix(keys[index] &+ SplitMix64.increment &* (slot &+ 1)))
        let (first, second) = (arrivals.sample(&random), arrivals.sample(&random))
        let capacity = TwoMovementJunction.capacity
        turnedAway += max(0, lane.queues.0 + first - capacity) + max(0, lane.queues.1 + second - capacity)
        lane.queues = (min(capacity, lane.queues.0 + first), min(capacity, lane.queues.1 + second))
        // An age beyond the maximum green says no more.
        let longest = TwoMovementJunction.lostSlots + TwoMovementJunction.maximumGreenSlots
        lane.age = min(lane.age + 1, longest)
        lanes[index] = lane
    }
}

extension JunctionEnvironment {
    /// What the junctions that can decide now decide in.
    public var dueDecisions: StepBatch.Queries? {
        var batch = StepBatch()
        for lane in lanes.indices where lanes[lane].canDecide {
            batch.decide(lane: lane, state: lanes[lane].currentState, mask: lanes[lane].mask)
        }
        return batch.queries
    }

    /// Writes the junctions and their last decisions.
    public func save(to writer: inout WordWriter) {
        writer.write(slot)
        writer.write(queued)
        writer.write(turnedAway)
        writer.write(lanes.count)
        for lane in lanes {
            writer.append([lane.phase, lane.age, lane.queues.0, lane.queues.1].map { UInt32($0) })
            writer.write(lane.state)
            writer.append([UInt32(lane.action), UInt32(lane.duration)])
            writer.write(lane.reward)
            writer.write(lane.scale)
        }
    }

    /// Puts back what `save` wrote.
    public mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        var copy = self
        copy.slot = try reader.long()
        copy.queued = try reader.double()
        copy.turnedAway = try reader.integer()
        let count = try reader.integer()
        guard copy.slot <= 1 << 60, (0...(1 << 60)).contains(copy.turnedAway), copy.queued >= 0, copy.queued.isFinite
        else { throw WordReader.Failure("the saved sums of the junctions make no sense") }
        guard count == lanes.count else {
            throw WordReader.Failure("\(count) junctions were saved, \(lanes.count) are to be restored")
        }
        for index in copy.lanes.indices { copy.lanes[index] = try lane(from: &reader) }
        self = copy
    }

    private func lane(from reader: inout WordReader) throws(WordReader.Failure) -> Lane {
        var lane = Lane()
        lane.phase = Int(try reader.word())
        lane.age = Int(try reader.word())
        lane.queues = (Int(try reader.word()), Int(try reader.word()))
        lane.state = try reader.long()
        let (action, duration) = (try reader.word(), try reader.word())
        lane.reward = try reader.float()
        lane.scale = try reader.float()
        let queues = 0...TwoMovementJunction.capacity
        let longest = TwoMovementJunction.lostSlots + TwoMovementJunction.maximumGreenSlots
        guard (0...1).contains(lane.phase), (0...longest).contains(lane.age), queues.contains(lane.queues.0),
            queues.contains(lane.queues.1), lane.state < space.stateCount, action < 2,
            duration <= TwoMovementJunction.changeSlots, lane.reward.isFinite, (0...1).contains(lane.scale)
        else { throw WordReader.Failure("a saved junction is in a state that there is none") }
        (lane.action, lane.duration) = (UInt8(action), UInt8(duration))
        return lane
    }
}
