internal import Suggestions
public import TabularLearning

/// A kind of vehicle that is told apart from the rest: buses, ambulances.
public struct VehicleKind: Sendable, Hashable, Codable {
    /// What it is called; in SUMO a class of vehicles, as `bus` or `emergency`.
    public var name: String
    /// The share of the vehicles that are of the kind, 0...1; in SUMO the routes say that, and this nothing.
    public var share: Double
    /// As how many of the others one of them counts in the reward's terms of waiting.
    @AddedSetting<AbsentFactor> public var weight: Float
    /// Whether lights give it green, as far as the envelope lets them.
    @AddedSetting<AbsentFalse> public var hasPriority: Bool

    /// Describes a kind.
    public init(_ name: String, share: Double = 0, weight: Float = 1, hasPriority: Bool = false) {
        self.name = name
        self.share = share
        self.weight = weight
        self.hasPriority = hasPriority
    }

    /// The most kinds that a scenario tells apart.
    public static let most = 8

    /// Puts together what three options say of kinds.
    ///
    /// - Parameters:
    ///   - text: The kinds, `bus=0.05,emergency=0.002`, each with its share; `bus,emergency` where routes say who comes.
    ///   - weights: `bus=20`, for those that count differently from others.
    ///   - priority: `emergency`, those that get green.
    /// - Returns: The kinds in the order in which they were named.
    /// - Throws: `ScenarioError` that names the part that is wrong.
    public static func kinds(
        _ text: String,
        weights: String?,
        priority: String?
    ) throws(ScenarioError) -> [VehicleKind] {
        var kinds: [VehicleKind] = []
        for (name, value) in parts(text) {
            var kind = VehicleKind(name)
            if let value {
                guard let share = Double(value) else {
                    throw ScenarioError("the share \(value) of \(name) is no number")
                }
                kind.share = share
            }
            kinds.append(kind)
        }
        for (name, value) in parts(weights ?? "") where weights != nil {
            let place = try place(of: name, in: kinds)
            guard let weight = value.flatMap({ Float($0) }) else {
                throw ScenarioError("\(name) needs a weight that is a number, as in \(name)=20")
            }
            kinds[place].weight = weight
        }
        for (name, value) in parts(priority ?? "") where priority != nil {
            let place = try place(of: name, in: kinds)
            if let value { throw ScenarioError("\(name) has priority or has not; =\(value) says nothing") }
            kinds[place].hasPriority = true
        }
        try check(kinds)
        return kinds
    }

    private static func parts(_ text: String) -> [(name: String, value: String?)] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            return (sides.first ?? "", sides.count == 2 ? sides[1] : nil)
        }
    }

    private static func place(of name: String, in kinds: [VehicleKind]) throws(ScenarioError) -> Int {
        guard let place = kinds.firstIndex(where: { $0.name == name }) else {
            throw ScenarioError(Spelling.unknown("kind of vehicle", name, among: kinds.map(\.name)))
        }
        return place
    }

    private static let letters = UInt8(ascii: "a")...UInt8(ascii: "z")

    static func check(_ kinds: [VehicleKind]) throws(ScenarioError) {
        guard kinds.count <= most else { throw ScenarioError("\(kinds.count) kinds of vehicles are more than \(most)") }
        for (index, kind) in kinds.enumerated() {
            let isPlain = kind.name.utf8.allSatisfy { letters.contains($0) || $0 == UInt8(ascii: "_") }
            guard (1...32).contains(kind.name.utf8.count), isPlain else {
                throw ScenarioError("a kind of vehicle is 1 to 32 small letters or _, not \"\(kind.name.prefix(60))\"")
            }
            guard !kinds[..<index].contains(where: { $0.name == kind.name }) else {
                throw ScenarioError("\(kind.name) is there twice")
            }
            guard kind.share >= 0, kind.share <= 1 else {
                throw ScenarioError("the share \(kind.share) of \(kind.name) is not within 0...1")
            }
            guard kind.weight >= 0, kind.weight <= 1_000_000 else {
                throw ScenarioError("the weight \(kind.weight) of \(kind.name) is not within 0...1000000")
            }
        }
        let sum = kinds.reduce(0) { $0 + $1.share }
        guard sum <= 1 + 1e-9 else { throw ScenarioError("the shares add up to \(sum), above 1") }
    }
}

/// What came of the vehicles of a kind in a run.
public struct KindTally: Sendable, Hashable {
    /// Vehicles that wanted to enter.
    public var demanded = 0
    /// Seconds that they have lost, waiting outside included.
    public var lost = 0.0

    /// Counts of zero.
    public init() {}

    /// Mean delay in seconds per vehicle; 0 where none came.
    public var delay: Double { lost / Double(max(1, demanded)) }
}
