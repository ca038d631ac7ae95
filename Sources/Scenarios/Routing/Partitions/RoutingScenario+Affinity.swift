extension RoutingScenario {
    /// Routers or destinations to shards, so that each has about the same number of decisions.
    ///
    /// The decisions are foreseen: those of shortest paths under the traffic matrix. `scenario` is by destination: the hops
    /// of all packets bound for it.
    public func affinity(_ kind: Affinity.Kind, shardCount: Int) -> Affinity? {
        let topology = topology
        let shares = trafficMatrix.shares(of: topology)
        let count = topology.routerCount
        guard shardCount <= count else {
            return Affinity(factor: kind == .scenario ? 1 : 0, shards: (0..<count).map { $0 % shardCount })
        }
        switch kind {
        case .scenario:
            let work = (0..<count).map { destination in
                (0..<count).reduce(0.0) { sum, source in
                    let pair = source * count + destination
                    return sum + shares[pair] * Double(topology.distances[pair])
                }
            }
            return Affinity(factor: 1, balancing: work, over: shardCount)
        case .router:
            let flows = ShortestPathFlows(topology, shares: shares)
            return Affinity(factor: 0, balancing: flows.routerLoads, over: shardCount)
        case .cut:
            let flows = ShortestPathFlows(topology, shares: shares)
            return Affinity(factor: 0, shards: GraphCut(topology, flows, into: shardCount).parts)
        }
    }
}
