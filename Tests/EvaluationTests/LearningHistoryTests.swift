import Evaluation
import Scenarios
import TabularLearning
import Testing

@Suite("Learning histories")
struct LearningHistoryTests {
    private func learners(steps: UInt64, cohorts: Int = 1, episodeSeconds: Int = 100) throws -> [CohortLearner] {
        var scenario = TrafficScenario()
        (scenario.rows, scenario.columns, scenario.episodeSeconds) = (1, 2, episodeSeconds)
        let parameters = scenario.defaults.parameters
        let learners = (0..<cohorts).map { index in
            CohortLearner(
                index: index,
                of: cohorts,
                environment: scenario.makeEnvironment(replicas: index..<(index + 1), seed: 1),
                parameters: parameters,
                seed: 1,
                plannedSteps: steps
            )
        }
        var reference = SerialReference(learners: learners, parameters: parameters)
        try reference.run()
        return reference.learners
    }

    @Test("a run of many episodes has a point for each, and their sums are the run's counts")
    func episodes() throws {
        let learners = try learners(steps: 25 * 20, cohorts: 2)
        let history = LearningHistory(learners)
        #expect(history.episodesPerInterval == 1)
        #expect(history.points.count == 25)
        #expect(history.points.allSatisfy { $0.episodes == 2 && $0.meanReturn != nil })
        #expect(history.points.last?.laneSteps == 25 * 20 * 4)
        let returns = history.points.reduce(0) { $0 + 2 * ($1.meanReturn ?? 0) }
        let total = learners.reduce(0) { $0 + $1.statistics.episodeReturnSum }
        #expect(abs(returns - total) < 1e-9 * abs(total))
    }

    @Test("the figures of the intervals average to those of the whole run")
    func figures() throws {
        let learners = try learners(steps: 25 * 20)
        let history = LearningHistory(learners)
        #expect(history.figures.map(\.name) == ["mean queue", "mean delay", "served"])
        // All intervals are equally long, so the mean queue of the run is the mean of theirs.
        let queues = history.points.compactMap { $0.figures[0] }
        let whole = try #require(learners[0].gauges.first).value
        #expect(abs(queues.reduce(0, +) / Double(queues.count) - whole) < 1e-9)
    }

    @Test("a run of few episodes has parts of them besides, and best and last are of whole ones")
    func parts() throws {
        let history = LearningHistory(try learners(steps: 3 * 20 + 10))
        #expect(history.episodesPerInterval == 0)
        #expect(history.points.count > 10)
        #expect(history.episodes.map(\.laneSteps) == [40, 80, 120])
        let delay = try #require(history.extremes.first { $0.name == "mean delay" })
        let delays = history.episodes.compactMap { $0.figures[1] }
        #expect(delay.best == delays.min())
        #expect(delay.worstOfLastTen == delays.max())
        #expect(abs(delay.lastTen - delays.reduce(0, +) / 3) < 1e-12)
    }

    @Test("the table has a row per interval and empty cells where nothing ended")
    func table() throws {
        let table = LearningHistory(try learners(steps: 70)).table
        #expect(table.header.prefix(5) == ["lane-steps", "transitions", "mean reward", "episodes", "mean return"])
        #expect(table.rows.contains { $0[4].isEmpty })
        #expect(LearningHistory([]).points.isEmpty)
    }

    @Test("a learner that is written down and put back goes on with its curve")
    func saving() throws {
        let halfway = try learners(steps: 250)
        var copy = CohortLearner(
            index: 0,
            of: 1,
            environment: makeEnvironment(),
            parameters: TrafficScenario().defaults.parameters,
            seed: 1,
            plannedSteps: 250
        )
        try copy.restore(halfway[0].saved)
        #expect(copy.curve == halfway[0].curve)
        #expect(copy.curve.marks.count > 5)
    }

    private func makeEnvironment() -> any RestorableEnvironment {
        var scenario = TrafficScenario()
        (scenario.rows, scenario.columns, scenario.episodeSeconds) = (1, 2, 100)
        return scenario.makeEnvironment(replicas: 0..<1, seed: 1)
    }
}
