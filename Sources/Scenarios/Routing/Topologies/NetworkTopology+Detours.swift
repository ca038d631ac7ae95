extension NetworkTopology {
    /// Finds the ways that do not come back: the hops from each neighbour of a router in the network without that router.
    ///
    /// - Parameter router: Who asks.
    /// - Returns: By slot and destination the hops from the neighbour on; twice the number of routers where there is no such
    ///   way, which is longer than any.
    func detours(of router: Int) -> [[UInt16]] {
        let unreachable = UInt16(clamping: 2 * routerCount)
        var front: [Int] = []
        return neighbors[router].map { neighbor in
            var hops = Array(repeating: unreachable, count: routerCount)
            hops[neighbor] = 0
            front.removeAll(keepingCapacity: true)
            front.append(neighbor)
            var next = 0
            while next < front.count {
                let here = front[next]
                next += 1
                for other in neighbors[here] where other != router && hops[other] == unreachable {
                    hops[other] = hops[here] + 1
                    front.append(other)
                }
            }
            return hops
        }
    }
}
