import TabularLearning
import Testing

@Suite("Q-learning in rounds")
struct LearningTests {
    private func run(
        _ environment: any Environment,
        _ parameters: LearningParameters,
        seed: UInt64 = 1,
        steps: UInt64
    ) throws -> SerialReference {
        let learner = CohortLearner(
            index: 0,
            of: 1,
            environment: environment,
            parameters: parameters,
            seed: seed,
            plannedSteps: steps
        )
        var reference = SerialReference(learners: [learner], parameters: parameters)
        try reference.run()
        return reference
    }

    @Test("one lane without staleness is textbook Q-learning, update by update", arguments: Ties.allCases)
    func textbook(ties: Ties) throws {
        let length = 4
        let limit = 9
        let parameters = LearningParameters(
            discount: 0.9,
            stepSize: .constant(0.5),
            epsilon: .constant(0.3),
            staleness: .fresh,
            ties: ties
        )
        let random = CounterBasedRandom(seed: 1, stream: .exploration)
        var q = [[Float]](repeating: [0, 0], count: length)
        var (cell, age) = (0, 0)
        for step in 0..<400 {
            let draw = random.value(lane: 0, step: UInt64(step))
            let explores = Double(draw >> 32) < 0.3 * 4_294_967_296
            let isDrawn = explores || ties == .random && q[cell][0] == q[cell][1]
            let action = isDrawn ? Int(((draw & 0xFFFF_FFFF) * 2) >> 32) : (q[cell][1] > q[cell][0] ? 1 : 0)
            let next = max(0, cell + (action == 1 ? 1 : -1))
            age += 1
            let isTerminal = next == length - 1
            let target = (isTerminal ? 1 : 0) + (isTerminal ? 0 : 0.9 * max(q[next][0], q[next][1]))
            q[cell][action] += 0.5 * (target - q[cell][action])
            cell = isTerminal || age == limit ? 0 : next
            if cell == 0, isTerminal || age == limit { age = 0 }
            if [0, 1, 7, 50, 399].contains(step) {
                let reference = try run(
                    CorridorEnvironment(length: length, limit: limit, lanes: 1),
                    parameters,
                    steps: UInt64(step + 1)
                )
                #expect(reference.table.cells.map(\.value) == q.flatMap { $0 }, "after \(step + 1) steps")
            }
        }
        #expect(q[length - 2][1] > 0.9)
    }

    @Test("lanes that know nothing try all actions alike where ties are drawn, else the lowest alone")
    func firstChoices() throws {
        for (ties, counts) in [(Ties.lowest, 4096...4096), (.random, 1920...2176)] {
            let parameters = LearningParameters(
                discount: 0.9,
                stepSize: .constant(0.5),
                epsilon: .constant(0),
                ties: ties
            )
            let reference = try run(CorridorEnvironment(length: 9, limit: 20, lanes: 4096), parameters, steps: 1)
            // 2048 ± 4 standard deviations of a fair coin.
            #expect(counts.contains(Int(reference.table.cells[0].visitCount)), "\(ties)")
        }
    }

    @Test("a learner that draws ties goes on from what it has written down as if nothing had happened")
    func savedTies() throws {
        let parameters = LearningParameters(
            discount: 0.9,
            stepSize: .constant(0.5),
            epsilon: .constant(0.1),
            ties: .random
        )
        func learner() -> CohortLearner {
            CohortLearner(
                index: 0,
                of: 1,
                environment: CorridorEnvironment(length: 6, limit: 20, lanes: 3),
                parameters: parameters,
                seed: 1,
                plannedSteps: 60
            )
        }
        var whole = SerialReference(learners: [learner()], parameters: parameters)
        for _ in 0..<20 { _ = try whole.runRound() }
        let saved = SavedSections(of: whole.learners.map(\.saved))
        let state = try RunState(round: whole.round, restoring: [learner()], from: saved, table: whole.table)
        var restored = SerialReference(state, parameters: parameters)
        try restored.run()
        try whole.run()
        #expect(restored.table.cells == whole.table.cells)
    }

    @Test("hand-computed: a corridor of two cells with α = 1/2")
    func handComputed() throws {
        // Always right (ε = 1 is avoided; Q₀ favours nothing, ties go left), so the first action is left: Q stays 0.
        let parameters = LearningParameters(
            discount: 0.5,
            stepSize: .constant(0.5),
            epsilon: .constant(0),
            initialValue: 1,
            staleness: .fresh
        )
        let reference = try run(CorridorEnvironment(length: 3, limit: 100, lanes: 1), parameters, steps: 3)
        // Cell 0, left: target 0 + 0.5·1 = 0.5, Q = 0.75. Then right: target 0.5·1 = 0.5, Q = 0.75. Cell 1, left: 0.5·0.75
        // = 0.375, Q = 1 + 0.5 (0.375 − 1) = 0.6875.
        #expect(reference.table.cells.map(\.value) == [0.75, 0.75, 0.6875, 1, 1, 1])
        #expect(reference.table.cells.map(\.visitCount) == [1, 1, 1, 0, 0, 0])
    }

    @Test("termination does not bootstrap and truncation does")
    func terminalAndTruncated() throws {
        var parameters = LearningParameters(
            discount: 1,
            stepSize: .constant(1),
            epsilon: .constant(0),
            initialValue: 5,
            staleness: .fresh
        )
        // Two cells: left stays (target 5), right ends with 1. Ties go left for ever; truncation keeps the value at 5.
        let truncating = try run(CorridorEnvironment(length: 2, limit: 1, lanes: 1), parameters, steps: 10)
        #expect(truncating.table.cells[0] == .init(value: 5, visitCount: 10))
        parameters.epsilon = .constant(1)
        let random = try run(CorridorEnvironment(length: 2, limit: 1, lanes: 1), parameters, steps: 50)
        #expect(random.table.cells[1].value == 1)
    }

    @Test("with one round of staleness a corridor is learned all the same")
    func staleRounds() throws {
        let parameters = LearningParameters(
            discount: 0.9,
            stepSize: .visitCount(discount: 0.9),
            epsilon: .constant(0.5)
        )
        let reference = try run(CorridorEnvironment(length: 5, limit: 50, lanes: 8), parameters, steps: 2000)
        for cell in 0..<4 {
            let expected = [1, 0.9, 0.81, 0.729].reversed()[cell] as Float
            #expect(abs(reference.table.cells[2 * cell + 1].value - expected) < 1e-3)
        }
        #expect(reference.table.updateCount == 16_000)
        #expect(reference.statistics.transitions == 16_000)
        #expect(reference.statistics.decisions == 16_000)
    }

    @Test("an update is seen as many rounds later as the staleness says, and none is lost", arguments: [1, 2, 5, 60])
    func heldUpdates(rounds: Int) throws {
        let staleness = try #require(LearningParameters.Staleness(rawValue: rounds))
        let parameters = LearningParameters(
            discount: 0.9,
            stepSize: .constant(0.1),
            epsilon: .constant(0.5),
            staleness: staleness
        )
        let learner = CohortLearner(
            index: 0,
            of: 1,
            environment: CorridorEnvironment(length: 9, limit: 20, lanes: 4),
            parameters: parameters,
            seed: 1,
            plannedSteps: 50
        )
        var reference = SerialReference(learners: [learner], parameters: parameters)
        for round in 1...40 {
            _ = try reference.runRound()
            // The first round only steps; what it taught is known in the second, and held from then on.
            #expect(reference.table.updateCount == UInt64(4 * max(0, round - rounds)))
            #expect(reference.statistics.transitions == reference.table.updateCount)
        }
        try reference.run()
        #expect(reference.table.updateCount == 200)
        #expect(reference.statistics.transitions == 200)
    }

    @Test("a learner that holds updates back goes on from what it has written down as if nothing had happened")
    func savedHeldUpdates() throws {
        let staleness = try #require(LearningParameters.Staleness(rawValue: 7))
        let parameters = LearningParameters(
            discount: 0.9,
            stepSize: .constant(0.1),
            epsilon: .constant(0.5),
            staleness: staleness
        )
        func learner() -> CohortLearner {
            CohortLearner(
                index: 0,
                of: 1,
                environment: CorridorEnvironment(length: 9, limit: 20, lanes: 4),
                parameters: parameters,
                seed: 1,
                plannedSteps: 60
            )
        }
        var original = SerialReference(learners: [learner()], parameters: parameters)
        for _ in 0..<25 { _ = try original.runRound() }
        let state = try RunState(
            round: original.round,
            restoring: [learner()],
            from: SavedSections(of: original.learners.map(\.saved)),
            table: original.table
        )
        var restored = SerialReference(state, parameters: parameters)
        try original.run()
        try restored.run()
        #expect(restored.table.cells == original.table.cells)
        #expect(restored.statistics == original.statistics)
        #expect(restored.table.updateCount == 240)
    }

    @Test("the same seed gives the same table and another seed another", arguments: [1, 2] as [UInt64])
    func determinism(seed: UInt64) throws {
        let parameters = LearningParameters(discount: 0.9, stepSize: .constant(0.1), epsilon: .constant(0.5))
        let environment = CorridorEnvironment(length: 9, limit: 20, lanes: 4)
        let first = try run(environment, parameters, seed: seed, steps: 500).table.cells
        #expect(try run(environment, parameters, seed: seed, steps: 500).table.cells == first)
        #expect(try run(environment, parameters, seed: seed + 1, steps: 500).table.cells != first)
    }

    @Test("a run that is stopped early applies every transition it issued")
    func earlyStop() throws {
        let parameters = LearningParameters(discount: 0.9, stepSize: .constant(0.1), epsilon: .constant(0.5))
        let learners = (0..<3).map {
            CohortLearner(
                index: $0,
                of: 3,
                environment: CorridorEnvironment(length: 9, limit: 20, lanes: 4),
                parameters: parameters,
                seed: 1,
                plannedSteps: 1_000
            )
        }
        var reference = SerialReference(learners: learners, parameters: parameters)
        for _ in 0..<10 { _ = try reference.runRound() }
        reference.stopEarly()
        try reference.run()
        #expect(reference.statistics.transitions == 3 * 4 * 10)
        #expect(reference.table.updateCount == 3 * 4 * 10)
    }

    @Test("schedules reach their ends")
    func schedules() {
        let linear = Schedule.linear(initial: 1, final: 0.1, steps: 100)
        #expect(linear.value(at: 0) == 1)
        #expect(abs(linear.value(at: 50) - 0.55) < 1e-12)
        #expect(linear.value(at: 100) == 0.1)
        #expect(linear.value(at: .max) == 0.1)
        #expect(abs(linear.stretched(by: 3).value(at: 150) - 0.55) < 1e-12)
        #expect(Schedule.constant(0.3).stretched(by: 9) == .constant(0.3))
        let exponential = Schedule.exponential(initial: 1, final: 0, timeConstant: 10)
        #expect(abs(exponential.value(at: 10) - 0.36787944117144233) < 1e-12)
        #expect(exponential.value(at: .max) == 0)
    }
}
