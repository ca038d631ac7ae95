internal import Evaluation
internal import Scenarios
internal import TabularLearning

/// A dispatcher in front of servers with queues, which says where the next request goes.
///
/// Requests come as a Poisson process, servers take exponential times, and a full server turns a request away. In continuous
/// time that is uniformised: each step is the next event of a clock that ticks at the sum of all rates; it is an arrival, or one
/// server finishes, which does nothing to an idle one.
///
/// Sources: Winston, *Optimality of the Shortest Line Discipline*, Journal of Applied Probability 14(1), 1977, for equal
/// servers; Hajek, *Optimal Control of Two Interacting Service Stations*, IEEE Transactions on Automatic Control 29(6), 1984,
/// for unequal ones, where a curve that only rises divides the states.
struct LoadBalancingScenario: Scenario, Hashable {
    static let name = "balance"

    /// Requests per unit of time.
    var arrivalRate = 0.8
    /// Requests per unit of time that each server can finish.
    var serviceRates = [0.5, 0.5]
    /// The requests that a server holds at most, the one in service included.
    var capacity = 12
    /// What a request that is turned away costs; one that is in the system costs 1 a step.
    var dropCost = 1000.0

    static let serverCounts = 2...4
    static let capacities = 1...100
    /// The most states that are solved.
    static let mostStates = 20_000

    func check() throws(ScenarioError) {
        guard Self.serverCounts.contains(serviceRates.count) else {
            throw ScenarioError("\(serviceRates.count) service rates: 2 to 4 servers, each with a rate")
        }
        for rate in serviceRates + [arrivalRate] {
            guard (1e-3...1e3).contains(rate) else {
                throw ScenarioError("a rate of \(rate) is not within 0.001...1000")
            }
        }
        guard Self.capacities.contains(capacity) else {
            throw ScenarioError("a capacity of \(capacity) is not within 1...100")
        }
        guard stateCount <= Self.mostStates else {
            throw ScenarioError(
                "\(serviceRates.count) servers that hold \(capacity) requests have \(stateCount) states; at most "
                    + "\(Self.mostStates) are solved: take a smaller capacity"
            )
        }
        guard dropCost >= 0, dropCost <= 1e6 else {
            throw ScenarioError("a drop cost of \(dropCost) is not within 0...1000000")
        }
    }

    /// The requests at each server.
    var space: StateSpace {
        StateSpace(
            factors: serviceRates.indices.map { .init("server \($0 + 1)", count: capacity + 1) },
            actions: serviceRates.indices.map { "server \($0 + 1)" }
        )
    }

    /// Random choices from all states at first, so that all are seen.
    ///
    /// There are many of them, since two choices differ by little and their samples by much. They soon become the learned ones, among which the differences count, and stay random often enough for a
    /// choice that looks bad by chance to be tried again.
    var defaults: TrainingDefaults {
        .overAllStates(
            discount: 0.99,
            stepSize: .visitCount(discount: 0.99),
            steps: 60_000_000,
            finalEpsilon: 0.3,
            fifths: 1
        )
    }
}

extension LoadBalancingScenario: ProcessScenario {
    /// Everybody idle.
    var start: Int { 0 }

    var trainingStarts: [Int] { Array(0..<stateCount) }

    var stepLimit: Int? { 200 }

    var subject: String {
        "balance, \(serviceRates.count) servers at \(serviceRates.map { decimal($0) }.joined(separator: ", ")), "
            + "\(decimal(arrivalRate)) requests/time"
    }

    var figures: [ProcessFigure] { [] }

    private var levels: Int { capacity + 1 }

    var stateCount: Int { serviceRates.reduce(1) { count, _ in count * levels } }

    /// The requests at each server in a state.
    func queues(_ state: Int) -> [Int] {
        var (rest, queues) = (state, [Int]())
        for _ in serviceRates {
            queues.append(rest % levels)
            rest /= levels
        }
        return queues.reversed()
    }

    /// The state in which servers hold so many requests.
    func state(_ queues: [Int]) -> Int { queues.reduce(0) { $0 * levels + min($1, capacity) } }

    /// The event of an outcome in which a request came.
    static let arrival = 0

    var process: DecisionProcess {
        let total = serviceRates.reduce(arrivalRate, +)
        return DecisionProcess(
            stateCount: stateCount,
            actionCount: serviceRates.count,
            mask: { _ in 1 << UInt64(serviceRates.count) - 1 },
            outcomes: { state, action in
                let queues = queues(state)
                // A request that would be turned away costs what that is expected to: whether it comes is noise.
                let expectedDrops = queues[action] == capacity ? arrivalRate / total : 0
                let reward = -Double(queues.reduce(0, +)) - expectedDrops * dropCost
                var joined = queues
                joined[action] = min(capacity, queues[action] + 1)
                let arrival = DecisionProcess.Outcome(
                    probability: arrivalRate / total,
                    reward: reward,
                    next: self.state(joined),
                    event: Self.arrival
                )
                let finished = serviceRates.indices.map { server in
                    var left = queues
                    left[server] = max(0, left[server] - 1)
                    return DecisionProcess.Outcome(
                        probability: serviceRates[server] / total,
                        reward: reward,
                        next: self.state(left),
                        event: server + 1
                    )
                }
                return [arrival] + finished
            }
        )
    }

    // The rules of the field, as far as they go by the numbers of requests.
    func rules(_ solution: ExactSolution) -> [Controller] {
        let (process, servers) = (solution.process, serviceRates.count)
        let delays = { (state: Int) in zip(queues(state), serviceRates).map { Double($0 + 1) / $1 } }
        return [
            Controller.random(in: process),
            Controller("weighted-random", in: process) { _, _ in serviceRates.enumerated().map { ($0, $1) } },
            Controller(
                "round-robin",
                in: process,
                memoryCount: servers,
                remember: { turn, _, _, outcome in outcome.event == Self.arrival ? (turn + 1) % servers : turn },
                shares: { _, turn in [(turn, 1)] }
            ),
            Controller("jsq", in: process) { state, _ in Self.shortest(queues(state).map(Double.init)) },
            Controller("power-of-two", in: process) { state, _ in
                let queues = queues(state)
                // Two servers are drawn, each of all, as a proxy does it; the first on equal lengths.
                return (0..<servers).flatMap { first in
                    (0..<servers).map { second in (queues[second] < queues[first] ? second : first, 1) }
                }
            },
            Controller("jiq", in: process) { state, _ in
                let idle = queues(state).enumerated().filter { $0.element == 0 }.map { ($0.offset, 1.0) }
                return idle.isEmpty ? (0..<servers).map { ($0, 1) } : idle
            },
            Controller("shortest-expected-delay", in: process) { state, _ in Self.shortest(delays(state)) },
        ]
    }

    /// The servers with the least, all alike.
    private static func shortest(_ values: [Double]) -> [(action: Int, share: Double)] {
        let least = values.min() ?? 0
        return values.indices.filter { values[$0] == least }.map { ($0, 1) }
    }

    func compare(_ policies: [EvaluatedPolicy], _ run: ProcessContest.Run) async throws -> EvaluationOutcome {
        try await LoadBalancingContest(self, policies).outcome(run)
    }
}
