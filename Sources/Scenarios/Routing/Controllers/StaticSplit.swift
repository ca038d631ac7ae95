/// The best routing that never looks at a queue: for each destination every router splits its packets in fixed shares.
///
/// It minimises the mean delivery time when every server is an M/D/1 queue: flow deviation. One destination at a time,
/// all its traffic is sent along the ways that are cheapest at the margin, and as much of it is moved there as lowers the
/// total most; convex, so that it comes near the optimum from any start.
///
/// Source: Fratta, Gerla and Kleinrock, *The Flow Deviation Method*, Networks 3, 1973.
public struct StaticSplit: Sendable {
    /// The mean delivery time that the queueing formula gives, in ticks; meaningless when a server is overloaded.
    public private(set) var expectedDeliveryTime = 0.0
    /// How far it is above the least that any shares can have, at most, as a share of `expectedDeliveryTime`; infinite
    /// when a server is overloaded, or so nearly that the formula is replaced by a straight line.
    ///
    /// The mean delivery time is convex in the flows, so it cannot fall by more than it would at its present slope if all
    /// traffic took the ways that are cheapest at the margin. Source: Frank and Wolfe, *An algorithm for quadratic
    /// programming*, Naval Research Logistics Quarterly 3, 1956.
    public private(set) var optimalityGap = 0.0
    /// For each destination the packets per tick on each directed link.
    let flows: [[Double]]

    /// Optimises the shares for a scenario's load.
    ///
    /// - Parameters:
    ///   - scenario: The network, its traffic and its rules.
    ///   - sweeps: How often each destination's traffic is moved.
    public init(_ scenario: RoutingScenario, sweeps: Int = 300) {
        let demand = scenario.trafficMatrix.shares(of: scenario.topology).map { $0 * scenario.load }
        var deviation = FlowDeviation(Servers(scenario.topology, scenario.model), demand, rules: scenario.rules)
        // A limit that closes in keeps the first steps from running against a wall.
        for limit in [0.9, 0.98, 0.998] { deviation.run(sweeps: sweeps / 3, limit: limit) }
        flows = deviation.flows
        expectedDeliveryTime = deviation.totalDelay / scenario.load
        let saving = deviation.greatestSaving()
        optimalityGap = saving.isFinite ? saving / deviation.totalDelay : .infinity
    }
}

/// The state of flow deviation.
private struct FlowDeviation {
    private let servers: Servers
    private let demand: [Double]
    private let routerCount: Int
    private var loads: [Double]
    /// New packets per tick that use no server.
    private var free = 0.0
    private(set) var flows: [[Double]]
    private var search: CostSearch
    /// What the use of each link costs in the last search.
    private var costs: [Double]
    private var limit = 0.9

    init(_ servers: Servers, _ demand: [Double], rules: RoutingScenario.Rules) {
        self.servers = servers
        self.demand = demand
        let routerCount = servers.links.routerCount
        self.routerCount = routerCount
        loads = Array(repeating: 0, count: servers.count)
        flows = []
        search = CostSearch(servers.links)
        costs = Array(repeating: 1, count: servers.links.count)
        for destination in 0..<routerCount {
            search.search(to: destination, linkCosts: costs)
            let flow = cheapestFlow(to: destination)
            flows.append(flow)
            for (link, amount) in flow.enumerated() { loads[servers.ofLink[link]] += amount }
        }
        guard rules == .bl94, servers.count == routerCount else { return }
        for source in 0..<routerCount {
            let own = demand[(source * routerCount)..<((source + 1) * routerCount)].reduce(0, +)
            loads[source] -= own
            free += own
        }
    }

    mutating func run(sweeps: Int, limit: Double) {
        self.limit = limit
        for _ in 0..<sweeps {
            for destination in 0..<routerCount { move(destination) }
        }
    }

    /// Moves a destination's traffic toward the ways that are cheapest at the margin.
    private mutating func move(_ destination: Int) {
        costs = marginalCosts()
        search.search(to: destination, linkCosts: costs)
        let target = cheapestFlow(to: destination)
        var change = Array(repeating: 0.0, count: loads.count)
        for link in target.indices { change[servers.ofLink[link]] += target[link] - flows[destination][link] }
        let share = bestShare(of: change)
        guard share > 0 else { return }
        for link in target.indices { flows[destination][link] += share * (target[link] - flows[destination][link]) }
        for server in loads.indices { loads[server] += share * change[server] }
    }

    /// What all traffic would save at the present marginal costs on the ways that are cheapest by them.
    mutating func greatestSaving() -> Double {
        guard loads.allSatisfy({ $0 <= limit }) else { return .infinity }
        costs = marginalCosts()
        return flows.indices.reduce(0) { saving, destination in
            search.search(to: destination, linkCosts: costs)
            let target = cheapestFlow(to: destination)
            return target.indices.reduce(saving) { $0 + costs[$1] * (flows[destination][$1] - target[$1]) }
        }
    }

    /// The destination's traffic, all of it on the cheapest ways that were just found.
    private func cheapestFlow(to destination: Int) -> [Double] {
        var flow = Array(repeating: 0.0, count: servers.links.count)
        var amounts = (0..<routerCount).map { demand[$0 * routerCount + destination] }
        for router in search.order.reversed() where router != destination && amounts[router] > 0 {
            var best = (cost: Double.infinity, link: -1)
            for link in servers.links.leaving(router) {
                let cost = search.costs[servers.links.targets[link]] + costs[link]
                if cost < best.cost { best = (cost, link) }
            }
            guard best.link >= 0 else { continue }
            flow[best.link] = amounts[router]
            amounts[servers.links.targets[best.link]] += amounts[router]
        }
        return flow
    }

    private func marginalCosts() -> [Double] {
        let marginal = loads.map { marginalDelay($0) }
        return servers.ofLink.map { marginal[$0] }
    }

    /// The share of a change that lowers the total delay most.
    private func bestShare(of change: [Double]) -> Double {
        let changed = change.indices.filter { change[$0] != 0 }
        func slope(_ share: Double) -> Double {
            changed.reduce(0) { $0 + change[$1] * marginalDelay(loads[$1] + share * change[$1]) }
        }
        guard slope(0) < 0 else { return 0 }
        var (low, high) = (0.0, 1.0)
        if slope(1) <= 0 { return 1 }
        for _ in 0..<40 {
            let middle = (low + high) / 2
            if slope(middle) < 0 { low = middle } else { high = middle }
        }
        return low
    }

    /// The derivative of ρ + ρ² / (2 (1 − ρ)), the packets at a server of load ρ; beyond the limit a straight line.
    private func marginalDelay(_ load: Double) -> Double {
        let bounded = min(max(load, 0), limit)
        let rest = 1 - bounded
        return 1 + bounded * (2 - bounded) / (2 * rest * rest) + max(0, load - limit) / (rest * rest * rest)
    }

    /// The packets in the network: ticks of delay per tick.
    var totalDelay: Double {
        free + loads.reduce(0) { $0 + ($1 < 1 ? $1 + $1 * $1 / (2 * (1 - $1)) : .infinity) }
    }
}
