/// The controllers that do not learn, by name.
public enum RoutingBaseline: String, Sendable, Hashable, CaseIterable {
    /// Shortest path in hops, each packet at random among equals.
    case shortestPath = "shortest-path"
    /// Equal-cost multipath, spread by a hash of the flow.
    case equalCost = "ecmp"
    /// The shortest queue among the shortest paths.
    case shortestQueue = "shortest-queue"
    /// Back-pressure with a bias of one per hop.
    case backPressure = "back-pressure"
    /// The optimal split that never looks at a queue.
    case staticSplit = "static-split"
    /// Knows every queue.
    case oracle

    /// Makes the controller for a scenario.
    ///
    /// - Parameter scenario: The network, its traffic and its rules; a static split is optimised for its load.
    /// - Returns: A fresh controller.
    public func controller(for scenario: RoutingScenario) -> any RoutingController {
        let topology = scenario.topology
        return switch self {
        case .shortestPath: ShortestPathController(topology)
        case .equalCost: ShortestPathController(topology, ties: .byFlow)
        case .shortestQueue: ShortestPathController(topology, ties: .shortestQueue)
        case .backPressure: BackPressureController(topology)
        case .staticSplit: StaticSplitController(StaticSplit(scenario), topology: topology)
        case .oracle: OracleController(topology, model: scenario.model)
        }
    }
}
