internal import ArgumentParser
internal import CommandBasics
internal import Evaluation
internal import RunFilms
internal import RunPages
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

extension ScenarioName {
    static let routing = ScenarioName(of: RoutingScenario.self)
}

/// Packet networks in the catalogue.
enum RoutingEntry: ScenarioEntry {
    typealias Options = RoutingOptions

    static let standard: any CataloguedScenario = RoutingScenario()
    static let summary = "Routers of a packet network, each with its own queue."
    static let example = "--load 3 --output runs/routes"
    static let affinities = Affinity.Kind.allCases
    static var evaluation: (any AsyncParsableCommand.Type)? { EvaluateCommand.Routing.self }
    static var commands: [any AsyncParsableCommand.Type] { [RoutingCommand.self] }
    static let exports = [
        TableForm(name: "routes", help: "a table per router, with weights that carry what the policy carries") {
            policy,
            _ in
            (try RouteExport(policy).text, nil)
        },
        TableForm(name: "routes-csv", help: "the same, a line per router, destination and next hop") { policy, _ in
            let routes = try RouteExport(policy)
            return (routes.csv, routes.loads.text)
        },
        TableForm(name: "routes-json", help: "the same as an object") { policy, _ in
            (try RouteExport(policy).json(), nil)
        },
    ]

    /// Every rule in which an answer differs, on a network of six routers.
    static let samples: [any CataloguedScenario] = {
        let names: [RoutingRuleOptions.Name] = [.small, .medium, .large, .ring, .q, .echo]
        return names.map { name in
            var scenario = RoutingScenario()
            if let ring = try? RoutingNetwork("ring:6") { scenario.network = ring }
            scenario.rule = name.rule(for: scenario.topology)
            if name == .echo { scenario.model = .link }
            return scenario
        }
    }()
}

extension RoutingScenario: CataloguedScenario {
    /// A packet comes to its destination, and its routers go on.
    var hasEpisodes: Bool { false }

    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        try await RoutingContest(
            self,
            RoutingContest.contenders(nil, policy: policy),
            policy: policy,
            seedCount: 10
        )
        .outcome(isQuiet: isQuiet, withCharts: withCharts)
    }

    /// The table as it is: to go on learning while it is measured would be another policy.
    func figure(of policy: EvaluatedPolicy, seedCount: Int) async throws -> MetricSummary? {
        let frozen = RoutingContender.frozen(policy.table)
        return try await RoutingContest(self, [frozen], policy: policy, seedCount: seedCount)
            .outcome(isQuiet: true, withCharts: false).figure(of: frozen.name)
    }

    /// The clock of a packet network is a number with an end, and what waits in its queues goes by it.
    var mostStepsOfLane: UInt64 { Self.mostTicks }

    /// An event that comes after the end of a run would change nothing.
    func check(stepsOfLane ticks: UInt64) throws {
        guard let late = events.first(where: { $0.tick >= ticks }) else { return }
        throw CommandFailure(
            .usage,
            "--events: tick \(late.tick) never comes, the run ends after \(ticks) ticks: make it longer, or leave the event out"
        )
    }

    func explainDecision(at place: String, towards destination: String, of policy: Policy) throws -> String {
        try RoutingTables(policy).explain(router: place, destination: destination)
    }

    func state(at place: String, towards destination: String) throws -> UInt64 {
        let (router, target) = (try topology.router(named: place), try topology.router(named: destination))
        guard router != target else { throw CommandFailure(.usage, "router '\(place)' is the destination") }
        return space.index([router, target])
    }

    func scenery(of policy: Policy) -> Offer<LateScenery> {
        let (scenario, table, parameters) = (self, policy.table, policy.description.parameters)
        return .ready(LateScenery { .routing(scenario, table: table, parameters: parameters) })
    }

    /// Ticks on the way.
    var valueUnit: ValueUnit { ValueUnit(factor: 1, name: "ticks") }
}

extension RoutingOptions: ScenarioOptionGroup {
    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        ScenarioConfiguration(try scenario())
    }
}
