public import TabularLearning

extension A2CLearner {
    /// All of the run, to go on from; between two updates.
    public var saved: SavedSections {
        precondition(isBetweenBouts, "nothing is out")
        var sections = SavedSections()
        sections.add("networks") { writer in
            for part in [policy, value] {
                writer.write(vectors: part.online)
                writer.write(part.optimizer)
            }
            writer.write(vectors: best)
        }
        sections.add("lanes") { writer in
            for lane in lanes {
                world.save(lane.state, to: &writer)
                writer.write(lane.elapsed)
                writer.write(lane.episodeReturn)
            }
        }
        sections.add("progress") { course.save(to: &$0) }
        return sections
    }

    /// Goes on from what a learner of the same settings saved.
    ///
    /// - Throws: `WordReader.Failure` when it is of another run.
    public mutating func restore(_ saved: SavedSections) throws(WordReader.Failure) {
        var sections = saved
        (policy, value, best) = try sections.take("networks") { [policy, value] (reader) throws(WordReader.Failure) in
            var parts = [policy, value]
            for index in parts.indices {
                parts[index].online = try reader.vectors(parts[index].online.count)
                parts[index].optimizer = try reader.optimizer(parts[index].optimizer)
            }
            return (parts[0], parts[1], try reader.vectors(policy.online.count))
        }
        lanes = try sections.take("lanes") { [world, lanes] (reader) throws(WordReader.Failure) in
            var restored: [Lane] = []
            for _ in lanes {
                restored.append(
                    Lane(
                        state: try world.restore(from: &reader),
                        elapsed: try reader.integer(),
                        episodeReturn: try reader.double()
                    )
                )
            }
            return restored
        }
        course = try .restored(from: sections.take("progress"))
        try sections.finish()
        guard lanes.allSatisfy({ (0..<world.stepLimit).contains($0.elapsed) && $0.episodeReturn.isFinite }),
            stepsTaken < settings.steps + UInt64(settings.laneCount * settings.horizon),
            stepsTaken.isMultiple(of: UInt64(settings.laneCount * settings.horizon)),
            episodeCount <= stepsTaken, updateCount <= stepsTaken
        else { throw WordReader.Failure("a run was saved that cannot have been") }
    }
}
