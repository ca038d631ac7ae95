import Checkpoints
import EmbeddedNode
import Messaging
import Scenarios
import TabularLearning
import Testing
import shardq

/// What every scenario has to keep, for whatever is in the catalogue.
@Suite("Every scenario of the catalogue", .timeLimit(.minutes(5)))
struct CatalogueTests {
    private static func sample(_ index: Int) -> any Scenario { Catalogue.samples[index].scenario }

    @Test(
        "keeps the environment's contract: batches, repetition, saving half-way and going on",
        arguments: Catalogue.samples.indices
    )
    func contract(_ index: Int) throws {
        let scenario = Self.sample(index)
        let fresh = try scenario.makeWorld(replicas: 2..<4, seed: 7)
        try #require(fresh is any RestorableEnvironment)
        let checker = EnvironmentChecker(seed: 3) {
            try! scenario.makeWorld(replicas: 2..<4, seed: 7) as! any RestorableEnvironment
        }
        #expect(checker.findings(steps: 400) == [])
    }

    @Test("ends in one digest, alone and with threads", arguments: Catalogue.samples.indices)
    func digests(_ index: Int) async throws {
        let scenario = Self.sample(index)
        var parameters = scenario.defaults.parameters
        parameters.epsilon = .constant(0.3)
        let cohorts = parameters.staleness == .fresh ? 1 : 3
        func beginning() throws -> RunState {
            RunState(beginning: try Self.learners(scenario, cohorts, parameters), table: scenario.initialTable)
        }
        var reference = SerialReference(try beginning(), parameters: parameters)
        try reference.run()
        let expected = TableDigest(of: reference.table)
        #expect(reference.statistics.transitions > 0)

        let team = RoundTeam(try beginning(), parameters: parameters)
        let state = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await DedicatedThread.run(named: "helper") { team.help() } }
            defer { team.end() }
            return try await DedicatedThread.run(named: "lead") {
                while try team.run(rounds: 16) {}
                return team.state
            }
        }
        #expect(state.table.map { TableDigest(of: $0) } == expected)
    }

    private static func learners(
        _ scenario: any Scenario,
        _ cohorts: Int,
        _ parameters: LearningParameters
    ) throws -> [CohortLearner] {
        try (0..<cohorts).map { cohort in
            CohortLearner(
                index: cohort,
                of: cohorts,
                environment: try scenario.makeWorld(replicas: (2 * cohort)..<(2 * cohort + 2), seed: 5),
                parameters: parameters,
                seed: 5,
                plannedSteps: 150
            )
        }
    }
}
