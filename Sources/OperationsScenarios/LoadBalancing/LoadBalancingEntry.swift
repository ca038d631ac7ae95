internal import ArgumentParser
internal import CommandBasics
internal import DecisionProcesses
internal import ScenarioCatalogue
internal import Scenarios

/// Load balancing in the catalogue.
enum LoadBalancingEntry: ProcessEntry {
    typealias Options = LoadBalancingOptions

    static let standard: any CataloguedScenario = LoadBalancingScenario()
    static let summary = "Requests to servers with queues: who takes the next one, beside the exact optimum."
    static let comparison =
        "Compare policies with round robin, the shortest queue, two choices, least work and the exact optimum."
    static let title = "Load balancing"
    static let example = "--service-rates 0.6,0.4 --output runs/balance"
    static let samples: [any CataloguedScenario] = [
        LoadBalancingScenario(), LoadBalancingScenario(serviceRates: [0.5, 0.3, 0.2], capacity: 3),
        LoadBalancingScenario(capacity: 4, breakdowns: Breakdowns(failureRate: 0.02, repairRate: 0.1, keptShare: 0.25)),
    ]

    static func compare(
        _ scenario: any ProcessScenario,
        _ policies: [EvaluatedPolicy],
        under conditions: RequestOptions,
        _ run: ProcessContest.Run
    ) async throws -> EvaluationOutcome {
        guard let scenario = scenario as? LoadBalancingScenario else {
            return try await scenario.compare(policies, run)
        }
        return try await LoadBalancingContest(scenario, policies, under: conditions.circumstances()).outcome(run)
    }
}

/// How requests come, and with how much work.
struct RequestOptions: EvaluationConditions {
    @Option(help: "How the work of requests is distributed (default: exponential, as it is learned).")
    var work: RequestStream.Work?

    @Option(help: "How requests come (default: poisson, as it is learned).")
    var arrivals: RequestStream.Arrivals?

    @Option(
        help: ArgumentHelp(
            "A text of recorded requests, a line for each: instant, or instant,work (default: they are drawn).",
            valueName: "file"
        ),
        completion: .file()
    )
    var requests: String?

    @Option(
        name: .customLong("report-every"),
        help: ArgumentHelp(
            "How often servers report their load; decisions go by the last report (default: 0, always).",
            valueName: "time"
        )
    )
    var reportInterval: Double?

    var given: [String] {
        [
            ("--work", work != nil), ("--arrivals", arrivals != nil), ("--requests", requests != nil),
            ("--report-every", reportInterval != nil),
        ]
        .filter(\.1).map(\.0)
    }

    /// What they say together.
    ///
    /// - Throws: `CommandFailure` for options that do not go together.
    func circumstances() throws -> LoadBalancingContest.Circumstances {
        var circumstances = LoadBalancingContest.Circumstances()
        if let reportInterval {
            guard (0...1e6).contains(reportInterval) else {
                throw CommandFailure(.usage, "--report-every \(reportInterval): a time from 0 to 1000000")
            }
            circumstances.reportInterval = reportInterval
        }
        if let work { circumstances.work = work }
        if let arrivals { circumstances.arrivals = arrivals }
        guard let requests else { return circumstances }
        guard arrivals == nil else {
            throw CommandFailure(
                .usage,
                "--arrivals with --requests, which says when requests come: leave one of them out"
            )
        }
        let recording = try RecordedRequests(file: requests)
        guard work == nil || !recording.hasWork else {
            throw CommandFailure(
                .usage,
                "--work with --requests, whose lines say how much it is: leave one of them out"
            )
        }
        circumstances.recording = recording
        return circumstances
    }
}

extension RequestStream.Work: ExpressibleByArgument {}
extension RequestStream.Arrivals: ExpressibleByArgument {}

/// The settings of load balancing.
struct LoadBalancingOptions: ProcessOptionGroup {
    @Option(
        name: .customLong("service-rates"),
        help: ArgumentHelp(
            "Requests per unit of time that each of 2 to 4 servers finishes (default: 0.5,0.5).",
            valueName: "μ,μ,…"
        )
    )
    var serviceRates: String?

    @Option(
        name: .customLong("arrival-rate"),
        help: ArgumentHelp("Requests per unit of time (default: 0.8).", valueName: "λ")
    )
    var arrivalRate: Double?

    @Option(
        help: ArgumentHelp(
            "Requests that a server holds at most (default: 12, 8 with three servers, 5 with four, 4 where they break down).",
            valueName: "n"
        )
    )
    var capacity: Int?

    @Option(
        name: .customLong("drop-cost"),
        help: ArgumentHelp("Cost of a request that is turned away (default: 1000).", valueName: "x")
    )
    var dropCost: Double?

    @Option(
        help: ArgumentHelp(
            "Rates at which a server breaks down and comes back, and the part of its rate that it keeps (default: never, 0).",
            valueName: "rate,rate[,share]"
        )
    )
    var breakdowns: String?

    var given: [String] {
        [
            ("--service-rates", serviceRates != nil), ("--arrival-rate", arrivalRate != nil),
            ("--capacity", capacity != nil), ("--drop-cost", dropCost != nil), ("--breakdowns", breakdowns != nil),
        ]
        .filter(\.1).map(\.0)
    }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        var scenario = LoadBalancingScenario()
        if let serviceRates { scenario.serviceRates = try NumberList.read("--service-rates", serviceRates) }
        if let arrivalRate { scenario.arrivalRate = arrivalRate }
        if let breakdowns {
            let numbers = try NumberList.read("--breakdowns", breakdowns)
            guard (2...3).contains(numbers.count) else {
                throw CommandFailure(
                    .usage,
                    "--breakdowns \(breakdowns): two rates, and at most a share, with commas between them"
                )
            }
            scenario.breakdowns = Breakdowns(
                failureRate: numbers[0],
                repairRate: numbers[1],
                keptShare: numbers.count == 3 ? numbers[2] : 0
            )
        }
        switch scenario.serviceRates.count {
        case 3: scenario.capacity = 8
        case 4: scenario.capacity = scenario.breakdowns == nil ? 5 : 4
        default: break
        }
        if let capacity { scenario.capacity = capacity }
        if let dropCost { scenario.dropCost = dropCost }
        return ScenarioConfiguration(scenario)
    }
}
