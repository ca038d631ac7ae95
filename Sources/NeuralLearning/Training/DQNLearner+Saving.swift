public import TabularLearning

extension DQNLearner {
    /// All of the run, to go on from; between two bouts.
    public var saved: SavedSections {
        precondition(isBetweenBouts, "nothing is out")
        var sections = SavedSections()
        sections.add("network") { writer in
            for vectors in [online, target, best] { writer.write(vectors: vectors) }
            writer.write(targetVersion)
        }
        sections.add("optimizer") { $0.write(optimizer) }
        sections.add("memory") { memory.save(to: &$0) }
        sections.add("world") { writer in
            world.save(state, to: &writer)
            window.save(to: &writer)
            writer.write(elapsed)
            writer.write(episodeReturn)
        }
        sections.add("progress") { writer in
            course.save(to: &writer)
        }
        return sections
    }

    /// Goes on from what a learner of the same settings saved.
    ///
    /// - Throws: `WordReader.Failure` when it is of another run.
    public mutating func restore(_ saved: SavedSections) throws(WordReader.Failure) {
        var sections = saved
        let count = shape.vectorCount
        (online, target, best, targetVersion) = try sections.take("network") { (reader) throws(WordReader.Failure) in
            let (online, target) = (try reader.vectors(count), try reader.vectors(count))
            return (online, target, try reader.vectors(count), try reader.long())
        }
        optimizer = try sections.take("optimizer") { [optimizer] (reader) throws(WordReader.Failure) in
            try reader.optimizer(optimizer)
        }
        memory = try sections.take("memory") { [memory, world] (reader) throws(WordReader.Failure) in
            var memory = memory
            try memory.restore(from: &reader, actionCount: world.actionCount)
            return memory
        }
        (state, window, elapsed, episodeReturn) = try sections.take("world") {
            [world, window] (reader) throws(WordReader.Failure) in
            let state = try world.restore(from: &reader)
            var window = window
            try window.restore(from: &reader, featureCount: world.featureCount, actionCount: world.actionCount)
            return (state, window, try reader.integer(), try reader.double())
        }
        course = try .restored(from: sections.take("progress"))
        try sections.finish()
        // Of the last, neither number exceeds 2⁵⁴ where the one before holds.
        guard (0..<world.stepLimit).contains(elapsed), episodeReturn.isFinite, stepsTaken <= settings.steps,
            episodeCount <= stepsTaken, targetVersion <= stepsTaken,
            updateCount <= stepsTaken * UInt64(settings.updatesAtOnce)
        else {
            throw WordReader.Failure("a run was saved that cannot have been")
        }
    }
}

extension WordWriter {
    package mutating func write(vectors: [Vector]) {
        write(vectors.count)
        for vector in vectors {
            for lane in 0..<16 { write(vector[lane]) }
        }
    }

    /// What an optimizer remembers.
    mutating func write(_ optimizer: Optimizer) {
        for vectors in [optimizer.first, optimizer.second] { write(vectors: vectors) }
        write(optimizer.decays.first)
        write(optimizer.decays.second)
    }
}

extension WordReader {
    /// Reads what an optimizer remembers.
    mutating func optimizer(_ optimizer: Optimizer) throws(Failure) -> Optimizer {
        let first = try vectors(optimizer.first.count)
        let second = try vectors(optimizer.second.count)
        let decays = (first: try double(), second: try double())
        guard (0...1).contains(decays.first), (0...1).contains(decays.second) else {
            throw Failure("an optimizer's decay is no share")
        }
        return optimizer.remembering(first, second, decays)
    }

    /// Reads vectors, as many as are expected.
    package mutating func vectors(_ expected: Int) throws(Failure) -> [Vector] {
        let count = try integer()
        guard count == expected else { throw Failure("\(count) vectors instead of \(expected)") }
        let words = try words(16 * count)
        var vectors = Array(repeating: Vector.zero, count: count)
        for (index, word) in words.enumerated() { vectors[index / 16][index % 16] = Float(bitPattern: word) }
        guard vectors.allSatisfy({ vector in (0..<16).allSatisfy { vector[$0].isFinite } }) else {
            throw Failure("a parameter is no number")
        }
        return vectors
    }
}

extension StepWindow {
    func save(to writer: inout WordWriter) {
        writer.write(steps.count)
        for step in steps {
            writer.write(step.features.map(\.bitPattern))
            writer.write(step.action)
            writer.write(step.reward)
            if !step.forces.isEmpty { writer.write(step.forces.map(\.bitPattern)) }
        }
    }

    mutating func restore(
        from reader: inout WordReader,
        featureCount: Int,
        actionCount: Int,
        forceCount: Int = 0
    ) throws(WordReader.Failure) {
        let count = try reader.integer()
        guard (0..<stepCount).contains(count) else { throw WordReader.Failure("\(count) steps in a window") }
        steps = []
        for _ in 0..<count {
            var step = Step(
                features: try reader.floatArray(),
                action: try reader.integer(),
                reward: try reader.float()
            )
            if forceCount > 0 { step.forces = try reader.floatArray() }
            guard step.forces.count == forceCount, step.forces.allSatisfy({ $0.magnitude <= 1 }),
                step.features.count == featureCount, (0..<actionCount).contains(step.action), step.reward.isFinite
            else { throw WordReader.Failure("a step was saved that cannot have been") }
            steps.append(step)
        }
    }
}
