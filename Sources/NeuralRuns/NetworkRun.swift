public import NeuralLearning

/// Drives a learner to the end of its run, or to where it is asked to stop.
public struct NetworkRun<Learner: NetworkLearner> {
    /// The learner.
    public private(set) var learner: Learner
    /// Environment steps from one checkpoint to the next; 0 for none.
    private let checkpointEvery: UInt64
    private var lastCheckpoint: UInt64

    /// Takes a learner at its beginning, or where a checkpoint left it.
    public init(_ learner: Learner, checkpointEvery: UInt64) {
        self.learner = learner
        self.checkpointEvery = checkpointEvery
        lastCheckpoint = learner.stepsTaken
    }

    /// Runs.
    ///
    /// - Parameters:
    ///   - computing: Computes slices.
    ///   - shouldStop: Asked between two bouts of updates, and now and then where there are none.
    ///   - observe: Hears of every evaluation, and now and then.
    ///   - checkpoint: Writes the learner down.
    /// - Returns: Whether the run is complete.
    /// - Throws: What the others throw; `LearningFailure` where numbers are none any more.
    public mutating func run(
        _ computing: inout some SliceComputing<Learner.Computer>,
        shouldStop: () -> Bool,
        observe: (Learner) -> Void,
        checkpoint: (Learner) throws -> Void
    ) throws -> Bool {
        while true {
            if learner.isBetweenBouts {
                let isDue = checkpointEvery > 0 && learner.stepsTaken - lastCheckpoint >= checkpointEvery
                let stops = shouldStop()
                if isDue || stops {
                    try checkpoint(learner)
                    lastCheckpoint = learner.stepsTaken
                }
                if stops { return false }
            }
            switch learner.next() {
            case .update(let slices): try learner.take(try computing.gradients(of: slices, learner.parameters))
            case .evaluate:
                learner.note(meanReturn: learner.evaluate())
                observe(learner)
            case .pause: break
            case .finished: return true
            }
        }
    }
}
