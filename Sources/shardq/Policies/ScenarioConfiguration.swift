internal import ArgumentParser
internal import SUMOSimulation
internal import Scenarios

/// The names of the scenarios on the command line and in files.
enum ScenarioName: String, Codable, CaseIterable, ExpressibleByArgument {
    case traffic
    case junction
    case routing
    case maze
    case synthetic
}

/// A scenario of any kind as a value that can be written down.
enum ScenarioConfiguration: Sendable {
    case traffic(TrafficScenario)
    case junction(JunctionScenario)
    /// Traffic too, simulated by SUMO.
    case sumo(SUMOScenario)
    case routing(RoutingScenario)
    case maze(MazeScenario)
    case synthetic(SyntheticScenario)

    /// Which scenario it is.
    var name: ScenarioName {
        switch self {
        case .traffic, .sumo: .traffic
        case .junction: .junction
        case .routing: .routing
        case .maze: .maze
        case .synthetic: .synthetic
        }
    }

    /// The scenario itself.
    var scenario: any Scenario {
        switch self {
        case .traffic(let scenario): scenario
        case .junction(let scenario): scenario
        case .sumo(let scenario): scenario
        case .routing(let scenario): scenario
        case .maze(let scenario): scenario
        case .synthetic(let scenario): scenario
        }
    }
}

extension ScenarioConfiguration: Codable {
    private enum Key: CodingKey { case name, settings, simulator }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(ScenarioName.self, forKey: .name) {
        case .junction: self = .junction(try container.decode(JunctionScenario.self, forKey: .settings))
        case .traffic:
            switch try container.decodeIfPresent(String.self, forKey: .simulator) {
            case nil: self = .traffic(try container.decode(TrafficScenario.self, forKey: .settings))
            case "sumo": self = .sumo(try container.decode(SUMOScenario.self, forKey: .settings))
            case let name?:
                let reason = "there is no simulator '\(name)'"
                throw DecodingError.dataCorruptedError(forKey: .simulator, in: container, debugDescription: reason)
            }
        case .routing: self = .routing(try container.decode(RoutingScenario.self, forKey: .settings))
        case .maze: self = .maze(try container.decode(MazeScenario.self, forKey: .settings))
        case .synthetic: self = .synthetic(try container.decode(SyntheticScenario.self, forKey: .settings))
        }
        try checkSettings(in: container)
    }

    /// Refuses settings that decode and make no sense, before anything is built from them.
    private func checkSettings(in container: KeyedDecodingContainer<Key>) throws {
        do {
            try scenario.check()
        } catch {
            throw DecodingError.dataCorruptedError(forKey: .settings, in: container, debugDescription: "\(error)")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        switch self {
        case .traffic(let scenario): try container.encode(scenario, forKey: .settings)
        case .junction(let scenario): try container.encode(scenario, forKey: .settings)
        case .sumo(let scenario):
            try container.encode("sumo", forKey: .simulator)
            try container.encode(scenario, forKey: .settings)
        case .routing(let scenario): try container.encode(scenario, forKey: .settings)
        case .maze(let scenario): try container.encode(scenario, forKey: .settings)
        case .synthetic(let scenario): try container.encode(scenario, forKey: .settings)
        }
    }
}
