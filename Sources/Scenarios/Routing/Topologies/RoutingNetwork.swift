/// A network with the name it goes by: built in, generated, or somebody's own.
///
/// Written down, a built-in or generated network is its name; one that was imported is written whole, so that a policy or a
/// checkpoint needs no other file.
public struct RoutingNetwork: Sendable {
    /// What it is called in tables; for a network that is built in or generated it says how to make it.
    public let name: String
    /// The routers and links.
    public let topology: NetworkTopology
    private let isImported: Bool

    /// The irregular 6×6 grid of Boyan & Littman.
    public static let grid6x6 = RoutingNetwork("grid6x6", .grid6x6)
    /// Two routers and one link: two independent queues, for checks against queueing theory.
    public static let pair = RoutingNetwork("pair", .pair)
    /// Abilene: 12 routers, 15 links.
    public static let abilene = RoutingNetwork("abilene", .abilene)
    /// NSFNET: 14 routers, 21 links.
    public static let nsfnet14 = RoutingNetwork("nsfnet14", .nsfnet14)
    /// GÉANT: 22 routers, 36 links.
    public static let geant = RoutingNetwork("geant", .geant)

    /// The networks in the box.
    public static let builtIn = [grid6x6, abilene, nsfnet14, geant, pair]

    private init(_ name: String, _ topology: NetworkTopology) {
        self.name = name
        self.topology = topology
        isImported = false
    }

    /// Creates a network that came from elsewhere.
    ///
    /// - Parameters:
    ///   - name: What tables call it.
    ///   - topology: The routers and links.
    public init(imported name: String, topology: NetworkTopology) {
        self.name = name
        self.topology = topology
        isImported = true
    }

    /// Finds a built-in network by its name or makes a generated one.
    ///
    /// - Parameter specification: `grid6x6`, `abilene`, `nsfnet14`, `geant`, `pair`; `grid:RxC`, `torus:RxC`, `ring:N`,
    ///   `gabriel:N:SEED`.
    /// - Throws: `ScenarioError` that says what would be right.
    public init(_ specification: String) throws(ScenarioError) {
        if let known = Self.builtIn.first(where: { $0.name == specification }) {
            self = known
        } else {
            self.init(specification, try Self.generate(specification))
        }
    }

    /// What a specification may be, in words.
    public static var specifications: String {
        builtIn.map(\.name).joined(separator: ", ") + ", grid:RxC, torus:RxC, ring:N or gabriel:N:SEED"
    }

    private static func generate(_ specification: String) throws(ScenarioError) -> NetworkTopology {
        let parts = specification.split(separator: ":", omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("grid", 2):
            let (rows, columns) = try size(parts[1], of: specification)
            try check(rows * columns, least: 2, specification)
            return .grid(rows: rows, columns: columns)
        case ("torus", 2):
            let (rows, columns) = try size(parts[1], of: specification)
            try check(rows * columns, least: 9, specification)
            guard rows >= 3, columns >= 3 else {
                throw ScenarioError("network '\(specification)': a torus has at least 3 rows and 3 columns")
            }
            return .torus(rows: rows, columns: columns)
        case ("ring", 2):
            let count = try number(parts[1], of: specification)
            try check(count, least: 3, specification)
            return .ring(count)
        case ("gabriel", 3):
            let count = try number(parts[1], of: specification)
            try check(count, least: 2, specification)
            guard let seed = UInt64(parts[2]) else {
                throw ScenarioError("network '\(specification)': '\(parts[2])' is no seed")
            }
            return .gabriel(count, seed: seed)
        default:
            throw ScenarioError("no network '\(specification)': there are \(specifications)")
        }
    }

    private static func size(_ text: Substring, of specification: String) throws(ScenarioError) -> (Int, Int) {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw ScenarioError("network '\(specification)': '\(text)' is not rows x columns, like 4x5")
        }
        return (try number(parts[0], of: specification), try number(parts[1], of: specification))
    }

    private static func number(_ text: Substring, of specification: String) throws(ScenarioError) -> Int {
        guard let number = Int(text), (1...NetworkTopology.routerCounts.upperBound).contains(number) else {
            throw ScenarioError(
                "network '\(specification)': '\(text)' is no number from 1 to \(NetworkTopology.routerCounts.upperBound)"
            )
        }
        return number
    }

    private static func check(_ count: Int, least: Int, _ specification: String) throws(ScenarioError) {
        let most = NetworkTopology.routerCounts.upperBound
        guard (least...most).contains(count) else {
            throw ScenarioError("network '\(specification)' has \(count) routers: \(least) to \(most) make sense")
        }
    }
}

extension RoutingNetwork: CustomStringConvertible {
    /// The name.
    public var description: String { name }
}

extension RoutingNetwork: Hashable {
    /// Compares names and routers.
    public static func == (one: Self, other: Self) -> Bool {
        one.name == other.name && one.isImported == other.isImported && one.topology == other.topology
    }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(topology.routerCount)
    }
}

extension RoutingNetwork: Codable {
    private enum Key: CodingKey { case name, topology }

    /// Reads a name, or a whole network.
    public init(from decoder: any Decoder) throws {
        if let single = try? decoder.singleValueContainer(), let name = try? single.decode(String.self) {
            do {
                try self.init(name)
            } catch {
                throw DecodingError.dataCorruptedError(in: single, debugDescription: error.description)
            }
            return
        }
        let container = try decoder.container(keyedBy: Key.self)
        self.init(
            imported: try container.decode(String.self, forKey: .name),
            topology: try container.decode(NetworkTopology.self, forKey: .topology)
        )
    }

    /// Writes a name, or the whole network when it came from elsewhere.
    public func encode(to encoder: any Encoder) throws {
        guard isImported else {
            var container = encoder.singleValueContainer()
            return try container.encode(name)
        }
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        try container.encode(topology, forKey: .topology)
    }
}
