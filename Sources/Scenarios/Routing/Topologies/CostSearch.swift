/// The cheapest way from every router to one of them, by Dijkstra's algorithm; reuses its memory from search to search.
package struct CostSearch: Sendable {
    private let links: DirectedLinks
    /// What the cheapest way from each router costs.
    package private(set) var costs: [Double]
    /// The routers by ascending cost, the destination first.
    package private(set) var order: [Int] = []
    private var heap: [(cost: Double, router: Int)] = []

    /// Prepares searches over a network's links.
    package init(_ links: DirectedLinks) {
        self.links = links
        costs = Array(repeating: .infinity, count: links.routerCount)
    }

    /// Finds the cheapest ways to a destination.
    ///
    /// - Parameters:
    ///   - destination: Where they lead.
    ///   - linkCosts: For each directed link what its use costs, at least 0; infinite for one that cannot be used.
    package mutating func search(to destination: Int, linkCosts: [Double]) {
        for router in costs.indices { costs[router] = .infinity }
        order.removeAll(keepingCapacity: true)
        heap.removeAll(keepingCapacity: true)
        costs[destination] = 0
        push(0, destination)
        while let (cost, router) = popFirst() {
            guard cost == costs[router] else { continue }
            order.append(router)
            for link in links.leaving(router) {
                let other = links.targets[link]
                let way = cost + linkCosts[links.reverses[link]]
                guard way < costs[other] else { continue }
                costs[other] = way
                push(way, other)
            }
        }
    }

    /// The links of a router over which the way is cheapest, as a bit set of slots.
    func bestSlots(from router: Int, linkCosts: [Double]) -> UInt64 {
        let leaving = links.leaving(router)
        var best = Double.infinity
        var slots: UInt64 = 0
        for link in leaving {
            let way = linkCosts[link] + costs[links.targets[link]]
            if way < best { (best, slots) = (way, 0) }
            if way == best, way < .infinity { slots |= 1 << UInt64(link - leaving.lowerBound) }
        }
        return slots
    }

    private mutating func push(_ cost: Double, _ router: Int) {
        var child = heap.count
        heap.append((cost, router))
        while child > 0, heap[(child - 1) / 2].cost > cost {
            heap[child] = heap[(child - 1) / 2]
            child = (child - 1) / 2
        }
        heap[child] = (cost, router)
    }

    private mutating func popFirst() -> (cost: Double, router: Int)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].cost < heap[child].cost { child += 1 }
            guard heap[child].cost < last.cost else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = last
        return first
    }
}
