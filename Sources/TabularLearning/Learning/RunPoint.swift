/// Where a run stands between two rounds, in numbers.
public struct RunPoint: Sendable, Hashable, Codable {
    /// The epoch in which it came there.
    public var epoch: UInt32
    /// The rounds that every cohort has behind it.
    public var round: UInt64
    /// The steps that all lanes took together.
    public var laneSteps: UInt64
    /// The transitions that were issued, all of them applied to the table.
    public var transitions: UInt64

    /// Collects the numbers.
    public init(epoch: UInt32, round: UInt64, laneSteps: UInt64, transitions: UInt64) {
        self.epoch = epoch
        self.round = round
        self.laneSteps = laneSteps
        self.transitions = transitions
    }
}
