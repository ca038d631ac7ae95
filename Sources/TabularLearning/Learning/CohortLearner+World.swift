/// The world of a cohort: at home, or lent to whoever steps it.
extension CohortLearner {
    /// The environments of the cohort's lanes; `nil` while they are lent.
    public var environment: (any Environment)? { world }

    /// What the environments' figures are, or were when they last came back.
    public var gauges: [Gauge] { world?.gauges ?? lastGauges }

    /// Whether the world is lent and has not come back.
    public var isWorldAway: Bool { loan != nil }

    /// Steps the world on the spot; call it when `answered()` asks for it.
    ///
    /// - Throws: `EnvironmentFailure` when the environment cannot go on.
    public mutating func stepWorld() throws(EnvironmentFailure) {
        precondition(world != nil, "a world that is lent is not stepped here")
        try world?.step(actions, &batch)
        noteStep()
    }

    /// Lends the world to be stepped elsewhere; call it when `answered()` asks for a step.
    ///
    /// - Returns: What is to be performed, and given back to `take(_:)`.
    public mutating func lendWorld() -> WorldJob {
        guard let environment = world.take() else { preconditionFailure("a world is lent once") }
        var content = WorldJob.Content(environment: environment, actions: actions, batch: StepBatch())
        swap(&content.batch, &batch)
        let job = WorldJob(consume content)
        loan = job
        return job
    }

    /// Takes the world back.
    ///
    /// - Parameter job: What `lendWorld()` gave; another one leaves everything as it is.
    /// - Returns: Whether it was that one.
    /// - Throws: `EnvironmentFailure` when the environment cannot go on.
    public mutating func take(_ job: WorldJob) throws(EnvironmentFailure) -> Bool {
        guard loan === job else { return false }
        guard var content = job.takeContent() else { return false }
        loan = nil
        world = content.environment
        swap(&content.batch, &batch)
        if let failure = content.failure { throw failure }
        noteStep()
        return true
    }
}
