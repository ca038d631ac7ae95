public import LinearProgramming
public import Scenarios

/// What is known of the load that the best routing sustains, in packets per tick.
public struct LoadBounds: Sendable, Hashable {
    /// What some routing sustains.
    public let atLeast: Double
    /// What none exceeds.
    public let atMost: Double

    /// Creates bounds.
    public init(atLeast: Double, atMost: Double) {
        self.atLeast = atLeast
        self.atMost = atMost
    }

    /// How far the upper one is above the lower one, as a share of the lower one.
    public var gap: Double { atLeast == atMost ? 0 : atMost / atLeast - 1 }
}

/// How many packets per tick a network carries before a queue grows without end, whoever does the routing.
public struct SustainableLoad: Sendable {
    private let topology: NetworkTopology
    private let servers: Servers
    private let shares: [Double]
    private let rules: RoutingScenario.Rules

    /// Prepares the bounds of a network.
    ///
    /// - Parameters:
    ///   - topology: The routers and links.
    ///   - matrix: Who sends how much to whom.
    ///   - model: What forwards one packet a tick.
    ///   - rules: Whether a packet's first hop uses a server.
    public init(
        _ topology: NetworkTopology,
        _ matrix: TrafficMatrix,
        model: RoutingScenario.Model,
        rules: RoutingScenario.Rules
    ) {
        self.topology = topology
        self.rules = rules
        servers = Servers(topology, model)
        shares = matrix.shares(of: topology)
    }

    /// The hops of a packet's shortest path, the mean over the packets.
    public var meanHops: Double {
        zip(shares, topology.distances).reduce(0) { $0 + $1.0 * Double($1.1) }
    }

    /// The load at which the busiest server works all the time when packets take shortest paths, evenly split at ties.
    public var ofShortestPaths: Double {
        let flows = ShortestPathFlows(topology, shares: shares)
        var loads = Array(repeating: 0.0, count: servers.count)
        for link in flows.later.indices {
            loads[servers.ofLink[link]] += flows.later[link] + (rules == .bl94 ? 0 : flows.first[link])
        }
        return 1 / (loads.max() ?? 0)
    }

    /// Bounds the load that the best routing sustains, without a solver.
    ///
    /// - Parameters:
    ///   - gap: How far the bounds may be apart, as a share of the lower one.
    ///   - limit: The time after which they are left as they are; with none the bounds of the first flow are returned.
    ///   - progress: Gets the bounds from time to time.
    /// - Returns: Bounds that are proven, whether or not the gap was reached.
    public func bestRouting(
        within gap: Double,
        limit: Duration,
        progress: (LoadBounds) -> Void = { _ in }
    ) -> LoadBounds {
        let end = ContinuousClock.now + limit
        var flow = ConcurrentFlow(servers, shares: shares, rules: rules)
        var steps = 0
        while flow.bounds.gap > gap, ContinuousClock.now < end {
            flow.step()
            steps += 1
            // To prove takes as long as a step or two.
            guard steps < 8 || steps % 8 == 0 else { continue }
            flow.prove()
            progress(flow.bounds)
        }
        if steps >= 8 { flow.prove() }
        return flow.bounds
    }

    /// The columns of the linear program.
    public var columnCount: Int {
        let destinations = (0..<topology.routerCount).count { hasTraffic(to: $0) }
        return 1 + destinations * servers.links.count * (rules == .bl94 ? 2 : 1)
    }

    /// Finds the load that the best routing sustains: no routing, however clever, sustains more.
    ///
    /// - Parameters:
    ///   - solver: Solves the multi-commodity flow.
    ///   - seconds: After which it gives up.
    /// - Returns: Packets per tick.
    /// - Throws: `LinearProgrammingError`.
    public func ofBestRouting(_ solver: GLPKSolver, seconds: Int? = nil) throws(LinearProgrammingError) -> Double {
        try solver.solve(program, seconds: seconds).objective
    }

    /// The multi-commodity flow as a linear program: the load is maximised.
    ///
    /// All packets to a destination are one commodity. Its columns are the packets per tick on each directed link; with
    /// `bl94` rules first hops have columns of their own, which use no server. What enters a router leaves it, and no server
    /// forwards more than one packet a tick.
    public var program: LinearProgram {
        var program = LinearProgram()
        let load = program.addColumn()
        program.objective = [.init(load, 1)]
        var uses: [[LinearProgram.Term]] = Array(repeating: [], count: servers.count)
        let count = topology.routerCount
        for destination in 0..<count where hasTraffic(to: destination) {
            let later = columns(to: destination, &program)
            let first = rules == .bl94 ? columns(to: destination, &program) : later
            for link in servers.links.targets.indices {
                if let column = later[link] { uses[servers.ofLink[link]].append(.init(column, 1)) }
            }
            for router in 0..<count where router != destination {
                let leaving = servers.links.leaving(router)
                let entering = leaving.map { servers.links.reverses[$0] }
                var balance = leaving.compactMap { link in later[link].map { LinearProgram.Term($0, 1) } }
                balance += entering.compactMap { link in later[link].map { .init($0, -1) } }
                let share = shares[router * count + destination]
                if rules == .bl94 {
                    balance += entering.compactMap { link in first[link].map { .init($0, -1) } }
                    let begun = leaving.compactMap { link in first[link].map { LinearProgram.Term($0, 1) } }
                    program.addRow(begun + [.init(load, -share)], .equal, 0)
                } else {
                    balance.append(.init(load, -share))
                }
                program.addRow(balance, .equal, 0)
            }
        }
        for terms in uses where !terms.isEmpty { program.addRow(terms, .atMost, 1) }
        return program
    }

    private func hasTraffic(to destination: Int) -> Bool {
        (0..<topology.routerCount).contains { shares[$0 * topology.routerCount + destination] > 0 }
    }

    /// A column for each directed link that does not lead away from the destination itself.
    private func columns(to destination: Int, _ program: inout LinearProgram) -> [Int?] {
        servers.links.sources.map { $0 == destination ? nil : program.addColumn() }
    }
}
