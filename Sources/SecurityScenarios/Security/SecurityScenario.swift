internal import DecisionProcesses
internal import Evaluation
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A network of hosts under attack: a defender chooses which one is cleaned.
///
/// In each tick the defender may clean one host. Then every compromised host tries each of its clean neighbours, and the first
/// host can be reached from outside. A compromised host costs 1 a tick, the last one, a database, more; cleaning costs too.
///
/// Related: Miehling, Rasouli and Teneketzis, *Optimal Defense Policies for Partially Observable Spreading Processes on Bayesian
/// Attack Graphs*, ACM Workshop on Moving Target Defense, 2015; here the defender sees which hosts are compromised.
struct SecurityScenario: Scenario, Hashable {
    static let name = "security"

    /// Whom the attack strikes.
    enum Attacker: String, Hashable, Codable, CaseIterable {
        /// Every clean neighbour of every compromised host.
        case spreading
        /// All compromised hosts together the clean neighbour that is nearest to the database.
        case targeted
    }

    /// Which hosts see each other, each pair once, the lower number first.
    var links = ring(of: 6)
    var attacker = Attacker.spreading
    /// The probability that a compromised host takes a neighbour in a tick.
    var infection = 0.15
    /// The probability that the first host is taken from outside in a tick.
    var entry = 0.1
    /// What the compromised database costs in a tick.
    var databaseCost = 5.0
    /// What cleaning costs.
    var cleaningCost = 1.0

    /// What the hosts are called; none where they go by their numbers.
    @AddedSetting<AbsentList<String>> var names: [String] = []

    /// A link between two hosts.
    struct Link: Hashable, Codable {
        var from: Int
        var to: Int
    }

    static let hostCounts = 2...8

    /// Hosts in a ring with one link across, from the first to the one half-way.
    static func ring(of count: Int) -> [Link] {
        let all =
            (0..<count).map { Link(from: min($0, ($0 + 1) % count), to: max($0, ($0 + 1) % count)) }
            + [Link(from: 0, to: count / 2)]
        return Set(all).sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }

    var hostCount: Int { 1 + (links.map { max($0.from, $0.to) }.max() ?? 0) }

    func check() throws(ScenarioError) {
        for link in links
        where !(0..<Self.hostCounts.upperBound).contains(link.from) || link.from == link.to
            || !(0..<Self.hostCounts.upperBound).contains(link.to)
        {
            throw ScenarioError(
                "a link \(link.from)-\(link.to): two different hosts of 0 to \(Self.hostCounts.upperBound - 1)"
            )
        }
        guard Self.hostCounts.contains(hostCount) else {
            throw ScenarioError("no links: 2 to 8 hosts, linked in pairs")
        }
        let apart = (0..<hostCount).filter { distances[$0] == nil }
        guard apart.isEmpty else {
            throw ScenarioError("host \(apart[0]) has no way to the database, host \(hostCount - 1): link it")
        }
        guard names.isEmpty || Set(names).count == hostCount && names.count == hostCount else {
            throw ScenarioError("\(names.count) names for \(hostCount) hosts: one for each, all different, or none")
        }
        for (what, value) in [("infection", infection), ("entry", entry)] where !(0...1).contains(value) {
            throw ScenarioError("a probability of \(what) of \(value) is not within 0...1")
        }
        for (what, value) in [("database", databaseCost), ("cleaning", cleaningCost)] where !(0...1e6).contains(value) {
            throw ScenarioError("a \(what) cost of \(value) is not within 0...1000000")
        }
    }

    /// For each host whether it is compromised, the last one, the database, first.
    var space: StateSpace {
        StateSpace(
            factors: (0..<hostCount).reversed().map {
                .init(name(of: $0), levels: ["clean", "compromised"])
            },
            actions: ["watch"] + (0..<hostCount).map { "clean \(name(of: $0))" }
        )
    }

    private func name(of host: Int) -> String {
        names.isEmpty ? host == hostCount - 1 ? "database" : "host \(host)" : names[host]
    }

    /// Random cleaning from all states at first, so that all are seen.
    var defaults: TrainingDefaults {
        .overAllStates(
            discount: 0.95,
            stepSize: .visitCount(discount: 0.95),
            steps: 10_000_000
        )
    }
}

extension SecurityScenario: ProcessScenario {
    /// All compromised: from there on it is told whether the defender knows what comes first.
    var start: Int { (1 << hostCount) - 1 }

    var trainingStarts: [Int] { Array(0..<(1 << hostCount)) }

    var stepLimit: Int? { 100 }

    var subject: String { "security, \(hostCount) hosts, all compromised at first, \(attacker.rawValue) attacker" }

    /// The neighbours of each host.
    var neighbours: [[Int]] {
        (0..<hostCount).map { host in
            (0..<hostCount).filter { other in
                links.contains { ($0.from, $0.to) == (host, other) || ($0.to, $0.from) == (host, other) }
            }
        }
    }

    /// The links from each host to the database; `nil` where there is no way.
    var distances: [Int?] {
        var distances = [Int?](repeating: nil, count: hostCount)
        distances[hostCount - 1] = 0
        let neighbours = neighbours
        for distance in 0..<hostCount {
            for host in 0..<hostCount where distances[host] == distance {
                for neighbour in neighbours[host] where distances[neighbour] == nil {
                    distances[neighbour] = distance + 1
                }
            }
        }
        return distances
    }

    /// The cost of a tick in a state.
    func cost(_ state: Int) -> Double {
        (0..<hostCount).reduce(0) { $0 + (state >> $1 & 1 == 0 ? 0 : $1 == hostCount - 1 ? databaseCost : 1) }
    }

    var process: DecisionProcess {
        let (neighbours, distances) = (neighbours, distances)
        return DecisionProcess(
            stateCount: 1 << hostCount,
            actionCount: hostCount + 1,
            mask: { _ in 1 << UInt64(hostCount + 1) - 1 },
            outcomes: { state, action in
                let left = action == 0 ? state : state & ~(1 << (action - 1))
                let reward = -cost(state) - (action > 0 ? cleaningCost : 0)
                var outcomes = [DecisionProcess.Outcome(probability: 1, reward: reward, next: 0)]
                for (host, chance) in chances(left, neighbours, distances).enumerated() {
                    outcomes = outcomes.flatMap { outcome in
                        [(chance, 1 << host), (1 - chance, 0)].filter { $0.0 > 0 }.map { share, bit in
                            .init(
                                probability: outcome.probability * share,
                                reward: reward,
                                next: (outcome.next ?? 0) | bit
                            )
                        }
                    }
                }
                return outcomes
            }
        )
    }

    /// The probability of each host to be compromised after a tick.
    private func chances(_ state: Int, _ neighbours: [[Int]], _ distances: [Int?]) -> [Double] {
        func isCompromised(_ host: Int) -> Bool { state >> host & 1 == 1 }
        func chance(attempts: Int) -> Double {
            1 - (0..<attempts).reduce(1.0) { share, _ in share * (1 - infection) }
        }
        let attackers = neighbours.map { $0.count(where: isCompromised) }
        let target = neighbours.indices.filter { !isCompromised($0) && attackers[$0] > 0 }
            .min { (distances[$0] ?? 0, $0) < (distances[$1] ?? 0, $1) }
        return neighbours.indices.map { host in
            if isCompromised(host) { return 1 }
            let struck =
                switch attacker {
                case .spreading: chance(attempts: attackers[host])
                case .targeted: host == target ? chance(attempts: state.nonzeroBitCount) : 0
                }
            return host == 0 ? 1 - (1 - struck) * (1 - entry) : struck
        }
    }

    func rules(_ solution: ExactSolution) -> [Controller] {
        let (process, neighbours, distances) = (solution.process, neighbours, distances)
        func first(_ name: String, by order: @escaping (Int) -> (Int, Int)) -> Controller {
            Controller(name, in: process) { state in
                let compromised = (0..<hostCount).filter { state >> $0 & 1 == 1 }
                return (compromised.min { order($0) < order($1) } ?? -1) + 1
            }
        }
        return [
            Controller("watch", in: process) { _ in 0 },
            Controller("clean-random", in: process) { state, _ in
                let compromised = (0..<hostCount).filter { state >> $0 & 1 == 1 }
                return compromised.isEmpty ? [(0, 1)] : compromised.map { ($0 + 1, 1) }
            },
            first("database-first") { ($0 == hostCount - 1 ? 0 : 1, $0) },
            first("nearest-to-database") { (distances[$0] ?? hostCount, $0) },
            first("entry-first") { ($0, $0) }, first("most-linked") { (-neighbours[$0].count, $0) },
            .random(in: process),
        ]
    }

    var figures: [ProcessFigure] {
        let database = hostCount - 1
        return [
            ProcessFigure(name: "compromised", unit: "hosts", preference: .lower) { state, _, _ in
                Double(state.nonzeroBitCount)
            },
            ProcessFigure(name: "database lost", unit: "% of time", preference: .lower) { state, _, _ in
                state >> database & 1 == 1 ? 100 : 0
            },
            ProcessFigure(name: "cleanings", unit: "1/tick", preference: .none) { _, action, _ in
                action > 0 ? 1 : 0
            },
        ]
    }
}
