import TabularLearning
import Testing

@Suite("A copy to learn toward, actor and critic, leniency: by numbers computed by hand, and identities")
struct CopyAndActorTests {
    /// The cells of a row after updates.
    private func row(
        _ name: String,
        _ row: [Float],
        _ updates: [(column: UInt8, target: Float)],
        _ stepSize: StepSize = .constant(0.5)
    ) throws -> [ActionValueTable.Cell] {
        try RuleFamilyTests.row(name, row, updates, stepSize)
    }

    @Test("target: the best of the copy, while the values themselves choose; a copy takes the values and no visits")
    func target() throws {
        #expect(try RuleTests.answer("target-q-learning", [1, 5, 2, 7, 3, 9]) == (9, 0b010))
        #expect(try RuleTests.answer("target-q-learning", [1, 5, 2, 7, 3, 9], mask: 0b011) == (7, 0b010))
        var table = ActionValueTable(rowCount: 2, actionCount: 2, planeCount: 2, initialValue: 0)
        let cells = [1, 2, 8, 8, 3, 4, 9, 9].map { ActionValueTable.Cell(value: $0, visitCount: 5) }
        table.replaceCells(from: 0, with: cells)
        table.copyValues()
        #expect(table.cells.map(\.value) == [1, 2, 1, 2, 3, 4, 3, 4])
        #expect(table.cells.allSatisfy { $0.visitCount == 5 } && table.updateCount == 0)
    }

    @Test("target: with a copy in every step it is Q-learning, bit for bit", arguments: Ties.allCases)
    func targetIdentity(_ ties: Ties) throws {
        let expected = try RuleTests.table(.qLearning, epsilon: 0.3, ties: ties).cells
        let always = try #require(UpdateRule(rawValue: "target-q-learning:1"))
        #expect(try RuleTests.table(always, epsilon: 0.3, ties: ties).acting(by: always).cells == expected)
        let sometimes = try #require(UpdateRule(rawValue: "target-q-learning:7"))
        #expect(try RuleTests.table(sometimes, epsilon: 0.3, ties: ties).acting(by: sometimes).cells != expected)
        // Of 500 steps the 497th was the last that copied: the copy is near the values and not the same.
        let table = try RuleTests.table(sometimes, epsilon: 0.3, ties: ties) { $0.stepSize = .constant(0.003) }
        let pairs = (0..<10).map { table.cells[$0 / 2 * 4 + $0 % 2].value - table.cells[$0 / 2 * 4 + 2 + $0 % 2].value }
        #expect(pairs.allSatisfy { abs($0) < 0.1 } && pairs.contains { $0 != 0 })
    }

    @Test("target: what was never copied stays, and every target rests on it")
    func targetWithoutCopy() throws {
        let never = try #require(UpdateRule(rawValue: "target-q-learning:501"))
        let table = try RuleTests.table(never, epsilon: 0.3) { $0.initialValue = 0.25 }
        #expect((0..<5).allSatisfy { table.cells[$0 * 4 + 2].value == 0.25 && table.cells[$0 * 4 + 3].value == 0.25 })
    }

    @Test("actor-critic: V moves by α δ, preferences by β δ (1 − π) and −β δ π")
    func actorCritic() throws {
        // π = 1/2 each, δ = 6 − 2; β = 0.25.
        var cells = try row("actor-critic:0.25", [3, 3, 2, 0], [(1, 6)])
        #expect(cells.map(\.value) == [2.5, 3.5, 4, 0] && cells.map(\.visitCount) == [0, 1, 1, 0])
        // π = 3/4 and 1/4, as ln 3 is 1.0986; δ = −4.
        cells = try row("actor-critic:1", [1.0986123, 0, 0, 0], [(0, -4)])
        #expect(abs(cells[0].value - 0.0986123) < 1e-5 && abs(cells[1].value - 1) < 1e-5 && cells[2].value == -2)
        // The value of a state is V, whoever is greedy; what is added to action values is no part of it.
        let answer = try RuleTests.answer("actor-critic", [1, 5, 7, 0])
        #expect(answer == (7, 0b10))
        var question = Question()
        question.notes = [127]
        question.offsets = [9, 1]
        var answers = GreedyAnswers(ties: .random, actionCount: 2)
        answers.resize(to: 1)
        try RuleTests.rule("actor-critic").answer(question, rows: [1, 5, 7, 0], actionCount: 2, into: &answers)
        #expect(answers.values == [7] && answers.sets == [0b01])
    }

    @Test("actor-critic: without steps of preferences V is worth what the policy of equal chances gets")
    func critic() throws {
        let update = try #require(UpdateRule(rawValue: "actor-critic:0"))
        let table = try RuleTests.table(update, epsilon: 0) {
            $0.stepSize = .visitCount(horizon: 10, minimum: 0)
            $0.initialValue = 0
        }
        #expect(table.cells.indices.filter { $0 % 4 < 2 }.allSatisfy { table.cells[$0].value == 0 })
        let values = (0..<4).map { table.cells[$0 * 4 + 2].value }
        #expect(values == values.sorted() && values.allSatisfy { (0.01..<0.9).contains($0) })
        let learned = try #require(UpdateRule(rawValue: "actor-critic:2"))
        let better = try RuleTests.table(learned, epsilon: 0) { $0.initialValue = 0 }.acting(by: learned)
        // To the right wherever something can be done about it.
        #expect((0..<4).allSatisfy { better.cells[$0 * 2 + 1].value > better.cells[$0 * 2].value })
    }

    @Test("actor-critic draws from its own policy, and from nothing else")
    func ownPolicy() throws {
        let update = try #require(UpdateRule(rawValue: "actor-critic"))
        var parameters = LearningParameters(
            discount: 0.9,
            stepSize: .constant(0.1),
            epsilon: .constant(0.1),
            update: update
        )
        #expect(parameters.objection == "actor-critic draws from a policy of its own")
        parameters.fit()
        #expect(parameters.objection == nil && parameters.epsilon == .constant(0))
        #expect(parameters.exploration == .boltzmann(temperature: .constant(1)))
        #expect(Exploration.boltzmann(temperature: .constant(0.5)).objection(to: update) != nil)
    }

    @Test(
        "lenient: without leniency it is Q-learning, bit for bit; with much of it nothing falls",
        arguments: Ties.allCases
    )
    func lenient(_ ties: Ties) throws {
        let expected = try RuleTests.table(.qLearning, epsilon: 0.3, ties: ties).cells
        let strict = try #require(UpdateRule(rawValue: "lenient:0:1"))
        #expect(try RuleTests.table(strict, epsilon: 0.3, ties: ties).cells == expected)
        let cells = try row("lenient:1000:1", [8, 0], [(0, 0), (1, 4)])
        #expect(cells.map(\.value) == [8, 2] && cells.map(\.visitCount) == [1, 1])
        let blind = ["lenient:1000:1", "hysteretic:0"].compactMap(UpdateRule.init)
        let tables = try blind.map { try RuleTests.table($0, epsilon: 0.3, ties: ties).cells }
        #expect(tables[0] == tables[1] && tables[0] != expected)
    }

    @Test("lenient: half of the falls are forgiven where K is ln 2, and fewer and fewer where that cools")
    func forgiving() throws {
        // α = 1, and a rise in between: a fall that was taken leaves 0, one that was forgiven what the rise was to.
        func share(_ name: String, from first: Int = 0) throws -> Double {
            let rule = try #require(UpdateRule(rawValue: name))
            var table = ActionValueTable(rowCount: 1, actionCount: 1, initialValue: 0)
            var forgiven = 0
            for index in 0..<(first + 4000) {
                for target in [Float(index + 1), 0] {
                    var updates = Updates()
                    (updates.states, updates.columns, updates.targets) = ([0], [0], [target])
                    table.apply(updates, by: rule, stepSize: .constant(1))
                }
                if index >= first, table.cells[0].value > 0 { forgiven += 1 }
                table.replaceCells(from: 0, with: [.init(value: 0, visitCount: table.cells[0].visitCount)])
            }
            return Double(forgiven) / 4000
        }
        // Three standard errors of 4000 fair coins are 0.024.
        #expect(abs(try share("lenient:0.6931472:1") - 0.5) < 0.024)
        #expect(try share("lenient:10:0.99", from: 1000) < 0.001)
        #expect(try share("lenient:1000000:1") == 1)
    }
}
