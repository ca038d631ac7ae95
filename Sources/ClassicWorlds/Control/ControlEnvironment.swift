public import TabularLearning

/// Lanes that each drive a mechanical system of their own, whose numbers a coder makes states of.
public struct ControlEnvironment<Problem: ControlProblem>: RestorableEnvironment, ObservedEnvironment {
    /// The coder's levels, by variable.
    public let space: StateSpace
    /// The grids over them, if it is a coder of tiles.
    public let tiles: TileCoding?
    private let problem: Problem
    private let coder: ControlCoder
    private let startKeys: [UInt64]

    private var systems: [SIMD4<Double>]
    private var elapsed: [UInt32]
    private var returns: [Double]
    private var stepCount: UInt64 = 0
    private var ended = Ended()
    /// The systems in which episodes came to their ends in the last step.
    private var ends: [SIMD4<Double>] = []
    private var cuts: [(lane: Int, state: UInt64)] = []

    private struct Ended: Sendable {
        var episodes: UInt64 = 0
        var returns = 0.0
    }

    /// Creates lanes at their starts.
    ///
    /// - Parameters:
    ///   - problem: The system.
    ///   - coder: Is for all its variables.
    ///   - replicas: The numbers of the lanes within the run; they and the seed key the random numbers.
    ///   - seed: The run's seed.
    public init(_ problem: Problem, coder: ControlCoder, replicas: Range<Int>, seed: UInt64) {
        (self.problem, self.coder) = (problem, coder)
        space = coder.states(of: problem)
        tiles = coder.tileCoding(of: problem)
        let starting = CounterBasedRandom(seed: seed, stream: .start)
        startKeys = replicas.map { starting.laneKey(UInt64($0)) }
        systems = Array(repeating: SIMD4(), count: replicas.count)
        elapsed = Array(repeating: 0, count: replicas.count)
        returns = Array(repeating: 0, count: replicas.count)
        for lane in systems.indices { systems[lane] = start(of: lane) }
    }

    /// A lane each.
    public var laneCount: Int { systems.count }

    /// The mean return of the episodes that ended or were cut, exploration included.
    public var gauges: [Gauge] {
        [
            Gauge(
                name: "return of an episode",
                unit: "",
                total: ended.returns,
                weight: Double(ended.episodes),
                isBetterLow: false
            )
        ]
    }

    /// Writes the first states.
    public func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        for lane in systems.indices { batch.decide(lane: lane, state: coder.state(of: systems[lane])) }
    }

    /// Moves every system on by a step; where an episode ends or is cut the next one begins.
    public mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        precondition(actions.count == laneCount, "one action per lane")
        stepCount += 1
        ends.removeAll(keepingCapacity: true)
        cuts.removeAll(keepingCapacity: true)
        let states = batch.queries.states
        batch.removeAll()
        for lane in systems.indices {
            let (reward, isTerminal) = problem.step(&systems[lane], Int(actions[lane]))
            elapsed[lane] += 1
            returns[lane] += reward
            batch.transition(
                state: states[lane],
                action: actions[lane],
                reward: Float(reward),
                bootstrap: isTerminal ? StepBatch.Transitions.terminal : Int32(truncatingIfNeeded: lane)
            )
            guard isTerminal || elapsed[lane] >= problem.stepLimit else { continue }
            if !isTerminal {
                batch.transitions.bootstraps[lane] = Int32(truncatingIfNeeded: laneCount + cuts.count)
                cuts.append((lane, coder.state(of: systems[lane])))
            }
            end(lane, &batch)
        }
        for lane in systems.indices { batch.decide(lane: lane, state: coder.state(of: systems[lane])) }
        for cut in cuts {
            batch.queries.states.append(cut.state)
            batch.queries.lanes.append(UInt32(truncatingIfNeeded: cut.lane))
        }
    }

    private mutating func end(_ lane: Int, _ batch: inout StepBatch) {
        batch.episodeReturns.append(returns[lane])
        ended.episodes += 1
        ended.returns += returns[lane]
        ends.append(systems[lane])
        (returns[lane], elapsed[lane]) = (0, 0)
        systems[lane] = start(of: lane)
    }

    private func start(of lane: Int) -> SIMD4<Double> {
        var random = SplitMix64(state: startKeys[lane] &+ SplitMix64.mix(stepCount))
        return problem.start(&random)
    }

    /// The systems' numbers.
    public var observations: [Double] { numbers(systems) }

    /// The systems' numbers at the ends of episodes.
    public var endObservations: [Double] { numbers(ends) }

    private func numbers(_ systems: [SIMD4<Double>]) -> [Double] {
        systems.flatMap { system in problem.variables.indices.map { system[$0] } }
    }
}

extension ControlEnvironment {
    /// The coded states of the systems.
    public var dueDecisions: StepBatch.Queries? {
        var batch = StepBatch()
        begin(&batch)
        return batch.queries
    }

    /// Writes the systems and the sums.
    public func save(to writer: inout WordWriter) {
        writer.write(numbers(systems))
        writer.write(elapsed)
        writer.write(returns)
        for count in [stepCount, ended.episodes] { writer.write(count) }
        writer.write(ended.returns)
    }

    /// Puts back what `save` wrote.
    public mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        let (numbers, elapsed, returns) = (try reader.doubleArray(), try reader.wordArray(), try reader.doubleArray())
        let (stepCount, episodes, sum) = (try reader.long(), try reader.long(), try reader.double())
        let width = problem.variables.count
        guard numbers.count == laneCount * width, elapsed.count == laneCount, returns.count == laneCount else {
            throw WordReader.Failure("\(elapsed.count) lanes were saved, \(laneCount) are to be restored")
        }
        guard (numbers + returns + [sum]).allSatisfy({ $0.isFinite && $0.magnitude < 1e12 }),
            elapsed.allSatisfy({ $0 < problem.stepLimit }), stepCount <= 1 << 60, episodes <= 1 << 60
        else { throw WordReader.Failure("an episode was saved that cannot have been") }
        for lane in systems.indices {
            systems[lane] = SIMD4()
            for index in 0..<width { systems[lane][index] = numbers[lane * width + index] }
        }
        (self.elapsed, self.returns, self.stepCount) = (elapsed, returns, stepCount)
        ended = Ended(episodes: episodes, returns: sum)
    }
}
