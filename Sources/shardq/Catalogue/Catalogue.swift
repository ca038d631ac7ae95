internal import ArgumentParser
package import PolicyServing
package import Scenarios

/// Every scenario there is; one line each.
package enum Catalogue {
    static let entries: [any ScenarioEntry.Type] = [
        TrafficEntry.self,
        JunctionEntry.self,
        RoutingEntry.self,
        MazeEntry.self,
        CliffWalkingEntry.self,
        FrozenLakeEntry.self,
        TaxiEntry.self,
        WindyGridworldEntry.self,
        BlackjackEntry.self,
        RiverSwimEntry.self,
        AccessControlEntry.self,
        CartPoleEntry.self,
        MountainCarEntry.self,
        MountainCarContinuousEntry.self,
        AcrobotEntry.self,
        PendulumEntry.self,
        MaintenanceEntry.self,
        LoadBalancingEntry.self,
        BatteryEntry.self,
        MicrogridEntry.self,
        FlowShopEntry.self,
        JobShopEntry.self,
        SecurityEntry.self,
        SecurityGameEntry.self,
        IntrusionEntry.self,
        SyntheticEntry.self,
        WorldEntry.self,
    ]

    /// What is measured where no scenario is named.
    static let workload: any ScenarioEntry.Type = SyntheticEntry.self

    /// Scenarios as they are tested: those of each entry, under its name.
    package static var samples: [(name: String, scenario: any Scenario)] {
        entries.flatMap { entry in entry.samples.map { (entry.name, $0) } }
    }

    /// What makes states of what is seen where policies of a sample are served.
    package static func coder(of scenario: any Scenario) throws -> (any ObservationCoder)? {
        try (scenario as? any CataloguedScenario)?.coder(fallingBackTo: nil)
    }

    /// What a scenario may be written down as.
    static var kinds: [any CataloguedScenario.Type] { entries.flatMap { $0.kinds } }

    /// The entry of a scenario.
    static func entry(of name: ScenarioName) -> (any ScenarioEntry.Type)? {
        entries.first { $0.name == name.rawValue }
    }
}

/// The name of a scenario of the catalogue, on the command line and in files.
struct ScenarioName: RawRepresentable, Hashable, Codable, CaseIterable, CustomStringConvertible {
    let rawValue: String

    /// Takes a name; `nil` for one that is not in the catalogue.
    init?(rawValue: String) {
        guard Catalogue.entries.contains(where: { $0.name == rawValue }) else { return nil }
        self.rawValue = rawValue
    }

    /// The name of a scenario.
    init(of scenario: any CataloguedScenario.Type) { rawValue = scenario.name }

    /// The names in the order of the catalogue.
    static var allCases: [ScenarioName] { Catalogue.entries.compactMap { ScenarioName(rawValue: $0.name) } }

    var description: String { rawValue }
}
