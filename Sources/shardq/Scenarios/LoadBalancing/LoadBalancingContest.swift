internal import Evaluation
internal import Reports
internal import Scenarios
internal import TabularLearning

/// Dispatchers against each other: the same requests, the time that each takes, and how far each is from the exact optimum.
struct LoadBalancingContest {
    private let scenario: LoadBalancingScenario
    private let contest: ProcessContest
    private let policies: [EvaluatedPolicy]
    private let work: RequestStream.Work
    private let arrivals: RequestStream.Arrivals

    /// Requests before anything is measured, and those that are measured.
    private static let warmUp = 5_000
    private static let measured = 50_000

    init(
        _ scenario: LoadBalancingScenario,
        _ policies: [EvaluatedPolicy],
        work: RequestStream.Work = .exponential,
        arrivals: RequestStream.Arrivals = .poisson
    ) throws {
        self.scenario = scenario
        self.policies = policies
        self.work = work
        self.arrivals = arrivals
        contest = try ProcessContest(scenario, policies)
    }

    /// A way to send requests.
    private enum Dispatcher: Sendable {
        /// By the numbers of requests.
        case controller(Controller)
        /// To the server that would be idle first, which takes knowing all work.
        case leastWorkLeft

        var name: String {
            switch self {
            case .controller(let controller): controller.name
            case .leastWorkLeft: "least-work-left"
            }
        }
    }

    func outcome(_ run: ProcessContest.Run) async throws -> EvaluationOutcome {
        let dispatchers = contest.contenders.map { Dispatcher.controller($0.controller) } + [.leastWorkLeft]
        let seeds = (0..<run.seedCount).map { UInt64($0) + 1 }
        let progress = EvaluationProgress(total: dispatchers.count * seeds.count, isQuiet: run.isQuiet)
        let flat = try await ParallelRuns.map(dispatchers.count * seeds.count, onFinish: { progress.show($0) }) {
            [self] index in
            simulate(dispatchers[index / seeds.count], seed: seeds[index % seeds.count])
        }
        let runs = dispatchers.indices.map { Array(flat[($0 * seeds.count)..<(($0 + 1) * seeds.count)]) }
        let all = Comparison(
            title: "\(scenario.subject), \(arrivals.rawValue) arrivals, \(work.rawValue) work; \(Self.warmUp) + "
                + "\(Self.measured) requests, \(seeds.count) seeds",
            seeds: seeds,
            contenders: zip(dispatchers, runs).map { ServiceTimes.summarize($1, name: $0.name) }
        )
        let comparison = policies.count > 1 ? all.pooling(contest.learned, as: "learned") : all
        let reference = policies.isEmpty ? "optimum" : "learned"
        return EvaluationOutcome(
            scenario: ScenarioName(of: LoadBalancingScenario.self),
            comparison: comparison,
            reference: reference,
            policies: policies,
            tables: [("Exact values from the start", contest.exactTable)],
            parts: policies.count > 1 ? contest.learned + ["learned-worst"] : [],
            charts: run.withCharts
                ? ["latency", "p99"].compactMap {
                    ComparisonCharts.bars(comparison, metric: $0, highlighting: reference)
                } + [tails(zip(dispatchers, runs).map { ($0.name, $1) })]
                    + scenario.charts(contest.solution, learned: policies.first?.table) : []
        )
    }

    /// The share of requests that take longer, by time.
    private func tails(_ runs: [(name: String, runs: [ServiceTimes])]) -> Chart {
        var chart = Chart(
            "latency-tails",
            title: "How many requests take longer",
            caption: "\(scenario.subject), \(arrivals.rawValue) arrivals, \(work.rawValue) work. All seeds together.",
            x: .init("latency", unit: "time"),
            y: .init("share of requests that take longer", isLogarithmic: true)
        )
        let shares = [0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002]
        chart.curves = runs.map { name, runs in
            let sorted = runs.flatMap(\.latencies).sorted()
            return .init(
                name,
                points: shares.map { .init(x: ServiceTimes.quantile(1 - $0, of: sorted), y: $0) },
                style: .linesAndPoints
            )
        }
        return chart
    }

    private func simulate(_ dispatcher: Dispatcher, seed: UInt64) -> ServiceTimes {
        var requests = RequestStream(rate: scenario.arrivalRate, work: work, arrivals: arrivals, seed: seed)
        var farm = ServerFarm(rates: scenario.serviceRates, capacity: scenario.capacity)
        var own = SplitMix64(state: CounterBasedRandom(seed: seed, stream: .controller).laneKey(1 << 40))
        var memory =
            switch dispatcher {
            case .controller(let controller): controller.firstMemory
            case .leastWorkLeft: 0
            }
        var times = ServiceTimes()
        let came = DecisionProcess.Outcome(probability: 1, reward: 0, next: 0, event: LoadBalancingScenario.arrival)
        for request in 0..<(Self.warmUp + Self.measured) {
            if request == Self.warmUp { times.begin(at: requests.now, busy: farm.busyTimes) }
            let work = requests.next()
            let queues = farm.queues(at: requests.now)
            let server: Int
            switch dispatcher {
            case .controller(let controller):
                let state = scenario.state(queues)
                server = controller.action(in: state, memory, unit: own.nextUnit())
                memory = controller.remember(memory, state, server, came)
            case .leastWorkLeft:
                let left = zip(farm.workLeft(at: requests.now), scenario.serviceRates).map { $0 + work / $1 }
                server = left.indices.min { (left[$0], $0) < (left[$1], $1) } ?? 0
            }
            let latency = farm.send(work: work, to: server, at: requests.now)
            if request >= Self.warmUp { times.note(latency) }
        }
        times.end(at: requests.now, busy: farm.busyTimes)
        return times
    }
}
