/// Observations of spaces as one of finitely many states: what a coder of the Python package says of itself, as a value.
///
/// An observation is flat: its numbers in the order of the space, parts one after another. The state is the mixed-radix number
/// of levels, the first one counting most. `Tests/Fixtures/coders.json` holds both languages to the same states.
public indirect enum SpaceCoder: Sendable, Hashable {
    /// A whole number, as many from a first one on.
    case discrete(count: Int, start: Int)
    /// Several whole numbers, each from 0 on below its count.
    case multiDiscrete(counts: [Int])
    /// Real numbers, by the edges between each one's levels; an edge belongs to the level above it.
    case edges(BinCoder)
    /// Real numbers, by parts of the tiles of overlapping grids; action values are sums over tiles then.
    case tiles(TileCoder)
    /// Real numbers that are not known in advance, by steps of a width each, spread over so many states.
    case hashed(SpaceHash)
    /// Several observations at once.
    case tuple([SpaceCoder])

    /// The numbers of an observation.
    public var width: Int {
        switch self {
        case .discrete: 1
        case .multiDiscrete(let counts): counts.count
        case .edges(let coder): coder.edges.count
        case .tiles(let coder): coder.tiles.count
        case .hashed(let hash): hash.widths.count
        case .tuple(let parts): parts.reduce(0) { $0 + $1.width }
        }
    }

    /// The levels of each factor.
    public var levelCounts: [Int] {
        switch self {
        case .discrete(let count, _): [count]
        case .multiDiscrete(let counts): counts
        case .edges(let coder): coder.levelCounts
        case .tiles(let coder): coder.levelCounts
        case .hashed(let hash): [hash.count]
        case .tuple(let parts):
            parts.flatMap { part in part.levelCounts.map { Self.stretched($0, by: stretch(of: part)) } }
        }
    }

    /// The grids, where action values are sums over tiles.
    public var tilings: Int? {
        switch self {
        case .discrete, .multiDiscrete, .edges, .hashed: nil
        case .tiles(let coder): coder.tilings
        case .tuple(let parts): parts.lazy.compactMap(\.tilings).first
        }
    }

    /// Beside tiles a level is as many parts as there are grids: all of one tile in each of them, shared with no other level.
    private func stretch(of part: SpaceCoder) -> Int { part.tilings == nil ? tilings ?? 1 : 1 }

    /// A count that cannot be had stays beyond what a coder may have.
    private static func stretched(_ count: Int, by factor: Int) -> Int {
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }

    /// The most states that a coder may have.
    public static let mostStates: UInt64 = 1 << 40
    /// The most parts of tiles that it may have.
    public static let mostTiledStates: UInt64 = 1 << 62

    /// Looks for what is wrong with it.
    ///
    /// - Returns: A sentence; `nil` where nothing is wrong.
    public var finding: String? {
        if let finding = findingOfParts { return finding }
        var states: UInt64 = 1
        for count in levelCounts {
            guard count >= 1 else { return "\(count) levels: a factor has one or more" }
            let (product, overflow) = states.multipliedReportingOverflow(by: UInt64(count))
            guard !overflow, product <= (tilings == nil ? Self.mostStates : Self.mostTiledStates) else {
                return "the coder has more than 2^\(tilings == nil ? 40 : 62) states"
            }
            states = product
        }
        return nil
    }

    /// What is wrong with it apart from the number of its states.
    private var findingOfParts: String? {
        switch self {
        case .discrete, .multiDiscrete: return nil
        case .edges(let coder):
            let isSound = coder.edges.allSatisfy { row in
                row.allSatisfy(\.isFinite) && zip(row, row.dropFirst()).allSatisfy(<)
            }
            return isSound ? nil : "edges are not finite and ascending"
        case .tiles(let coder): return coder.finding(for: coder.tiles.count)
        case .hashed(let hash): return hash.finding
        case .tuple(let parts):
            let tilings = Set(parts.compactMap(\.tilings)).sorted()
            guard tilings.count <= 1 else { return "parts of \(tilings) tilings: all of them have as many" }
            return parts.lazy.compactMap(\.findingOfParts).first
        }
    }

    /// The state of an observation.
    ///
    /// - Parameter observation: Its numbers.
    /// - Returns: The state; `nil` where the numbers are too few or many, or none of the space.
    public func state(of observation: [Double]) -> UInt64? {
        guard let levels = levels(of: observation[...]) else { return nil }
        return zip(levelCounts, levels).reduce(0) { $0 * UInt64($1.0) + UInt64($1.1) }
    }

    private func levels(of observation: ArraySlice<Double>) -> [Int]? {
        guard observation.count == width, !observation.contains(where: \.isNaN) else { return nil }
        switch self {
        case .discrete(let count, let start):
            return observation.first.flatMap { Self.level($0 - Double(start), below: count) }.map { [$0] }
        case .multiDiscrete(let counts):
            let levels = zip(observation, counts).compactMap { Self.level($0, below: $1) }
            return levels.count == counts.count ? levels : nil
        case .edges(let coder): return zip(coder.edges, observation).map { Self.level($1, between: $0) }
        case .tiles(let coder): return coder.parts(of: Array(observation))
        case .hashed(let hash): return hash.level(of: observation).map { [$0] }
        case .tuple(let parts):
            var (levels, rest) = ([Int](), observation)
            for part in parts {
                guard let own = part.levels(of: rest.prefix(part.width)) else { return nil }
                let stretch = stretch(of: part)
                levels += own.map { $0 * stretch }
                rest = rest.dropFirst(part.width)
            }
            return levels
        }
    }

    private static func level(_ number: Double, below count: Int) -> Int? {
        guard let level = Int(exactly: number), (0..<count).contains(level) else { return nil }
        return level
    }

    /// How many edges are not above a number.
    private static func level(_ number: Double, between edges: [Double]) -> Int {
        var (low, high) = (0, edges.count)
        while low < high {
            let middle = (low + high) / 2
            if edges[middle] <= number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Places for observations of a space that is not known in advance: steps of a width each, mixed to one of so many states.
///
/// Different observations may get the same state: with n of them among N states about n² ÷ 2 N pairs do.
public struct SpaceHash: Sendable, Hashable {
    /// How many states there are.
    public let count: Int
    /// The width of a step of each number.
    public let widths: [Double]

    /// Creates a hash.
    ///
    /// - Parameters:
    ///   - count: States, at least 1.
    ///   - widths: The width of a step of each number, finite and above 0.
    public init(count: Int, widths: [Double]) {
        (self.count, self.widths) = (count, widths)
    }

    /// What is wrong with it; `nil` where nothing is.
    var finding: String? {
        widths.allSatisfy { $0.isFinite && $0 > 0 } ? nil : "widths \(widths) are not finite and above 0"
    }

    /// The place of an observation; `nil` where a number has no step of its width.
    func level(of observation: ArraySlice<Double>) -> Int? {
        guard count >= 1 else { return nil }
        var hash: UInt64 = 0
        for (number, width) in zip(observation, widths) {
            let step = (number / width).rounded(.down)
            guard step >= -0x1p62, step < 0x1p62 else { return nil }
            hash = Self.mix(hash ^ UInt64(bitPattern: Int64(step)))
        }
        return Int(hash % UInt64(count))
    }

    /// One step of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
    private static func mix(_ word: UInt64) -> UInt64 {
        var z = word &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension SpaceCoder: Codable {
    private enum Key: String, CodingKey { case kind, count, start, counts, edges, widths, parts }

    private enum Kind: String, Codable {
        case discrete, edges, tiles, tuple, hash
        case multiDiscrete = "multi-discrete"
    }

    /// Reads what a coder of the Python package wrote of itself.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        switch try values.decode(Kind.self, forKey: .kind) {
        case .discrete:
            self = .discrete(
                count: try values.decode(Int.self, forKey: .count),
                start: try values.decode(Int.self, forKey: .start)
            )
        case .multiDiscrete: self = .multiDiscrete(counts: try values.decode([Int].self, forKey: .counts))
        case .edges: self = .edges(BinCoder(edges: try values.decode([[Double]].self, forKey: .edges)))
        case .tiles: self = .tiles(try TileCoder(from: decoder))
        case .hash:
            self = .hashed(
                SpaceHash(
                    count: try values.decode(Int.self, forKey: .count),
                    widths: try values.decode([Double].self, forKey: .widths)
                )
            )
        case .tuple: self = .tuple(try values.decode([SpaceCoder].self, forKey: .parts))
        }
        if let finding {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: finding))
        }
    }

    /// Writes what the Python package reads, but for the names of factors.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        switch self {
        case .discrete(let count, let start):
            try values.encode(Kind.discrete, forKey: .kind)
            try values.encode(count, forKey: .count)
            try values.encode(start, forKey: .start)
        case .multiDiscrete(let counts):
            try values.encode(Kind.multiDiscrete, forKey: .kind)
            try values.encode(counts, forKey: .counts)
        case .edges(let coder):
            try values.encode(Kind.edges, forKey: .kind)
            try values.encode(coder.edges, forKey: .edges)
        case .tiles(let coder):
            try values.encode(Kind.tiles, forKey: .kind)
            try coder.encode(to: encoder)
        case .hashed(let hash):
            try values.encode(Kind.hash, forKey: .kind)
            try values.encode(hash.count, forKey: .count)
            try values.encode(hash.widths, forKey: .widths)
        case .tuple(let parts):
            try values.encode(Kind.tuple, forKey: .kind)
            try values.encode(parts, forKey: .parts)
        }
    }
}
