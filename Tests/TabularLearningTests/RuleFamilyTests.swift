import TabularLearning
import Testing

@Suite("The family of rules: answers and moves by numbers computed by hand")
struct RuleFamilyTests {
    /// A table of one row, given as its planes one after another, after updates of its columns.
    static func row(
        _ name: String,
        _ row: [Float],
        _ updates: [(column: UInt8, target: Float)],
        _ stepSize: StepSize = .constant(0.5)
    ) throws -> [ActionValueTable.Cell] {
        let rule = try #require(UpdateRule(rawValue: name))
        var tables = [0, 1].map { _ in
            ActionValueTable(
                rowCount: 2,
                actionCount: row.count / rule.planeCount,
                planeCount: rule.planeCount,
                initialValue: 0
            )
        }
        let cells = row.map { ActionValueTable.Cell(value: $0, visitCount: 0) }
        for index in tables.indices { tables[index].replaceCells(from: row.count, with: cells) }
        // By state and column, as one process does, and by cell, as the owner of a shard does.
        var list = Updates()
        list.states = updates.map { _ in 1 }
        list.columns = updates.map(\.column)
        list.targets = updates.map(\.target)
        tables[0].apply(list, by: rule, stepSize: stepSize)
        let indices = list.columns.map { UInt32(row.count) + UInt32($0) }
        let targets = list.targets.map(\.bitPattern)
        tables[1].apply(cells: indices.span, targets: targets.span, by: rule, stepSize: stepSize)
        #expect(tables[0].cells == tables[1].cells)
        #expect(tables.allSatisfy { $0.updateCount == UInt64(updates.count) })
        #expect(tables[0].cells[..<row.count].allSatisfy { $0 == .init(value: 0, visitCount: 0) })
        return Array(tables[0].cells[row.count...])
    }

    @Test("hysteretic: α up, a share of it down; distributed: up only")
    func optimists() throws {
        let hysteretic = try Self.row("hysteretic:0.25", [8, 0], [(0, 0), (1, 4)])
        #expect(hysteretic.map(\.value) == [7, 2] && hysteretic.map(\.visitCount) == [1, 1])
        let distributed = try Self.row("distributed", [8, 0], [(0, 0), (1, 4), (1, 3)], .constant(1))
        #expect(distributed.map(\.value) == [8, 4] && distributed.map(\.visitCount) == [1, 2])
    }

    @Test("weighted double Q: between what both tables say of the action that one of them prefers")
    func weighted() throws {
        // A prefers action 1 and likes action 0 least; B says 3 and 9 of them: d = 6, β = 6 / (2 + 6).
        let row: [Float] = [1, 4, 2, 9, 3, 6]
        #expect(try RuleTests.answer("weighted-double-q-learning:2", row, coin: 0) == (0.75 * 4 + 0.25 * 3, 0b001))
        // B prefers action 0 and likes action 1 least; A says 1 and 4: d = 3, β = 3 / 5.
        let other = try RuleTests.answer("weighted-double-q-learning:2", row, coin: 1)
        #expect(abs(other.value - (0.6 * 9 + 0.4 * 1)) < 1e-6 && other.greedy == 0b001)
        for coin in [0, 1] as [UInt8] {
            let double = try RuleTests.answer("double-q-learning", row, coin: coin)
            #expect(try RuleTests.answer("weighted-double-q-learning:1e30", row, coin: coin) == double)
            let alone = try RuleTests.answer("weighted-double-q-learning:0", row, coin: coin).value
            #expect(alone == (coin == 0 ? 4 : 9))
        }
    }

    @Test("maxmin: the best of the least that three tables say; with one table it is Q-learning")
    func maxmin() throws {
        let row: [Float] = [5, 1, 3, 6, 4, 3, 0, 9, 3]
        #expect(try RuleTests.answer("maxmin-q-learning:3", row) == (3, 0b100))
        #expect(try RuleTests.answer("maxmin-q-learning:3", row, mask: 0b011) == (1, 0b010))
        let rule = try RuleTests.rule("maxmin-q-learning:3")
        let note = QueryNote(exploring: nil, coin: 0)
        #expect([0, 0x5555_5555, 0x5555_5556, 0xFFFF_FFFF].map { rule.plane(note, $0) } == [0, 0, 1, 2])
        let one = try #require(UpdateRule(rawValue: "maxmin-q-learning:1"))
        let expected = try RuleTests.table(.qLearning, epsilon: 0.3).cells
        #expect(try RuleTests.table(one, epsilon: 0.3).cells == expected)
    }

    @Test("maxmin: every table learns, and whoever acts sees the least values and all visits")
    func maxminPlanes() throws {
        let update = try #require(UpdateRule(rawValue: "maxmin-q-learning:4"))
        let table = try RuleTests.table(update, epsilon: 0.3)
        let visits = (0..<4).map { plane in
            (0..<5).flatMap { row in [0, 1].map { Int(table.cells[row * 8 + plane * 2 + $0].visitCount) } }.reduce(0, +)
        }
        #expect(visits.reduce(0, +) == Int(table.updateCount) && visits.allSatisfy { (300...450).contains($0) })
        let acting = table.acting(by: update)
        let planes = (0..<4).map { table.cells[3 * 8 + $0 * 2 + 1] }
        #expect(acting.cells[7].value == planes.map(\.value).min())
        #expect(acting.cells[7].visitCount == planes.map(\.visitCount).reduce(0, +))
        #expect(UpdateRule(rawValue: "maxmin-q-learning:8")?.rule.objection(actionCount: 32) == nil)
        #expect(UpdateRule(rawValue: "maxmin-q-learning:8")?.rule.objection(actionCount: 33) != nil)
    }

    @Test("softmax SARSA: the mean under exp(Q / τ); far below the differences it is the maximum")
    func softmax() throws {
        // e / (1 + e) = 0.731058579 of the way from 2 to 3.
        let (value, greedy) = try RuleTests.answer("softmax-sarsa:1", [2, 3])
        #expect(abs(value - 2.7310586) < 1e-6 && greedy == 0b10)
        #expect(try RuleTests.answer("softmax-sarsa:1", [2, 3, 7], mask: 0b011) == (value, 0b010))
        let cold = try #require(UpdateRule(rawValue: "softmax-sarsa:1e-6"))
        #expect(try RuleTests.answer(cold.rawValue, [2, 3, 3]) == (3, 0b110))
        #expect(try RuleTests.answer(cold.rawValue, [-2e30, 3, -1]) == (3, 0b010))
    }

    @Test("mellowmax: the logarithm of the mean exponential, between the mean and the maximum")
    func mellowmax() throws {
        // ln((1 + e) / 2) = 0.620114507 above 2.
        #expect(abs(try RuleTests.answer("mellowmax:1", [2, 3]).value - 2.6201145) < 1e-6)
        #expect(abs(try RuleTests.answer("mellowmax:1e-6", [2, 3]).value - 2.5) < 1e-4)
        #expect(abs(try RuleTests.answer("mellowmax:1e6", [2, 3]).value - 3) < 1e-5)
        #expect(try RuleTests.answer("mellowmax", [4, 4, 9], mask: 0b011).value == 4)
    }

    @Test("dueling: the chosen value moves by α δ and the others by (n − 1) / (2n − 1) of it, as V and A would")
    func dueling() throws {
        let cells = try Self.row("dueling", [1, 5, 3], [(0, 6)])
        #expect(cells.map(\.value) == [3.5, 6, 4])
        #expect(cells.map(\.visitCount) == [1, 0, 0])
        // V = 3, A = (−2, 2, 0), a step β = α / (2 − 1/n) of the gradient along δ = 5.
        let change: Double = 0.5 / (2 - 1.0 / 3) * 5
        let value = 3 + change
        let advantages: [Double] = [-2 + change * 2 / 3, 2 - change / 3, 0 - change / 3]
        for (cell, advantage) in zip(cells, advantages) { #expect(abs(Double(cell.value) - value - advantage) < 1e-6) }
        #expect(try Self.row("dueling", [1], [(0, 3)]).map(\.value) == [2])
    }

    @Test("delayed: the mean of three targets and ε₁ at once, only if that is lower by 2 ε₁")
    func delayed() throws {
        let high: [(column: UInt8, target: Float)] = [(0, 9), (0, 10), (0, 8)]
        var cells = try Self.row("delayed-q-learning:3:0.5", [10, 10, 10, 10], high, .constant(1))
        // 10 − 9 is 2 × 0.5.
        #expect(cells.map(\.value)[..<2] == [9.5, 10] && cells.map(\.visitCount) == [3, 0, 0, 0])
        let near = high.dropLast() + [(0, 8.5)]
        cells = try Self.row("delayed-q-learning:3:0.5", [10, 10, 10, 10], Array(near), .constant(1))
        #expect(cells.map(\.value)[..<2] == [10, 10] && cells.map(\.visitCount) == [3, 0, 0, 0])
        // An attempt that failed is forgotten.
        cells = try Self.row("delayed-q-learning:3:0.5", [10, 10, 10, 10], near + high + [(1, 4)], .constant(1))
        #expect(cells.map(\.value)[..<2] == [9.5, 10] && cells.map(\.visitCount) == [6, 1, 0, 1])
        let update = try #require(UpdateRule(rawValue: "delayed-q-learning:3:0.01"))
        let table = try RuleTests.table(update, epsilon: 0.3) { $0.initialValue = 1 }
        let acting = table.acting(by: update)
        let firstPlane: [Float] = (0..<10).map { index in table.cells[index / 2 * 4 + index % 2].value }
        #expect(acting.cells.map(\.value) == firstPlane)
        #expect(acting.cells.reduce(0) { $0 + UInt64($1.visitCount) } == table.updateCount)
        #expect(acting.cells[6].value < 1)
    }

    @Test("UCB-Hoeffding: a bonus of c √(H³ / n), and no state worth more than H")
    func upperConfidence() throws {
        // n = 1: 2 √(8 / 1), then n = 2: 2 √(8 / 2).
        let cells = try Self.row("ucb-hoeffding:2:2", [0, 0], [(0, 1), (0, 1)])
        let first = 0.5 * (1 + 2 * Float(8).squareRoot())
        #expect(cells[0].value == first + 0.5 * (1 + 4 - first) && cells[0].visitCount == 2)
        #expect(try RuleTests.answer("ucb-hoeffding:2:2", [1, 5]) == (2, 0b10))
        #expect(try RuleTests.answer("ucb-hoeffding:2:2", [1, 1.5]) == (1.5, 0b10))
    }

    @Test(
        "exploration without bonus, cold softmax and equal shares are Q-learning, bit for bit",
        arguments: Ties.allCases
    )
    func identities(_ ties: Ties) throws {
        let expected = try RuleTests.table(.qLearning, epsilon: 0.3, ties: ties).cells
        for name in ["hysteretic:1", "ucb-hoeffding:0:10", "softmax-sarsa:1e-6", "n-step-q-learning:1", "q-lambda:0"]
            + ["naive-q-lambda:0", "naive-q-lambda:0.5:1"]
        {
            let rule = try #require(UpdateRule(rawValue: name))
            #expect(try RuleTests.table(rule, epsilon: 0.3, ties: ties).cells == expected, "\(name)")
        }
        for name in ["hysteretic:0.5", "ucb-hoeffding:0.1:10", "softmax-sarsa:1", "mellowmax", "dueling"]
            + ["n-step-q-learning", "q-lambda", "naive-q-lambda"]
        {
            let rule = try #require(UpdateRule(rawValue: name))
            #expect(try RuleTests.table(rule, epsilon: 0.3, ties: ties).cells != expected, "\(name)")
        }
    }

    @Test("above an average that stays 0 is undiscounted Q-learning and SARSA, bit for bit")
    func averageOfZero() throws {
        for (name, plain) in [("r-learning:0", "q-learning"), ("differential-sarsa:0", "sarsa")] {
            let cells = try [name, plain, "r-learning:0.1"].map { name in
                let rule = try #require(UpdateRule(rawValue: name))
                return try RuleTests.table(rule, epsilon: 0.3, ties: .random) { $0.discount = 1 }.cells
            }
            #expect(cells[0] == cells[1] && cells[0] != cells[2], "\(name)")
        }
    }

    @Test("distributed Q is hysteretic that never goes down, at α = 1")
    func distributedIdentity() throws {
        let names = ["distributed", "hysteretic:0"].compactMap(UpdateRule.init)
        let tables = try names.map { try RuleTests.table($0, epsilon: 0.8) { $0.stepSize = .constant(1) } }
        #expect(tables[0].cells.map(\.value) == tables[1].cells.map(\.value))
        #expect(tables[0].cells == tables[1].cells && tables[0].cells.contains { $0.value > 0.5 })
    }
}
