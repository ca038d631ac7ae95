public import TabularLearning

/// After how many rounds of a run a table holds what was learned from how many of its steps.
///
/// An update is applied some rounds after its step; a run that is stopped after a step applies what is still on its way, and
/// ends in the table that a longer one has those rounds later.
public struct RoundClock: Sendable, Hashable {
    /// The lane-steps of one step of all lanes.
    public let stepsAtOnce: UInt64
    private let staleness: UInt64
    private let lastStep: UInt64

    /// Describes a run.
    ///
    /// - Parameters:
    ///   - staleness: By how many rounds its updates lag.
    ///   - laneCount: Its lanes, of all cohorts.
    ///   - laneSteps: Its planned lane-steps.
    public init(staleness: LearningParameters.Staleness, laneCount: Int, laneSteps: UInt64) {
        self.staleness = UInt64(staleness.rawValue)
        stepsAtOnce = UInt64(laneCount)
        lastStep = laneSteps / UInt64(laneCount)
    }

    /// The rounds after which what was learned in so many lane-steps is in the table, and no more.
    ///
    /// - Parameter laneSteps: Rounded up to whole steps of all lanes; at most those of the run count.
    /// - Returns: The rounds.
    public func round(applying laneSteps: UInt64) -> UInt64 {
        let steps = min(lastStep, laneSteps / stepsAtOnce + (laneSteps % stepsAtOnce == 0 ? 0 : 1))
        guard steps > 0 else { return 0 }
        return staleness == 0 ? 2 * steps : steps + staleness
    }

    /// The lane-steps of which a table holds what was learned, after so many rounds.
    public func laneSteps(appliedAfter round: UInt64) -> UInt64 {
        let steps = staleness == 0 ? round / 2 : round - min(round, staleness)
        return min(lastStep, steps) * stepsAtOnce
    }
}
