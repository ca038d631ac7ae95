/// Rounds of a run at equal distances, from a first one on.
public struct RoundMarks: Sendable, Hashable {
    /// The first of them.
    public let first: UInt64
    /// Rounds from one to the next.
    public let distance: UInt64

    /// Describes the rounds; each distance is at least 1.
    public init(first: UInt64, distance: UInt64) {
        precondition(first > 0 && distance > 0, "marks have a distance")
        (self.first, self.distance) = (first, distance)
    }

    /// Whether a round is one of them.
    public func contains(_ round: UInt64) -> Bool { round >= first && (round - first).isMultiple(of: distance) }

    /// The rounds from one to the next of them, at least 1.
    public func rounds(after round: UInt64) -> UInt64 {
        round < first ? first - round : distance - (round - first) % distance
    }
}
