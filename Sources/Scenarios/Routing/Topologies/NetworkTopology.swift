/// A network of routers joined by two-way links.
public struct NetworkTopology: Sendable, Hashable {
    /// A place on a map: degrees of longitude and latitude, or any plane's x and y.
    public struct Position: Sendable, Hashable, Codable {
        /// To the east.
        public let x: Double
        /// To the north.
        public let y: Double

        /// Creates a place.
        public init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// The number of routers; they are numbered from 0.
    public let routerCount: Int

    /// For each router its neighbours in ascending order: a neighbour's position is its slot.
    public let neighbors: [[Int]]

    /// [routers × routers] hops of a shortest path, row-major; 16 bits each, since large networks have many pairs.
    public let distances: [UInt16]

    /// The routers' names, all different; their numbers where nobody named them.
    public let names: [String]

    /// Where the routers are, one each; empty where nobody knows.
    public let positions: [Position]

    /// The numbers of routers a network may have; the table grows with their square.
    public static let routerCounts = 2...4096

    /// Creates a network that is known to be sound.
    ///
    /// - Parameters:
    ///   - routerCount: At least 2.
    ///   - links: Pairs of different routers, each pair once, that join all of them.
    ///   - names: One per router, or none.
    ///   - positions: One per router, or none.
    public init(routerCount: Int, links: [(Int, Int)], names: [String] = [], positions: [Position] = []) {
        do {
            try self.init(checking: links, routerCount: routerCount, names: names, positions: positions)
        } catch {
            preconditionFailure(error.description)
        }
    }

    /// Creates a network from links that somebody else wrote down.
    ///
    /// - Parameters:
    ///   - links: Pairs of routers.
    ///   - routerCount: The number of routers.
    ///   - names: One per router, or none.
    ///   - positions: One per router, or none.
    /// - Throws: `ScenarioError` that names what does not make a network.
    public init(
        checking links: [(Int, Int)],
        routerCount: Int,
        names: [String] = [],
        positions: [Position] = []
    ) throws(ScenarioError) {
        guard Self.routerCounts.contains(routerCount) else {
            throw ScenarioError(
                "a network of \(routerCount) routers: there are \(Self.routerCounts.lowerBound) to "
                    + "\(Self.routerCounts.upperBound)"
            )
        }
        guard [0, routerCount].contains(names.count), [0, routerCount].contains(positions.count) else {
            throw ScenarioError("\(names.count) names and \(positions.count) positions for \(routerCount) routers")
        }
        let names = names.isEmpty ? (0..<routerCount).map(String.init) : names
        if let twice = Self.firstDuplicate(names) { throw ScenarioError("two routers have the name '\(twice)'") }
        guard positions.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
            throw ScenarioError("a router's position is not a pair of numbers")
        }
        let neighbors = try Self.neighbors(links, names)
        self.routerCount = routerCount
        self.neighbors = neighbors
        self.names = names
        self.positions = positions
        let first = Self.hops(from: 0, neighbors)
        if let lost = first.firstIndex(of: .max) {
            throw ScenarioError("no path leads from router '\(names[0])' to router '\(names[lost])'")
        }
        distances = first + (1..<routerCount).flatMap { Self.hops(from: $0, neighbors) }
    }

    /// Returns the hops of a shortest path between two routers.
    public func distance(_ a: Int, _ b: Int) -> Int { Int(distances[a * routerCount + b]) }

    /// The hops of the shortest paths of all ordered pairs, added up.
    public var distanceSum: Int { distances.reduce(0) { $0 + Int($1) } }

    /// The number of links.
    public var linkCount: Int { neighbors.reduce(0) { $0 + $1.count } / 2 }

    /// Whether it is one ring, with or without trees that hang on it.
    public var isRing: Bool { linkCount == routerCount }

    /// The links, the lower router first, in ascending order.
    public var links: [(Int, Int)] {
        neighbors.indices.flatMap { router in neighbors[router].filter { $0 > router }.map { (router, $0) } }
    }

    /// The largest number of neighbours.
    public var largestDegree: Int { neighbors.map(\.count).max() ?? 0 }

    /// The hops of the longest shortest path.
    public var diameter: Int { Int(distances.max() ?? 0) }

    /// Whether the routers have names of their own.
    public var isNamed: Bool { names.enumerated().contains { $0.element != String($0.offset) } }

    /// Finds a router by its name.
    ///
    /// - Parameter name: As the source of the network wrote it; or a number, where no router has that name.
    /// - Returns: The router's number.
    /// - Throws: `ScenarioError` that names routers there are.
    public func router(named name: some StringProtocol) throws(ScenarioError) -> Int {
        if let router = names.firstIndex(where: { $0 == name }) { return router }
        if let router = Int(name), names.indices.contains(router) { return router }
        let some = names.prefix(8).joined(separator: ", ")
        throw ScenarioError("no router '\(name)': there are \(some)\(names.count > 8 ? ", …" : "")")
    }

    private static func neighbors(_ links: [(Int, Int)], _ names: [String]) throws(ScenarioError) -> [[Int]] {
        var neighbors = [[Int]](repeating: [], count: names.count)
        for (a, b) in links {
            guard names.indices.contains(a), names.indices.contains(b) else {
                throw ScenarioError("a link joins routers \(a) and \(b), of which there are \(names.count)")
            }
            guard a != b else { throw ScenarioError("a link joins router '\(names[a])' to itself") }
            neighbors[a].append(b)
            neighbors[b].append(a)
        }
        for router in neighbors.indices {
            neighbors[router].sort()
            let own = neighbors[router]
            for (one, next) in zip(own, own.dropFirst()) where one == next {
                throw ScenarioError("two links join routers '\(names[router])' and '\(names[one])'")
            }
        }
        return neighbors
    }

    private static func firstDuplicate(_ names: [String]) -> String? {
        let sorted = names.sorted()
        return zip(sorted, sorted.dropFirst()).first { $0 == $1 }?.0
    }

    /// Breadth-first search; the largest number stands for what cannot be reached.
    private static func hops(from start: Int, _ neighbors: [[Int]]) -> [UInt16] {
        var hops = [UInt16](repeating: .max, count: neighbors.count)
        hops[start] = 0
        var queue = [start]
        var next = 0
        while next < queue.count {
            let router = queue[next]
            next += 1
            for neighbor in neighbors[router] where hops[neighbor] == .max {
                hops[neighbor] = hops[router] + 1
                queue.append(neighbor)
            }
        }
        return hops
    }
}

extension NetworkTopology: Codable {
    private enum Key: CodingKey { case nodes, links, positions }

    /// Reads nodes, links and positions, and checks them.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let names = try container.decode([String].self, forKey: .nodes)
        let links = try container.decode([[Int]].self, forKey: .links)
        let positions = try container.decodeIfPresent([Position].self, forKey: .positions) ?? []
        guard links.allSatisfy({ $0.count == 2 }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .links,
                in: container,
                debugDescription: "a link joins two nodes"
            )
        }
        do {
            try self.init(
                checking: links.map { ($0[0], $0[1]) },
                routerCount: names.count,
                names: names,
                positions: positions
            )
        } catch {
            throw DecodingError.dataCorruptedError(forKey: .links, in: container, debugDescription: error.description)
        }
    }

    /// Writes the nodes' names, the links as pairs of numbers, and the positions when there are any.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(names, forKey: .nodes)
        try container.encode(links.map { [$0.0, $0.1] }, forKey: .links)
        if !positions.isEmpty { try container.encode(positions, forKey: .positions) }
    }
}
