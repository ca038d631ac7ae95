extension LearningParameters {
    /// How many rounds a transition's update lags behind the choice that follows it.
    ///
    /// 0 and 1 are what a step costs in messages: two round trips, or one. Above 1 the learner holds its updates back, the
    /// oldest first, so that choices and bootstraps see the table as slow shards would show it.
    public struct Staleness: RawRepresentable, Sendable, Hashable, Codable {
        /// The number of rounds.
        public let rawValue: Int

        /// The numbers of rounds there are.
        public static let limits = 0...255

        /// Update, then ask again: two round trips a step; textbook Q-learning.
        public static let fresh = Self(0)

        /// One round trip a step: an update is seen one round after its transition.
        public static let oneRound = Self(1)

        /// Creates a staleness; `nil` when the number is not within `limits`.
        public init?(rawValue: Int) {
            guard Self.limits.contains(rawValue) else { return nil }
            self.init(rawValue)
        }

        private init(_ rounds: Int) { rawValue = rounds }

        /// The rounds that the learner itself holds an update back.
        var heldRounds: Int { max(0, rawValue - 1) }
    }
}
