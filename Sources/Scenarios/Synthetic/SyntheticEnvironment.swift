public import TabularLearning

/// Lanes that each walk through the synthetic problem's states.
///
/// A step is a loop over whole arrays: no allocation, no append, no division.
public struct SyntheticEnvironment: RestorableEnvironment {
    /// One factor, the state itself.
    public let space: StateSpace

    /// Where each lane is.
    private var states: [UInt64]

    private let division: InvariantDivision

    /// Creates lanes in the random states that (seed, replica) name.
    ///
    /// - Parameters:
    ///   - scenario: The problem's sizes.
    ///   - replicas: The numbers of the lanes within the run.
    ///   - seed: The run's seed.
    public init(_ scenario: SyntheticScenario, replicas: Range<Int>, seed: UInt64) {
        space = scenario.space
        division = InvariantDivision(UInt64(scenario.stateCount))
        let random = CounterBasedRandom(seed: seed, stream: .start)
        states = replicas.map { replica in
            var generator = random.generator(lane: UInt64(replica), step: 0)
            return UInt64(generator.nextIndex(below: scenario.stateCount))
        }
    }

    /// One lane a replica.
    public var laneCount: Int { states.count }

    /// Nothing but what the learner counts itself.
    public var gauges: [Gauge] { [] }

    /// Writes the lanes' first states.
    public mutating func begin(_ batch: inout StepBatch) {
        batch.layOutLanes(laneCount, withTransitions: false)
        batch.queries.states.overwrite(with: states)
    }

    /// Moves each lane on and asks for the row it comes to, which serves its choice and its bootstrap.
    public mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        precondition(actions.count == laneCount, "one action per lane")
        batch.layOutLanes(laneCount, withTransitions: true)
        batch.transitions.actions.overwrite(with: actions)
        batch.transitions.states.overwrite(with: states)
        Self.move(&states, by: actions.span, division, rewards: &batch.transitions.rewards)
        batch.queries.states.overwrite(with: states)
    }

    /// Every lane decides in its state.
    public var dueDecisions: StepBatch.Queries? {
        var batch = StepBatch()
        for lane in states.indices { batch.decide(lane: lane, state: states[lane]) }
        return batch.queries
    }

    /// Writes the lanes' states.
    public func save(to writer: inout WordWriter) {
        writer.write(states)
    }

    /// Puts the lanes back.
    public mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        let saved = try reader.longArray()
        guard saved.count == states.count else {
            throw WordReader.Failure("\(saved.count) lanes were saved, \(states.count) are to be restored")
        }
        guard let stray = saved.first(where: { $0 >= division.divisor }) else { return states = saved }
        throw WordReader.Failure("a lane was saved in state \(stray) of \(division.divisor)")
    }

    /// Applies the rule to every lane.
    ///
    /// A next state is below 2³² · 1664525 + 63 · 1013904223 + 12345 < 2⁵³ before the remainder is taken.
    private static func move(
        _ states: inout [UInt64],
        by actions: Span<UInt8>,
        _ division: InvariantDivision,
        rewards: inout [Float]
    ) {
        var states = states.mutableSpan
        var rewards = rewards.mutableSpan
        for lane in 0..<states.count {
            let next = division.remainder(
                of: states[lane] &* 1_664_525 &+ UInt64(actions[lane]) &* 1_013_904_223 &+ 12_345
            )
            states[lane] = next
            rewards[lane] = next % 97 == 0 ? 1 : 0
        }
    }
}
