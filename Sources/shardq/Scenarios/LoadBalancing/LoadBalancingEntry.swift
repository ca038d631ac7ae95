internal import ArgumentParser
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
        return try await LoadBalancingContest(
            scenario,
            policies,
            work: conditions.work ?? .exponential,
            arrivals: conditions.arrivals ?? .poisson
        )
        .outcome(run)
    }
}

/// How requests come, and with how much work.
struct RequestOptions: EvaluationConditions {
    @Option(help: "How the work of requests is distributed (default: exponential, as it is learned).")
    var work: RequestStream.Work?

    @Option(help: "How requests come (default: poisson, as it is learned).")
    var arrivals: RequestStream.Arrivals?

    var given: [String] { [("--work", work != nil), ("--arrivals", arrivals != nil)].filter(\.1).map(\.0) }
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
            "Requests that a server holds at most (default: 12, 8 with three servers, 5 with four).",
            valueName: "n"
        )
    )
    var capacity: Int?

    @Option(
        name: .customLong("drop-cost"),
        help: ArgumentHelp("Cost of a request that is turned away (default: 1000).", valueName: "x")
    )
    var dropCost: Double?

    var given: [String] {
        [
            ("--service-rates", serviceRates != nil), ("--arrival-rate", arrivalRate != nil),
            ("--capacity", capacity != nil), ("--drop-cost", dropCost != nil),
        ]
        .filter(\.1).map(\.0)
    }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        var scenario = LoadBalancingScenario()
        if let serviceRates { scenario.serviceRates = try NumberList.read("--service-rates", serviceRates) }
        if let arrivalRate { scenario.arrivalRate = arrivalRate }
        switch scenario.serviceRates.count {
        case 3: scenario.capacity = 8
        case 4: scenario.capacity = 5
        default: break
        }
        if let capacity { scenario.capacity = capacity }
        if let dropCost { scenario.dropCost = dropCost }
        return ScenarioConfiguration(scenario)
    }
}
