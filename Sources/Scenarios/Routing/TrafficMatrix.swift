/// Who sends how much to whom: a weight for every ordered pair of routers; the scenario's load scales it.
public enum TrafficMatrix: Sendable, Hashable {
    /// Every pair alike.
    case uniform
    /// The product of the two routers' numbers of links: well connected routers send and receive more.
    case gravity
    /// [routers × routers] weights from source (row) to destination (column), row-major, zero on the diagonal.
    case weights([Double])

    /// Traffic between two groups of routers, in both directions, every pair alike.
    public static func between(_ one: [Int], _ other: [Int], routerCount: Int) -> Self {
        var weights = [Double](repeating: 0, count: routerCount * routerCount)
        for a in one {
            for b in other where a != b {
                weights[a * routerCount + b] = 1
                weights[b * routerCount + a] = 1
            }
        }
        return .weights(weights)
    }

    /// The name in tables: `uniform`, `gravity`, `given`.
    public var name: String {
        switch self {
        case .uniform: "uniform"
        case .gravity: "gravity"
        case .weights: "given"
        }
    }

    /// Returns the share of all packets that each pair has.
    ///
    /// - Parameter topology: The network; weights that were given must be its.
    /// - Returns: [routers × routers] shares that add up to 1, row-major, zero on the diagonal.
    public func shares(of topology: NetworkTopology) -> [Double] {
        let count = topology.routerCount
        var weights = [Double](repeating: 0, count: count * count)
        for source in 0..<count {
            for destination in 0..<count where destination != source {
                weights[source * count + destination] =
                    switch self {
                    case .uniform: 1
                    case .gravity:
                        Double(topology.neighbors[source].count * topology.neighbors[destination].count)
                    case .weights(let given): given[source * count + destination]
                    }
            }
        }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    /// Checks that it fits a network.
    ///
    /// - Throws: `ScenarioError` that names the first weight that makes no sense.
    public func check(for topology: NetworkTopology) throws(ScenarioError) {
        guard case .weights(let weights) = self else { return }
        let count = topology.routerCount
        guard weights.count == count * count else {
            throw ScenarioError("a traffic matrix of \(weights.count) weights does not fit \(count) routers")
        }
        for (pair, weight) in weights.enumerated() {
            let (source, destination) = (topology.names[pair / count], topology.names[pair % count])
            guard weight.isFinite, weight >= 0 else {
                throw ScenarioError("the traffic from '\(source)' to '\(destination)' is \(weight), not a weight")
            }
            guard weight == 0 || source != destination else {
                throw ScenarioError("router '\(source)' sends to itself in the traffic matrix")
            }
        }
        let sum = weights.reduce(0, +)
        guard sum > 0, sum.isFinite else { throw ScenarioError("nobody sends anything in the traffic matrix") }
    }
}

extension TrafficMatrix: Codable {
    /// Reads `uniform`, `gravity`, or the weights.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let name = try? container.decode(String.self) else {
            self = .weights(try container.decode([Double].self))
            return
        }
        switch name {
        case "uniform": self = .uniform
        case "gravity": self = .gravity
        default:
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "no traffic matrix '\(name)': uniform, gravity, or weights"
            )
        }
    }

    /// Writes the name, or the weights.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .uniform, .gravity: try container.encode(name)
        case .weights(let weights): try container.encode(weights)
        }
    }
}
