internal import TabularLearning

extension Kernel {
    /// Rows of one run: the lanes of the layout that the throughput is quoted for.
    static let rows = 4_096

    /// Each table kernel with narrow and wide rows, in a table that fits the caches and in one of 320 MB.
    static let tables = [false, true].flatMap { isCold in
        [4, 64].flatMap { tables(TableData(actionCount: $0, isCold: isCold)) }
    }

    private static func tables(_ data: TableData) -> [Kernel] {
        [
            table("apply", data, "updates") {
                var (table, batches) = (data.makeTable(), data.makeBatches())
                let targets = data.makeTargets()
                return {
                    let cells = batches.next().cells
                    table.apply(cells: cells.span, targets: targets.span, stepSize: .constant(0.1))
                }
            },
            table("greedy", data, "rows") {
                var batches = data.makeBatches()
                let table = data.makeTable()
                var answers = GreedyAnswers()
                return { table.greedy(batches.next().states.span, into: &answers) }
            },
            table("appendMaxima", data, "rows") {
                var (batches, words) = (data.makeBatches(), [UInt32]())
                let table = data.makeTable()
                return {
                    words.removeAll(keepingCapacity: true)
                    table.appendMaxima(batches.next().rows.span, to: &words)
                }
            },
            table("appendTies", data, "rows") {
                var (batches, words) = (data.makeBatches(), [UInt32]())
                let table = data.makeTable()
                return {
                    words.removeAll(keepingCapacity: true)
                    table.appendTies(batches.next().rows.span, to: &words)
                }
            },
            table("appendRows", data, "rows") {
                var (batches, words) = (data.makeBatches(), [UInt32]())
                let table = data.makeTable()
                return {
                    words.removeAll(keepingCapacity: true)
                    table.appendRows(batches.next().rows.span, to: &words)
                }
            },
        ]
    }

    private static func table(
        _ name: String,
        _ data: TableData,
        _ unit: String,
        prepare: @escaping @Sendable () -> () -> Void
    ) -> Kernel {
        let place = data.isCold ? ", cold" : ""
        return Kernel(
            "\(name), \(data.actionCount) actions\(place)",
            size: rows,
            unit,
            isCold: data.isCold,
            prepare: prepare
        )
    }

    /// The general form of an answer: rows of 4 actions under masks, with offsets.
    static let maskedMaxima = Kernel("reduce rows under masks, 4 actions", size: rows, "rows") {
        var generator = SplitMix64(state: 2)
        var queries = StepBatch.Queries()
        queries.states = Array(repeating: 0, count: rows)
        queries.masks = queries.states.map { _ in generator.next() >> 60 | 1 }
        queries.offsets = (0..<(4 * rows)).map { _ in Float(generator.nextUnit()) }
        let values = queries.offsets.map { _ in Float(generator.nextUnit()) }
        var answers = GreedyAnswers()
        return { answers.reduce(rows: values, actionCount: 4, queries: queries) }
    }
}

/// Tables of random values and random rows in them.
private struct TableData: Sendable {
    let actionCount: Int
    let isCold: Bool

    /// Cold, 10⁷ rows of 4 actions and as many cells of wider rows; else rows that stay in the caches.
    var rowCount: Int { isCold ? 40_000_000 / actionCount : 4_096 }

    func makeTable() -> ActionValueTable {
        var table = ActionValueTable(rowCount: rowCount, actionCount: actionCount, initialValue: 0)
        var generator = SplitMix64(state: 1)
        let block = (0..<actionCount * 1_024).map { _ in
            ActionValueTable.Cell(value: Float(generator.nextUnit()), visitCount: 1)
        }
        for start in stride(from: 0, through: table.cells.count - block.count, by: block.count) {
            table.replaceCells(from: start, with: block)
        }
        return table
    }

    /// Cold, so many batches that the rows of the first are out of the caches when it is its turn again.
    func makeBatches() -> Batches {
        Batches((0..<(isCold ? 256 : 1)).map { RowBatch(of: self, seed: UInt64($0)) })
    }

    func makeTargets() -> [UInt32] {
        var generator = SplitMix64(state: 3)
        return (0..<Kernel.rows).map { _ in Float(generator.nextUnit()).bitPattern }
    }
}

/// Random rows as each kernel names them.
private struct RowBatch {
    let states: [UInt64]
    let rows: [UInt32]
    let cells: [UInt32]

    init(of data: TableData, seed: UInt64) {
        var generator = SplitMix64(state: seed)
        states = (0..<Kernel.rows).map { _ in UInt64(generator.nextIndex(below: data.rowCount)) }
        rows = states.map { UInt32($0) }
        cells = rows.map { $0 * UInt32(data.actionCount) + UInt32(generator.nextIndex(below: data.actionCount)) }
    }
}

/// Batches that take turns.
private struct Batches {
    private let batches: [RowBatch]
    private var index = 0

    init(_ batches: [RowBatch]) {
        self.batches = batches
    }

    mutating func next() -> RowBatch {
        index = index + 1 < batches.count ? index + 1 : 0
        return batches[index]
    }
}
