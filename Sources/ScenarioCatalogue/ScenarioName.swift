internal import Scenarios

/// The name of a scenario of the catalogue, on the command line and in files.
package struct ScenarioName: RawRepresentable, Hashable, Codable, CaseIterable, CustomStringConvertible {
    package let rawValue: String

    /// Takes a name; `nil` for one that is not in the catalogue.
    package init?(rawValue: String) {
        guard KnownScenarios.entries.contains(where: { $0.name == rawValue }) else { return nil }
        self.rawValue = rawValue
    }

    /// The name of a scenario.
    package init(of scenario: any CataloguedScenario.Type) { rawValue = scenario.name }

    /// The names in the order of the catalogue.
    package static var allCases: [ScenarioName] {
        KnownScenarios.entries.compactMap { ScenarioName(rawValue: $0.name) }
    }

    package var description: String { rawValue }
}
