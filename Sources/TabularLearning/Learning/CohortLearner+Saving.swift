extension CohortLearner {
    /// Writes everything that the coming rounds depend on and that construction does not fix.
    ///
    /// Call it when every query has its answer and the table has taken the updates; the learner must be restorable.
    public func save(to writer: inout WordWriter) {
        guard let environment = world as? any RestorableEnvironment else {
            preconditionFailure("only a learner whose environment can be restored is saved")
        }
        saveWithoutWorld(to: &writer)
        environment.save(to: &writer)
    }

    /// Writes what `save` does but for the world, whose words are to follow.
    private func saveWithoutWorld(to writer: inout WordWriter) {
        precondition(answers.count == batch.queries.count, "every query has its answer")
        writer.write(phase.rawValue)
        writer.write(stepsTaken)
        statistics.save(to: &writer)
        curve.save(to: &writer)
        batch.save(to: &writer, withLanes: parameters.update.planeCount > 1)
        writer.write(answers.values)
        answers.saveChoices(to: &writer)
        held.save(to: &writer)
    }

    /// What `save` writes but for the world: what `lendWorld(saving:)` has written of that is to follow.
    public var savedWithoutWorld: [UInt32] {
        var writer = WordWriter()
        saveWithoutWorld(to: &writer)
        return writer.words
    }

    /// Puts back what `save` wrote into a fresh learner constructed alike; its queries then have their answers.
    ///
    /// - Throws: `WordReader.Failure` when the words end early or do not fit this learner, which is then unusable.
    public mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        guard var environment = world as? any RestorableEnvironment else {
            throw WordReader.Failure("this environment cannot be restored")
        }
        let number = try reader.word()
        guard let phase = Phase(rawValue: number) else { throw WordReader.Failure("a cohort has no phase \(number)") }
        self.phase = phase
        stepsTaken = try reader.long()
        statistics = try LearnerStatistics(from: &reader)
        try checkProgress()
        let meanCount = environment.gauges.count { $0.mean != nil }
        try curve.restore(from: &reader, steps: stepsTaken, statistics, gaugeCount: meanCount)
        batch = try StepBatch(
            from: &reader,
            space: environment.space,
            laneCount: environment.laneCount,
            withLanes: parameters.update.planeCount > 1
        )
        answers.values = try reader.floatArray()
        guard answers.values.count == batch.queries.count, answers.values.allSatisfy(\.isFinite),
            try answers.restoreChoices(from: &reader, actionCount: environment.space.actionCount)
        else { throw WordReader.Failure("the answers do not fit the queries") }
        try checkAnswers()
        try held.restore(
            from: &reader,
            space: environment.space,
            width: environment.space.actionCount * parameters.update.planeCount
        )
        try environment.restore(from: &reader)
        try checkDecisions(of: environment)
        world = environment
        updates.removeAll()
        writeNotes()
    }

    /// Checks that these steps can have been taken and lead to this phase.
    private func checkProgress() throws(WordReader.Failure) {
        guard stepsTaken <= plannedSteps, phase != .decide || stepsTaken < plannedSteps else {
            throw WordReader.Failure("\(stepsTaken) steps were taken of \(plannedSteps)")
        }
        let isFresh = parameters.staleness == .fresh
        guard phase == .learn ? isFresh : phase != .learnAndDecide || !isFresh else {
            throw WordReader.Failure("a cohort of staleness \(parameters.staleness.rawValue) has no phase \(phase)")
        }
        let limit = LearnerStatistics.plausible
        guard [statistics.decisions, statistics.transitions, statistics.episodes].allSatisfy({ $0 <= limit }) else {
            throw WordReader.Failure("the counts of a cohort are beyond \(limit)")
        }
    }

    /// Checks that no action was answered that its mask forbids.
    private func checkAnswers() throws(WordReader.Failure) {
        guard batch.queries.masks.isEmpty || answers.choicesAreAllowed(by: batch.queries.masks) else {
            throw WordReader.Failure("a query was answered with an action that is not allowed")
        }
    }

    /// Checks that the batch is one that the environment can have left.
    private func checkDecisions(of environment: any RestorableEnvironment) throws(WordReader.Failure) {
        if phase == .finished {
            guard batch.queries.count == 0, batch.transitions.count == 0 else {
                throw WordReader.Failure("a cohort that is finished asks for \(batch.queries.count) rows")
            }
        } else if let due = environment.dueDecisions, !batch.decides(due) {
            throw WordReader.Failure("the decisions that were saved are not those that the environment waits for")
        }
    }
}
