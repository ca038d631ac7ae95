import OffPolicy
import PolicyServing
import Synchronization
import TabularLearning

/// Five houses in a row, each with a price.
///
/// One goes left or right, and a quarter of the steps goes the other way. Beyond the ends it is over, on the right with a reward
/// of 10.
enum Street {
    static let space = StateSpace(factors: [.init("house", count: 5)], actions: ["left", "right"])
    static let discount = 0.95
    private static let price: [Double] = [0.5, 0.2, 1.0, 0.1, 0.3]
    private static let slip = 0.25

    /// A policy that goes right from these houses and left from the others, with values that are far from the truth.
    static func policy(_ digest: String, right: Set<Int>) throws -> ServedPolicy {
        var table = ActionValueTable(rowCount: 5, actionCount: 2, initialValue: 0)
        let cells: [ActionValueTable.Cell] = (0..<10).map { index in
            let isChosen = right.contains(index / 2) == (index % 2 == 1)
            return ActionValueTable.Cell(value: isChosen ? 3 : 1, visitCount: 5)
        }
        table.replaceCells(from: 0, with: cells)
        return ServedPolicy(
            table: table,
            digest: digest,
            space: space,
            coder: FactorCoder(space),
            explanation: { "\($0)" }
        )
    }

    /// The exact worth of such a policy from the middle.
    static func worth(right: Set<Int>) -> Double {
        var values = Array(repeating: 0.0, count: 5)
        func value(_ house: Int) -> Double {
            guard !values.indices.contains(house) else { return values[house] }
            return house < 0 ? 0 : 10
        }
        for _ in 0..<5000 {
            for house in values.indices {
                let way = right.contains(house) ? 1 : -1
                var next: Double = 0
                for (step, share) in [(way, 1 - slip), (-way, slip)] {
                    let there = house + step
                    // What waits behind the right end comes with the step, not after it.
                    let factor: Double = there > 4 ? 1 : discount
                    next += share * factor * value(there)
                }
                values[house] = next - price[house]
            }
        }
        return values[2]
    }

    /// Serves a policy that strays, walks through so many episodes, and returns the log.
    static func log(_ policy: ServedPolicy, epsilon: Double, episodes: Int, seed: UInt64) throws -> [UInt8] {
        let lines = Mutex<[UInt8]>([])
        let random = Mutex(SplitMix64(state: SplitMix64.mix(seed)))
        let unit: @Sendable () -> Double = { random.withLock { Double($0.next() >> 11) * 0x1p-53 } }
        let server = PolicyServer(
            policy,
            .init(name: "street", terms: .init(epsilon: epsilon)),
            now: { 1000 },
            unit: unit,
            feedback: { record in lines.withLock { $0 += record.line } }
        )
        for episode in 0..<episodes {
            var house = 2
            while (0..<5).contains(house) {
                let name = JSONValue.Member("episode", .string("\(episode)"))
                let members = [JSONValue.Member("house", .number(Double(house))), name]
                let decision = try server.decide([members], version: nil, server.present)[0]
                let way = decision.action == 1 ? 1 : -1
                let next = house + (unit() < slip ? -way : way)
                let bonus: Double = next > 4 ? 10 : 0
                let reward: Double = bonus - price[house]
                let isEnd = !(0..<5).contains(next)
                let body: [JSONValue.Member] = [.init("reward", .number(reward)), name, .init("end", .bool(isEnd))]
                try server.note(.object(body), server.present)
                house = next
            }
        }
        return lines.withLock { $0 }
    }

    /// The same walks without a server: what the other policy says of them.
    static func walks(
        _ served: Set<Int>,
        judging other: Set<Int>,
        epsilon: Double,
        count: Int,
        seed: UInt64
    ) -> [[LoggedStep]] {
        var random = SplitMix64(state: SplitMix64.mix(seed))
        return (0..<count).map { _ in
            var (steps, house) = ([LoggedStep](), 2)
            while (0..<5).contains(house) {
                let isBest = random.nextUnit() >= epsilon || random.nextUnit() < 0.5
                let goesRight = served.contains(house) == isBest
                let isSame = other.contains(house) == goesRight
                let next = house + (goesRight == (random.nextUnit() < slip) ? -1 : 1)
                steps.append(
                    LoggedStep(
                        ratio: isSame ? 1 / (isBest ? 1 - epsilon / 2 : epsilon / 2) : 0,
                        reward: (next > 4 ? 10 : 0) - price[house],
                        actionValue: isSame ? 3 : 1,
                        value: 3
                    )
                )
                house = next
            }
            return steps
        }
    }

    static func read(_ text: String, by policy: ServedPolicy) throws -> LoggedEpisodes {
        var episodes = LoggedEpisodes(seenBy: policy)
        try episodes.read(Array(text.utf8), named: "log")
        return episodes
    }
}
