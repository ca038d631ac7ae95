public import TabularLearning

extension ActorCriticLearner {
    /// All of the run, to go on from; between two bouts.
    public var saved: SavedSections {
        precondition(isBetweenBouts, "nothing is out")
        var sections = SavedSections()
        sections.add("networks") { writer in
            for pair in [actor] + critics {
                for vectors in [pair.online, pair.target] { writer.write(vectors: vectors) }
                writer.write(pair.optimizer)
            }
            writer.write(vectors: best)
        }
        sections.add("memory") { memory.save(to: &$0) }
        sections.add("world") { writer in
            world.save(state, to: &writer)
            window.save(to: &writer)
            writer.write(lasting.map(\.bitPattern))
            writer.write(elapsed)
            writer.write(episodeReturn)
        }
        sections.add("progress") { course.save(to: &$0) }
        return sections
    }

    /// Goes on from what a learner of the same settings saved.
    ///
    /// - Throws: `WordReader.Failure` when it is of another run.
    public mutating func restore(_ saved: SavedSections) throws(WordReader.Failure) {
        var sections = saved
        let (actor, critics) = (actor, critics)
        let pairs: [Pair]
        (pairs, best) = try sections.take("networks") { (reader) throws(WordReader.Failure) in
            var pairs = [actor] + critics
            for index in pairs.indices {
                let count = pairs[index].online.count
                pairs[index].online = try reader.vectors(count)
                pairs[index].target = try reader.vectors(count)
                pairs[index].optimizer = try reader.optimizer(pairs[index].optimizer)
            }
            return (pairs, try reader.vectors(actor.online.count))
        }
        (self.actor, self.critics) = (pairs[0], Array(pairs.dropFirst()))
        memory = try sections.take("memory") { [memory] (reader) throws(WordReader.Failure) in
            var memory = memory
            try memory.restore(from: &reader, actionCount: 1)
            return memory
        }
        (state, window, lasting, elapsed, episodeReturn) = try sections.take("world") {
            [world, window] (reader) throws(WordReader.Failure) in
            let state = try world.restore(from: &reader)
            var window = window
            try window.restore(
                from: &reader,
                featureCount: world.featureCount,
                actionCount: 1,
                forceCount: world.forceCount
            )
            return (state, window, try reader.floatArray(), try reader.integer(), try reader.double())
        }
        course = try .restored(from: sections.take("progress"))
        try sections.finish()
        guard (0..<world.stepLimit).contains(elapsed), episodeReturn.isFinite, stepsTaken <= settings.steps,
            episodeCount <= stepsTaken, updateCount <= stepsTaken * UInt64(settings.updatesAtOnce),
            lasting.count == world.forceCount, lasting.allSatisfy(\.isFinite)
        else {
            throw WordReader.Failure("a run was saved that cannot have been")
        }
    }
}
