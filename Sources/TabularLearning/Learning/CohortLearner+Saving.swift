extension CohortLearner {
    /// Whether the environment can be written down and put back, and with it the learner.
    public var isRestorable: Bool { environment is any RestorableEnvironment }

    /// Writes everything that the coming rounds depend on and that construction does not fix.
    ///
    /// Call it when every query has its answer and the table has taken the updates; the learner must be restorable.
    public func save(to writer: inout WordWriter) {
        guard let environment = environment as? any RestorableEnvironment else {
            preconditionFailure("only a learner whose environment can be restored is saved")
        }
        precondition(answers.count == batch.queries.count, "every query has its answer")
        writer.write(phase.rawValue)
        writer.write(stepsTaken)
        statistics.save(to: &writer)
        curve.save(to: &writer)
        batch.save(to: &writer)
        writer.write(answers.values)
        writer.write(answers.actions)
        held.save(to: &writer)
        environment.save(to: &writer)
    }

    /// Puts back what `save` wrote into a fresh learner constructed alike; its queries then have their answers.
    ///
    /// - Throws: `WordReader.Failure` when the words end early or do not fit this learner, which is then unusable.
    public mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        guard var environment = environment as? any RestorableEnvironment else {
            throw WordReader.Failure("this environment cannot be restored")
        }
        let number = try reader.word()
        guard let phase = Phase(rawValue: number) else { throw WordReader.Failure("a cohort has no phase \(number)") }
        self.phase = phase
        stepsTaken = try reader.long()
        statistics = try LearnerStatistics(from: &reader)
        let meanCount = environment.gauges.count { $0.mean != nil }
        try curve.restore(from: &reader, steps: stepsTaken, gaugeCount: meanCount)
        batch = try StepBatch(from: &reader, space: environment.space, laneCount: environment.laneCount)
        answers.values = try reader.floatArray()
        answers.actions = try reader.byteArray()
        guard answers.values.count == batch.queries.count, answers.actions.count == batch.queries.count,
            answers.actions.allSatisfy({ $0 < environment.space.actionCount })
        else { throw WordReader.Failure("the answers do not fit the queries") }
        try held.restore(from: &reader, space: environment.space)
        try environment.restore(from: &reader)
        self.environment = environment
        updates.removeAll()
    }
}
