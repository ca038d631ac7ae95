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

    /// Lends the world, to be written down or stepped elsewhere.
    ///
    /// - Parameters:
    ///   - stepping: Whether it is to be stepped, which is what `answered()` said.
    ///   - saving: Whether its state before that step is to be written down.
    /// - Returns: What is to be performed, and given back to `take(_:)`.
    public mutating func lendWorld(stepping: Bool, saving: Bool = false) -> WorldJob {
        guard let environment = world.take() else { preconditionFailure("a world is lent once") }
        // The figures of the present are those of the past until it comes back.
        if loanCount == 0 { lastGauges = environment.gauges }
        loanCount += 1
        var content = WorldJob.Content(environment: environment, actions: actions, saves: saving)
        if stepping { swap(&content.batch, &batch) }
        let job = WorldJob(consume content, steps: stepping)
        loan = job
        return job
    }

    /// Takes the world back.
    ///
    /// - Parameter job: What `lendWorld` gave, and has been performed; another one leaves everything as it is.
    /// - Returns: Whether it was that one, and what was written down of the world, if that was wanted.
    /// - Throws: `EnvironmentFailure` when the environment cannot go on.
    public mutating func take(_ job: WorldJob) throws(EnvironmentFailure) -> (isMine: Bool, saved: [UInt32]?) {
        guard loan === job, var content = job.takeContent() else { return (false, nil) }
        loan = nil
        world = content.environment
        lastGauges = content.gauges
        guard job.steps else { return (true, content.saved) }
        swap(&content.batch, &batch)
        if let failure = content.failure { throw failure }
        noteStep()
        return (true, content.saved)
    }
}
