/// A cohort that lives in another process, as seen from here.
extension CohortLearner {
    /// Whether it takes no further step; what is held back is handed over all the same, a round's at a time.
    public var isBehindLastStep: Bool { phase == .finished }

    /// The values of each state and action.
    public var planeCount: Int { parameters.update.planeCount }

    /// The rounds behind the last step until all that was learned is handed over.
    public var drainingRounds: Int { parameters.staleness.heldRounds }

    /// How far it is and how it has learned so far: what `note(figures:)` takes.
    public var figures: SavedSections {
        var sections = SavedSections()
        sections.add("progress") { writer in
            writer.write(phase.rawValue)
            writer.write(stepsTaken)
        }
        sections.add("statistics") { statistics.save(to: &$0) }
        sections.add("curve") { curve.save(to: &$0) }
        sections.add("gauges") { writer in
            writer.write(gauges.flatMap { gauge in gauge.mean.map { [$0.total, $0.weight] } ?? [gauge.value] })
        }
        return sections
    }

    /// Lets the world go: whoever has the cohort has one of its own.
    public mutating func letGoWorld() {
        guard let environment = world.take() else { return }
        lastGauges = environment.gauges
    }

    /// Takes up how far the cohort is where it lives.
    ///
    /// - Parameter figures: What `figures` was there.
    /// - Throws: `WordReader.Failure` when they are none of this cohort; nothing has changed then.
    public mutating func note(figures: SavedSections) throws(WordReader.Failure) {
        var sections = figures
        let (phase, steps) = try sections.take("progress") { reader throws(WordReader.Failure) in
            let number = try reader.word()
            guard let phase = Phase(rawValue: number) else {
                throw WordReader.Failure("a cohort has no phase \(number)")
            }
            return (phase, try reader.long())
        }
        guard steps <= plannedSteps else { throw WordReader.Failure("\(steps) steps were taken of \(plannedSteps)") }
        let counts = try sections.take("statistics") { reader throws(WordReader.Failure) in
            try LearnerStatistics(from: &reader)
        }
        let limit = LearnerStatistics.plausible
        guard [counts.decisions, counts.transitions, counts.episodes].allSatisfy({ $0 <= limit }) else {
            throw WordReader.Failure("the counts of a cohort are beyond \(limit)")
        }
        let known = gauges
        let course = try sections.take("curve") { [curve] reader throws(WordReader.Failure) in
            var curve = curve
            let meanCount = known.count { $0.mean != nil }
            try curve.restore(from: &reader, steps: steps, counts, gaugeCount: meanCount)
            return curve
        }
        let gauges = try sections.take("gauges") { reader throws(WordReader.Failure) in
            var numbers = try reader.doubleArray()[...]
            guard numbers.count == known.reduce(0, { $0 + ($1.mean == nil ? 1 : 2) }) else {
                throw WordReader.Failure("\(numbers.count) numbers for \(known.count) figures of an environment")
            }
            return known.map { gauge in
                let first = numbers.removeFirst()
                guard let mean = gauge.mean else { return Gauge(name: gauge.name, unit: gauge.unit, value: first) }
                return Gauge(
                    name: gauge.name,
                    unit: gauge.unit,
                    total: first,
                    weight: numbers.removeFirst(),
                    isBetterLow: mean.isBetterLow
                )
            }
        }
        try sections.finish()
        (self.phase, stepsTaken, statistics, curve, lastGauges) = (phase, steps, counts, course, gauges)
    }

    /// The steps and the transitions of this cohort as it was saved elsewhere.
    ///
    /// - Parameter saved: What `saved` was.
    /// - Returns: Both.
    /// - Throws: `WordReader.Failure` when it is none of a cohort.
    public func counts(
        in saved: SavedSections
    ) throws(WordReader.Failure) -> (steps: UInt64, transitions: UInt64) {
        var sections = saved
        let steps = try sections.take("progress") { reader throws(WordReader.Failure) in
            _ = try reader.word()
            return try reader.long()
        }
        let statistics = try sections.take("statistics") { reader throws(WordReader.Failure) in
            try LearnerStatistics(from: &reader)
        }
        guard steps <= plannedSteps, statistics.transitions <= LearnerStatistics.plausible else {
            throw WordReader.Failure("\(steps) steps and \(statistics.transitions) transitions are none of this cohort")
        }
        return (steps, statistics.transitions)
    }
}
