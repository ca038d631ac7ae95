import EmbeddedNode
import Messaging
import Scenarios
import SimulatedCluster
import TabularLearning
import Testing

@Suite("Threads that share rounds end in the bits of the serial reference", .timeLimit(.minutes(5)))
struct RoundTeamTests {
    /// Runs what is left, in stretches of so many rounds, and gives the state it ends in.
    static func finish(_ team: RoundTeam, threads: Int, rounds: Int) async throws -> RunState {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1..<threads {
                group.addTask { try await DedicatedThread.run(named: "helper \(number)") { team.help() } }
            }
            defer { team.end() }
            return try await DedicatedThread.run(named: "lead") {
                while try team.run(rounds: rounds) {}
                return team.state
            }
        }
    }

    private static func expect(_ state: RunState, equals reference: SerialReference) {
        #expect(state.table?.cells == reference.table.cells)
        #expect(state.statistics == reference.statistics)
        #expect(state.round == reference.round)
        #expect(state.learners.map(\.saved) == reference.learners.map(\.saved))
    }

    @Test(
        "with masks and without, few lanes and many, any staleness",
        arguments: [1, 2, 3, 5],
        [
            (4, true, 1), (4, false, 1), (1500, false, 1), (700, true, 7), (1100, false, 0), (600, false, 255),
            (1, false, 3), (1, true, 7),
        ]
    )
    func sameBits(threads: Int, kind: (lanes: Int, hasMasks: Bool, staleness: Int)) async throws {
        for cohorts in kind.staleness == 0 ? [1] : [1, 2, 5] {
            var run = SimulatedRun()
            run.cohorts = cohorts
            run.lanes = kind.lanes
            run.hasMasks = kind.hasMasks
            run.staleness = LearningParameters.Staleness(rawValue: kind.staleness) ?? .oneRound
            var reference = SerialReference(learners: run.learners(), parameters: run.parameters)
            try reference.run()
            // Without a glance each wait is a sleep.
            for (rounds, glances) in [(1, 0), (7, 100_000), (1000, 0)] {
                let beginning = RunState(beginning: run.learners())
                let team = RoundTeam(beginning, parameters: run.parameters, glances: glances)
                let state = try await Self.finish(team, threads: threads, rounds: rounds)
                Self.expect(state, equals: reference)
            }
        }
    }

    @Test("with sums over tiles, of steps and of returns", arguments: ["q-learning", "sarsa-lambda:0.8:5"])
    func tiles(update: String) async throws {
        var run = SimulatedRun()
        (run.tilings, run.lanes, run.cohorts) = (4, 700, 3)
        run.update = try #require(UpdateRule(rawValue: update))
        var reference = SerialReference(learners: run.learners(), parameters: run.parameters)
        try reference.run()
        let team = RoundTeam(RunState(beginning: run.learners()), parameters: run.parameters)
        Self.expect(try await Self.finish(team, threads: 3, rounds: 7), equals: reference)
    }

    @Test(
        "with rounds in which no lane decides, wherever the last step falls",
        arguments: ["q-learning", "sarsa", "double-q-learning", "target-q-learning:1", "target-q-learning:3"],
        [0, 1, 3]
    )
    func nobodyDecides(update: String, staleness: Int) async throws {
        var parameters = LearningParameters(discount: 0.9, stepSize: .constant(0.1), epsilon: .constant(0.5))
        parameters.update = try #require(UpdateRule(rawValue: update))
        parameters.staleness = try #require(LearningParameters.Staleness(rawValue: staleness))
        var scenario = TrafficScenario()
        (scenario.rows, scenario.columns) = (1, 1)
        for steps in 40..<60 as Range<UInt64> {
            let learner = CohortLearner(
                index: 0,
                of: 1,
                environment: scenario.makeEnvironment(replicas: 0..<1, seed: 1),
                parameters: parameters,
                seed: 1,
                plannedSteps: steps
            )
            var reference = SerialReference(learners: [learner], parameters: parameters)
            try reference.run()
            let team = RoundTeam(RunState(beginning: [learner]), parameters: parameters)
            Self.expect(try await Self.finish(team, threads: 2, rounds: 7), equals: reference)
            guard let period = parameters.update.copyPeriod, steps % period == 0 else { continue }
            // A copy that is due with the last step is made, though nothing was learned in it.
            let (table, actions) = (reference.table, scenario.space.actionCount)
            for row in 0..<table.rowCount {
                let values = (0..<2 * actions).map { table.cells[row * 2 * actions + $0].value }
                #expect(values.prefix(actions) == values.suffix(actions))
            }
        }
    }

    @Test("from the state of another run, to an early end", arguments: [1, 2, 4], [1, 7])
    func goesOnAndStops(threads: Int, staleness: Int) async throws {
        var run = SimulatedRun()
        run.staleness = LearningParameters.Staleness(rawValue: staleness) ?? .oneRound
        var reference = SerialReference(learners: run.learners(), parameters: run.parameters)
        for _ in 0..<6 { _ = try reference.runRound() }
        let state = RunState(round: reference.round, answered: reference.learners, table: reference.table)
        let team = RoundTeam(state, parameters: run.parameters)
        for _ in 0..<5 { _ = try reference.runRound() }
        #expect(try team.run(rounds: 5))
        Self.expect(team.state, equals: reference)
        team.stopEarly()
        reference.stopEarly()
        try reference.run()
        Self.expect(try await Self.finish(team, threads: threads, rounds: 100), equals: reference)
        #expect(reference.round < run.steps)
    }

    @Test("what an environment cannot do ends the run and sends the helpers home", arguments: [1, 2, 4])
    func failure(threads: Int) async throws {
        let run = SimulatedRun()
        let learners = (0..<3).map { cohort in
            CohortLearner(
                index: cohort,
                of: 3,
                environment: FragileEnvironment(
                    base: run.learners()[0].environment!,
                    stepsLeft: cohort == 1 ? 9 : 1000
                ),
                parameters: run.parameters,
                seed: 1,
                plannedSteps: 1000
            )
        }
        let team = RoundTeam(RunState(beginning: learners), parameters: run.parameters)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1..<threads {
                group.addTask { try await DedicatedThread.run(named: "helper \(number)") { team.help() } }
            }
            let error = await #expect(throws: EnvironmentFailure.self) {
                try await DedicatedThread.run(named: "lead") { _ = try team.run(rounds: 10_000) }
            }
            #expect(error?.description == FragileEnvironment.failure.description)
            try await group.waitForAll()
        }
    }
}

/// An environment that breaks after some steps.
private struct FragileEnvironment: Environment {
    static let failure = EnvironmentFailure("it broke")

    var base: any Environment
    var stepsLeft: Int

    var space: StateSpace { base.space }
    var laneCount: Int { base.laneCount }
    var gauges: [Gauge] { base.gauges }

    mutating func begin(_ batch: inout StepBatch) { base.begin(&batch) }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) throws(EnvironmentFailure) {
        guard stepsLeft > 0 else { throw Self.failure }
        stepsLeft -= 1
        try base.step(actions, &batch)
    }
}
