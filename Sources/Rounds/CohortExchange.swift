package import TabularLearning
package import WireProtocol

/// One cohort's conversation with the shards: splits its updates and queries, and puts the answers back in order.
///
/// Requests of a round are built together, so that each shard gets at most one frame; the arrays are reused. A shard that
/// has nothing to apply is not asked again what it has just answered.
package struct CohortExchange: Sendable {
    /// A frame for one shard.
    package struct Request: Sendable {
        package let shard: Int
        /// Its number among the shard's rounds.
        package let sequence: UInt64
        package let words: [UInt32]
        package let updateCount: Int
        package let queryCount: Int

        package init(shard: Int, sequence: UInt64, words: [UInt32], updateCount: Int, queryCount: Int) {
            (self.shard, self.sequence, self.words) = (shard, sequence, words)
            (self.updateCount, self.queryCount) = (updateCount, queryCount)
        }
    }

    /// What became of `asked`.
    private enum Question {
        /// Nothing has been asked, as after a return to a checkpoint.
        case none
        case asked
        /// All answers are here.
        case answered
    }

    private let partitioner: Partitioner
    private let actionCount: Int
    /// The cells of a row.
    private let width: Int
    private let aggregation: Aggregation
    /// The queries of the round that is open, and of the one before it.
    private var asked = ShardSplit()
    private var askedBefore = ShardSplit()
    /// Updates that follow no earlier question.
    private var split = ShardSplit()
    private var updateCells: [UInt32] = []
    private var updateTargets: [UInt32] = []
    private var updateRanges: [Range<Int>] = []
    private var values: [Float] = []
    private var form = RoundFrame.AnswerForm.maxima
    /// For each shard the sequence of the question that is open, if one is.
    private var open: [UInt64?]
    private var openCount = 0
    /// The last answer of each shard, where rows are summed.
    private var replies: [AnswersFrame?]
    private var question = Question.none
    /// Whether every shard is sent something in every round, and answers, so that the rounds of all cohorts can be counted.
    private let asksAll: Bool
    /// The shards whose open question asks for nothing.
    private var asksNothing: [Bool]

    /// What the first cohort says to all by way of the shards.
    package struct Marks: Sendable {
        /// Whether the run ends at this round.
        package var ends = false
        /// The number of the copy, where this round is a cut.
        package var copy: UInt64?

        package init() {}

        fileprivate var sections: RoundFrame.Sections {
            (ends ? RoundFrame.Sections.end : []).union(copy == nil ? [] : .cut)
        }

        fileprivate var words: [UInt32] {
            copy.map { [UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $0 >> 32)] } ?? []
        }
    }

    package init(
        partitioner: Partitioner,
        actionCount: Int,
        planeCount: Int,
        aggregation: Aggregation,
        asksAll: Bool = false
    ) {
        self.asksAll = asksAll
        asksNothing = Array(repeating: false, count: partitioner.shardCount)
        self.partitioner = partitioner
        self.actionCount = actionCount
        width = actionCount * planeCount
        self.aggregation = aggregation
        open = Array(repeating: nil, count: partitioner.shardCount)
        replies = Array(repeating: nil, count: partitioner.shardCount)
    }

    /// Whether every shard that was asked has answered.
    package var isComplete: Bool { openCount == 0 }

    /// The shards whose answers are missing.
    package var waitingShards: [Int] { open.indices.filter { open[$0] != nil } }

    /// Whether a shard's question of this sequence is open.
    package func isWaiting(for sequence: UInt64, of shard: Int) -> Bool { open[shard] == sequence }

    /// Opens a question of the last round again that is asked a second time.
    package mutating func reopen(_ shard: Int, sequence: UInt64) { setOpen(shard, sequence) }

    private mutating func setOpen(_ shard: Int, _ sequence: UInt64?) {
        openCount += (sequence == nil ? 0 : 1) - (open[shard] == nil ? 0 : 1)
        open[shard] = sequence
    }

    /// Builds the frames of the cohort's next round, in the order of the shards, each with the header made for it.
    package mutating func requests(
        for learner: CohortLearner,
        marks: Marks = Marks(),
        header: (Int) -> FrameHeader
    ) -> [Request] {
        splitUpdates(learner.updates)
        let hasAnswers = question == .answered && learner.asksAgain
        if !hasAnswers { begin(learner.queries) }
        question = .asked
        form = answerForm(for: learner)
        let isPlain = form == .rows || learner.needsOnlyMaxima
        values.resize(to: form == .rows ? learner.queries.count * width : 0, filling: 0)
        var common = marks.sections
        if learner.updates.copiesValues { common.insert(.copies) }
        var requests: [Request] = []
        for shard in 0..<partitioner.shardCount {
            let updates = updateRanges[shard]
            let rows = hasAnswers && updates.isEmpty ? [] : rows(for: shard)
            // Of a copy every shard hears, in the same round.
            guard asksAll || !updates.isEmpty || !rows.isEmpty || learner.updates.copiesValues else { continue }
            let header = header(shard)
            setOpen(shard, rows.isEmpty && !asksAll ? nil : header.sequence)
            asksNothing[shard] = rows.isEmpty
            let (sections, asking) = isPlain || rows.isEmpty ? ([], []) : ask(learner, shard)
            let words = RoundFrame.encode(
                header: header,
                answerForm: form,
                cells: updateCells[updates],
                targets: updateTargets[updates],
                rows: rows,
                sections: sections.union(common),
                asking: marks.copy == nil ? asking[...] : (asking + marks.words)[...]
            )
            requests.append(
                Request(
                    shard: shard,
                    sequence: header.sequence,
                    words: words,
                    updateCount: updates.count,
                    queryCount: rows.count
                )
            )
        }
        return requests
    }

    /// Takes a shard's answer to its open question.
    ///
    /// - Throws: `FrameFailure` when it does not fit what was asked; nothing has been taken then.
    package mutating func accept(
        _ answer: AnswersFrame,
        from shard: Int,
        under masks: [UInt64],
        into answers: inout GreedyAnswers
    ) throws(FrameFailure) {
        guard asksAll || answer.marks.isEmpty else {
            throw FrameFailure(.malformed, "it has marks, which only actor processes send")
        }
        if asksNothing[shard] {
            guard answer.count == 0 else {
                throw FrameFailure(.malformed, "\(answer.count) answers, and nothing was asked")
            }
            return setOpen(shard, nil)
        }
        let expected = aggregation == .sum ? asked.rows.count : asked.ranges[shard].count
        guard answer.form == form, answer.count == expected else {
            throw FrameFailure(
                .malformed,
                "\(answer.count) answers in form \(answer.form), asked were \(expected) in \(form)"
            )
        }
        guard answer.actionsAreBelow(actionCount) else {
            throw FrameFailure(.malformed, "it names an action that is none, or no action at all")
        }
        let positions = asked.positions[asked.ranges[shard]]
        guard form == .rows || masks.isEmpty || answer.isAllowed(by: masks, at: positions, actionCount) else {
            throw FrameFailure(.malformed, "it names an action that the question did not allow")
        }
        guard answer.isFinite else { throw FrameFailure(.malformed, "an action value is not a finite number") }
        switch aggregation {
        case .owner: place(answer, of: shard, into: &answers)
        case .sum: replies[shard] = answer
        }
        setOpen(shard, nil)
    }

    /// Gives a complete round's answers to the learner.
    package mutating func deliver(to learner: inout CohortLearner) {
        if aggregation == .sum { sumReplies() }
        if form == .rows, learner.queries.count > 0 { learner.answer(rows: values) }
        if learner.queries.count == 0 { learner.answers.resize(to: 0) }
        if question == .asked { question = .answered }
    }

    /// What the learner has to be told of a row: the one place where rows or maxima are decided.
    private func answerForm(for learner: CohortLearner) -> RoundFrame.AnswerForm {
        guard aggregation == .owner, learner.canBeAskedForMaxima else { return .rows }
        return learner.answers.choice == .lowest ? .maxima : .ties
    }

    /// What the queries of a shard ask besides their rows.
    private func ask(_ learner: CohortLearner, _ shard: Int) -> (RoundFrame.Sections, [UInt32]) {
        RoundFrame.encode(learner.question, of: asked.positions[asked.ranges[shard]], actionCount: actionCount)
    }

    /// Sorts the updates by shard.
    ///
    /// Where every lane decides in every step, they concern the states that were asked for two rounds ago, and those
    /// have been sorted.
    private mutating func splitUpdates(_ updates: Updates) {
        updateCells.resize(to: updates.count, filling: 0)
        updateTargets.resize(to: updates.count, filling: 0)
        if askedBefore.holds(updates.states) {
            updateRanges = askedBefore.ranges
            Self.writeUpdates(updates, askedBefore, UInt32(width), &updateCells, &updateTargets)
        } else {
            split.run(updates.states, partitioner)
            updateRanges = split.ranges
            Self.writeUpdates(updates, split, UInt32(width), &updateCells, &updateTargets)
        }
    }

    private static func writeUpdates(
        _ updates: Updates,
        _ split: ShardSplit,
        _ width: UInt32,
        _ cells: inout [UInt32],
        _ targets: inout [UInt32]
    ) {
        let (columns, values) = (updates.columns.span, updates.targets.span)
        let (rows, sources) = (split.rows.span, split.positions.span)
        var cells = cells.mutableSpan
        var targets = targets.mutableSpan
        for slot in 0..<sources.count {
            let update = Int(sources[slot])
            cells[slot] = rows[slot] &* width &+ UInt32(columns[update])
            targets[slot] = values[update].bitPattern
        }
    }

    /// Sorts the queries by shard, and forgets the answers to others.
    private mutating func begin(_ queries: StepBatch.Queries) {
        for shard in replies.indices { replies[shard] = nil }
        swap(&asked, &askedBefore)
        asked.run(queries.states, partitioner)
        if partitioner.shardCount > 1 { asked.remember(queries.states) }
    }

    /// What a shard is asked.
    private func rows(for shard: Int) -> ArraySlice<UInt32> {
        switch aggregation {
        case .owner: asked.rows[asked.ranges[shard]]
        case .sum: broadcastRows(of: shard)
        }
    }

    /// The queries in their own order, as the shard sees them: rows of other shards are absent.
    private func broadcastRows(of shard: Int) -> ArraySlice<UInt32> {
        var broadcast = Array(repeating: RoundFrame.absentRow, count: asked.rows.count)
        for slot in asked.ranges[shard] { broadcast[Int(asked.positions[slot])] = asked.rows[slot] }
        return broadcast[...]
    }

    private mutating func place(_ answer: AnswersFrame, of shard: Int, into answers: inout GreedyAnswers) {
        let targets = asked.positions[asked.ranges[shard]]
        switch form {
        case .rows:
            answer.withRows { Self.scatterRows($0, to: targets, width, &values) }
        case .maxima, .ties:
            answers.resize(to: asked.positions.count)
            answer.withMaxima { maxima, choices in
                switch answers.choice {
                case .lowest: Self.scatterMaxima(maxima, choices, to: targets, &answers.values, &answers.actions)
                case .sets: Self.scatterMaxima(maxima, choices, to: targets, &answers.values, &answers.sets)
                case .wideSets: Self.scatterWide(maxima, choices, to: targets, &answers.values, &answers.wideSets)
                }
            }
        }
    }

    private static func scatterRows(
        _ words: Span<UInt32>,
        to targets: ArraySlice<UInt32>,
        _ width: Int,
        _ values: inout [Float]
    ) {
        let targets = targets.span
        var values = values.mutableSpan
        for slot in 0..<targets.count {
            let (source, target) = (slot * width, Int(targets[slot]) * width)
            for action in 0..<width { values[target + action] = Float(bitPattern: words[source + action]) }
        }
    }

    private static func scatterMaxima(
        _ maxima: Span<UInt32>,
        _ packedActions: Span<UInt32>,
        to targets: ArraySlice<UInt32>,
        _ values: inout [Float],
        _ actions: inout [UInt8]
    ) {
        let targets = targets.span
        var values = values.mutableSpan
        var actions = actions.mutableSpan
        for slot in 0..<targets.count {
            let target = Int(targets[slot])
            values[target] = Float(bitPattern: maxima[slot])
            actions[target] = UInt8(truncatingIfNeeded: packedActions[slot / 4] >> UInt32(8 * (slot % 4)))
        }
    }

    private static func scatterWide(
        _ maxima: Span<UInt32>,
        _ sets: Span<UInt32>,
        to targets: ArraySlice<UInt32>,
        _ values: inout [Float],
        _ wideSets: inout [UInt64]
    ) {
        let targets = targets.span
        var values = values.mutableSpan
        var wideSets = wideSets.mutableSpan
        for slot in 0..<targets.count {
            let target = Int(targets[slot])
            values[target] = Float(bitPattern: maxima[slot])
            wideSets[target] = UInt64(sets[2 * slot]) | UInt64(sets[2 * slot + 1]) << 32
        }
    }

    /// Adds the shards' rows in the order of the shards, whatever the order of their arrival.
    private mutating func sumReplies() {
        for index in values.indices { values[index] = 0 }
        for shard in replies.indices {
            replies[shard]?.withRows { words in
                for index in 0..<words.count { values[index] += Float(bitPattern: words[index]) }
            }
        }
    }
}

/// How the rows that shards return become one row of Q-values.
public enum Aggregation: String, Sendable, Hashable {
    /// Each query goes to the one shard that holds its row.
    case owner
    /// Each query goes to every shard, and the rows are added: the original design's literal form.
    case sum
}
