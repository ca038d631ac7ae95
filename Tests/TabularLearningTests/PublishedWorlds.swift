import TabularLearning

/// 19 states in a row and one action: to either side with equal odds, −1 at the left end and 1 at the right.
struct RandomWalk: Environment {
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

/// Two players a game, who know their own actions only; every play is an episode.
struct MatrixGames: Environment {
    /// What both players get.
    enum Kind: Sendable {
        /// The best is beside the worst.
        case climbing
        /// The same, and its middle pays 14 or 0 instead of 7.
        case noisyClimbing
        /// Two that are best, and −100 for whoever disagrees on which.
        case penalty
        /// Two coins: the first player gets what the second loses, if both show the same.
        case pennies
        /// Rock, paper, scissors: the same of three.
        case rockPaperScissors

        var payoffs: [[Float]] {
            switch self {
            case .climbing, .noisyClimbing: [[11, -30, 0], [-30, 7, 6], [0, 0, 5]]
            case .penalty: [[10, 0, -100], [0, 2, 0], [-100, 0, 10]]
            case .pennies: [[1, -1], [-1, 1]]
            case .rockPaperScissors: [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]
            }
        }

        /// Whether the second player gets what the first loses; otherwise both get the same.
        var isZeroSum: Bool { self == .pennies || self == .rockPaperScissors }
    }

    let count: Int
    private let kind: Kind
    private let payoffs: [[Float]]
    private var random = SplitMix64(state: 99)

    init(_ kind: Kind, count: Int) {
        (self.kind, self.count, payoffs) = (kind, count, kind.payoffs)
    }

    var laneCount: Int { 2 * count }
    var space: StateSpace {
        StateSpace(factors: [.init("player", count: 2 * count)], actions: payoffs.indices.map { "\($0)" })
    }
    var gauges: [Gauge] { [] }

    mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        for lane in 0..<laneCount { batch.decide(lane: lane, state: UInt64(lane)) }
    }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        batch.removeAll()
        for lane in 0..<laneCount {
            let (one, other) = (Int(actions[lane & ~1]), Int(actions[lane | 1]))
            var reward = payoffs[one][other]
            if kind.isZeroSum, lane % 2 == 1 { reward = -reward }
            if kind == .noisyClimbing, (one, other) == (1, 1) {
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

/// A grid of 3 × 3 from one corner to the opposite one: every step pays −12 or 10, the last 5 (van Hasselt 2010).
///
/// A lane strays with probability 1/√n in a state that it is in for the n-th time, whatever was chosen for it.
struct NoisyGrid: Environment {
    private static let (start, goal) = (6, 2)
    private var random: SplitMix64
    private var place = Self.start
    private var visits = [Double](repeating: 0, count: 9)

    init(seed: UInt64) { random = SplitMix64(state: SplitMix64.mix(seed)) }

    var laneCount: Int { 1 }
    var space: StateSpace {
        StateSpace(factors: [.init("cell", count: 9)], actions: ["up", "down", "left", "right"])
    }
    var gauges: [Gauge] { [] }

    mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        batch.decide(lane: 0, state: UInt64(place))
    }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        batch.removeAll()
        visits[place] += 1
        let strays = random.nextUnit() < 1 / visits[place].squareRoot()
        let action = strays ? UInt8(random.nextIndex(below: 4)) : actions[0]
        let isOver = place == Self.goal
        let (row, column) = (place / 3, place % 3)
        let next =
            switch action {
            case 0: max(0, row - 1) * 3 + column
            case 1: min(2, row + 1) * 3 + column
            case 2: row * 3 + max(0, column - 1)
            default: row * 3 + min(2, column + 1)
            }
        batch.transition(
            state: UInt64(place),
            action: action,
            reward: isOver ? 5 : random.nextIndex(below: 2) == 0 ? -12 : 10,
            bootstrap: isOver ? StepBatch.Transitions.terminal : 0
        )
        place = isOver ? Self.start : next
        batch.decide(lane: 0, state: UInt64(place))
    }
}

/// Ten servers, each free again with 0.06 a step, and a queue of customers who pay 1, 2, 4 or 8 (Sutton & Barto 2018, §10.3).
struct AccessControl: Environment {
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
struct RiverSwim: Environment {
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
