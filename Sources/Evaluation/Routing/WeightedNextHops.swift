public import Scenarios

/// Next hops with weights, such that no packet that follows them comes to a router twice: what routers can install.
///
/// They are made from what was counted on each link, for each destination apart. What flowed in circles is taken off, since
/// it leads nowhere; at routers where nothing was counted the neighbours that are closer in hops share alike. Packets that
/// then follow the weights flow from counted routers to counted ones only, and from the others toward the destination: no
/// circle is left.
public struct WeightedNextHops: Sendable {
    /// For each destination and directed link the share of the link's router's packets that it gets.
    private let weights: [[Double]]
    /// For each destination the routers in an order in which packets only go on.
    private let orders: [[Int]]
    /// [destinations × routers] whether the weights come from what was counted.
    private let counted: [[Bool]]
    private let topology: NetworkTopology
    private let links: DirectedLinks

    /// Makes weights of counts.
    ///
    /// - Parameters:
    ///   - topology: The network.
    ///   - uses: [destinations × directed links] the packets that were sent, links in the order of routers and slots.
    public init(_ topology: NetworkTopology, uses: [UInt32]) {
        let links = DirectedLinks(topology)
        precondition(uses.count == topology.routerCount * links.count, "a count for every destination and link")
        self.topology = topology
        self.links = links
        var (weights, orders, counted) = ([[Double]](), [[Int]](), [[Bool]]())
        for destination in 0..<topology.routerCount {
            let start = destination * links.count
            var flow = DestinationFlow(
                links,
                destination,
                amounts: uses[start..<(start + links.count)].map(Double.init)
            )
            flow.removeCircles()
            flow.removeDeadEnds()
            counted.append((0..<topology.routerCount).map { flow.leaves($0) })
            flow.fill(topology)
            weights.append(flow.shares)
            orders.append(flow.order)
        }
        (self.weights, self.orders, self.counted) = (weights, orders, counted)
    }

    /// The share of a router's packets to a destination that a neighbour gets.
    public func weight(from router: Int, slot: Int, to destination: Int) -> Double {
        weights[destination][links.offsets[router] + slot]
    }

    /// Whether a router's weights for a destination come from what was counted.
    public func isCounted(_ router: Int, to destination: Int) -> Bool { counted[destination][router] }

    /// The load at which the busiest server works all the time when packets follow the weights, in packets per tick.
    public func sustainableLoad(of scenario: RoutingScenario) -> Double {
        let servers = Servers(topology, scenario.model)
        let count = topology.routerCount
        let shares = scenario.trafficMatrix.shares(of: topology)
        var loads = Array(repeating: 0.0, count: servers.count)
        for destination in 0..<count {
            var transit = Array(repeating: 0.0, count: count)
            for router in orders[destination] where router != destination {
                let own = shares[router * count + destination]
                let served = transit[router] + (scenario.rules == .bl94 ? 0 : own)
                for link in links.leaving(router) {
                    let weight = weights[destination][link]
                    loads[servers.ofLink[link]] += weight * served
                    transit[links.targets[link]] += weight * (transit[router] + own)
                }
            }
        }
        return 1 / (loads.max() ?? 0)
    }
}

/// What flows to one destination.
private struct DestinationFlow {
    private let links: DirectedLinks
    private let destination: Int
    private var amounts: [Double]

    init(_ links: DirectedLinks, _ destination: Int, amounts: [Double]) {
        self.links = links
        self.destination = destination
        self.amounts = amounts
        for link in links.leaving(destination) { self.amounts[link] = 0 }
    }

    /// Whether anything leaves a router.
    func leaves(_ router: Int) -> Bool { links.leaving(router).contains { amounts[$0] > 0 } }

    /// Takes off each circle what flows in all of it, until there is none.
    mutating func removeCircles() {
        for link in amounts.indices where amounts[link] > 0 {
            let back = links.reverses[link]
            let both = min(amounts[link], amounts[back])
            amounts[link] -= both
            amounts[back] -= both
        }
        while let circle = circle() {
            let least = circle.reduce(Double.infinity) { min($0, amounts[$1]) }
            for link in circle { amounts[link] -= least }
        }
    }

    /// The links of some circle, by depth-first search.
    private func circle() -> [Int]? {
        var next = links.offsets.dropLast().map { $0 }
        var isDone = Array(repeating: false, count: links.routerCount)
        var depth = Array(repeating: -1, count: links.routerCount)
        for start in 0..<links.routerCount where !isDone[start] {
            var (routers, path) = ([start], [Int]())
            depth[start] = 0
            while let router = routers.last {
                let link = next[router]
                guard link < links.offsets[router + 1] else {
                    isDone[router] = true
                    depth[router] = -1
                    routers.removeLast()
                    if !path.isEmpty { path.removeLast() }
                    continue
                }
                next[router] += 1
                let target = links.targets[link]
                guard amounts[link] > 0, !isDone[target] else { continue }
                if depth[target] >= 0 { return path[depth[target]...] + [link] }
                depth[target] = routers.count
                routers.append(target)
                path.append(link)
            }
        }
        return nil
    }

    /// Takes off what flows to routers that nothing leaves: packets that were under way when counting ended.
    mutating func removeDeadEnds() {
        var ends = (0..<links.routerCount).filter { $0 != destination && !leaves($0) }
        while let end = ends.popLast() {
            for link in links.leaving(end) {
                let entering = links.reverses[link]
                guard amounts[entering] > 0 else { continue }
                amounts[entering] = 0
                let source = links.targets[link]
                if !leaves(source) { ends.append(source) }
            }
        }
    }

    /// Lets the neighbours that are closer in hops share where nothing flows.
    mutating func fill(_ topology: NetworkTopology) {
        let empty = (0..<links.routerCount).filter { $0 != destination && !leaves($0) }
        for router in empty {
            let distance = topology.distance(router, destination)
            for link in links.leaving(router) where topology.distance(links.targets[link], destination) < distance {
                amounts[link] = 1
            }
        }
    }

    /// For each link its share of what leaves its router.
    var shares: [Double] {
        var shares = amounts
        for router in 0..<links.routerCount {
            let total = links.leaving(router).reduce(0) { $0 + amounts[$1] }
            for link in links.leaving(router) where total > 0 { shares[link] = amounts[link] / total }
        }
        return shares
    }

    /// The routers in an order in which everything flows on.
    var order: [Int] {
        var entering = Array(repeating: 0, count: links.routerCount)
        for link in amounts.indices where amounts[link] > 0 { entering[links.targets[link]] += 1 }
        var order = entering.indices.filter { entering[$0] == 0 }
        var next = 0
        while next < order.count {
            for link in links.leaving(order[next]) where amounts[link] > 0 {
                entering[links.targets[link]] -= 1
                if entering[links.targets[link]] == 0 { order.append(links.targets[link]) }
            }
            next += 1
        }
        precondition(order.count == links.routerCount, "nothing flows in a circle")
        return order
    }
}
