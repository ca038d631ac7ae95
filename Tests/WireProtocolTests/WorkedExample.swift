import TabularLearning
import WireProtocol

/// The run that the protocol's document shows in hex: one worker, one shard, 2 states, 2 actions, each frame as the code
/// makes it.
struct WorkedExample {
    /// One frame, under the name of its block in the document.
    struct Frame: Sendable, CustomStringConvertible {
        let name: String
        let words: [UInt32]

        var description: String { name }

        /// The bytes that travel: each word little-endian.
        var bytes: [UInt8] {
            words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
        }
    }

    private static let assignment = AssignmentFrame(
        epoch: 1,
        shards: [.init(index: 0, rowCount: 2)],
        actionCount: 2,
        initialValue: 0,
        stepSize: .constant(0.5)
    )

    /// All frames in the order of the document.
    static let frames: [Frame] = [
        Frame(name: "join", words: JoinFrame(worker: "w1").encoded()),
        Frame(name: "assign", words: assignment.encoded()),
        Frame(name: "ready", words: encodeBare(FrameHeader(kind: .ready, epoch: 1))),
        Frame(name: "round-rows", words: round(.rows)),
        Frame(name: "answer-rows", words: answer(.rows)),
        Frame(name: "round-maxima", words: round(.maxima)),
        Frame(name: "answer-maxima", words: answer(.maxima)),
        Frame(name: "round-ties", words: round(.ties, row: 1)),
        Frame(name: "answer-ties", words: answer(.ties, row: 1)),
        Frame(name: "rounds-together", words: roundsTogether),
        Frame(
            name: "dump",
            words: DumpRequestFrame(start: 0, count: 4)
                .encoded(header: FrameHeader(kind: .dumpRequest, epoch: 1, sequence: 1))
        ),
        Frame(
            name: "cells",
            words: CellsFrame(start: 0, updateCount: 1, cells: updatedTable().cells)
                .encoded(header: FrameHeader(kind: .cells, epoch: 1, sequence: 1))
        ),
        Frame(name: "stop", words: NoticeFrame(reason: "the run is complete").encoded(kind: .stop, epoch: 1)),
        Frame(name: "refuse", words: NoticeFrame(reason: "no room").encoded(kind: .refusal, epoch: 1)),
        Frame(name: "probe", words: encodeBare(FrameHeader(kind: .probe, epoch: 1))),
        Frame(
            name: "load",
            words: CellsFrame(start: 0, updateCount: 0, cells: updatedTable().cells)
                .encoded(header: FrameHeader(kind: .load, epoch: 2))
        ),
        Frame(name: "loaded", words: encodeBare(FrameHeader(kind: .loaded, epoch: 2, sequence: 4))),
        Frame(
            name: "take",
            words: assignment.encoded(header: FrameHeader(kind: .take, epoch: 1, cohort: 1))
        ),
        Frame(
            name: "give",
            words: DumpRequestFrame(start: 0, count: 4).encoded(header: FrameHeader(kind: .give, epoch: 1))
        ),
        Frame(name: "given", words: encodeBare(FrameHeader(kind: .given, epoch: 1))),
        Frame(
            name: "leave",
            words: JoinFrame(worker: "w1", epoch: 1, shardCount: 1, isLeaving: true).encoded()
        ),
        Frame(name: "enlist", words: EnlistmentFrame(name: "a0", epoch: 0, session: 1).encoded()),
        Frame(name: "cohorts", words: cohorts.encoded()),
        Frame(name: "mark", words: MarkFrame.cut.encoded(epoch: 1, copy: 1)),
        Frame(
            name: "state",
            words: StateFrame(start: 0, total: 1, words: [7])
                .encoded(header: FrameHeader(kind: .state, epoch: 1, sequence: 5))
        ),
        Frame(
            name: "progress",
            words: ProgressFrame(isDone: true, figures: [7]).encoded(epoch: 1, cohort: 0, round: 9)
        ),
        Frame(name: "wish", words: WishFrame(.drain(worker: "w1"), asker: "op", number: 1).encoded()),
        Frame(
            name: "status",
            words: StatusFrame(
                number: 1,
                epoch: 1,
                refusal: nil,
                note: "go",
                round: 5,
                moveCount: 0,
                isMoving: true,
                workers: [
                    .init(name: "w1", isLeaving: true, answerMicroseconds: 250, shards: [.init(index: 0, work: 9)])
                ]
            ).encoded()
        ),
        Frame(name: "network", words: NetworkFrame(code: 0, computer: [1, 0, 1, 0, 0, 0, 1]).encoded(epoch: 1)),
        Frame(name: "slices", words: slices),
        Frame(name: "gradients", words: gradients),
    ]

    /// Cohort 0 of 2, for an actor process.
    static let cohorts = CohortsFrame(
        epoch: 1,
        cohorts: 0..<1,
        of: 2,
        round: nil,
        description: "{}",
        partition: "range",
        affinityFactor: nil,
        assignment: [],
        sumsRows: false,
        mostCohortsPerMessage: 1,
        checkpointRounds: 5,
        workers: ["w1"],
        owners: [0]
    )

    /// A network of one input and one output: a vector of weights, and one of biases.
    private static func vectors(_ weight: Float, _ bias: Float) -> [UInt32] {
        [weight, bias].flatMap { [$0.bitPattern] + Array(repeating: UInt32(0), count: 15) }
    }

    /// One sample in one slice: seen 1, then 0.5; action 0, return 1, nothing behind it, weight 1.
    private static var slices: [UInt32] {
        let (one, half) = (Float(1).bitPattern, Float(0.5).bitPattern)
        let slice = [1, 1, one, 1, half, 1, 0, 1, one, 1, 0, 1, one]
        let weights = SlicesFrame.Parameters(place: 0, words: vectors(0.5, 0))
        return SlicesFrame(base: 1, changed: [weights], first: 0, slices: [slice]).encoded(epoch: 1, task: 2)
    }

    /// Q = 0.5, so that δ = 0.5, and the derivative of δ² / 2 by weight and bias −0.5.
    private static var gradients: [UInt32] {
        let words = [1, Float(0.5).bitPattern, 32] + vectors(-0.5, -0.5)
        return GradientsFrame(first: 0, count: 1, words: words).encoded(epoch: 1, task: 2)
    }

    /// The shard's second message: state 0 and action 1 move toward 1, then state 0 is asked for.
    private static func round(_ form: RoundFrame.AnswerForm, row: UInt32 = 0) -> [UInt32] {
        RoundFrame.encode(
            header: FrameHeader(kind: .round, epoch: 1, sequence: 1),
            answerForm: form,
            cells: [1],
            targets: [Float(1).bitPattern],
            rows: [row]
        )
    }

    /// Two cohorts that ask for a row each.
    private static var roundsTogether: [UInt32] {
        var batch = FrameBatch()
        for cohort in 0..<2 {
            let header = FrameHeader(kind: .round, epoch: 1, cohort: cohort, sequence: UInt64(cohort))
            let rows = [UInt32(cohort)]
            batch.append(
                RoundFrame.encode(header: header, answerForm: .maxima, cells: [], targets: [], rows: rows[...])
            )
        }
        return batch.body
    }

    /// What a shard that has taken up the round answers.
    private static func answer(_ form: RoundFrame.AnswerForm, row: UInt32 = 0) -> [UInt32] {
        let header = FrameHeader(kind: .answers, epoch: 1, sequence: 1)
        let table = updatedTable()
        let rows = [row]
        switch form {
        case .rows:
            var words = AnswersFrame.beginRows(header: header, count: 1, actionCount: table.actionCount)
            table.appendRows(rows.span, to: &words)
            return words
        case .maxima:
            var words = AnswersFrame.beginMaxima(header: header, count: 1)
            table.appendMaxima(rows.span, to: &words)
            return words
        case .ties:
            var words = AnswersFrame.beginTies(header: header, count: 1, actionCount: table.actionCount)
            table.appendTies(rows.span, to: &words)
            return words
        }
    }

    private static func updatedTable() -> ActionValueTable {
        var table = ActionValueTable(
            rowCount: assignment.shards[0].rowCount,
            actionCount: assignment.actionCount,
            initialValue: assignment.initialValue
        )
        let (cells, targets): ([UInt32], [UInt32]) = ([1], [Float(1).bitPattern])
        table.apply(cells: cells.span, targets: targets.span, stepSize: assignment.stepSize)
        return table
    }
}
