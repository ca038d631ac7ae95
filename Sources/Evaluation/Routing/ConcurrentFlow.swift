internal import Scenarios

/// What the best routing sustains, by a flow that any number of steps makes better, with a bound on how much better it can be.
///
/// From below: the packets of each destination flow in fixed shares, and what the busiest server does bounds the load. From
/// above: put any price on servers; then nobody sustains more than all servers' prices over what a packet's cheapest way
/// costs, on average. Both hold in every step, and meet where the prices are those of the optimum.
///
/// A step moves the packets of each destination in turn to the ways that are cheapest now, as many as lower the sum of the
/// servers' loads to a high power most; a load to that power is the server's price. The closer the bounds, the higher the
/// power: it is a maximum in the end. Powers of two, since squares are the same on every machine.
///
/// Source: the duality of Shahrokhi and Matula, *The maximum concurrent flow problem*, Journal of the ACM 37, 1990; the
/// steps are those of flow deviation.
struct ConcurrentFlow {
    private let servers: Servers
    private let routerCount: Int
    private let shares: [Double]
    private let destinations: [Int]
    /// For each server the load that a free first hop takes off it, whatever the routing; empty where no hop is free.
    private let freed: [Double]
    private var flows: [[Double]]
    private var loads: [Double]
    private var prices: [Double]
    private var costs: [Double]
    private var change: [Double]
    private var target: [Double]
    private var amounts: [Double]
    private var search: CostSearch
    /// The prices are loads to the power of two to this.
    private var squarings = 3
    /// The gap when it last became smaller by a fiftieth, and the proofs since then.
    private var (lastGap, proofsSince) = (Double.infinity, 0)

    /// What has been proven so far.
    private(set) var bounds = LoadBounds(atLeast: 0, atMost: .infinity)

    /// Begins with ways of the fewest hops.
    init(_ servers: Servers, shares: [Double], rules: RoutingScenario.Rules) {
        self.servers = servers
        self.shares = shares
        let count = servers.links.routerCount
        routerCount = count
        destinations = (0..<count).filter { destination in
            (0..<count).contains { shares[$0 * count + destination] > 0 }
        }
        freed =
            rules == .bl94 && servers.count == count
            ? (0..<count).map { source in shares[(source * count)..<((source + 1) * count)].reduce(0, +) } : []
        flows = []
        loads = Array(repeating: 0, count: servers.count)
        prices = Array(repeating: 1, count: servers.count)
        costs = Array(repeating: 1, count: servers.links.count)
        change = loads
        target = Array(repeating: 0, count: servers.links.count)
        amounts = Array(repeating: 0, count: count)
        search = CostSearch(servers.links)
        for destination in destinations {
            search.search(to: destination, linkCosts: costs)
            flowCheapest(to: destination)
            flows.append(target)
        }
        prove()
    }

    /// One step for every destination.
    mutating func step() {
        for index in destinations.indices { move(index) }
    }

    /// Makes the bounds those of the present flow and prices, where they are closer.
    mutating func prove() {
        for server in loads.indices { loads[server] = freed.isEmpty ? 0 : -freed[server] }
        for flow in flows {
            for link in flow.indices { loads[servers.ofLink[link]] += flow[link] }
        }
        let busiest = loads.max() ?? 0
        guard busiest > 0 else {
            bounds = LoadBounds(atLeast: .infinity, atMost: .infinity)
            return
        }
        let first = bounds.atLeast == 0
        bounds = LoadBounds(atLeast: max(bounds.atLeast, 1 / busiest), atMost: bounds.atMost)
        if first { proveFromAbove() }
        price(busiest)
        proveFromAbove()
        raisePower()
    }

    private mutating func proveFromAbove() {
        for link in costs.indices { costs[link] = prices[servers.ofLink[link]] }
        var cost = 0.0
        for destination in destinations {
            search.search(to: destination, linkCosts: costs)
            for router in 0..<routerCount {
                let share = shares[router * routerCount + destination]
                if share > 0 { cost += share * (search.costs[router] - (freed.isEmpty ? 0 : prices[router])) }
            }
        }
        guard cost > 0 else { return }
        bounds = LoadBounds(atLeast: bounds.atLeast, atMost: min(bounds.atMost, prices.reduce(0, +) / cost))
    }

    /// Prices by load: the busiest server's is 1, and none is quite free, so that ways have no needless hops.
    private mutating func price(_ busiest: Double) {
        for server in loads.indices { prices[server] = power(loads[server] / busiest) + 1e-12 }
    }

    private func power(_ load: Double) -> Double {
        var power = max(0, load)
        for _ in 0..<squarings { power *= power }
        return power
    }

    /// A power that tells apart loads that are as far from each other as the bounds; a higher one where these stay apart.
    private mutating func raisePower() {
        let gap = max(bounds.gap, 1e-4)
        let wanted = Double(Int.bitWidth - servers.count.leadingZeroBitCount) / gap
        while squarings < Self.mostSquarings, Double(1 << squarings) < wanted { squarings += 1 }
        proofsSince += 1
        if gap < 0.98 * lastGap { (lastGap, proofsSince) = (gap, 0) }
        if proofsSince >= 8, squarings < Self.mostSquarings { (squarings, proofsSince) = (squarings + 1, 0) }
    }

    private static let mostSquarings = 16

    private mutating func move(_ index: Int) {
        let destination = destinations[index]
        let busiest = loads.max() ?? 0
        price(busiest)
        for link in costs.indices { costs[link] = prices[servers.ofLink[link]] }
        search.search(to: destination, linkCosts: costs)
        flowCheapest(to: destination)
        for server in change.indices { change[server] = 0 }
        for link in target.indices { change[servers.ofLink[link]] += target[link] - flows[index][link] }
        let share = bestShare(busiest)
        guard share > 0 else { return }
        for link in target.indices { flows[index][link] += share * (target[link] - flows[index][link]) }
        for server in loads.indices { loads[server] += share * change[server] }
    }

    /// The share of the change that lowers the sum of the powers most.
    private func bestShare(_ busiest: Double) -> Double {
        let changed = change.indices.filter { change[$0] != 0 }
        var slope = 0.0
        for server in changed { slope += change[server] * prices[server] }
        guard slope < 0 else { return 0 }
        var (low, high) = (0.0, 1.0)
        for _ in 0..<12 {
            let middle = (low + high) / 2
            var slope = 0.0
            for server in changed {
                slope += change[server] * power((loads[server] + middle * change[server]) / busiest)
            }
            if slope < 0 { low = middle } else { high = middle }
        }
        return low
    }

    /// Lets all packets to a destination flow along the cheapest ways that were just found.
    private mutating func flowCheapest(to destination: Int) {
        for link in target.indices { target[link] = 0 }
        for router in 0..<routerCount { amounts[router] = shares[router * routerCount + destination] }
        for router in search.order.reversed() where router != destination && amounts[router] > 0 {
            var best = (cost: Double.infinity, link: -1)
            for link in servers.links.leaving(router) {
                let cost = search.costs[servers.links.targets[link]] + costs[link]
                if cost < best.cost { best = (cost, link) }
            }
            guard best.link >= 0 else { continue }
            target[best.link] = amounts[router]
            amounts[servers.links.targets[best.link]] += amounts[router]
        }
    }
}
