internal import Evaluation
internal import Scenarios
internal import TabularLearning
internal import Testing

@Suite("The exact optimum of the two-movement junction")
struct JunctionCertificateTests {
    /// Least mean delays, from an independent program that sweeps over the same states in another order.
    private static let optima = [(0.40, 5.747), (0.65, 9.512), (0.80, 15.986)]

    @Test("is what exhaustive service has, at every flow ratio", arguments: optima)
    func optimum(flowRatio: Double, delay: Double) throws {
        let solution = JunctionValueIteration(try TwoMovementJunction(flowRatio: flowRatio))
        #expect((solution.optimum.mean / delay - 1).magnitude < 1e-3)
        #expect(solution.optimum.error < 1e-4)
        let exhaustive = solution.delay(of: .exhaustive)
        #expect((exhaustive.mean - solution.optimum.mean).magnitude < exhaustive.error + 1e-3)
        let own = solution.delay(of: solution.policy)
        #expect((own.mean - solution.optimum.mean).magnitude <= own.error + solution.optimum.error)
    }

    @Test("is below every rule and plan; longest queue without hysteresis jams where the others do not")
    func rules() throws {
        let junction = try TwoMovementJunction(flowRatio: 0.65)
        let solution = JunctionValueIteration(junction)
        let best = JunctionFixedPlan.best(for: junction).delay
        #expect(best > 1.2 * solution.optimum.mean)
        #expect(JunctionFixedPlan(greenSlots: junction.websterGreenSlots, junction).delay < 1.1 * best)
        #expect(!junction.isGridlock(delay: best))
        #expect(junction.isGridlock(delay: solution.delay(of: .longestQueue).mean))
        #expect(solution.delay(of: .random).mean > 5 * best)
    }

    @Test("A table of initial values falls back on the longest queue, guarded by the maximum green")
    func fallback() throws {
        let solution = JunctionValueIteration(try TwoMovementJunction(flowRatio: 0.40))
        let empty = ActionValueTable(rowCount: 2 * 41 * 41, actionCount: 2, initialValue: 0)
        let guarded = solution.delay(of: JunctionPolicy(table: empty))
        let plain = solution.delay(of: .longestQueue)
        #expect((guarded.mean - plain.mean).magnitude < 0.01 * plain.mean)
    }

    @Test("The environment has the delay that is computed for its policy")
    func simulatedDelay() throws {
        let scenario = JunctionScenario(flowRatio: 0.65)
        var environment = scenario.makeEnvironment(replicas: 0..<64, seed: 1)
        var batch = StepBatch()
        environment.begin(&batch)
        for _ in 0..<20_000 {
            let actions = (0..<batch.decisionCount).map { decision -> UInt8 in
                let levels = environment.space.levels(of: batch.queries.states[decision])
                let isExhausted = levels[1 + levels[0]] == 0 || batch.queries.masks[decision] == 0b10
                return isExhausted && batch.queries.masks[decision] != 0b01 ? 1 : 0
            }
            try environment.step(actions, &batch)
        }
        let delay = try #require(environment.gauges.first { $0.name == "mean delay" }).value
        let expected = JunctionValueIteration(try TwoMovementJunction(flowRatio: 0.65)).delay(of: .exhaustive).mean
        #expect((delay / expected - 1).magnitude < 0.02, "\(delay) s, expected \(expected) s")
    }

    @Test("A table that was learned in the default steps is within 3% at the heaviest of the certified flow ratios")
    func learning() throws {
        let solution = JunctionValueIteration(try TwoMovementJunction(flowRatio: 0.80))
        let table = try JunctionCertificate.train(JunctionScenario(flowRatio: 0.80), seed: 1)
        let delay = solution.delay(of: JunctionPolicy(table: table))
        #expect(delay.mean - delay.error > solution.optimum.mean - 1e-3)
        #expect(delay.mean < 1.03 * solution.optimum.mean, "\(delay.mean) s")
    }

    @Test("Extrapolated vectors of a linear map with as many slow parts as directions are its fixed point")
    func extrapolation() {
        // x ↦ diag(λ)·x + 1 − λ, which leaves (1, 1, 1, 1) as it is.
        let eigenvalues = [0.999, 0.99, 0.5, 0]
        var vectors = [[5.0, -3, 2, 7]]
        for _ in 0..<5 { vectors.append(zip(vectors[vectors.count - 1], eigenvalues).map { $0 * $1 + 1 - $1 }) }
        #expect(ReducedRankExtrapolation(vectors).limit.allSatisfy { ($0 - 1).magnitude < 1e-6 })
    }

    @Test("The environment keeps the contract, and a junction's life does not depend on its cohort")
    func contract() throws {
        let scenario = JunctionScenario(flowRatio: 0.80)
        let checker = EnvironmentChecker(seed: 4) { scenario.makeEnvironment(replicas: 3..<9, seed: 2) }
        #expect(checker.findings(steps: 500) == [])
        var together = scenario.makeEnvironment(replicas: 0..<3, seed: 5)
        var alone = scenario.makeEnvironment(replicas: 2..<3, seed: 5)
        var (batch, own) = (StepBatch(), StepBatch())
        together.begin(&batch)
        alone.begin(&own)
        func choose(_ batch: StepBatch) -> [UInt8] {
            (0..<batch.decisionCount).map {
                ActionMask.pick(from: batch.queries.masks[$0], random: SplitMix64.mix(batch.queries.states[$0]) >> 32)
            }
        }
        for _ in 0..<500 {
            let states = (0..<batch.decisionCount).filter { batch.queries.lanes[$0] == 2 }
                .map { batch.queries.states[$0] }
            #expect(states == own.queries.states)
            try together.step(choose(batch), &batch)
            try alone.step(choose(own), &own)
        }
    }

    @Test("The environment refuses saved words that do not fit")
    func damagedWords() throws {
        let environment = JunctionScenario().makeEnvironment(replicas: 0..<2, seed: 1)
        var writer = WordWriter()
        environment.save(to: &writer)
        for index in writer.words.indices {
            var words = writer.words
            words[index] = .max
            var copy = environment
            var reader = WordReader(words)
            // Any answer but a trap: sums and rewards may hold any value, positions may not.
            _ = try? copy.restore(from: &reader)
        }
        var copy = environment
        var reader = WordReader(Array(writer.words.dropLast()))
        #expect(throws: WordReader.Failure.self) { try copy.restore(from: &reader) }
    }

    @Test("A flow ratio that makes no sense is named")
    func badFlowRatio() {
        #expect(throws: ScenarioError("a flow ratio of 1.2 is not within 0.05...0.95")) {
            try JunctionScenario(flowRatio: 1.2).check()
        }
    }
}
