/// The one search that answers every rule's questions but those for plain maxima, which have kernels of their own.
extension LearningRule {
    /// Answers from a table's rows.
    public func answer(
        _ question: Question,
        _ rows: Span<UInt32>,
        of table: ActionValueTable,
        into answers: inout GreedyAnswers
    ) {
        answers.resize(to: rows.count)
        let cells = table.cells.span
        search(question, table.actionCount, &answers) {
            ActionValueTable.load(rows, $0, of: cells, $1)
        } cell: {
            cells[Int(rows[$0]) &* $2 &+ $1].value
        }
    }

    /// Answers from a whole table, whose rows are the states.
    public func answer(
        _ question: Question,
        states: Span<UInt64>,
        of table: ActionValueTable,
        into answers: inout GreedyAnswers
    ) {
        answers.resize(to: states.count)
        let cells = table.cells.span
        search(question, table.actionCount, &answers) {
            ActionValueTable.load(states, $0, of: cells, $1)
        } cell: {
            cells[Int(truncatingIfNeeded: states[$0]) &* $2 &+ $1].value
        }
    }

    /// Answers from rows that have been brought.
    public func answer(_ question: Question, rows: [Float], actionCount: Int, into answers: inout GreedyAnswers) {
        let cells = rows.span
        search(question, actionCount, &answers) { _, _ in
        } cell: {
            cells[$0 &* $2 &+ $1]
        }
    }

    /// Fills all of the answers.
    ///
    /// - Parameters:
    ///   - question: What is asked.
    ///   - actionCount: The actions there are.
    ///   - answers: Has room for all of them.
    ///   - load: Has the rows of a range brought near before they are searched, given a row's width.
    ///   - cell: The action value of a row in a column, which is plane × actions + action, given a row's width.
    @inline(__always)
    private func search(
        _ question: Question,
        _ actionCount: Int,
        _ answers: inout GreedyAnswers,
        load: (_ rows: Range<Int>, _ width: Int) -> Void,
        cell: (_ row: Int, _ column: Int, _ width: Int) -> Float
    ) {
        let (notes, masks, offsets) = (question.notes.span, question.masks.span, question.offsets.span)
        let (all, width) = (ActionMask.all(actionCount), actionCount &* planeCount)
        let choice = answers.choice
        if masks.isEmpty, offsets.isEmpty, !notes.isEmpty, choice != .wideSets {
            // Four actions are what most scenarios have: loops over them need not be any.
            return actionCount == 4
                ? searchAll(question, 4, &answers, load: load, cell: cell)
                : searchAll(question, actionCount, &answers, load: load, cell: cell)
        }
        for index in 0..<answers.count {
            if index % ActionValueTable.rowsAhead == 0 {
                load(ActionValueTable.block(from: index, of: answers.count), width)
            }
            let allowed = masks.isEmpty ? all : masks[index]
            precondition(allowed & ~all == 0 && allowed != 0, "a mask allows at least one of the actions")
            let note = QueryNote(rawValue: notes.isEmpty ? 127 : notes[index])
            let (value, greedy) = look(allowed, note, question.epsilon) { plane, action in
                let value = cell(index, plane &* actionCount &+ action, width)
                guard !offsets.isEmpty, takesOffset(plane) else { return value }
                return value + offsets[index &* actionCount &+ action]
            }
            answers.values[index] = value
            switch choice {
            case .lowest: answers.actions[index] = UInt8(truncatingIfNeeded: greedy.trailingZeroBitCount)
            case .sets: answers.sets[index] = UInt8(truncatingIfNeeded: greedy)
            case .wideSets: answers.wideSets[index] = greedy
            }
        }
    }

    /// The same where all actions are allowed, as in most scenarios; at most eight where all of the best are told.
    @inline(__always)
    private func searchAll(
        _ question: Question,
        _ actionCount: Int,
        _ answers: inout GreedyAnswers,
        load: (_ rows: Range<Int>, _ width: Int) -> Void,
        cell: (_ row: Int, _ column: Int, _ width: Int) -> Float
    ) {
        // Taken out while they are written: two parts of one value cannot be lent at once.
        var choices: [UInt8] = []
        if answers.choice == .lowest {
            swap(&choices, &answers.actions)
            searchLowest(question, actionCount, &answers.values, &choices, load: load, cell: cell)
            swap(&choices, &answers.actions)
        } else {
            swap(&choices, &answers.sets)
            searchTied(question, actionCount, &answers.values, &choices, load: load, cell: cell)
            swap(&choices, &answers.sets)
        }
    }

    /// The same where the lowest of the best is taken, row by row: its place is chosen without a branch as it is.
    @inline(__always)
    private func searchLowest(
        _ question: Question,
        _ actionCount: Int,
        _ values: inout [Float],
        _ actions: inout [UInt8],
        load: (_ rows: Range<Int>, _ width: Int) -> Void,
        cell: (_ row: Int, _ column: Int, _ width: Int) -> Float
    ) {
        let (notes, all, width) = (question.notes.span, ActionMask.all(actionCount), actionCount &* planeCount)
        var values = values.mutableSpan
        var actions = actions.mutableSpan
        for first in stride(from: 0, to: values.count, by: ActionValueTable.rowsAhead) {
            let block = ActionValueTable.block(from: first, of: values.count)
            load(block, width)
            for index in block {
                func row(_ plane: Int, _ action: Int) -> Float { cell(index, plane &* actionCount &+ action, width) }
                var (greatest, greedy) = (-Float.infinity, 0)
                for action in 0..<actionCount {
                    let value = actingValue(row, action)
                    greedy = value > greatest ? action : greedy
                    greatest = value > greatest ? value : greatest
                }
                values[index] = bootstrap(row, greatest, all, QueryNote(rawValue: notes[index]), question.epsilon)
                actions[index] = UInt8(truncatingIfNeeded: greedy)
            }
        }
    }

    /// The same where all of the best are told, of four rows at a time: compared without branches.
    @inline(__always)
    private func searchTied(
        _ question: Question,
        _ actionCount: Int,
        _ values: inout [Float],
        _ sets: inout [UInt8],
        load: (_ rows: Range<Int>, _ width: Int) -> Void,
        cell: (_ row: Int, _ column: Int, _ width: Int) -> Float
    ) {
        let (notes, all, width) = (question.notes.span, ActionMask.all(actionCount), actionCount &* planeCount)
        var values = values.mutableSpan
        var sets = sets.mutableSpan
        for first in stride(from: 0, to: values.count, by: ActionValueTable.rowsAhead) {
            let block = ActionValueTable.block(from: first, of: values.count)
            load(block, width)
            var index = block.lowerBound
            while index < block.upperBound {
                let count = index &+ 4 <= block.upperBound ? 4 : 1
                let rows = count == 4 ? SIMD4(0, 1, 2, 3) &+ index : SIMD4(repeating: index)
                func worth(_ lane: Int, _ action: Int) -> Float {
                    actingValue({ cell(rows[lane], $0 &* actionCount &+ $1, width) }, action)
                }
                let quad = TiedQuad(actionCount) { SIMD4(worth(0, $0), worth(1, $0), worth(2, $0), worth(3, $0)) }
                for lane in 0..<count {
                    let row = index &+ lane
                    values[row] = bootstrap(
                        { cell(row, $0 &* actionCount &+ $1, width) },
                        quad.values[lane],
                        all,
                        QueryNote(rawValue: notes[row]),
                        question.epsilon
                    )
                    sets[row] = UInt8(truncatingIfNeeded: quad.low[lane])
                }
                index &+= count
            }
        }
    }

    /// What a transition into a row's state bootstraps on, and the greedy actions.
    @inline(__always)
    private func look(
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float,
        _ row: (_ plane: Int, _ action: Int) -> Float
    ) -> (value: Float, greedy: UInt64) {
        var (greatest, greedy, rest) = (-Float.infinity, UInt64(0), allowed)
        while rest != 0 {
            let (action, bit) = (rest.trailingZeroBitCount, rest & (0 &- rest))
            rest &= rest &- 1
            let value = actingValue(row, action)
            greedy = value > greatest ? bit : value == greatest ? greedy | bit : greedy
            greatest = value > greatest ? value : greatest
        }
        return (bootstrap(row, greatest, allowed, note, epsilon), greedy)
    }
}
