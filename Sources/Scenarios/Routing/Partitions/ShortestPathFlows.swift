/// What each link and router carries when packets take shortest paths, evenly split at ties.
package struct ShortestPathFlows: Sendable {
    /// The links.
    package let links: DirectedLinks
    /// For each directed link the packets for which it is a later hop, per packet that enters the network.
    package private(set) var later: [Double]
    /// For each directed link the packets for which it is the first hop.
    package private(set) var first: [Double]

    /// Lets the shares of a traffic matrix flow.
    ///
    /// - Parameters:
    ///   - topology: The routers and links.
    ///   - shares: [routers × routers] shares of all packets.
    package init(_ topology: NetworkTopology, shares: [Double]) {
        links = DirectedLinks(topology)
        later = Array(repeating: 0, count: links.count)
        first = later
        let count = topology.routerCount
        for destination in 0..<count {
            var transit = Array(repeating: 0.0, count: count)
            for router in topology.byDistance(from: destination).reversed() where router != destination {
                let fresh = shares[router * count + destination]
                let distance = topology.distance(router, destination)
                let leaving = links.leaving(router)
                let ways = leaving.count { topology.distance(links.targets[$0], destination) < distance }
                for link in leaving where topology.distance(links.targets[link], destination) < distance {
                    first[link] += fresh / Double(ways)
                    later[link] += transit[router] / Double(ways)
                    transit[links.targets[link]] += (fresh + transit[router]) / Double(ways)
                }
            }
        }
    }

    /// The hops that each router sends packets on, per packet that enters the network.
    package var routerLoads: [Double] {
        (0..<links.routerCount).map { router in links.leaving(router).reduce(0) { $0 + first[$1] + later[$1] } }
    }
}

extension NetworkTopology {
    /// The routers by their hops to one of them, in ascending order.
    func byDistance(from center: Int) -> [Int] {
        var shells = Array(repeating: [Int](), count: diameter + 1)
        for router in 0..<routerCount { shells[distance(router, center)].append(router) }
        return shells.flatMap { $0 }
    }
}
