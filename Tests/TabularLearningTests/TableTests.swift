import TabularLearning
import Testing

@Suite("The action-value table")
struct TableTests {
    @Test("an update moves the value by the step size and counts")
    func handComputedUpdate() {
        var table = ActionValueTable(rowCount: 2, actionCount: 3, initialValue: 1)
        table.update(row: 1, action: 2, toward: 3, stepSize: .constant(0.25))
        #expect(table.cells[5] == .init(value: 1.5, visitCount: 1))
        table.update(row: 1, action: 2, toward: 3, stepSize: .constant(0.25))
        #expect(table.cells[5] == .init(value: 1.875, visitCount: 2))
        #expect(table.cells[..<5].allSatisfy { $0 == .init(value: 1, visitCount: 0) })
    }

    @Test("the visit-count rule overwrites first and then takes (H+1)/(H+1+n)")
    func visitCountRule() {
        let rule = StepSize.visitCount(discount: 0.5)  // H = 2
        #expect(rule(0) == 1)
        #expect(rule(1) == Float(3) / 4)
        #expect(rule(3) == Float(3) / 6)
        #expect(StepSize.visitCount(horizon: 2, minimum: 0.6)(3) == 0.6)
    }

    @Test("colliding updates are applied one after another, not summed")
    func collisions() {
        var table = ActionValueTable(rowCount: 1, actionCount: 1, initialValue: 0)
        let targets = [Float](repeating: 1, count: 100).map(\.bitPattern)
        table.apply(cells: [UInt32](repeating: 0, count: 100).span, targets: targets.span, stepSize: .constant(0.5))
        #expect(table.cells[0].value <= 1)
        #expect(table.cells[0].value > 0.999)
        #expect(table.cells[0].visitCount == 100)
    }

    @Test("a visit count stays at its maximum")
    func saturation() {
        var table = ActionValueTable(rowCount: 1, actionCount: 1, initialValue: 0)
        table.replaceCells(from: 0, with: [.init(value: 0, visitCount: .max)])
        table.update(row: 0, action: 0, toward: 1, stepSize: .constant(0.5))
        #expect(table.cells[0].visitCount == .max)
    }

    @Test("the greedy action is the lowest of equals, in every form of answer")
    func ties() {
        var table = ActionValueTable(rowCount: 2, actionCount: 4, initialValue: 0)
        for (action, value) in [1, 3, 3, 2].enumerated() {
            table.update(row: 1, action: action, toward: Float(value), stepSize: .constant(1))
        }
        var answers = GreedyAnswers()
        table.greedy([0, 1].span, into: &answers)
        #expect(answers.actions == [0, 1])
        #expect(answers.values == [0, 3])
        var words: [UInt32] = []
        table.appendMaxima([0, 1].span, to: &words)
        #expect(words == [Float(0).bitPattern, Float(3).bitPattern, 0 | 1 << 8])
        var rows: [UInt32] = []
        table.appendRows([1].span, to: &rows)
        #expect(rows.map { Float(bitPattern: $0) } == [1, 3, 3, 2])
    }

    @Test("a row that the table does not have is answered with zeros")
    func absentRow() {
        let table = ActionValueTable(rowCount: 1, actionCount: 2, initialValue: 7)
        var words: [UInt32] = []
        table.appendRows([UInt32.max, 0].span, to: &words)
        #expect(words.map { Float(bitPattern: $0) } == [0, 0, 7, 7])
    }

    @Test("masks and offsets hold in the maximum")
    func masksAndOffsets() {
        var queries = StepBatch.Queries()
        queries.states = [0, 1]
        queries.lanes = [0, 1]
        queries.masks = [0b110, 0b111]
        queries.offsets = [0, 0, 0, -5, 0, 0]
        var answers = GreedyAnswers()
        answers.reduce(rows: [9, 2, 2, 9, 3, 4], actionCount: 3, queries: queries)
        #expect(answers.actions == [1, 0])
        #expect(answers.values == [2, 4])
    }

    @Test("a random allowed action is uniform over the mask")
    func maskedPick() {
        var counts: [UInt8: Int] = [:]
        var generator = SplitMix64(state: 3)
        for _ in 0..<30_000 {
            counts[ActionMask.pick(from: 0b1010_0001, random: generator.next() >> 32), default: 0] += 1
        }
        #expect(Set(counts.keys) == [0, 5, 7])
        #expect(counts.values.allSatisfy { abs($0 - 10_000) < 400 })
    }
}
