/// Which routers and links of a network work now.
struct LinkStates: Sendable {
    private let topology: NetworkTopology
    private var hasFailed: [Bool]
    /// For each router the slots of its failed links.
    private var failedSlots: [UInt64]
    /// For each router the slots over which a packet can leave, as a bit set; none for one that has failed.
    private(set) var usable: [UInt64]

    init(_ topology: NetworkTopology) {
        self.topology = topology
        hasFailed = Array(repeating: false, count: topology.routerCount)
        failedSlots = Array(repeating: 0, count: topology.routerCount)
        usable = []
        update()
    }

    /// Whether a router works.
    func works(_ router: Int) -> Bool { !hasFailed[router] }

    /// Changes a router or a link; `false` when there is no such one.
    mutating func apply(_ change: RoutingEvent.Change) -> Bool {
        switch change {
        case .load, .traffic: return true
        case .linkFails(let a, let b): return setLink(a, b, hasFailed: true)
        case .linkReturns(let a, let b): return setLink(a, b, hasFailed: false)
        case .routerFails(let router): return setRouter(router, hasFailed: true)
        case .routerReturns(let router): return setRouter(router, hasFailed: false)
        }
    }

    /// Whether every router that works can reach every other one that works.
    var isConnected: Bool {
        guard let start = hasFailed.firstIndex(of: false) else { return false }
        var isReached = hasFailed
        isReached[start] = true
        var stack = [start]
        while let router = stack.popLast() {
            for (slot, neighbor) in topology.neighbors[router].enumerated()
            where usable[router] >> UInt64(slot) & 1 == 1 && !isReached[neighbor] {
                isReached[neighbor] = true
                stack.append(neighbor)
            }
        }
        return isReached.allSatisfy { $0 } && hasFailed.count(where: { !$0 }) >= 2
    }

    private mutating func setRouter(_ router: Int, hasFailed: Bool) -> Bool {
        guard self.hasFailed.indices.contains(router) else { return false }
        self.hasFailed[router] = hasFailed
        update()
        return true
    }

    private mutating func setLink(_ a: Int, _ b: Int, hasFailed: Bool) -> Bool {
        guard topology.neighbors.indices.contains(a), topology.neighbors.indices.contains(b),
            let there = topology.neighbors[a].firstIndex(of: b), let back = topology.neighbors[b].firstIndex(of: a)
        else { return false }
        for (router, slot) in [(a, there), (b, back)] {
            let bit = UInt64(1) << UInt64(slot)
            failedSlots[router] = hasFailed ? failedSlots[router] | bit : failedSlots[router] & ~bit
        }
        update()
        return true
    }

    private mutating func update() {
        usable = topology.neighbors.enumerated().map { router, neighbors in
            var slots: UInt64 = 0
            guard !hasFailed[router] else { return slots }
            for (slot, neighbor) in neighbors.enumerated() where !hasFailed[neighbor] { slots |= 1 << UInt64(slot) }
            return slots & ~failedSlots[router]
        }
    }
}
