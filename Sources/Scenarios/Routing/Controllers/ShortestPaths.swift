internal import TabularLearning

/// Which neighbours are closer to a destination, over the links that work now.
///
/// As if every router knew at once what has failed: what a link-state protocol knows some seconds later.
struct ShortestPaths: Sendable {
    let topology: NetworkTopology
    private var distances: [UInt16]
    private var change: UInt32?

    init(_ topology: NetworkTopology) {
        self.topology = topology
        distances = topology.distances
    }

    /// Takes note of what has failed or returned.
    mutating func update(to network: PacketNetwork) {
        guard network.lastTopologyChange != change else { return }
        change = network.lastTopologyChange
        for destination in 0..<topology.routerCount { measure(from: destination, network) }
    }

    /// Returns the hops between two routers; the largest number where no path leads.
    func distance(_ a: Int, _ b: Int) -> Int { Int(distances[a * topology.routerCount + b]) }

    /// Returns the slots over which a packet comes closer, as a bit set; all that can be used where none does.
    func closerSlots(for entry: PacketNetwork.Pending, in network: PacketNetwork) -> UInt64 {
        let usable = network.usableSlots(of: entry.router)
        let distance = distance(entry.router, entry.destination)
        var (rest, closer) = (usable, UInt64(0))
        while rest != 0 {
            let slot = rest.trailingZeroBitCount
            rest &= rest &- 1
            let neighbor = topology.neighbors[entry.router][slot]
            if self.distance(neighbor, entry.destination) < distance { closer |= 1 << UInt64(slot) }
        }
        return closer == 0 ? usable : closer
    }

    /// Breadth-first search over the links that work; both directions of a link do, or none.
    private mutating func measure(from start: Int, _ network: PacketNetwork) {
        let count = topology.routerCount
        for router in 0..<count { distances[router * count + start] = .max }
        distances[start * count + start] = 0
        var queue = [start]
        var next = 0
        while next < queue.count {
            let router = queue[next]
            next += 1
            guard network.works(router) else { continue }
            let usable = network.usableSlots(of: router)
            for (slot, neighbor) in topology.neighbors[router].enumerated()
            where usable >> UInt64(slot) & 1 == 1 && distances[neighbor * count + start] == .max {
                distances[neighbor * count + start] = distances[router * count + start] + 1
                queue.append(neighbor)
            }
        }
    }
}

/// Sets of slots, bit s for slot s.
extension UInt64 {
    /// The number of the n-th bit that is set, from 0 on.
    func slot(_ n: Int) -> UInt8 {
        var rest = self
        for _ in 0..<n { rest &= rest &- 1 }
        return UInt8(truncatingIfNeeded: rest.trailingZeroBitCount)
    }

    /// Draws one of the slots; takes no random number where there is only one.
    func anySlot(_ random: inout SplitMix64) -> UInt8 {
        let count = nonzeroBitCount
        return slot(count == 1 ? 0 : random.nextIndex(below: count))
    }

    /// The slots of a set where a cost is lowest.
    func lowest<Cost: Comparable>(_ cost: (Int) -> Cost) -> UInt64 {
        var rest = self
        var lowest: Cost?
        var slots: UInt64 = 0
        while rest != 0 {
            let slot = rest.trailingZeroBitCount
            rest &= rest &- 1
            let own = cost(slot)
            if let least = lowest, own > least { continue }
            if lowest != own { (lowest, slots) = (own, 0) }
            slots |= 1 << UInt64(slot)
        }
        return slots
    }
}
