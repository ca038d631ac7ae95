extension CohortLearner {
    /// Everything that the coming rounds depend on and that construction does not fix.
    ///
    /// Asked for when every query has its answer and the table has taken the updates; the learner must be restorable.
    public var saved: SavedSections {
        guard let environment = world as? any RestorableEnvironment else {
            preconditionFailure("only a learner whose environment can be restored is saved")
        }
        var sections = savedWithoutWorld
        sections.add(Self.worldSection) { environment.save(to: &$0) }
        return sections
    }

    /// The section of the world: what `lendWorld(saving:)` has written down elsewhere.
    public static var worldSection: String { "world" }

    /// What `saved` is but for the world.
    public var savedWithoutWorld: SavedSections {
        precondition(answers.count == batch.queries.count, "every query has its answer")
        var sections = SavedSections()
        sections.add("progress") { writer in
            writer.write(phase.rawValue)
            writer.write(stepsTaken)
        }
        sections.add("statistics") { statistics.save(to: &$0) }
        sections.add("curve") { curve.save(to: &$0) }
        sections.add("batch") { batch.save(to: &$0) }
        if knowsLanes { sections.add("lanes") { $0.write(batch.transitions.lanes) } }
        sections.add("answers") { writer in
            writer.write(answers.values)
            answers.saveChoices(to: &writer)
        }
        sections.add("held") { held.save(to: &$0, of: parameters.update) }
        if let memory { sections.add("memory") { memory.save(to: &$0) } }
        if let experience { sections.add("replay") { experience.save(to: &$0) } }
        if let tiles { sections.add("tiles") { tiles.save(to: &$0) } }
        return sections
    }

    /// Whether the lanes of the transitions are needed later.
    private var knowsLanes: Bool {
        parameters.update.planeCount > 1 || memory != nil || experience != nil || tiles != nil
    }

    /// Puts back what `saved` was into a fresh learner constructed alike; its queries then have their answers.
    ///
    /// - Parameter saved: What is put back.
    /// - Throws: `WordReader.Failure` when it does not fit this learner, which is then unusable.
    public mutating func restore(_ saved: SavedSections) throws(WordReader.Failure) {
        guard var environment = world as? any RestorableEnvironment else {
            throw WordReader.Failure("this environment cannot be restored")
        }
        var sections = saved
        let space = environment.space
        (phase, stepsTaken) = try sections.take("progress") { reader throws(WordReader.Failure) in
            let number = try reader.word()
            guard let phase = Phase(rawValue: number) else {
                throw WordReader.Failure("a cohort has no phase \(number)")
            }
            return (phase, try reader.long())
        }
        statistics = try sections.take("statistics") { reader throws(WordReader.Failure) in
            try LearnerStatistics(from: &reader)
        }
        try checkProgress()
        curve = try sections.take("curve") { [curve, stepsTaken, statistics] reader throws(WordReader.Failure) in
            var curve = curve
            let meanCount = environment.gauges.count { $0.mean != nil }
            try curve.restore(from: &reader, steps: stepsTaken, statistics, gaugeCount: meanCount)
            return curve
        }
        batch = try sections.take("batch") { [laneCount] reader throws(WordReader.Failure) in
            try StepBatch(from: &reader, space: space, laneCount: laneCount)
        }
        if knowsLanes {
            let count = batch.transitions.count
            batch.transitions.lanes = try sections.take("lanes") { [laneCount] reader throws(WordReader.Failure) in
                let lanes = try reader.wordArray()
                guard [0, count].contains(lanes.count), lanes.allSatisfy({ $0 < laneCount }) else {
                    throw WordReader.Failure("the lanes are not those of \(count) transitions")
                }
                return lanes
            }
        }
        answers = try sections.take("answers") { [answers, batch] reader throws(WordReader.Failure) in
            var answers = answers
            answers.values = try reader.floatArray()
            guard answers.values.count == batch.queries.count, answers.values.allSatisfy(\.isFinite),
                try answers.restoreChoices(from: &reader, actionCount: space.actionCount)
            else { throw WordReader.Failure("the answers do not fit the queries") }
            return answers
        }
        try checkAnswers()
        held = try sections.take("held") { [held, parameters, space = self.space] reader throws(WordReader.Failure) in
            var held = held
            try held.restore(from: &reader, space: space, rule: parameters.update)
            return held
        }
        if let reference = memory.map(\.reference) {
            memory = try sections.take("memory") { [laneCount] reader throws(WordReader.Failure) in
                try LaneMemory(from: &reader, laneCount: laneCount, space: space)
            }
            memory?.reference = reference
        }
        if let experience {
            self.experience = try sections.take("replay") { [batch, stepsTaken] reader throws(WordReader.Failure) in
                var experience = experience
                try experience.restore(from: &reader, batch: batch, at: stepsTaken)
                return experience
            }
        }
        if let tiles {
            self.tiles = try sections.take("tiles") { [batch, memory, phase] reader throws(WordReader.Failure) in
                var tiles = tiles
                try tiles.restore(from: &reader, batch, memory, learns: phase == .learn || phase == .learnAndDecide)
                return tiles
            }
        }
        environment = try sections.take(Self.worldSection) { reader throws(WordReader.Failure) in
            var world = environment
            try world.restore(from: &reader)
            return world
        }
        try sections.finish()
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
