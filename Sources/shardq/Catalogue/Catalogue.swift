internal import ArgumentParser
internal import EnergyScenarios
internal import OperationsScenarios
package import PolicyServing
internal import RoutingScenarios
internal import ScenarioCatalogue
package import Scenarios
internal import SecurityScenarios
internal import TextbookScenarios
internal import TrafficScenarios
internal import WorldScenarios

/// Every scenario there is: the lists of all rooms, in the order of help texts.
package enum Catalogue {
    static let entries: [any ScenarioEntry.Type] =
        TrafficRoom.entries + RoutingRoom.entries + TextbookRoom.entries + ControlRoom.entries + OperationsRoom.queues
        + EnergyRoom.entries + OperationsRoom.shops + SecurityRoom.entries + [TextbookRoom.workload, WorldRoom.entry]

    /// What is measured where no scenario is named.
    static let workload: any ScenarioEntry.Type = TextbookRoom.workload

    /// The same, after they were told to whatever reads their names: who runs commands or reads files asks for these first.
    static var enrolled: [any ScenarioEntry.Type] {
        KnownScenarios.enroll(entries)
        return entries
    }

    /// Scenarios as they are tested: those of each entry, under its name.
    package static var samples: [(name: String, scenario: any Scenario)] {
        enrolled.flatMap { entry in entry.samples.map { (entry.name, $0) } }
    }

    /// What makes states of what is seen where policies of a sample are served.
    package static func coder(of scenario: any Scenario) throws -> (any ObservationCoder)? {
        try (scenario as? any CataloguedScenario)?.coder(fallingBackTo: nil)
    }
}
