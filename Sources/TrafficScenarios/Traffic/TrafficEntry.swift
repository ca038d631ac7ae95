internal import ArgumentParser
internal import Evaluation
internal import RunFilms
internal import RunPages
internal import ScenarioCatalogue
internal import SUMOSimulation
internal import Scenarios

extension ScenarioName {
    static let traffic = ScenarioName(of: TrafficScenario.self)
}

/// Signals of road networks in the catalogue, whatever simulates them.
enum TrafficEntry: ScenarioEntry {
    typealias Options = TrafficOptions

    static let kinds: [any CataloguedScenario.Type] = [TrafficScenario.self, SUMOScenario.self]
    static let standard: any CataloguedScenario = TrafficScenario()
    static let summary = "Signals of a road network, embedded or in SUMO."
    static let example = "--rows 2 --columns 2 --output runs/grid"
    static let affinities: [Affinity.Kind] = [.scenario]
    static var evaluation: (any AsyncParsableCommand.Type)? { EvaluateCommand.Traffic.self }
    static let exports = [
        TableForm(name: "sumo", help: "SUMO's fixed programs with the greens that the policy gives on average") {
            (try await SignalExport($0, $1).programs(), nil)
        },
        TableForm(name: "sumo-traci", help: "a Python program with which a policy learned in SUMO controls its lights")
        {
            (try SignalExport($0, $1).controller(), nil)
        },
    ]

    /// A grid, a main street with tables of its own, a street whose signals see and want something else, and a grid with buses.
    static let samples: [any CataloguedScenario] = {
        var grid = TrafficScenario(layout: .grid)
        (grid.rows, grid.columns) = (2, 2)
        var street = TrafficScenario(layout: .arterial)
        street.junctions = 3
        street.sharesTable = false
        var other = TrafficScenario(layout: .arterial)
        other.junctions = 2
        other.reward = SignalReward([
            .init(.delayChange), .init(.queue, weight: 0.5), .init(.longestWait, weight: 0.01),
        ])
        other.observation.detail = .strongestOther
        other.observation.neighborBins = [3, 10]
        other.observation.seesFullExits = true
        var buses = grid
        buses.kinds = [
            VehicleKind("bus", share: 0.1, weight: 20), VehicleKind("emergency", share: 0.01, hasPriority: true),
        ]
        return [grid, street, other, buses]
    }()
}

extension TrafficScenario: CataloguedScenario {
    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        try await TrafficContest(
            scenario: self,
            names: TrafficContest.trainingBaselines,
            policies: [policy],
            seedCount: 10
        )
        .outcome(isQuiet: isQuiet, withCharts: withCharts)
    }

    func figure(of policy: EvaluatedPolicy, seedCount: Int) async throws -> MetricSummary? {
        try await TrafficContest(scenario: self, names: [], policies: [policy], seedCount: seedCount)
            .outcome(isQuiet: true, withCharts: false).figure(of: "learned")
    }

    func explainDecision(in state: UInt64, of policy: Policy) -> String {
        "state \(state): \(SignalExplanation(state, table: policy.table, scenario: self).text)"
    }

    func scenery(of policy: Policy) -> Offer<LateScenery> {
        let (scenario, table) = (self, policy.table)
        return .ready(LateScenery { try Scenery.traffic(scenario, table: table) })
    }

    /// Vehicle-seconds of waiting, discounted; of another reward the value itself.
    var valueUnit: ValueUnit {
        hasOwnReward
            ? .none : ValueUnit(factor: Double(rewardScale) * Double(decisionInterval), name: "vehicle-s")
    }
}

extension TrafficOptions: ScenarioOptionGroup {
}
