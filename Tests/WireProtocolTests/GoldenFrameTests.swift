import TabularLearning
import Testing
import WireProtocol

/// Version 4, word by word: a change here is another version of the protocol.
@Suite("Golden frames")
struct GoldenFrameTests {
    private static let magic: UInt32 = 0x5152_4853
    private static let half: UInt32 = 0x3F00_0000
    private static let one: UInt32 = 0x3F80_0000

    /// Magic; version and kind; epoch; shard; cohort; sequence, low word first; length; payload.
    private static let golden: [(name: String, words: [UInt32])] = [
        ("join", [magic, 0x0001_0004, 0, 0, 0, 0, 0, 2, 2, 0x3177]),
        ("assign", [magic, 0x0002_0004, 1, 0, 0, 0, 0, 10, 2, 0, 0, half, 0, 0, 0, 1, 0, 2]),
        ("ready", [magic, 0x0003_0004, 1, 0, 0, 0, 0, 0]),
        ("round-rows", [magic, 0x0004_0004, 1, 0, 0, 1, 0, 6, 1, 1, 0, 1, one, 0]),
        ("answer-rows", [magic, 0x0005_0004, 1, 0, 0, 1, 0, 4, 1, 0, 0, half]),
        ("round-maxima", [magic, 0x0004_0004, 1, 0, 0, 1, 0, 6, 1, 1, 1, 1, one, 0]),
        ("answer-maxima", [magic, 0x0005_0004, 1, 0, 0, 1, 0, 4, 1, 1, half, 1]),
        ("round-ties", [magic, 0x0004_0004, 1, 0, 0, 1, 0, 6, 1, 1, 2, 1, one, 1]),
        ("answer-ties", [magic, 0x0005_0004, 1, 0, 0, 1, 0, 4, 1, 2, 0, 3]),
        (
            "rounds-together",
            [
                magic, 0x0004_0004, 1, 0, 0, 0, 0, 4, 0, 1, 1, 0,
                magic, 0x0004_0004, 1, 0, 1, 1, 0, 4, 0, 1, 1, 1,
            ]
        ),
        ("dump", [magic, 0x0006_0004, 1, 0, 0, 1, 0, 3, 0, 0, 4]),
        ("cells", [magic, 0x0007_0004, 1, 0, 0, 1, 0, 13, 0, 0, 1, 0, 4, 0, half, 0, 0, 0, 1, 0, 0]),
        (
            "stop",
            [
                magic, 0x0008_0004, 1, 0, 0, 0, 0, 6,
                19, 0x2065_6874, 0x206E_7572, 0x6320_7369, 0x6C70_6D6F, 0x0065_7465,
            ]
        ),
        ("refuse", [magic, 0x0009_0004, 1, 0, 0, 0, 0, 3, 7, 0x7220_6F6E, 0x006D_6F6F]),
        ("probe", [magic, 0x000A_0004, 1, 0, 0, 0, 0, 0]),
        ("load", [magic, 0x000B_0004, 2, 0, 0, 0, 0, 13, 0, 0, 0, 0, 4, 0, half, 0, 0, 0, 1, 0, 0]),
        ("loaded", [magic, 0x000C_0004, 2, 0, 0, 4, 0, 0]),
        ("take", [magic, 0x000D_0004, 1, 0, 1, 0, 0, 10, 2, 0, 0, half, 0, 0, 0, 1, 0, 2]),
        ("give", [magic, 0x000E_0004, 1, 0, 0, 0, 0, 3, 0, 0, 4]),
        ("given", [magic, 0x000F_0004, 1, 0, 0, 0, 0, 0]),
        ("leave", [magic, 0x0010_0004, 1, 0, 0, 1, 0, 2, 2, 0x3177]),
        ("enlist", [magic, 0x0011_0004, 0, 0, 0, 1, 0, 2, 2, 0x3061]),
        (
            "cohorts",
            [
                magic, 0x0012_0004, 1, 0, 0, 0, 0, 19, 1, 2, 0, 0, 1, 5, 0, 2, 0x7D7B, 5, 0x676E_6172, 0x65,
                0, 0, 1, 2, 0x3177, 1, 0,
            ]
        ),
        ("mark", [magic, 0x0014_0004, 1, 0, 0, 1, 0, 1, 1]),
        ("state", [magic, 0x0013_0004, 1, 0, 0, 5, 0, 6, 0, 0, 1, 0, 1, 7]),
        ("progress", [magic, 0x0015_0004, 1, 0, 0, 9, 0, 3, 1, 1, 7]),
        ("wish", [magic, 0x0020_0004, 0, 0, 0, 1, 0, 5, 1, 2, 0x706F, 2, 0x3177]),
        (
            "status",
            [
                magic, 0x0021_0004, 1, 0, 0, 1, 0, 19, 0, 2, 0x6F67, 5, 0, 0, 0, 1, 1,
                2, 0x3177, 1, 250, 0, 1, 0, 1, 9, 0,
            ]
        ),
        ("network", [magic, 0x0030_0004, 1, 0, 0, 0, 0, 9, 0, 7, 1, 0, 1, 0, 0, 0, 1]),
        (
            "slices",
            [magic, 0x0031_0004, 1, 0, 0, 2, 0, 53, 1, 0, 1, 0, 32, half] + zeros(31)
                + [0, 1, 13, 1, 1, one, 1, half, 1, 0, 1, one, 1, 0, 1, one]
        ),
        (
            "gradients",
            [magic, 0x0032_0004, 1, 0, 0, 2, 0, 38, 0, 1, 35, 1, half, 32, minusHalf] + zeros(15) + [minusHalf]
                + zeros(15)
        ),
    ]

    private static let minusHalf: UInt32 = 0xBF00_0000

    private static func zeros(_ count: Int) -> [UInt32] { Array(repeating: 0, count: count) }

    @Test("the words of version 4 are these, for every kind of frame")
    func goldenWords() throws {
        #expect(WorkedExample.frames.map(\.name) == Self.golden.map(\.name))
        for (frame, golden) in zip(WorkedExample.frames, Self.golden) {
            #expect(frame.words == golden.words, "\(frame.name)")
        }
        let kinds = try WorkedExample.frames.flatMap { try FrameBatch.frames(in: $0.words) }
            .map { try FrameHeader(of: $0).kind }
        #expect(Set(kinds) == Set(FrameKind.allCases))
    }

    @Test("an assignment of a run with actor processes names them behind the shards, and the cohorts in its header")
    func goldenSenders() throws {
        let assignment = AssignmentFrame(
            epoch: 1,
            shards: [.init(index: 0, rowCount: 2)],
            actionCount: 2,
            initialValue: 0,
            stepSize: .constant(0.5),
            senders: [.init(name: "a0", cohortCount: 1), .init(name: "a1", cohortCount: 2)]
        )
        let words: [UInt32] = [
            Self.magic, 0x0002_0004, 1, 0, 3, 0, 0, 17, 2, 0, 0, Self.half, 0, 0, 0, 1, 0, 2,
            2, 1, 2, 0x3061, 2, 2, 0x3161,
        ]
        #expect(assignment.encoded() == words)
        #expect(try AssignmentFrame(words, header: FrameHeader(of: words)) == assignment)
    }

    @Test("a mark is a bit of the first cohort's round and of all answers to that round")
    func goldenMarks() throws {
        let header = FrameHeader(kind: .round, epoch: 1)
        let words = RoundFrame.encode(
            header: header,
            answerForm: .maxima,
            cells: [],
            targets: [],
            rows: [],
            sections: .marks,
            asking: [5, 0]
        )
        #expect(words == [Self.magic, 0x0004_0004, 1, 0, 0, 0, 0, 5, 0, 0, 0x3001, 5, 0])
        let round = try RoundFrame(words, header: header)
        #expect(round.cutNumber == 5 && round.marks == .marks && !round.changesTable)
        var answer = AnswersFrame.nothing(form: .maxima, header: FrameHeader(kind: .answers, epoch: 1))
        AnswersFrame.mark(&answer, with: round.marks)
        #expect(answer == [Self.magic, 0x0005_0004, 1, 0, 0, 0, 0, 2, 0, 0x3001])
        #expect(try AnswersFrame(answer, header: header, actionCount: 2).marks == .marks)
    }

    @Test("what a master could say wrongly of cohorts is malformed, and traps nobody")
    func unsoundCohorts() {
        let changes: [(inout CohortsFrame) -> Void] = [
            { $0.cohorts = 0..<3 }, { $0.cohortCount = 2000 }, { $0.owners = [] }, { $0.owners = [1] },
            { $0.assignment = [4] }, { $0.workers = [""] }, { $0.round = 1 << 61 }, { $0.epoch = .max },
        ]
        for change in changes {
            var frame = WorkedExample.cohorts
            change(&frame)
            let words = frame.encoded()
            #expect(throws: FrameFailure.self) { try CohortsFrame(words, header: FrameHeader(of: words)) }
        }
        for part in [StateFrame(start: 2, total: 2, words: [7]), StateFrame(start: 0, total: 1 << 40, words: [])] {
            let words = part.encoded(header: FrameHeader(kind: .state, epoch: 1))
            #expect(throws: FrameFailure.self) { try StateFrame(words) }
        }
    }

    @Test("every field of a header has its own word, and a sequence has two")
    func goldenHeader() {
        let header = FrameHeader(kind: .round, epoch: 3, shard: 2, cohort: 1, sequence: 0x1_0000_0002)
        let round = RoundFrame.encode(
            header: header,
            answerForm: .maxima,
            cells: [4, 9],
            targets: [Self.half, Self.one],
            rows: [7, 8, 9]
        )
        #expect(
            round == [Self.magic, 0x0004_0004, 3, 2, 1, 2, 1, 10, 2, 3, 1, 4, 9, Self.half, Self.one, 7, 8, 9]
        )
    }

    @Test("a step size by visits is rule 1 with its two numbers, and each shard is its number and its rows")
    func goldenAssignment() {
        let assignment = AssignmentFrame(
            epoch: 1,
            shards: [.init(index: 0, rowCount: 10), .init(index: 2, rowCount: 9)],
            actionCount: 4,
            initialValue: 1,
            stepSize: .visitCount(horizon: 20, minimum: 0.5)
        )
        #expect(
            assignment.encoded() == [
                Self.magic, 0x0002_0004, 1, 0, 0, 0, 0, 12, 4, Self.one, 1, 0x41A0_0000, Self.half, 0, 0, 2, 0, 10, 2,
                9,
            ]
        )
    }

    @Test("what is asked besides rows stands behind them: ε, notes and masks, four to a word")
    func goldenQuestion() throws {
        var question = Question()
        question.epsilon = 0.5
        question.notes = [127, 0x82, 0x81]
        question.masks = [1, 7, 3]
        let (sections, asking) = RoundFrame.encode(question, of: [2, 0], actionCount: 3)
        let header = FrameHeader(kind: .round, epoch: 1)
        let round = RoundFrame.encode(
            header: header,
            answerForm: .maxima,
            cells: [],
            targets: [],
            rows: [8, 9],
            sections: sections,
            asking: asking[...]
        )
        #expect(
            round == [Self.magic, 0x0004_0004, 1, 0, 0, 0, 0, 8, 0, 2, 0x301, 8, 9, Self.half, 0x7F81, 0x0103]
        )
        let read = try RoundFrame(round, header: header).question(actionCount: 3)
        #expect(read.epsilon == 0.5 && read.notes == [0x81, 127] && read.masks == [3, 1])
        let wide = RoundFrame.encode(question, of: [1], actionCount: 9)
        #expect(wide.1 == [Self.half, 0x82, 7, 0])
        for words in [[127 << 8 | 3, 0x0103], [0x7F81, 0x0003], [0x7F81, 0x0803]] as [[UInt32]] {
            let bad = try RoundFrame(round.dropLast(2) + words, header: header)
            #expect(throws: FrameFailure.self) { try bad.question(actionCount: 3) }
        }
    }

    @Test("the type of a round names the sections it has")
    func roundTypes() {
        #expect(RoundFrame.type(updates: 1, queries: 0) == "UPDATE_Q")
        #expect(RoundFrame.type(updates: 0, queries: 1) == "COMPUTE_Q")
        #expect(RoundFrame.type(updates: 1, queries: 1) == "UPDATE_Q+COMPUTE_Q")
    }
}
