import TabularLearning
import Testing
import WireProtocol

@Suite("Frames")
struct FrameTests {
    private static let header = FrameHeader(kind: .round, epoch: 3, shard: 2, cohort: 1, sequence: 0x1_0000_0002)

    private static let round = RoundFrame.encode(
        header: header,
        answerForm: .maxima,
        cells: [4, 9],
        targets: [Float(0.5).bitPattern, Float(-1).bitPattern],
        rows: [7, 8, 9]
    )

    private static let answers: [UInt32] = {
        var answering = header
        answering.kind = .answers
        return AnswersFrame.beginMaxima(header: answering, count: 3) + [1, 2, 3, 0x0002_0100]
    }()

    private static let assignment = AssignmentFrame(
        epoch: 3,
        shards: [.init(index: 0, rowCount: 10), .init(index: 2, rowCount: 9)],
        actionCount: 4,
        initialValue: 0.25,
        stepSize: .visitCount(horizon: 20, minimum: 0.01)
    )

    /// One frame of each kind.
    private static let corpus: [[UInt32]] = [
        round,
        answers,
        JoinFrame(worker: "host-1.a").encoded(),
        assignment.encoded(),
        DumpRequestFrame(start: 5, count: 8).encoded(header: FrameHeader(kind: .dumpRequest, epoch: 1)),
        CellsFrame(
            start: 5,
            updateCount: 3,
            cells: [.init(value: 1.5, visitCount: 3), .init(value: -2, visitCount: 0)]
        )
        .encoded(header: FrameHeader(kind: .cells, epoch: 1)),
        NoticeFrame(reason: "done").encoded(kind: .stop, epoch: 1),
        NoticeFrame(reason: "no room").encoded(kind: .refusal, epoch: 1),
        encodeBare(FrameHeader(kind: .ready, epoch: 1, shard: 4)),
        encodeBare(FrameHeader(kind: .probe, epoch: 1)),
        CellsFrame(start: 0, updateCount: 0, cells: [.init(value: 0.5, visitCount: 1)]).encoded(
            header: FrameHeader(kind: .load, epoch: 2)
        ),
        encodeBare(FrameHeader(kind: .loaded, epoch: 2, sequence: 1)),
        AssignmentFrame(
            epoch: 1,
            shards: [.init(index: 4, rowCount: 9)],
            actionCount: 4,
            initialValue: 0.5,
            stepSize: .constant(0.5)
        )
        .encoded(header: FrameHeader(kind: .take, epoch: 1, shard: 4, cohort: 2)),
        DumpRequestFrame(start: 5, count: 8).encoded(header: FrameHeader(kind: .give, epoch: 1, shard: 4)),
        encodeBare(FrameHeader(kind: .given, epoch: 1, shard: 4)),
        JoinFrame(worker: "host-1.a", epoch: 1, shardCount: 2, isLeaving: true).encoded(),
        NetworkFrame(code: 1, computer: [3, 4]).encoded(epoch: 1),
        SlicesFrame(base: 3, changed: [.init(place: 1, words: [7, 8])], first: 2, slices: [[5], [6, 7]])
            .encoded(epoch: 1, task: 4),
        GradientsFrame(first: 2, count: 2, words: [9, 10]).encoded(epoch: 1, task: 4),
        WishFrame(.drain(worker: "w1"), asker: "op", number: 1).encoded(),
        EnlistmentFrame(name: "host-1.a", epoch: 1, session: 7).encoded(),
        WorkedExample.cohorts.encoded(),
        StateFrame(start: 1, total: 4, words: [7, 8]).encoded(header: FrameHeader(kind: .state, epoch: 1)),
        MarkFrame.cutWhenDue.encoded(epoch: 1, copy: 2),
        ProgressFrame(isDone: false, figures: [7, 8]).encoded(epoch: 1, cohort: 1, round: 3),
    ]

    /// Decodes a frame of any kind, to the last word.
    private func decode(_ words: [UInt32]) throws(FrameFailure) {
        let header = try FrameHeader(of: words)
        switch header.kind {
        case .round: _ = try RoundFrame(words, header: header).withSections { $0.count + $1.count + $2.count }
        case .answers: _ = try AnswersFrame(words, header: header, actionCount: 4).withRows { $0.count }
        case .join, .leave: _ = try JoinFrame(words)
        case .assignment, .take: _ = try AssignmentFrame(words, header: header)
        case .dumpRequest, .give: _ = try DumpRequestFrame(words)
        case .cells, .load: _ = try CellsFrame(words)
        case .stop, .refusal: _ = try NoticeFrame(words)
        case .ready, .probe, .loaded, .given: break
        case .network: _ = try NetworkFrame(words)
        case .slices: _ = try SlicesFrame(words)
        case .gradients: _ = try GradientsFrame(words).range
        case .enlistment: _ = try EnlistmentFrame(words, header: header)
        case .cohorts: _ = try CohortsFrame(words, header: header)
        case .state: _ = try StateFrame(words)
        case .mark: _ = try MarkFrame(words)
        case .progress: _ = try ProgressFrame(words)
        case .wish: _ = try WishFrame(words, header: header)
        case .status: _ = try StatusFrame(words, header: header)
        }
    }

    @Test("a round's sections are read as they were written")
    func roundTripOfARound() throws {
        let header = try FrameHeader(of: Self.round)
        #expect(header == Self.header)
        let round = try RoundFrame(Self.round, header: header)
        #expect(round.answerForm == .maxima)
        #expect((round.updateCount, round.queryCount) == (2, 3))
        round.withSections { cells, targets, rows in
            #expect((0..<cells.count).map { cells[$0] } == [4, 9])
            #expect((0..<targets.count).map { Float(bitPattern: targets[$0]) } == [0.5, -1])
            #expect((0..<rows.count).map { rows[$0] } == [7, 8, 9])
        }
    }

    @Test("a round that copies says so with rows and maxima, without queries, and when it is sent again")
    func copies() throws {
        for form in [RoundFrame.AnswerForm.rows, .maxima] {
            for rows in [[7, 8], []] as [[UInt32]] {
                let words = RoundFrame.encode(
                    header: Self.header,
                    answerForm: form,
                    cells: [],
                    targets: [],
                    rows: rows[...],
                    sections: .copies
                )
                let round = try RoundFrame(words, header: FrameHeader(of: words))
                #expect(round.sections == .copies && round.queryCount == rows.count && round.changesTable)
                let again = round.encoded(header: Self.header, withQueries: false)
                let repeated = try RoundFrame(again, header: FrameHeader(of: again))
                #expect(repeated.sections == .copies && repeated.queryCount == 0)
            }
        }
        #expect(try RoundFrame(Self.round, header: Self.header).changesTable)
    }

    @Test("control frames are read as they were written")
    func roundTripOfControlFrames() throws {
        #expect(try JoinFrame(JoinFrame(worker: "w").encoded()) == JoinFrame(worker: "w"))
        let words = Self.assignment.encoded()
        #expect(try AssignmentFrame(words, header: FrameHeader(of: words)) == Self.assignment)
        #expect(try NoticeFrame(Self.corpus[7]).reason == "no room")
        #expect(
            try CellsFrame(Self.corpus[5]).cells == [.init(value: 1.5, visitCount: 3), .init(value: -2, visitCount: 0)]
        )
        #expect(try DumpRequestFrame(Self.corpus[4]) == DumpRequestFrame(start: 5, count: 8))
    }

    @Test("every frame of the corpus is accepted", arguments: corpus)
    func corpusIsSound(_ words: [UInt32]) throws {
        try decode(words)
    }

    @Test("every truncation is a failure", arguments: corpus)
    func truncations(_ words: [UInt32]) {
        for count in 0..<words.count {
            #expect(throws: FrameFailure.self) { try decode(Array(words[..<count])) }
        }
    }

    @Test("a frame with words too many is a failure", arguments: corpus)
    func excess(_ words: [UInt32]) {
        #expect(throws: FrameFailure.self) { try decode(words + [0]) }
    }

    @Test("no single flipped bit traps, and none in the first two words passes for the same frame", arguments: corpus)
    func bitFlips(_ words: [UInt32]) {
        for bit in 0..<(words.count * 32) {
            var flipped = words
            flipped[bit / 32] ^= 1 << UInt32(bit % 32)
            let accepted = (try? decode(flipped)) != nil
            if bit < 48 { #expect(!accepted, "bit \(bit)") }
        }
    }

    @Test("random words never trap")
    func randomWords() {
        var generator = SplitMix64(state: 11)
        for _ in 0..<20_000 {
            var words = (0..<generator.nextIndex(below: 40)).map { _ in UInt32(truncatingIfNeeded: generator.next()) }
            if words.count >= 8 {
                words[0] = FrameHeader.magic
                words[1] = UInt32(FrameHeader.version) | UInt32(generator.nextIndex(below: 12)) << 16
                words[7] = UInt32(words.count - 8)
                if generator.nextIndex(below: 2) == 0 { for i in 8..<min(12, words.count) { words[i] %= 8 } }
            }
            try? decode(words)
        }
    }

    @Test("frames that share a body come out as they went in, and a part of one is no frame")
    func batches() throws {
        var batch = FrameBatch()
        #expect(batch.isEmpty)
        let frames = [Self.round, Self.round, Self.round]
        for frame in frames { batch.append(frame) }
        #expect(try FrameBatch.frames(in: batch.body) == frames)
        #expect(try FrameBatch.frames(in: Self.round) == [Self.round])
        for missing in 1..<Self.round.count {
            #expect(throws: FrameFailure.self) { try FrameBatch.frames(in: Array(batch.body.dropLast(missing))) }
        }
    }

    @Test("nothing but rounds of one epoch, or answers, shares a body, of whatever shards")
    func mixedBatches() throws {
        func bare(_ kind: FrameKind, epoch: UInt32 = 1, shard: Int = 0) -> [UInt32] {
            encodeBare(FrameHeader(kind: kind, epoch: epoch, shard: shard))
        }
        #expect(try FrameBatch.frames(in: bare(.round) + bare(.round)).count == 2)
        #expect(try FrameBatch.frames(in: bare(.answers) + bare(.answers)).count == 2)
        #expect(try FrameBatch.frames(in: bare(.round) + bare(.round, shard: 1) + bare(.round)).count == 3)
        for second in [bare(.answers), bare(.dumpRequest), bare(.round, epoch: 2)] {
            #expect(throws: FrameFailure.self) { try FrameBatch.frames(in: bare(.round) + second) }
        }
        // One frame with a length that is not the body's, for its reader to refuse.
        for kind in FrameKind.allCases where ![.round, .answers].contains(kind) {
            #expect(try FrameBatch.frames(in: bare(kind) + bare(kind)).count == 1)
        }
    }

    @Test("a body takes frames up to 128 KiB, but a first one of any size")
    func fullBatches() {
        var batch = FrameBatch()
        let large = [UInt32](repeating: 0, count: 20_000)
        #expect(batch.hasRoom(for: 2 * large.count))
        batch.append(large)
        #expect(!batch.hasRoom(for: large.count) && batch.hasRoom(for: 1))
        var small = FrameBatch()
        for _ in 0..<3 { small.append([UInt32](repeating: 0, count: 8192)) }
        #expect(small.hasRoom(for: 8192))
        small.append([UInt32](repeating: 0, count: 8192))
        #expect(!small.hasRoom(for: 1))
    }

    @Test("a set of tied actions is one byte or two words, never empty, and has no action that is none")
    func tiedSets() throws {
        let cases: [(actionCount: Int, words: [UInt32], isRight: Bool)] = [
            (2, [0x0000_0301], true), (2, [0x0000_0401], false), (2, [0x0000_0001], false), (2, [0x0000_0100], false),
            (8, [0x0000_80FF], true), (9, [0x101, 0, 2, 0], true), (9, [0x201, 0, 2, 0], false),
            (64, [1, 1 << 31, 0, 1], true), (64, [0, 0, 1, 0], false), (33, [0, 2, 1, 0], false),
        ]
        for (actionCount, words, isRight) in cases {
            let header = FrameHeader(kind: .answers, epoch: 1)
            var body = AnswersFrame.beginTies(header: header, count: 2, actionCount: actionCount)
            body += [0, 0] + words
            let frame = try AnswersFrame(body, header: header, actionCount: actionCount)
            #expect(frame.withMaxima { _, packed in packed.count } == words.count)
            #expect(frame.actionsAreBelow(actionCount) == isRight, "\(words)")
            #expect(throws: FrameFailure.self) {
                try AnswersFrame(Array(body.dropLast()), header: header, actionCount: actionCount)
            }
        }
    }

    @Test("a frame of another version is recognised as such")
    func otherVersion() {
        var words = Self.round
        words[1] = 1 | words[1] & 0xFFFF_0000
        let failure = FrameFailure(.version(1), "the frame is of protocol version 1, this is \(FrameHeader.version)")
        #expect(throws: failure) {
            try FrameHeader(of: words)
        }
    }

    @Test("an offer of any version can be read, so that it can be refused in words")
    func offerOfAnotherVersion() throws {
        #expect(try JoinFrame(JoinFrame(worker: "w", version: 9).encoded()).version == 9)
    }
}
