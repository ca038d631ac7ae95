import TabularLearning
import Testing

@Suite("Exploration")
struct ExplorationTests {
    @Test("a ladder without steps is ε-greedy, bit for bit", arguments: Ties.allCases, ["q-learning", "sarsa"])
    func flat(_ ties: Ties, _ name: String) throws {
        let rule = try #require(UpdateRule(rawValue: name))
        let expected = try RuleTests.table(rule, epsilon: 0.3, ties: ties).cells
        let flat = try RuleTests.table(rule, epsilon: 0.3, ties: ties) { $0.exploration = .ladder(exponent: 0) }
        #expect(flat.cells == expected)
        let steep = try RuleTests.table(rule, epsilon: 0.3, ties: ties) { $0.exploration = .ladder(exponent: 7) }
        #expect(steep.cells != expected)
    }

    /// How often each action is taken in the first state of a world of one state, out of many lanes.
    private func shares(_ row: [Float], _ exploration: Exploration, lanes: Int = 20_000) throws -> [Double] {
        var parameters = LearningParameters(
            discount: 0.9,
            stepSize: .constant(0.1),
            epsilon: .constant(0.4),
            exploration: exploration
        )
        parameters.fit()
        var learner = CohortLearner(
            index: 0,
            of: 1,
            environment: Armed(laneCount: lanes, actionCount: row.count),
            parameters: parameters,
            seed: 4,
            plannedSteps: 1
        )
        learner.answer(rows: (0..<lanes).flatMap { _ in row })
        try learner.advance()
        let actions = learner.lastStep.transitions.actions
        return row.indices.map { action in Double(actions.count { $0 == action }) / Double(lanes) }
    }

    @Test("Boltzmann: each action as often as exp(Q / τ) says")
    func boltzmann() throws {
        // 1 : e : e² out of 11.107337.
        let found = try shares([0, 2, 4], .boltzmann(temperature: .constant(2)))
        for (share, expected) in zip(found, [0.0900306, 0.2447285, 0.6652410]) {
            #expect(abs(share - expected) < 0.015, "\(found)")
        }
        #expect(try shares([0, 1, 1], .boltzmann(temperature: .constant(1e-6)))[0] == 0)
    }

    @Test("mellowmax: the policy's mean value is the mellowmax of the values")
    func mellowmax() throws {
        let row: [Float] = [0, 1, 3]
        let found = try shares(row, .mellowmax(sharpness: 2))
        // ln((1 + e² + e⁶) / 3) / 2
        let expected = 2.460_8
        let mean = zip(found, row).reduce(0) { $0 + $1.0 * Double($1.1) }
        #expect(abs(mean - expected) < 0.03, "\(mean)")
        let flat = try shares([2, 2, 2], .mellowmax(sharpness: 2))
        #expect(flat.allSatisfy { abs($0 - 1.0 / 3) < 0.02 })
    }

    @Test("a ladder: the first lane explores with ε, the last with ε⁸")
    func ladder() throws {
        let lanes = 40_000
        var parameters = LearningParameters(
            discount: 0.9,
            stepSize: .constant(0.1),
            epsilon: .constant(0.8),
            exploration: .ladder(exponent: 7)
        )
        parameters.fit()
        var learner = CohortLearner(
            index: 0,
            of: 1,
            environment: Armed(laneCount: lanes, actionCount: 2),
            parameters: parameters,
            seed: 4,
            plannedSteps: 1
        )
        learner.answer(rows: (0..<lanes).flatMap { _ in [1, 0] as [Float] })
        try learner.advance()
        let strayed = learner.lastStep.transitions.actions.map { $0 == 1 ? 2.0 : 0 }
        func share(_ range: Range<Int>) -> Double { strayed[range].reduce(0, +) / Double(range.count) }
        #expect(abs(share(0..<2000) - 0.78) < 0.07)
        #expect(abs(share(19_000..<21_000) - 0.366) < 0.07)
        #expect(abs(share(38_000..<40_000) - 0.173) < 0.06)
    }

    @Test("what cannot be had together is refused, with what can")
    func refused() throws {
        let soft = Exploration.boltzmann(temperature: .constant(1))
        for (exploration, name, isFine) in [
            (soft, "expected-sarsa", false), (soft, "q-lambda", false), (soft, "r-learning", false),
            (soft, "n-step-q-learning", false), (soft, "sarsa-lambda", true), (soft, "softmax-sarsa", true),
            (.ladder(exponent: 7), "expected-sarsa", false), (.ladder(exponent: 7), "q-lambda", true),
        ] as [(Exploration, String, Bool)] {
            let rule = try #require(UpdateRule(rawValue: name))
            #expect((exploration.objection(to: rule) == nil) == isFine, "\(exploration) \(name)")
        }
        for exploration in [
            .boltzmann(temperature: .linear(initial: 1, final: 0, steps: 9)), .mellowmax(sharpness: 0),
            .ladder(exponent: -1), .boltzmann(temperature: .constant(.infinity)),
        ] as [Exploration] { #expect(!exploration.isSound) }
    }
}

/// One state in which every lane decides.
private struct Armed: Environment {
    let laneCount: Int
    let actionCount: Int

    var space: StateSpace {
        StateSpace(factors: [.init("only", count: 1)], actions: (0..<actionCount).map { "\($0)" })
    }
    var gauges: [Gauge] { [] }

    mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        for lane in 0..<laneCount { batch.decide(lane: lane, state: 0) }
    }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        batch.removeAll()
        for lane in 0..<laneCount {
            batch.transition(state: 0, action: actions[lane], reward: 0, bootstrap: Int32(lane))
            batch.decide(lane: lane, state: 0)
        }
    }
}
