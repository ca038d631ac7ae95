internal import Scenarios

/// A scenario of any kind as a value that can be written down.
package struct ScenarioConfiguration: Sendable {
    /// The scenario itself.
    package let scenario: any CataloguedScenario

    package init(_ scenario: any CataloguedScenario) { self.scenario = scenario }

    /// Which scenario it is.
    package var name: ScenarioName { ScenarioName(of: type(of: scenario)) }
}

extension ScenarioConfiguration: Codable {
    private enum Key: CodingKey { case name, settings, simulator }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let name = try container.decode(ScenarioName.self, forKey: .name)
        let simulator = try container.decodeIfPresent(String.self, forKey: .simulator)
        let kind = KnownScenarios.kinds.first { $0.name == name.rawValue && $0.simulator == simulator }
        guard let kind else {
            let reason = "there is no simulator '\(simulator ?? "")' of \(name)"
            throw DecodingError.dataCorruptedError(forKey: .simulator, in: container, debugDescription: reason)
        }
        scenario = try container.decode(kind, forKey: .settings)
        do {
            // Settings that decode and make no sense are refused before anything is built from them.
            try scenario.check()
        } catch {
            throw DecodingError.dataCorruptedError(forKey: .settings, in: container, debugDescription: "\(error)")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        try container.encodeIfPresent(type(of: scenario).simulator, forKey: .simulator)
        try container.encode(scenario, forKey: .settings)
    }
}
