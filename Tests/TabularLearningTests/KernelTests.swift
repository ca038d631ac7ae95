import TabularLearning
import Testing

/// The table's loops against the same rules written plainly, bit for bit, on random data with many ties.
@Suite("The table's kernels")
struct KernelTests {
    static let widths = [1, 2, 3, 4, 5, 8, 64]
    static let counts = [0, 1, 3, 4, 5, 255, 257, 1_030]
    private static let rowCount = 100

    private func randomTable(_ width: Int, _ generator: inout SplitMix64) -> ActionValueTable {
        let palette: [Float] = [-1.5, -0.0, 0, 0.25, 0.25, 7]
        let cells = (0..<(Self.rowCount * width)).map { _ in
            ActionValueTable.Cell(
                value: palette[generator.nextIndex(below: palette.count)],
                visitCount: generator.nextIndex(below: 20) == 0 ? .max : UInt32(generator.nextIndex(below: 1_000))
            )
        }
        var table = ActionValueTable(rowCount: Self.rowCount, actionCount: width, initialValue: 0)
        table.replaceCells(from: 0, with: cells)
        return table
    }

    private func plainMaximum(_ row: some Sequence<Float>) -> (value: Float, action: Int) {
        var best: (value: Float, action: Int)?
        for (action, value) in row.enumerated() where best.map({ value > $0.value }) ?? true { best = (value, action) }
        return best ?? (0, 0)
    }

    private func row(_ index: Int, of table: ActionValueTable) -> [Float] {
        table.cells[(index * table.actionCount)..<((index + 1) * table.actionCount)].map(\.value)
    }

    @Test("every form of answer equals the plain maximum", arguments: widths, counts)
    func maxima(width: Int, count: Int) {
        var generator = SplitMix64(state: UInt64(width * 10_000 + count))
        let table = randomTable(width, &generator)
        let rows = (0..<count).map { _ in generator.nextIndex(below: Self.rowCount) }
        let plain = rows.map { plainMaximum(row($0, of: table)) }

        var answers = GreedyAnswers()
        table.greedy(rows.map { UInt64($0) }.span, into: &answers)
        #expect(answers.values.map(\.bitPattern) == plain.map(\.value.bitPattern))
        #expect(answers.actions.map { Int($0) } == plain.map(\.action))

        var values: [Float] = [1, 2, 3]
        table.copyRows(rows.map { UInt64($0) }.span, to: &values)
        #expect(values.map(\.bitPattern) == rows.flatMap { row($0, of: table) }.map(\.bitPattern))
        var reduced = GreedyAnswers()
        var queries = StepBatch.Queries()
        queries.states = rows.map { UInt64($0) }
        reduced.reduce(rows: values, actionCount: width, queries: queries)
        #expect(reduced.values.map(\.bitPattern) == plain.map(\.value.bitPattern))
        #expect(reduced.actions == answers.actions)

        var words: [UInt32] = [9]
        table.appendMaxima(rows.map { UInt32($0) }.span, to: &words)
        #expect(words.count == 1 + count + (count + 3) / 4)
        #expect(Array(words[1..<(1 + count)]) == plain.map(\.value.bitPattern))
        for i in 0..<count {
            #expect(Int(words[1 + count + i / 4] >> UInt32(8 * (i % 4)) & 0xFF) == plain[i].action)
        }
        words = [9]
        table.appendRows(rows.map { UInt32($0) }.span, to: &words)
        #expect(words == [9] + values.map(\.bitPattern))
    }

    @Test("the actions that attain a maximum are those of the plain rule", arguments: widths + [9, 33], counts)
    func ties(width: Int, count: Int) {
        var generator = SplitMix64(state: UInt64(width * 10_000 + count))
        let table = randomTable(width, &generator)
        let rows = (0..<count).map { _ in generator.nextIndex(below: Self.rowCount) }
        let plain = rows.map { plainMaximum(row($0, of: table)) }
        let sets = zip(rows, plain).map { tied($0.1.value, row($0.0, of: table)) }

        var answers = GreedyAnswers(ties: .random, actionCount: width)
        table.greedy(rows.map { UInt64($0) }.span, into: &answers)
        #expect(answers.values.map(\.bitPattern) == plain.map(\.value.bitPattern))
        #expect(allSets(of: answers) == sets && answers.actions.isEmpty)

        var values: [Float] = []
        table.copyRows(rows.map { UInt64($0) }.span, to: &values)
        var reduced = GreedyAnswers(ties: .random, actionCount: width)
        var queries = StepBatch.Queries()
        queries.states = rows.map { UInt64($0) }
        reduced.reduce(rows: values, actionCount: width, queries: queries)
        #expect(reduced.values.map(\.bitPattern) == plain.map(\.value.bitPattern))
        #expect(allSets(of: reduced) == sets)

        var words: [UInt32] = [9]
        table.appendTies(rows.map { UInt32($0) }.span, to: &words)
        #expect(Array(words[1..<(1 + count)]) == plain.map(\.value.bitPattern))
        let packed = Array(words[(1 + count)...])
        #expect(packed.count == ActionValueTable.tieWordCount(of: count, actionCount: width))
        for i in 0..<count {
            let set =
                width <= 8
                ? UInt64(packed[i / 4] >> UInt32(8 * (i % 4)) & 0xFF)
                : UInt64(packed[2 * i]) | UInt64(packed[2 * i + 1]) << 32
            #expect(set == sets[i])
        }
    }

    private func allSets(of answers: GreedyAnswers) -> [UInt64] { answers.sets.map { UInt64($0) } + answers.wideSets }

    private func tied(_ value: Float, _ row: [Float], among allowed: UInt64 = .max) -> UInt64 {
        row.indices.reduce(0) { allowed >> UInt64($1) & 1 == 1 && row[$1] == value ? $0 | 1 << UInt64($1) : $0 }
    }

    @Test("a row that is not in the table is a trap, not another row's answer")
    func outside() async {
        await #expect(processExitsWith: .failure) {
            let table = ActionValueTable(rowCount: 9, actionCount: 4, initialValue: 0)
            var answers = GreedyAnswers()
            table.greedy([0, 1, 9, 2].span, into: &answers)
        }
    }

    @Test("masks and offsets together and alone equal the plain rule", arguments: widths, [1, 4, 7, 130])
    func masked(width: Int, count: Int) {
        var generator = SplitMix64(state: UInt64(width * 1_000 + count))
        let table = randomTable(width, &generator)
        let rows = (0..<count).map { _ in generator.nextIndex(below: Self.rowCount) }
        let values = rows.flatMap { row($0, of: table) }
        let masks = rows.map { _ in (generator.next() & ActionMask.all(width)) | 1 << UInt64(width - 1) }
        let offsets = values.map { _ in Float(generator.nextIndex(below: 3)) - 1 }
        for (hasMasks, hasOffsets) in [(true, false), (false, true), (true, true)] {
            var queries = StepBatch.Queries()
            queries.states = rows.map { UInt64($0) }
            queries.masks = hasMasks ? masks : []
            queries.offsets = hasOffsets ? offsets : []
            var answers = GreedyAnswers()
            answers.reduce(rows: values, actionCount: width, queries: queries)
            for i in 0..<count {
                let allowed = hasMasks ? masks[i] : .max
                let actions = (0..<width).filter { allowed >> UInt64($0) & 1 == 1 }
                let plain = plainMaximum(
                    actions.map { values[i * width + $0] + (hasOffsets ? offsets[i * width + $0] : 0) }
                )
                #expect(answers.values[i].bitPattern == plain.value.bitPattern)
                #expect(Int(answers.actions[i]) == actions[plain.action])
            }
            var drawn = GreedyAnswers(ties: .random, actionCount: width)
            drawn.reduce(rows: values, actionCount: width, queries: queries)
            #expect(drawn.values == answers.values)
            for i in 0..<count {
                let sums = (0..<width).map { values[i * width + $0] + (hasOffsets ? offsets[i * width + $0] : 0) }
                #expect(allSets(of: drawn)[i] == tied(drawn.values[i], sums, among: hasMasks ? masks[i] : .max))
            }
        }
    }

    @Test(
        "updates in one call equal updates one by one",
        arguments: widths,
        [StepSize.constant(0.1), .visitCount(horizon: 20, minimum: 0.01)]
    )
    func updates(width: Int, stepSize: StepSize) {
        var generator = SplitMix64(state: UInt64(width))
        let start = randomTable(width, &generator)
        var updates = Updates()
        for _ in 0..<2_000 {
            updates.states.append(UInt64(generator.nextIndex(below: Self.rowCount)))
            updates.columns.append(UInt8(generator.nextIndex(below: width)))
            updates.targets.append(Float(generator.nextUnit()) * 4 - 2)
        }
        var plain = start
        for i in 0..<updates.count {
            let (row, action) = (Int(updates.states[i]), Int(updates.columns[i]))
            let cell = plain.cells[row * width + action]
            let moved = cell.value + stepSize(cell.visitCount) * (updates.targets[i] - cell.value)
            let visits = cell.visitCount == .max ? .max : cell.visitCount + 1
            plain.replaceCells(from: row * width + action, with: [.init(value: moved, visitCount: visits)])
        }
        var byState = start
        byState.apply(updates, stepSize: stepSize)
        #expect(byState.cells == plain.cells)
        var byCell = start
        let cells = zip(updates.states, updates.columns).map { UInt32($0) * UInt32(width) + UInt32($1) }
        byCell.apply(cells: cells.span, targets: updates.targets.map(\.bitPattern).span, stepSize: stepSize)
        #expect(byCell.cells == plain.cells)
    }
}
