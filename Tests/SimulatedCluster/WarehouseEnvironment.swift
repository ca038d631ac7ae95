public import TabularLearning

/// A random problem for tests that uses every part of the contract.
///
/// Masks, offsets, terminal and truncated transitions, several steps a transition, lanes without a decision, and
/// bootstraps that are the lane's next decision or are not. Nothing about it is meant to be learned.
public struct WarehouseEnvironment: RestorableEnvironment {
    /// The number of lanes.
    public let laneCount: Int
    let replica: UInt64
    let hasMasks: Bool
    let hasOffsets: Bool
    /// Whether whoever steps it is to lend it.
    public let mayTakeLong: Bool
    private let tilings: Int?
    private let random: CounterBasedRandom
    private var stepIndex: UInt64 = 0
    private var states: [UInt64]
    private var isIdle: [Bool]

    /// Creates lanes whose random numbers depend on the replica and the seed.
    ///
    /// Offsets come with masks, unless told otherwise; tiles only if it is said how many grids of them. It takes no time at all.
    public init(
        lanes: Int,
        replica: UInt64,
        seed: UInt64,
        hasMasks: Bool,
        hasOffsets: Bool = true,
        tilings: Int? = nil,
        mayTakeLong: Bool = false
    ) {
        self.tilings = tilings
        self.mayTakeLong = mayTakeLong
        laneCount = lanes
        self.replica = replica
        self.hasMasks = hasMasks
        self.hasOffsets = hasOffsets
        random = CounterBasedRandom(seed: seed &* 1000 &+ replica, stream: .dynamics)
        states = (0..<lanes).map { UInt64($0 * 7 % 60) }
        isIdle = Array(repeating: false, count: lanes)
    }

    /// 60 states of two factors, three actions.
    public var space: StateSpace {
        StateSpace(factors: [.init("place", count: 10), .init("load", count: 6)], actions: ["a", "b", "c"])
    }

    /// Grids over both factors.
    public var tiles: TileCoding? { tilings.map { TileCoding(space, tilingCount: $0) } }

    /// None.
    public var gauges: [Gauge] { [] }

    /// Writes the first decisions.
    public mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        decide(&batch)
    }

    /// Moves every lane that has decided to a random place.
    public mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        let lanes = batch.queries.lanes[..<batch.decisionCount]
        batch.removeAll()
        stepIndex += 1
        var bootstraps: [(state: UInt64, transition: Int)] = []
        var goingOn: [(lane: Int, transition: Int)] = []
        for (lane, action) in zip(lanes, actions) {
            var draw = random.generator(lane: UInt64(lane), step: stepIndex)
            let next = UInt64(draw.nextIndex(below: 60))
            batch.transition(
                lane: Int(lane),
                state: states[Int(lane)],
                action: action,
                reward: Float(draw.nextIndex(below: 9)) - 4,
                bootstrap: StepBatch.Transitions.terminal
            )
            batch.transitions.durations.append(UInt8(1 + draw.nextIndex(below: 3)))
            let isTerminal = draw.nextIndex(below: 4) == 0
            states[Int(lane)] = UInt64(draw.nextIndex(below: 60))
            isIdle[Int(lane)] = draw.nextIndex(below: 3) == 0
            guard !isTerminal else { continue }
            if !isIdle[Int(lane)], draw.nextIndex(below: 2) == 0 {
                states[Int(lane)] = next
                goingOn.append((Int(lane), batch.transitions.count - 1))
            } else {
                bootstraps.append((next, batch.transitions.count - 1))
            }
        }
        for lane in 0..<laneCount where !lanes.contains(UInt32(lane)) { isIdle[lane] = false }
        decide(&batch)
        for entry in goingOn {
            let decision = batch.queries.lanes.firstIndex(of: UInt32(entry.lane)) ?? 0
            batch.transitions.bootstraps[entry.transition] = Int32(decision)
        }
        for entry in bootstraps {
            batch.transitions.bootstraps[entry.transition] = Int32(batch.queries.count)
            append(entry.state, lane: 0, &batch)
        }
    }

    /// Writes the lanes' places.
    public func save(to writer: inout WordWriter) {
        writer.write(stepIndex)
        writer.write(states)
        writer.write(isIdle.map { $0 ? 1 : 0 } as [UInt8])
    }

    /// Puts the lanes back.
    public mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        stepIndex = try reader.long()
        let (places, idle) = (try reader.longArray(), try reader.byteArray())
        guard places.count == laneCount, idle.count == laneCount, places.allSatisfy({ $0 < 60 }) else {
            throw WordReader.Failure("\(places.count) lanes were saved, or one of them is nowhere")
        }
        states = places
        isIdle = idle.map { $0 == 1 }
    }

    private func decide(_ batch: inout StepBatch) {
        for lane in 0..<laneCount where !isIdle[lane] {
            append(states[lane], lane: lane, &batch)
            batch.decisionCount += 1
        }
    }

    private func append(_ state: UInt64, lane: Int, _ batch: inout StepBatch) {
        batch.queries.states.append(state)
        batch.queries.lanes.append(UInt32(lane))
        guard hasMasks else { return }
        batch.queries.masks.append(state % 3 == 0 ? 0b101 : 0b111)
        guard hasOffsets else { return }
        batch.queries.offsets += [0, Float(state % 4), -0.5]
    }
}

/// The same as seen from outside: a plant whose state nobody can write down or put back.
struct IrreversibleEnvironment: Environment {
    var base: WarehouseEnvironment

    var space: StateSpace { base.space }
    var laneCount: Int { base.laneCount }
    var gauges: [Gauge] { base.gauges }
    var tiles: TileCoding? { base.tiles }

    mutating func begin(_ batch: inout StepBatch) { base.begin(&batch) }
    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) { base.step(actions, &batch) }
}
