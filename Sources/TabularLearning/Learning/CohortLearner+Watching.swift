/// What a learner is about to learn, for whoever looks on while a run is done once more.
extension CohortLearner {
    /// Whether the next `advance()` forms the targets of the transitions in `lastStep`.
    public var isAboutToLearn: Bool { phase == .learn || phase == .learnAndDecide }

    /// What the environment wrote last: transitions, and the queries that they bootstrap from.
    ///
    /// Let go before the next `advance()`, which would copy what is held.
    public var lastStep: StepBatch { batch }
}
