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
        let (cells, width) = (table.cells.span, table.width)
        search(question, table.actionCount, &answers) { cells[Int(rows[$0]) &* width &+ $1].value }
    }

    /// Answers from a whole table, whose rows are the states.
    public func answer(
        _ question: Question,
        states: Span<UInt64>,
        of table: ActionValueTable,
        into answers: inout GreedyAnswers
    ) {
        answers.resize(to: states.count)
        let (cells, width) = (table.cells.span, table.width)
        search(question, table.actionCount, &answers) {
            cells[Int(truncatingIfNeeded: states[$0]) &* width &+ $1].value
        }
    }

    /// Answers from rows that have been brought.
    public func answer(_ question: Question, rows: [Float], actionCount: Int, into answers: inout GreedyAnswers) {
        let (cells, width) = (rows.span, actionCount * planeCount)
        search(question, actionCount, &answers) { cells[$0 &* width &+ $1] }
    }

    /// Fills all of the answers.
    ///
    /// - Parameters:
    ///   - question: What is asked.
    ///   - actionCount: The actions there are.
    ///   - answers: Has room for all of them.
    ///   - cell: The action value of a row in a column, which is plane × actions + action.
    @inline(__always)
    private func search(
        _ question: Question,
        _ actionCount: Int,
        _ answers: inout GreedyAnswers,
        _ cell: (_ row: Int, _ column: Int) -> Float
    ) {
        let (notes, masks, offsets) = (question.notes.span, question.masks.span, question.offsets.span)
        let all = ActionMask.all(actionCount)
        let choice = answers.choice
        if masks.isEmpty, offsets.isEmpty, !notes.isEmpty, choice != .wideSets {
            // Four actions are what most scenarios have: loops over them need not be any.
            switch (choice, actionCount) {
            case (.lowest, 4): return searchAll(notes, question.epsilon, 4, &answers, cell)
            case (.lowest, _): return searchAll(notes, question.epsilon, actionCount, &answers, cell)
            case (_, 4): return searchAllTied(notes, question.epsilon, 4, &answers, cell)
            default: return searchAllTied(notes, question.epsilon, actionCount, &answers, cell)
            }
        }
        for index in 0..<answers.count {
            let allowed = masks.isEmpty ? all : masks[index]
            precondition(allowed & ~all == 0 && allowed != 0, "a mask allows at least one of the actions")
            let note = QueryNote(rawValue: notes.isEmpty ? 127 : notes[index])
            let (value, greedy) = look(allowed, note, question.epsilon) { plane, action in
                let value = cell(index, plane &* actionCount &+ action)
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

    /// The same where all actions are allowed, as in most scenarios, and the lowest of the best is taken.
    @inline(__always)
    private func searchAll(
        _ notes: Span<UInt8>,
        _ epsilon: Float,
        _ actionCount: Int,
        _ answers: inout GreedyAnswers,
        _ cell: (_ row: Int, _ column: Int) -> Float
    ) {
        let all = ActionMask.all(actionCount)
        var actions: [UInt8] = []
        swap(&actions, &answers.actions)
        var values = answers.values.mutableSpan
        var greedyActions = actions.mutableSpan
        for index in 0..<values.count {
            func row(_ plane: Int, _ action: Int) -> Float { cell(index, plane &* actionCount &+ action) }
            var (greatest, greedy) = (-Float.infinity, 0)
            for action in 0..<actionCount {
                let value = actingValue(row, action)
                greedy = value > greatest ? action : greedy
                greatest = value > greatest ? value : greatest
            }
            values[index] = bootstrap(row, greatest, all, QueryNote(rawValue: notes[index]), epsilon)
            greedyActions[index] = UInt8(truncatingIfNeeded: greedy)
        }
        swap(&actions, &answers.actions)
    }

    /// The same where all of the best are named, of at most eight actions.
    @inline(__always)
    private func searchAllTied(
        _ notes: Span<UInt8>,
        _ epsilon: Float,
        _ actionCount: Int,
        _ answers: inout GreedyAnswers,
        _ cell: (_ row: Int, _ column: Int) -> Float
    ) {
        let all = ActionMask.all(actionCount)
        var sets: [UInt8] = []
        swap(&sets, &answers.sets)
        var values = answers.values.mutableSpan
        var greedySets = sets.mutableSpan
        for index in 0..<values.count {
            let (value, greedy) = look(all, QueryNote(rawValue: notes[index]), epsilon) { plane, action in
                cell(index, plane &* actionCount &+ action)
            }
            values[index] = value
            greedySets[index] = UInt8(truncatingIfNeeded: greedy)
        }
        swap(&sets, &answers.sets)
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
