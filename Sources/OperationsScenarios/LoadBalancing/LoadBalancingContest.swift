internal import DecisionProcesses
internal import Evaluation
internal import Reports
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// Dispatchers against each other: the same requests, the time that each takes, and how far each is from the exact optimum.
struct LoadBalancingContest {
    private let scenario: LoadBalancingScenario
    private let contest: ProcessContest
    private let policies: [EvaluatedPolicy]
    private let circumstances: Circumstances
    /// Requests before anything is measured, and those that are measured.
    private let warmUp: Int
    private let measured: Int

    /// Under what it is carried out, beside the problem.
    struct Circumstances {
        var work = RequestStream.Work.exponential
        var arrivals = RequestStream.Arrivals.poisson
        /// Requests as they once came; `nil` where they are drawn.
        var recording: RecordedRequests?
        /// How often the figures of load are renewed that dispatchers see; 0 where they are always those of now.
        var reportInterval = 0.0

        /// In words.
        var text: String {
            let requests = recording.map { "requests of \($0.name)" } ?? "\(arrivals.rawValue) arrivals"
            let works = recording?.hasWork == true ? "" : ", \(work.rawValue) work"
            return requests + works + (reportInterval > 0 ? ", load reported every \(decimal(reportInterval))" : "")
        }
    }

    init(
        _ scenario: LoadBalancingScenario,
        _ policies: [EvaluatedPolicy],
        under circumstances: Circumstances = Circumstances()
    ) throws {
        self.scenario = scenario
        self.policies = policies
        self.circumstances = circumstances
        warmUp = circumstances.recording.map { $0.requests.count / 10 } ?? 5_000
        measured = circumstances.recording.map { $0.requests.count - $0.requests.count / 10 } ?? 50_000
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
            title: "\(scenario.subject), \(circumstances.text); \(warmUp) + \(measured) "
                + "requests, \(seeds.count) seeds",
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
            tables: [("Exact values from the start", try contest.exactTable())],
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
            caption: "\(scenario.subject), \(circumstances.text). All seeds together.",
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
        var requests = RequestStream(
            rate: scenario.arrivalRate,
            work: circumstances.work,
            arrivals: circumstances.arrivals,
            recording: circumstances.recording,
            seed: seed
        )
        var farm = ServerFarm(
            rates: scenario.serviceRates,
            capacity: scenario.capacity,
            breakdowns: scenario.breakdowns,
            seed: seed
        )
        var view = LoadView(every: circumstances.reportInterval)
        var own = SplitMix64(state: CounterBasedRandom(seed: seed, stream: .controller).laneKey(1 << 40))
        var memory =
            switch dispatcher {
            case .controller(let controller): controller.firstMemory
            case .leastWorkLeft: 0
            }
        var times = ServiceTimes()
        let came = DecisionProcess.Outcome(probability: 1, reward: 0, next: 0, event: LoadBalancingScenario.arrival)
        for request in 0..<(warmUp + measured) {
            if request == warmUp { times.begin(at: requests.now, busy: farm.busyTimes) }
            let work = requests.next()
            view.renew(of: &farm, at: requests.now)
            let server: Int
            switch dispatcher {
            case .controller(let controller):
                let state = scenario.state(view.queues, broken: view.broken)
                server = controller.action(in: state, memory, unit: own.nextUnit())
                memory = controller.remember(memory, state, server, came)
            case .leastWorkLeft:
                let left = zip(view.workLeft, scenario.serviceRates).map { $0 + work / $1 }
                server = left.indices.min { (left[$0], $0) < (left[$1], $1) } ?? 0
            }
            let latency = farm.send(work: work, to: server, at: requests.now)
            if request >= warmUp { times.note(latency) }
        }
        times.end(at: requests.now, busy: farm.busyTimes)
        return times
    }
}
