internal import ArgumentParser
internal import SUMOSimulation
internal import Scenarios

/// Every scenario there is; one line each.
enum Catalogue {
    static let scenarios: [any CataloguedScenario.Type] = [
        TrafficScenario.self,
        SUMOScenario.self,
        JunctionScenario.self,
        RoutingScenario.self,
        MazeScenario.self,
        SyntheticScenario.self,
    ]
}

/// The name of a scenario of the catalogue, on the command line and in files.
struct ScenarioName: RawRepresentable, Hashable, Codable, CaseIterable, ExpressibleByArgument, CustomStringConvertible {
    let rawValue: String

    /// Takes a name; `nil` for one that is not in the catalogue.
    init?(rawValue: String) {
        guard Catalogue.scenarios.contains(where: { $0.name == rawValue }) else { return nil }
        self.rawValue = rawValue
    }

    /// The name of a scenario.
    init(of scenario: any CataloguedScenario.Type) { rawValue = scenario.name }

    /// The names in the order of the catalogue, each once.
    static var allCases: [ScenarioName] {
        Catalogue.scenarios.reduce(into: []) { names, scenario in
            let name = ScenarioName(of: scenario)
            if !names.contains(name) { names.append(name) }
        }
    }

    /// What the help and the parser's complaint list.
    static var allValueStrings: [String] { allCases.map(\.rawValue) }

    var description: String { rawValue }
}
