internal import TabularLearning
internal import WireProtocol

/// One shard's rows and the rules by which rounds change them.
///
/// A round is checked as a whole before any of it is applied: a malformed one changes nothing.
struct ShardOwner {
    let index: Int
    let epoch: UInt32
    private(set) var table: ActionValueTable
    private let stepSize: StepSize

    init(_ shard: AssignmentFrame.Shard, of assignment: AssignmentFrame) {
        index = shard.index
        epoch = assignment.epoch
        stepSize = assignment.stepSize
        table = ActionValueTable(
            rowCount: shard.rowCount,
            actionCount: assignment.actionCount,
            initialValue: assignment.initialValue
        )
    }

    /// Applies the updates, then answers the queries.
    ///
    /// - Returns: The frame to send back; `nil` when nothing was asked.
    mutating func serve(_ round: RoundFrame) throws(FrameFailure) -> [UInt32]? {
        let absentAllowed = round.answerForm == .rows
        let failure = round.withSections {
            check(cells: $0, targets: $1) ?? check(rows: $2, absentAllowed: absentAllowed)
        }
        if let failure { throw failure }
        round.withSections { cells, targets, _ in table.apply(cells: cells, targets: targets, stepSize: stepSize) }
        guard round.queryCount > 0 else { return nil }
        var header = round.header
        header.kind = .answers
        switch round.answerForm {
        case .rows:
            var words = AnswersFrame.beginRows(header: header, count: round.queryCount, actionCount: table.actionCount)
            round.withSections { _, _, rows in table.appendRows(rows, to: &words) }
            return words
        case .maxima:
            var words = AnswersFrame.beginMaxima(header: header, count: round.queryCount)
            round.withSections { _, _, rows in table.appendMaxima(rows, to: &words) }
            return words
        }
    }

    /// Copies out the cells that were asked for.
    func dump(_ request: DumpRequestFrame, header: FrameHeader) throws(FrameFailure) -> [UInt32] {
        let end = request.start + request.count
        guard end <= table.cells.count else {
            throw FrameFailure(
                .malformed,
                "cells \(request.start)..<\(end) asked for, the shard has \(table.cells.count)"
            )
        }
        var header = header
        header.kind = .dump
        return DumpFrame(start: request.start, cells: Array(table.cells[request.start..<end])).encoded(header: header)
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
