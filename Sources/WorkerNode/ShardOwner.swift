internal import TabularLearning
internal import WireProtocol

/// One shard's rows and the rules by which rounds change them.
///
/// A round is checked as a whole before any of it is applied: a malformed one changes nothing.
struct ShardOwner {
    /// What of a move concerns it.
    enum Stage {
        /// It has its cells, and serves rounds.
        case owned
        /// There is room for its cells, which another worker has still.
        case taking
        /// Its cells go to another worker; nothing changes them any more.
        case given
    }

    let index: Int
    let epoch: UInt32
    /// How often the shard has had another owner in this epoch.
    let term: UInt32
    private(set) var stage: Stage
    private(set) var table: ActionValueTable
    private let stepSize: StepSize
    private let update: UpdateRule
    /// Room for answers, whose memory is reused.
    private var answers = GreedyAnswers()
    /// The number of the round that comes next.
    private(set) var nextSequence: UInt64 = 0
    /// Whose turn it is, where several actor processes send rounds.
    var turns: RoundTurns?
    /// The cells that a checkpoint has given so far.
    private var loadedCount = 0
    /// The table as it was when its first cell was asked for, until its last one has been.
    private var copy: ActionValueTable?
    private var copyNumber: UInt64 = 0

    init(
        _ shard: AssignmentFrame.Shard,
        of assignment: AssignmentFrame,
        term: UInt32 = 0,
        stage: Stage = .owned
    ) {
        index = shard.index
        epoch = assignment.epoch
        (self.term, self.stage) = (term, stage)
        stepSize = assignment.stepSize
        update = assignment.update
        table = ActionValueTable(
            rowCount: shard.rowCount,
            actionCount: assignment.actionCount,
            planeCount: assignment.update.planeCount,
            initialValue: assignment.initialValue
        )
    }

    /// Takes over the table of a former one: a mistake that tests plant.
    mutating func keep(_ former: ShardOwner) { table = former.table }

    /// Whether a round is the next in line: not one that came before, and none is missing between.
    func isNext(_ round: RoundFrame) -> Bool { round.header.sequence == nextSequence }

    /// Whether rounds before this one have not come.
    func misses(_ round: RoundFrame) -> Bool { round.header.sequence > nextSequence }

    /// The cells for which it has memory: its own, and a copy's since the first update behind the beginning of that copy.
    var heldCellCount: Int { copy == nil || sharesCopy ? table.cells.count : 2 * table.cells.count }

    /// Whether a copy and the table are one piece of memory still, until the next change.
    private(set) var sharesCopy = false

    /// Applies the updates, then answers the queries.
    ///
    /// - Returns: The frame to send back; `nil` when nothing was asked.
    mutating func serve(_ round: RoundFrame) throws(FrameFailure) -> [UInt32]? {
        let absentAllowed = round.answerForm == .rows
        let failure = round.withSections {
            check(cells: $0, targets: $1) ?? check(rows: $2, absentAllowed: absentAllowed)
        }
        if let failure { throw failure }
        let question = try question(of: round)
        let copies = round.sections.contains(.copies)
        guard !copies || update.copyPeriod != nil else {
            throw FrameFailure(.malformed, "\(update.rawValue) copies no values")
        }
        guard round.marks.isEmpty || turns != nil && round.header.cohort == 0 else {
            throw FrameFailure(.malformed, "only the first cohort of actor processes marks rounds")
        }
        nextSequence = round.header.sequence &+ 1
        round.withSections { cells, targets, _ in
            table.apply(cells: cells, targets: targets, by: update, stepSize: stepSize)
        }
        if copies { table.copyValues() }
        if round.changesTable { sharesCopy = false }
        guard round.queryCount > 0 else { return nil }
        var header = round.header
        header.kind = .answers
        if let question { return answer(question, of: round, header) }
        switch round.answerForm {
        case .rows:
            var words = AnswersFrame.beginRows(header: header, count: round.queryCount, actionCount: table.width)
            round.withSections { _, _, rows in table.appendRows(rows, to: &words) }
            return words
        case .maxima:
            var words = AnswersFrame.beginMaxima(header: header, count: round.queryCount)
            round.withSections { _, _, rows in table.appendMaxima(rows, to: &words) }
            return words
        case .ties:
            var words = AnswersFrame.beginTies(header: header, count: round.queryCount, actionCount: table.actionCount)
            round.withSections { _, _, rows in table.appendTies(rows, to: &words) }
            return words
        }
    }

    /// Serves a round in its turn: every one is answered, and what the first cohort says in a round is said to all.
    mutating func serve(inTurn round: RoundFrame) throws(FrameFailure) -> [UInt32] {
        var header = round.header
        header.kind = .answers
        turns?.begin(round)
        var words = try serve(round) ?? AnswersFrame.nothing(form: round.answerForm, header: header)
        AnswersFrame.mark(&words, with: turns?.marks ?? [])
        if let number = turns?.numberOfCopy(behind: round) { (copy, copyNumber, sharesCopy) = (table, number, true) }
        return words
    }

    /// What is to be done with a round that has come, in turn or not.
    mutating func arrival(of turn: RoundTurns.Turn) throws(FrameFailure) -> RoundTurns.Arrival {
        let next = nextSequence
        return try turns?.note(turn, next: next) ?? .stale
    }

    /// The round that has waited for its turn, which has come.
    mutating func takeDueTurn() -> RoundTurns.Turn? {
        let next = nextSequence
        return turns?.takeDue(next: next)
    }

    /// What a round asks, where it is more than plain maxima or rows; `nil` elsewhere.
    private func question(of round: RoundFrame) throws(FrameFailure) -> Question? {
        guard round.queryCount > 0, round.answerForm != .rows else { return nil }
        guard round.sections.contains(.notes) == update.asksWithNotes else {
            let rule = update.rawValue
            throw FrameFailure(.malformed, "\(rule) asks \(update.asksWithNotes ? "with" : "without") notes")
        }
        return round.sections.subtracting(.marks).isEmpty ? nil : try round.question(actionCount: table.actionCount)
    }

    /// Answers by the rule of the run.
    private mutating func answer(_ question: Question, of round: RoundFrame, _ header: FrameHeader) -> [UInt32] {
        let ties: Ties = round.answerForm == .ties ? .random : .lowest
        let choice = GreedyAnswers(ties: ties, actionCount: table.actionCount)
        if answers.choice != choice.choice { answers = choice }
        round.withSections { _, _, rows in update.rule.answer(question, rows, of: table, into: &answers) }
        return AnswersFrame.encode(answers, header: header)
    }

    /// Hands out cells that were asked for: those of one moment, whatever is applied between the requests.
    ///
    /// The first request of a number keeps the table as it is for those that follow, until the last cell is out. The
    /// first update after it pays for the copy.
    ///
    /// - Returns: The frame to send back; `nil` for a request of a copy that has been handed out.
    mutating func dump(_ request: DumpRequestFrame, header: FrameHeader) throws(FrameFailure) -> [UInt32]? {
        let end = try end(of: request)
        guard stage == .owned else { return nil }
        if header.sequence > copyNumber {
            copyNumber = header.sequence
            copy = table
            sharesCopy = true
        }
        guard header.sequence == copyNumber, let source = copy else { return nil }
        if end == source.cells.count || request.count == 0 { (copy, sharesCopy) = (nil, false) }
        var header = header
        header.kind = .cells
        let cells = Array(source.cells[request.start..<end])
        return CellsFrame(start: request.start, updateCount: source.updateCount, cells: cells).encoded(header: header)
    }

    private func end(of request: DumpRequestFrame) throws(FrameFailure) -> Int {
        let end = request.start + request.count
        guard end <= table.cells.count else {
            throw FrameFailure(
                .malformed,
                "cells \(request.start)..<\(end) asked for, the shard has \(table.cells.count)"
            )
        }
        return end
    }

    /// Hands out cells for another owner; from the first request on no round changes them.
    ///
    /// - Returns: The frame to send back; `nil` for a request of another term.
    mutating func give(_ request: DumpRequestFrame, header: FrameHeader) throws(FrameFailure) -> [UInt32]? {
        let end = try end(of: request)
        guard header.term == term, stage != .taking else { return nil }
        (stage, copy) = (.given, nil)
        var header = header
        header.kind = .cells
        let cells = Array(table.cells[request.start..<end])
        return CellsFrame(start: request.start, updateCount: table.updateCount, cells: cells).encoded(header: header)
    }

    /// Takes cells, one part after another and all before the first round: from a checkpoint, or from a former owner.
    ///
    /// - Returns: The number of cells taken so far; `nil` for a part that came before, or of another term.
    mutating func load(_ frame: CellsFrame, header: FrameHeader) throws(FrameFailure) -> Int? {
        guard frame.start == loadedCount, header.term == term, stage == .taking || stage == .owned && nextSequence == 0
        else { return nil }
        let end = frame.start + frame.cells.count
        guard end <= table.cells.count else {
            throw FrameFailure(.malformed, "cells \(frame.start)..<\(end) for a shard of \(table.cells.count)")
        }
        guard frame.cells.allSatisfy(\.value.isFinite) else {
            throw FrameFailure(.malformed, "an action value is not a finite number")
        }
        table.replaceCells(from: frame.start, with: frame.cells)
        table.updateCount = frame.updateCount
        loadedCount = end
        if stage == .taking, end == table.cells.count { (stage, nextSequence) = (.owned, header.sequence) }
        return end
    }

    private func check(cells: Span<UInt32>, targets: Span<UInt32>) -> FrameFailure? {
        let highestCell = Self.highest(of: cells)
        if cells.count > 0, Int(highestCell) >= table.cells.count {
            return FrameFailure(.malformed, "cell \(highestCell) in a shard of \(table.cells.count) cells")
        }
        // Without its sign the least number that is not finite is infinity.
        let isFinite = Self.highest(of: targets, within: 0x7FFF_FFFF) < Float.infinity.bitPattern
        return isFinite ? nil : FrameFailure(.malformed, "a target is not a finite number")
    }

    private func check(rows: Span<UInt32>, absentAllowed: Bool) -> FrameFailure? {
        // Where they are allowed, absent rows become 0 and the others their successors.
        let shift: UInt32 = absentAllowed ? 1 : 0
        let highestRow = Self.highest(of: rows, plus: shift)
        guard rows.count > 0, Int(highestRow) >= table.rowCount + Int(shift) else { return nil }
        return FrameFailure(.malformed, "row \(highestRow - shift) in a shard of \(table.rowCount) rows")
    }

    /// The highest of all words, each shifted and masked first; without an early end, so that vectors serve.
    private static func highest(of words: Span<UInt32>, plus shift: UInt32 = 0, within mask: UInt32 = .max) -> UInt32 {
        var highest: UInt32 = 0
        for i in 0..<words.count { highest = max(highest, (words[i] &+ shift) & mask) }
        return highest
    }
}
