/// Random numbers addressed by (seed, stream, lane, step) instead of drawn from a shared sequence.
///
/// Whoever asks for the number of a lane and a step gets the same bits: the order of asking, the number of workers
/// and a restart in the middle change nothing. Each address is a `SplitMix64` sequence of its own.
public struct CounterBasedRandom: Sendable, Hashable {
    /// What a family of random numbers is used for; numbers of different streams are unrelated.
    public struct Stream: RawRepresentable, Sendable, Hashable {
        /// The number mixed into the key.
        public let rawValue: UInt64

        /// Creates a stream with a number that no other use has.
        public init(rawValue: UInt64) {
            self.rawValue = rawValue
        }

        /// The learner's choice between the greedy action and a random one.
        public static let exploration = Self(rawValue: 1)
        /// Where an environment starts: the first state of a lane, of an episode.
        public static let start = Self(rawValue: 2)
        /// What happens inside an environment: slips, arrivals, turns.
        public static let dynamics = Self(rawValue: 3)
        /// Generated layouts: topologies and networks.
        public static let layout = Self(rawValue: 4)
        /// Choices of a controller that is not learned.
        public static let controller = Self(rawValue: 5)
        /// Which plane of a table an update moves.
        public static let coin = Self(rawValue: 6)
        /// Which of the remembered transitions are learned from again.
        public static let replay = Self(rawValue: 7)
    }

    /// The seed and the stream, mixed.
    public let key: UInt64

    /// Creates the family of one seed and stream.
    public init(seed: UInt64, stream: Stream) {
        key = SplitMix64.mix(SplitMix64.mix(seed &+ SplitMix64.increment) ^ (stream.rawValue &* SplitMix64.increment))
    }

    /// The start of a lane's sequence; the value of a step is the mix of `laneKey + increment × (step + 1)`.
    @inlinable
    public func laneKey(_ lane: UInt64) -> UInt64 {
        SplitMix64.mix(key &+ SplitMix64.increment &* (lane &+ 1))
    }

    /// Returns the one value of a lane at a step.
    @inlinable
    public func value(lane: UInt64, step: UInt64) -> UInt64 {
        SplitMix64.mix(laneKey(lane) &+ SplitMix64.increment &* (step &+ 1))
    }

    /// Returns a generator for the many values that a lane needs at a step.
    @inlinable
    public func generator(lane: UInt64, step: UInt64) -> SplitMix64 {
        SplitMix64(state: value(lane: lane, step: step))
    }
}
