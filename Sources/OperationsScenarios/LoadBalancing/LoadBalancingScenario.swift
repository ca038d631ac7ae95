internal import DecisionProcesses
internal import Evaluation
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A dispatcher in front of servers with queues, which says where the next request goes.
///
/// Requests come as a Poisson process, servers take exponential times, and a full server turns a request away. In continuous
/// time that is uniformised: each step is the next event of a clock that ticks at the sum of all rates; it is an arrival, or one
/// server finishes, which does nothing to an idle one. Where servers break down and come back those are events too, and
/// whoever decides sees which are broken, as a proxy does by its health checks; requests at a broken server wait for it.
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

    /// How servers break down and come back; `nil` where they do not.
    @AddedSetting<AbsentBreakdowns> var breakdowns: Breakdowns? = nil

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
        if let breakdowns { try breakdowns.check() }
        guard stateCount <= Self.mostStates else {
            throw ScenarioError(
                "\(serviceRates.count) servers that \(breakdowns == nil ? "" : "break down and ")hold \(capacity) requests have \(stateCount) states; at most "
                    + "\(Self.mostStates) are solved: take a smaller capacity"
            )
        }
        guard dropCost >= 0, dropCost <= 1e6 else {
            throw ScenarioError("a drop cost of \(dropCost) is not within 0...1000000")
        }
    }

    /// The requests at each server, and which are broken.
    var space: StateSpace {
        let conditions = breakdowns.map { _ in
            serviceRates.indices.map { StateSpace.Factor("condition \($0 + 1)", levels: ["whole", "broken"]) }
        }
        return StateSpace(
            factors: serviceRates.indices.map { .init("server \($0 + 1)", count: capacity + 1) } + (conditions ?? []),
            actions: serviceRates.indices.map { "server \($0 + 1)" }
        )
    }

    /// Random choices from all states at first, so that all are seen.
    ///
    /// There are many of them, since two choices differ by little and their samples by much. They soon become the learned ones, among which the differences count, and stay random often enough for a
    /// choice that looks bad by chance to be tried again.
    ///
    /// Where servers break down choices are random all the time and step sizes fall by an H of 5 instead of the 100 that the discount
    /// asks for: values lag far behind, all of them alike, and what is left between two choices is the mean over twenty times as many samples.
    var defaults: TrainingDefaults {
        guard breakdowns == nil else {
            return .overAllStates(
                discount: 0.99,
                stepSize: .visitCount(horizon: 5, minimum: 0),
                steps: 120_000_000,
                finalEpsilon: 1
            )
        }
        return .overAllStates(
            discount: 0.99,
            stepSize: .visitCount(discount: 0.99),
            steps: 60_000_000,
            finalEpsilon: 0.3,
            fifths: 1
        )
    }
}

extension LoadBalancingScenario: ProcessScenario {
    /// Everybody idle, and whole.
    var start: Int { 0 }

    var trainingStarts: [Int] { Array(0..<stateCount) }

    var stepLimit: Int? { 200 }

    var subject: String {
        "balance, \(serviceRates.count) servers at \(serviceRates.map { decimal($0) }.joined(separator: ", ")), "
            + "\(decimal(arrivalRate)) requests/time"
            + (breakdowns.map {
                ", breaking down at \(decimal($0.failureRate)), back at \(decimal($0.repairRate)), keeping \(decimal($0.keptShare))"
            } ?? "")
    }

    var figures: [ProcessFigure] { [] }

    private var levels: Int { capacity + 1 }

    /// The ways in which servers can be broken.
    private var conditionCount: Int { breakdowns == nil ? 1 : 1 << serviceRates.count }

    var stateCount: Int { serviceRates.reduce(conditionCount) { count, _ in count * levels } }

    /// The requests at each server in a state.
    func queues(_ state: Int) -> [Int] {
        var (rest, queues) = (state / conditionCount, [Int]())
        for _ in serviceRates {
            queues.append(rest % levels)
            rest /= levels
        }
        return queues.reversed()
    }

    /// Which servers are broken in a state.
    func broken(_ state: Int) -> [Bool] {
        serviceRates.indices.map { (state % conditionCount) >> (serviceRates.count - 1 - $0) & 1 == 1 }
    }

    /// The state in which servers hold so many requests, and some are broken.
    func state(_ queues: [Int], broken: [Bool] = []) -> Int {
        let conditions = breakdowns == nil ? 0 : broken.reduce(0) { $0 * 2 + ($1 ? 1 : 0) }
        return queues.reduce(0) { $0 * levels + min($1, capacity) } * conditionCount + conditions
    }

    /// The event of an outcome in which a request came.
    static let arrival = 0

    var process: DecisionProcess {
        let changes = breakdowns.map { ($0.failureRate + $0.repairRate) * Double(serviceRates.count) } ?? 0
        let total = serviceRates.reduce(arrivalRate, +) + changes
        return DecisionProcess(
            stateCount: stateCount,
            actionCount: serviceRates.count,
            mask: { _ in 1 << UInt64(serviceRates.count) - 1 },
            outcomes: { state, action in
                let (queues, broken) = (queues(state), broken(state))
                // A request that would be turned away costs what that is expected to: whether it comes is noise.
                let expectedDrops = queues[action] == capacity ? arrivalRate / total : 0
                let reward = -Double(queues.reduce(0, +)) - expectedDrops * dropCost
                func outcome(_ rate: Double, _ next: Int, event: Int) -> DecisionProcess.Outcome {
                    .init(probability: rate / total, reward: reward, next: next, event: event)
                }
                var joined = queues
                joined[action] = min(capacity, queues[action] + 1)
                let arrival = outcome(arrivalRate, self.state(joined, broken: broken), event: Self.arrival)
                let finished = serviceRates.indices.flatMap { server in
                    var left = queues
                    left[server] = max(0, left[server] - 1)
                    let kept = broken[server] ? breakdowns?.keptShare ?? 1 : 1
                    let works = outcome(
                        serviceRates[server] * kept,
                        self.state(left, broken: broken),
                        event: server + 1
                    )
                    let rests = outcome(serviceRates[server] * (1 - kept), state, event: server + 1)
                    return [works, rests].filter { $0.probability > 0 }
                }
                return [arrival] + finished + conditionChanges(queues, broken, outcome)
            }
        )
    }

    /// What comes of the clocks at which servers break down and come back; one does nothing to who is in that condition.
    private func conditionChanges(
        _ queues: [Int],
        _ broken: [Bool],
        _ outcome: (Double, Int, Int) -> DecisionProcess.Outcome
    ) -> [DecisionProcess.Outcome] {
        guard let breakdowns else { return [] }
        return serviceRates.indices.flatMap { server in
            [(breakdowns.failureRate, true), (breakdowns.repairRate, false)].map { rate, becomes in
                var after = broken
                after[server] = becomes
                return outcome(rate, state(queues, broken: after), serviceRates.count + 1)
            }
        }
    }

    // The rules of the field, as far as they go by the numbers of requests, and by which servers are broken.
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
        ] + (breakdowns.map { rules($0, in: process) } ?? [])
    }

    /// The rules of a dispatcher that checks the health of its servers.
    private func rules(_ breakdowns: Breakdowns, in process: DecisionProcess) -> [Controller] {
        [
            // Who is broken is out, as behind a proxy's health check, unless all others are full.
            Controller("jsq-healthy", in: process) { state, _ in
                let (queues, broken) = (queues(state), broken(state))
                return Self.shortest(
                    zip(queues, broken).map { Double($0) + ($1 ? Double(levels) : 0) + full($0) }
                )
            },
            Controller("expected-delay-healthy", in: process) { state, _ in
                let (queues, broken) = (queues(state), broken(state))
                let delays = serviceRates.indices.map { server in
                    let requests = queues[server] + 1
                    let delay =
                        broken[server]
                        ? breakdowns.delay(of: requests, rate: serviceRates[server])
                        : Double(requests) / serviceRates[server]
                    return delay + full(queues[server])
                }
                return Self.shortest(delays)
            },
        ]
    }

    /// What keeps a dispatcher from a server that would turn its request away.
    private func full(_ requests: Int) -> Double { requests == capacity ? 1e12 : 0 }

    /// The servers with the least, all alike.
    private static func shortest(_ values: [Double]) -> [(action: Int, share: Double)] {
        let least = values.min() ?? 0
        return values.indices.filter { values[$0] == least }.map { ($0, 1) }
    }

    func compare(_ policies: [EvaluatedPolicy], _ run: ProcessContest.Run) async throws -> EvaluationOutcome {
        try await LoadBalancingContest(self, policies).outcome(run)
    }
}
