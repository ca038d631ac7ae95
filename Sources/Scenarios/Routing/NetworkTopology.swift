/// A network of routers joined by two-way links.
public struct NetworkTopology: Sendable, Hashable {
    /// The number of routers; they are numbered from 0.
    public let routerCount: Int

    /// For each router its neighbours in ascending order: a neighbour's position is its slot.
    public let neighbors: [[Int]]

    /// [routers × routers] hops of a shortest path, row-major.
    public let distances: [Int]

    /// Creates a network.
    ///
    /// - Parameters:
    ///   - routerCount: At least 2.
    ///   - links: Pairs of different routers, each pair once, that join all of them.
    public init(routerCount: Int, links: [(Int, Int)]) {
        precondition(routerCount >= 2, "a network has at least two routers")
        var neighbors = [[Int]](repeating: [], count: routerCount)
        for (a, b) in links {
            precondition(a != b && !neighbors[a].contains(b), "a link joins two routers, once")
            neighbors[a].append(b)
            neighbors[b].append(a)
        }
        let sorted = neighbors.map { $0.sorted() }
        self.routerCount = routerCount
        self.neighbors = sorted
        distances = (0..<routerCount).flatMap { Self.hops(from: $0, sorted) }
        precondition(!distances.contains(-1), "a network hangs together")
    }

    /// Returns the hops of a shortest path between two routers.
    public func distance(_ a: Int, _ b: Int) -> Int { distances[a * routerCount + b] }

    /// The number of links.
    public var linkCount: Int { neighbors.reduce(0) { $0 + $1.count } / 2 }

    /// The largest number of neighbours.
    public var largestDegree: Int { neighbors.map(\.count).max() ?? 0 }

    /// The hops of the longest shortest path.
    public var diameter: Int { distances.max() ?? 0 }

    /// Breadth-first search.
    private static func hops(from start: Int, _ neighbors: [[Int]]) -> [Int] {
        var hops = [Int](repeating: -1, count: neighbors.count)
        hops[start] = 0
        var queue = [start]
        var next = 0
        while next < queue.count {
            let router = queue[next]
            next += 1
            for neighbor in neighbors[router] where hops[neighbor] < 0 {
                hops[neighbor] = hops[router] + 1
                queue.append(neighbor)
            }
        }
        return hops
    }

    /// The irregular 6×6 grid of Boyan & Littman: two halves that meet at two links only.
    ///
    /// Routers row by row. A full grid of 60 links without ten; 36 routers, 50 links, diameter 11, all-pairs hops 6092.
    ///
    /// Source: Boyan and Littman, *Packet Routing in Dynamically Changing Networks*, NIPS 6, 1994, figure 1.
    public static let grid6x6: NetworkTopology = {
        let missing: [(Int, Int)] = [
            (2, 3), (8, 9), (14, 15), (26, 27), (24, 25), (28, 29), (25, 31), (26, 32), (27, 33), (28, 34),
        ]
        var links: [(Int, Int)] = []
        for router in 0..<36 {
            if router % 6 < 5 { links.append((router, router + 1)) }
            if router < 30 { links.append((router, router + 6)) }
        }
        return NetworkTopology(
            routerCount: 36,
            links: links.filter { link in !missing.contains { $0 == link } }
        )
    }()
}
