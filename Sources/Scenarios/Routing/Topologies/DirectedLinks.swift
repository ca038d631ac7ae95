/// A network's links, each in both directions, numbered by the router they leave and its slots.
package struct DirectedLinks: Sendable, Hashable {
    /// For each router the number of its first link; after the last router the number of all links.
    package let offsets: [Int]
    /// Where each link leads from.
    package let sources: [Int]
    /// Where each link leads to.
    package let targets: [Int]
    /// For each link the one that leads back.
    package let reverses: [Int]

    /// Numbers the links of a network.
    package init(_ topology: NetworkTopology) {
        var offsets = [0]
        for neighbors in topology.neighbors { offsets.append(offsets[offsets.count - 1] + neighbors.count) }
        self.offsets = offsets
        sources = topology.neighbors.indices.flatMap { Array(repeating: $0, count: topology.neighbors[$0].count) }
        targets = topology.neighbors.flatMap { $0 }
        // Sorted by source, the links that lead to a router come in the order of its slots.
        var met = Array(repeating: 0, count: topology.routerCount)
        reverses = targets.map { target in
            met[target] += 1
            return offsets[target] + met[target] - 1
        }
    }

    /// The number of links.
    package var count: Int { targets.count }

    /// The number of routers.
    package var routerCount: Int { offsets.count - 1 }

    /// The links that leave a router, in the order of its slots.
    package func leaving(_ router: Int) -> Range<Int> { offsets[router]..<offsets[router + 1] }
}
