/// The states and actions of a table, and how a state's index turns back into words.
///
/// A state is a mixed-radix number: its factors, the most significant first, each with a number of levels.
public struct StateSpace: Sendable, Hashable {
    /// One component of a state.
    public struct Factor: Sendable, Hashable {
        /// What the component is: `router`, `phase`.
        public let name: String
        /// The number of values it takes, at least 1.
        public let levelCount: Int
        /// The names of its values; empty when the number says it all.
        public let levels: [String]

        /// Creates a factor whose values are numbers.
        public init(_ name: String, count: Int) {
            self.name = name
            self.levelCount = count
            self.levels = []
        }

        /// Creates a factor whose values have names.
        public init(_ name: String, levels: [String]) {
            self.name = name
            self.levelCount = levels.count
            self.levels = levels
        }

        /// The name of a value.
        public func label(_ level: Int) -> String {
            levels.isEmpty ? String(level) : levels[level]
        }
    }

    /// The components, the most significant first.
    public let factors: [Factor]

    /// The names of the actions; their count is the width of the table.
    public let actions: [String]

    /// The product of the factors' level counts.
    public let stateCount: UInt64

    /// Creates a space.
    ///
    /// - Parameters:
    ///   - factors: At least one; the product of their level counts is below 2⁶³.
    ///   - actions: 1...64 names.
    public init(factors: [Factor], actions: [String]) {
        precondition(!factors.isEmpty && factors.allSatisfy { $0.levelCount >= 1 }, "a factor needs at least one level")
        precondition((1...64).contains(actions.count), "a table has 1...64 actions")
        self.factors = factors
        self.actions = actions
        stateCount = factors.reduce(1) { $0 * UInt64($1.levelCount) }
    }

    /// The number of actions.
    public var actionCount: Int { actions.count }

    /// Returns the index of a state from one level per factor.
    public func index(_ levels: [Int]) -> UInt64 {
        precondition(levels.count == factors.count, "one level per factor")
        return zip(factors, levels).reduce(0) { $0 * UInt64($1.0.levelCount) + UInt64($1.1) }
    }

    /// Returns the level of each factor of a state.
    public func levels(of state: UInt64) -> [Int] {
        var rest = state
        var levels: [Int] = []
        for factor in factors.reversed() {
            levels.append(Int(rest % UInt64(factor.levelCount)))
            rest /= UInt64(factor.levelCount)
        }
        return levels.reversed()
    }

    /// Returns a state in words: `router 3, destination 7`.
    public func describe(_ state: UInt64) -> String {
        zip(factors, levels(of: state)).map { "\($0.name) \($0.label($1))" }.joined(separator: ", ")
    }

    /// The number of consecutive states that share a level of a factor: the product of the less significant counts.
    public func stride(ofFactor index: Int) -> UInt64 {
        factors[(index + 1)...].reduce(1) { $0 * UInt64($1.levelCount) }
    }
}
