internal import Scenarios
internal import TabularLearning
internal import Testing

@Suite("Synthetic scenario")
struct SyntheticScenarioTests {
    @Test("Quotient and remainder equal / and % for random and extreme operands", arguments: divisors)
    func remainder(divisor: UInt64) {
        let division = InvariantDivision(divisor)
        var generator = SplitMix64(state: divisor)
        for _ in 0..<20_000 {
            let value = generator.next() >> (generator.next() % 64)
            #expect(division.quotientAndRemainder(of: value) == (value / divisor, value % divisor))
        }
        let multiple = UInt64.max / divisor * divisor
        for value in [0, 1, divisor - 1, divisor, divisor &+ 1, multiple - 1, multiple, .max - 1, .max] {
            #expect(division.quotientAndRemainder(of: value) == (value / divisor, value % divisor))
        }
    }

    private static let divisors: [UInt64] = [
        1, 2, 3, 97, 1_000_000, 1_000_003, 1 << 31, (1 << 32) - 5, 1 << 32, (1 << 61) - 1, 1 << 63, .max - 1, .max,
    ]

    @Test("A step follows the rule", arguments: [1, 2, 97, 1_000_003, 1 << 32])
    func rule(stateCount: Int) {
        let scenario = SyntheticScenario(stateCount: stateCount, actionCount: 64)
        var environment = SyntheticEnvironment(scenario, replicas: 0..<50, seed: 7)
        var batch = StepBatch()
        environment.begin(&batch)
        for step in 0..<40 {
            let states = batch.queries.states
            let actions = (0..<50).map { UInt8(($0 + step * 7) % 64) }
            environment.step(actions, &batch)
            let expected = zip(states, actions).map { state, action in
                (state * 1_664_525 + UInt64(action) * 1_013_904_223 + 12_345) % UInt64(stateCount)
            }
            #expect(batch.queries.states == expected)
            #expect(batch.transitions.states == states)
            #expect(batch.transitions.actions == actions)
            #expect(batch.transitions.rewards == expected.map { $0 % 97 == 0 ? 1 : 0 })
            #expect(batch.transitions.bootstraps == Array(0..<50))
            #expect(batch.queries.lanes == Array(0..<50))
            #expect(batch.decisionCount == 50)
        }
    }

    @Test("A lane's start depends on the seed and its replica, not on its cohort")
    func starts() {
        let scenario = SyntheticScenario()
        let all = Self.firstStates(scenario, replicas: 0..<8, seed: 1)
        #expect(Self.firstStates(scenario, replicas: 5..<8, seed: 1) == Array(all[5...]))
        #expect(Self.firstStates(scenario, replicas: 0..<8, seed: 2) != all)
        #expect(Set(all).count == 8)
    }

    @Test("A restored environment continues as the saved one does")
    func restoring() throws {
        let scenario = SyntheticScenario()
        var saved = scenario.makeEnvironment(replicas: 2..<6, seed: 3)
        var batch = StepBatch()
        saved.begin(&batch)
        try saved.step([0, 1, 2, 3], &batch)
        var writer = WordWriter()
        saved.save(to: &writer)
        var restored = scenario.makeEnvironment(replicas: 2..<6, seed: 3)
        var reader = WordReader(writer.words)
        try restored.restore(from: &reader)
        try reader.finish()
        var other = StepBatch()
        try saved.step([3, 3, 1, 0], &batch)
        try restored.step([3, 3, 1, 0], &other)
        #expect(other.queries.states == batch.queries.states)
        #expect(other.transitions.states == batch.transitions.states)
    }

    @Test("Saved lanes of another size are refused", arguments: [[UInt64(1)], [5, 1_000_003]])
    func refusing(states: [UInt64]) {
        var environment = SyntheticEnvironment(SyntheticScenario(), replicas: 0..<2, seed: 3)
        var writer = WordWriter()
        writer.write(states)
        var reader = WordReader(writer.words)
        #expect(throws: WordReader.Failure.self) { try environment.restore(from: &reader) }
    }

    private static func firstStates(_ scenario: SyntheticScenario, replicas: Range<Int>, seed: UInt64) -> [UInt64] {
        var environment = scenario.makeEnvironment(replicas: replicas, seed: seed)
        var batch = StepBatch()
        environment.begin(&batch)
        return batch.queries.states
    }
}
