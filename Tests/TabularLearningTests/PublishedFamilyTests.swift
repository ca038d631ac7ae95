import TabularLearning
import Testing

/// The field's examples for the family of rules, with what a program of the same rules, written for the comparison, measured over
/// many seeds: means with 95 % intervals, or shares of runs.
@Suite("The family's published results", .timeLimit(.minutes(5)))
struct PublishedFamilyTests {
    private static func reference(
        _ world: any Environment,
        _ parameters: LearningParameters,
        seed: UInt64 = 1,
        steps: UInt64
    ) -> SerialReference {
        let learner = CohortLearner(
            index: 0,
            of: 1,
            environment: world,
            parameters: parameters,
            seed: seed,
            plannedSteps: steps
        )
        return SerialReference(learners: [learner], parameters: parameters)
    }

    @Test(
        "random walk of 19 states: the error of n steps over the first ten episodes",
        arguments: [(1, 0.80, 0.3456), (2, 0.60, 0.2773), (4, 0.35, 0.2645), (8, 0.25, 0.2770)]
            as [(Int, Float, Double)]
    )
    func walk(_ steps: Int, _ stepSize: Float, _ published: Double) throws {
        let parameters = LearningParameters(
            discount: 1,
            stepSize: .constant(stepSize),
            epsilon: .constant(0),
            staleness: .fresh,
            update: try #require(UpdateRule(rawValue: "n-step-sarsa:\(steps)"))
        )
        let errors = try (1...UInt64(400)).map { seed in
            var reference = Self.reference(RandomWalk(seed: seed), parameters, seed: seed, steps: 100_000)
            var (episodes, sum) = (UInt64(0), 0.0)
            while episodes < 10 {
                _ = try reference.runRound()
                // What the last transition of an episode teaches is in the table a round after its end is counted.
                guard reference.table.updateCount == reference.learners[0].stepsTaken else { continue }
                guard reference.statistics.episodes > episodes else { continue }
                episodes = reference.statistics.episodes
                sum += RandomWalk.error(of: reference.table)
            }
            return sum / 10
        }
        let measured = errors.reduce(0, +) / Double(errors.count)
        // Both intervals are of some 0.003 and 0.005.
        #expect(abs(measured - published) < 0.009, "\(measured)")
    }

    @Test("random walk: what a critic learns is what SARSA does, bit for bit, and so its error is the published one")
    func critic() throws {
        func values(_ name: String, plane: Int) throws -> [Float] {
            var parameters = LearningParameters(
                discount: 1,
                stepSize: .constant(0.8),
                epsilon: .constant(0),
                staleness: .fresh,
                update: try #require(UpdateRule(rawValue: name))
            )
            parameters.fit()
            var reference = Self.reference(RandomWalk(seed: 4), parameters, steps: 3000)
            try reference.run()
            let (cells, width) = (reference.table.cells, reference.table.width)
            return (0..<21).map { cells[$0 * width + plane].value }
        }
        let sarsa = try values("sarsa", plane: 0)
        #expect(try values("actor-critic", plane: 1) == sarsa && Set(sarsa).count > 15)
    }

    @Test(
        "climbing games: how often independent learners end in the best joint action",
        arguments: [
            ("q-learning", Float(0.1), false, 0.0...0.15), ("hysteretic:0.1", 0.1, false, 0.97...1),
            ("distributed", 1, false, 0.97...1), ("q-learning", 0.1, true, 0.0...0.2),
            ("hysteretic:0.1", 0.1, true, 0.8...0.97), ("distributed", 1, true, 0.0...0.05),
            ("lenient", 0.1, true, 0.75...0.92),
        ] as [(String, Float, Bool, ClosedRange<Double>)]
    )
    func climbing(_ name: String, _ stepSize: Float, _ isRandom: Bool, _ share: ClosedRange<Double>) throws {
        let games = 200
        var parameters = LearningParameters(
            discount: 1,
            stepSize: .constant(stepSize),
            epsilon: .constant(0),
            staleness: .fresh,
            update: try #require(UpdateRule(rawValue: name)),
            exploration: .boltzmann(
                temperature: .exponential(initial: 50, final: 0.01, timeConstant: UInt64(2000 * 2 * games))
            )
        )
        parameters.fit()
        var reference = Self.reference(ClimbingGames(count: games, isRandom: isRandom), parameters, steps: 10_000)
        try reference.run()
        let best = (0..<games).count { game in
            (0..<2).allSatisfy { player in
                let cells = reference.table.cells[((game * 2 + player) * 3)..<((game * 2 + player) * 3 + 3)]
                let values = cells.map(\.value)
                return values.firstIndex(of: values.max() ?? 0) == 0
            }
        }
        #expect(share.contains(Double(best) / Double(games)), "\(best) of \(games)")
    }

    @Test(
        "access control: the gain of the greedy policy, of 2.7476 that are possible",
        arguments: ["r-learning", "differential-sarsa", "rvi-q-learning:20"]
    )
    func accessControl(_ name: String) throws {
        var parameters = LearningParameters(
            discount: 1,
            stepSize: .constant(0.01),
            epsilon: .constant(0.1),
            staleness: .fresh,
            ties: .random,
            update: try #require(UpdateRule(rawValue: name))
        )
        parameters.fit()
        let gains = try (1...UInt64(2)).map { seed in
            var reference = Self.reference(AccessControl(seed: seed), parameters, seed: seed, steps: 1_000_000)
            try reference.run()
            return AccessControl.gain(of: reference.table)
        }
        #expect(gains.allSatisfy { $0 > 2.70 && $0 < 2.7477 }, "\(gains)")
        #expect(gains.reduce(0, +) / 2 > 2.725, "\(gains)")
    }

    @Test("river swim: a bonus explores where ε does not")
    func riverSwim() throws {
        func regret(_ name: String, epsilon: Double, initialValue: Float) throws -> Double {
            let parameters = LearningParameters(
                discount: 1,
                stepSize: .visitCount(horizon: 20, minimum: 0),
                epsilon: .constant(epsilon),
                initialValue: initialValue,
                staleness: .fresh,
                ties: .random,
                update: try #require(UpdateRule(rawValue: name))
            )
            var reference = Self.reference(RiverSwim(seed: 3), parameters, seed: 3, steps: 20 * 20_000)
            try reference.run()
            return 3.397264 * 20_000 - reference.statistics.rewardSum
        }
        let greedy = try regret("q-learning", epsilon: 0.1, initialValue: 0)
        #expect(greedy > 60_000, "\(greedy)")
        let bonus = try regret("ucb-hoeffding:0.0043:20", epsilon: 0, initialValue: 20)
        #expect(bonus < 8_000, "\(bonus)")
    }
}

/// 19 states in a row and one action: to either side with equal odds, −1 at the left end and 1 at the right.
private struct RandomWalk: Environment {
    private var random: SplitMix64
    private var place = 10

    init(seed: UInt64) { random = SplitMix64(state: SplitMix64.mix(seed)) }

    var laneCount: Int { 1 }
    var space: StateSpace { StateSpace(factors: [.init("place", count: 21)], actions: ["on"]) }
    var gauges: [Gauge] { [] }

    static func error(of table: ActionValueTable) -> Double {
        let squares = (1...19).map { place in
            let error = Double(table.cells[place].value) - Double(place - 10) / 10
            return error * error
        }
        return (squares.reduce(0, +) / 19).squareRoot()
    }

    mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        batch.decide(lane: 0, state: 10)
    }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        batch.removeAll()
        let before = place
        place += random.nextIndex(below: 2) == 0 ? 1 : -1
        let isOver = place == 0 || place == 20
        batch.transition(
            state: UInt64(before),
            action: 0,
            reward: place == 20 ? 1 : place == 0 ? -1 : 0,
            bootstrap: isOver ? StepBatch.Transitions.terminal : 0
        )
        if isOver {
            batch.episodeReturns.append(place == 20 ? 1 : -1)
            place = 10
        }
        batch.decide(lane: 0, state: UInt64(place))
    }
}

/// Two players a game who know their own actions only; every play is an episode.
private struct ClimbingGames: Environment {
    let count: Int
    /// Whether the middle pays 14 or 0 instead of 7.
    let isRandom: Bool
    private var random = SplitMix64(state: 99)

    init(count: Int, isRandom: Bool) {
        self.count = count
        self.isRandom = isRandom
    }

    private static let payoffs: [[Float]] = [[11, -30, 0], [-30, 7, 6], [0, 0, 5]]

    var laneCount: Int { 2 * count }
    var space: StateSpace { StateSpace(factors: [.init("player", count: 2 * count)], actions: ["a", "b", "c"]) }
    var gauges: [Gauge] { [] }

    mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        for lane in 0..<laneCount { batch.decide(lane: lane, state: UInt64(lane)) }
    }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        batch.removeAll()
        for lane in 0..<laneCount {
            let (one, other) = (Int(actions[lane & ~1]), Int(actions[lane | 1]))
            var reward = Self.payoffs[one][other]
            if isRandom, (one, other) == (1, 1) {
                // Both players of a game see the same payoff.
                let coin = SplitMix64.mix(random.state &+ UInt64(lane / 2) &* 0x9E37_79B9) >> 63
                reward = coin == 0 ? 14 : 0
            }
            batch.transition(
                state: UInt64(lane),
                action: actions[lane],
                reward: reward,
                bootstrap: StepBatch.Transitions.terminal
            )
            batch.decide(lane: lane, state: UInt64(lane))
        }
        _ = random.next()
    }
}

/// Ten servers, each free again with 0.06 a step, and a queue of customers who pay 1, 2, 4 or 8 (Sutton & Barto 2018, §10.3).
private struct AccessControl: Environment {
    private static let payments: [Float] = [1, 2, 4, 8]
    private var random: SplitMix64
    private var free = 10
    private var customer = 0

    init(seed: UInt64) { random = SplitMix64(state: SplitMix64.mix(seed)) }

    var laneCount: Int { 1 }
    var space: StateSpace {
        StateSpace(factors: [.init("free", count: 11), .init("customer", count: 4)], actions: ["reject", "accept"])
    }
    var gauges: [Gauge] { [] }

    private func decide(_ batch: inout StepBatch) {
        batch.decide(lane: 0, state: UInt64(free * 4 + customer), mask: free == 0 ? 0b01 : 0b11)
    }

    mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        decide(&batch)
    }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        batch.removeAll()
        let (state, action) = (UInt64(free * 4 + customer), actions[0])
        let reward = action == 1 ? Self.payments[customer] : 0
        free -= Int(action)
        free += (0..<(10 - free)).count { _ in random.nextUnit() < 0.06 }
        customer = random.nextIndex(below: 4)
        batch.transition(state: state, action: action, reward: reward, bootstrap: 0)
        decide(&batch)
    }

    /// What the greedy policy of a table earns a step in the long run: the stationary distribution by powers.
    static func gain(of table: ActionValueTable) -> Double {
        let accepts = (0..<44).map { $0 >= 4 && table.cells[$0 * 2 + 1].value > table.cells[$0 * 2].value }
        // The chance that m of n busy servers become free.
        var freed = [[1.0]]
        for count in 1...10 {
            freed.append(
                (0...count).map { m in
                    (m < count ? 0.94 * freed[count - 1][m] : 0) + (m > 0 ? 0.06 * freed[count - 1][m - 1] : 0)
                }
            )
        }
        var shares = [Double](repeating: 1.0 / 44, count: 44)
        for _ in 0..<2000 {
            var next = [Double](repeating: 0, count: 44)
            for state in 0..<44 {
                let left = state / 4 - (accepts[state] ? 1 : 0)
                for (more, chance) in freed[10 - left].enumerated() {
                    for customer in 0..<4 { next[(left + more) * 4 + customer] += shares[state] * chance / 4 }
                }
            }
            shares = next
        }
        return (0..<44).reduce(0) { $0 + (accepts[$1] ? shares[$1] * Double(payments[$1 % 4]) : 0) }
    }
}

/// Six places in a river for 20 steps: left is easy and pays 0.005 at the end, right goes against the stream and pays 1.
private struct RiverSwim: Environment {
    private var random: SplitMix64
    private var place = 0
    private var age = 0

    init(seed: UInt64) { random = SplitMix64(state: SplitMix64.mix(seed)) }

    var laneCount: Int { 1 }
    var space: StateSpace {
        StateSpace(factors: [.init("age", count: 20), .init("place", count: 6)], actions: ["left", "right"])
    }
    var gauges: [Gauge] { [] }

    private var state: UInt64 { UInt64(age * 6 + place) }

    mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        batch.decide(lane: 0, state: state)
    }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        batch.removeAll()
        let before = state
        let reward: Float = actions[0] == 0 ? (place == 0 ? 0.005 : 0) : (place == 5 ? 1 : 0)
        let draw = random.nextUnit()
        if actions[0] == 0 {
            place = max(0, place - 1)
        } else if place == 0 {
            place = draw < 0.6 ? 1 : 0
        } else if place == 5 {
            place = draw < 0.4 ? 4 : 5
        } else {
            place += draw < 0.05 ? -1 : draw < 0.65 ? 0 : 1
        }
        age += 1
        let isOver = age == 20
        if isOver { (age, place) = (0, 0) }
        batch.transition(
            state: before,
            action: actions[0],
            reward: reward,
            bootstrap: isOver ? StepBatch.Transitions.terminal : 0
        )
        batch.decide(lane: 0, state: state)
    }
}
