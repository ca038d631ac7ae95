public import Scenarios

/// One next hop for each router and destination, as a routing table without weights has it.
public struct SingleNextHops: Sendable {
    /// The pairs of routers whose packets never arrive, since next hops lead in a circle or to where there is none.
    public let lostPairs: Int
    /// All pairs of different routers.
    public let pairs: Int
    /// The load at which the busiest server works all the time, in packets per tick; 0 where packets with traffic are lost.
    public let sustainableLoad: Double

    /// Follows next hops.
    ///
    /// - Parameters:
    ///   - scenario: The network, its traffic and its rules.
    ///   - nextHop: The slot that a router uses for a destination; `nil` where it has none.
    public init(of scenario: RoutingScenario, nextHop: (_ router: Int, _ destination: Int) -> Int?) {
        let topology = scenario.topology
        let servers = Servers(topology, scenario.model)
        let count = topology.routerCount
        let shares = scenario.trafficMatrix.shares(of: topology)
        var loads = Array(repeating: 0.0, count: servers.count)
        var (lost, losesTraffic) = (0, false)
        for destination in 0..<count {
            let slots = (0..<count).map { $0 == destination ? nil : nextHop($0, destination) }
            for source in 0..<count where source != destination {
                let share = shares[source * count + destination]
                var path: [Int] = []
                var router = source
                while router != destination, path.count < count, let slot = slots[router] {
                    let link = servers.links.offsets[router] + slot
                    path.append(link)
                    router = servers.links.targets[link]
                }
                guard router == destination else {
                    lost += 1
                    losesTraffic = losesTraffic || share > 0
                    continue
                }
                for link in path.dropFirst(scenario.rules == .bl94 ? 1 : 0) { loads[servers.ofLink[link]] += share }
            }
        }
        lostPairs = lost
        pairs = count * (count - 1)
        sustainableLoad = losesTraffic ? 0 : 1 / (loads.max() ?? 0)
    }
}
