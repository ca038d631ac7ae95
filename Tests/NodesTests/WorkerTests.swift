import Messaging
import TabularLearning
import Testing
import WireProtocol
import WorkerNode

@Suite("A worker")
struct WorkerTests {
    private static let assignment = AssignmentFrame(
        epoch: 1,
        shards: [.init(index: 0, rowCount: 4)],
        actionCount: 2,
        initialValue: 0.5,
        stepSize: .constant(0.5)
    )

    private func serving() -> Worker {
        var worker = Worker(id: "w")
        _ = send(Self.assignment.encoded(), to: &worker)
        return worker
    }

    private func send(_ body: [UInt32], to worker: inout Worker, in mailbox: Mailbox = .worker("w")) -> [Worker.Action]
    {
        worker.receive(.delivery(Message(type: "TEST", correlation: 0, body: body), in: mailbox))
    }

    private func round(
        cells: [UInt32] = [],
        targets: [Float] = [],
        rows: [UInt32] = [],
        form: RoundFrame.AnswerForm = .rows,
        epoch: UInt32 = 1,
        sequence: UInt64 = 0
    ) -> [UInt32] {
        RoundFrame.encode(
            header: FrameHeader(kind: .round, epoch: epoch, shard: 0, cohort: 3, sequence: sequence),
            answerForm: form,
            cells: cells[...],
            targets: targets.map(\.bitPattern)[...],
            rows: rows[...]
        )
    }

    private func answer(_ actions: [Worker.Action]) throws -> AnswersFrame? {
        for case .publish(let message, .replies) in actions {
            return try AnswersFrame(message.body, header: FrameHeader(of: message.body), actionCount: 2)
        }
        return nil
    }

    private func offers(in actions: [Worker.Action]) throws -> [JoinFrame] {
        try actions.compactMap {
            guard case .publish(let message, .control) = $0 else { return nil }
            return try JoinFrame(message.body)
        }
    }

    @Test("applies the updates of a round before it answers its queries")
    func updatesFirst() throws {
        var worker = serving()
        let actions = send(round(cells: [3, 3], targets: [1.5, 2], rows: [1]), to: &worker)
        let answer = try #require(try answer(actions))
        // 0.5 → 1 → 1.5
        #expect(answer.withRows { [$0[0], $0[1]] } == [Float(0.5).bitPattern, Float(1.5).bitPattern])
        #expect((answer.header.cohort, answer.header.sequence) == (3, 0))
    }

    @Test("a malformed round is counted, changes nothing and is not answered")
    func malformedRounds() throws {
        let good = round(cells: [1], targets: [9], rows: [0])
        var wrongs: [[UInt32]] = [
            round(cells: [0, 8], targets: [9, 9]), round(cells: [0], targets: [.infinity]),
            round(cells: [0], targets: [.nan]), round(cells: [0], targets: [9], rows: [4]),
            round(cells: [0], targets: [9], rows: [RoundFrame.absentRow], form: .maxima),
            round(cells: [0], targets: [-.infinity]), round(cells: [8, 0], targets: [9, 9]),
            round(cells: [0], targets: [9], rows: [4, 0], form: .maxima),
            round(cells: [0], targets: [9], rows: [RoundFrame.absentRow, 4, 0]),
            round(cells: [0], targets: [9], rows: [RoundFrame.absentRow - 1]),
        ]
        // Q-learning has nothing to copy.
        var copying = good
        copying[10] |= RoundFrame.Sections.copies.rawValue
        wrongs.append(copying)
        wrongs += (1..<good.count).map { Array(good[..<$0]) }
        var worker = serving()
        for (count, wrong) in wrongs.enumerated() {
            let actions = send(wrong, to: &worker)
            #expect(try answer(actions) == nil)
            #expect(worker.statistics.malformedFrames == UInt64(count + 1))
        }
        _ = worker.receive(.malformed(reason: "5 bytes", in: .worker("w")))
        #expect(worker.statistics.malformedFrames == UInt64(wrongs.count + 1))
        let rows = try #require(try answer(send(round(rows: [0, 1, 2, 3]), to: &worker)))
        #expect(rows.withRows { span in (0..<8).allSatisfy { span[$0] == Float(0.5).bitPattern } })
    }

    @Test("a copy for which there is no memory ends it with a sentence, and one that no update follows takes none")
    func copies() throws {
        func request(_ start: Int, _ count: Int, number: UInt64) -> [UInt32] {
            let header = FrameHeader(kind: .dumpRequest, epoch: 1, shard: 0, sequence: number)
            return DumpRequestFrame(start: start, count: count).encoded(header: header)
        }
        let update = round(cells: [1], targets: [9], rows: [0])
        for (cellLimit, isEnough) in [(16 as UInt64, true), (15, false)] {
            var worker = Worker(id: "w", cellLimit: cellLimit)
            _ = send(Self.assignment.encoded(), to: &worker)
            #expect(send(request(0, 8, number: 1), to: &worker).count == 1)
            #expect(try answer(send(update, to: &worker)) != nil, "the copy has been handed out")
            #expect(send(request(0, 4, number: 2), to: &worker).count == 1)
            #expect(try answer(send(round(rows: [0], sequence: 1), to: &worker)) != nil)
            let actions = send(round(cells: [1], targets: [9], rows: [0], sequence: 2), to: &worker)
            #expect(try (answer(actions) != nil) == isEnough)
            let failures = actions.compactMap { if case .fail(let failure) = $0 { "\(failure)" } else { nil } }
            #expect(failures.isEmpty == isEnough)
            #expect(failures.allSatisfy { $0.contains("shard 0 as it was") && $0.contains("(15 cells)") })
        }
    }

    @Test("frames of another epoch change nothing")
    func epochs() throws {
        var worker = serving()
        for epoch in [0, 2] as [UInt32] {
            let actions = send(round(cells: [0], targets: [9], rows: [0], epoch: epoch), to: &worker)
            #expect(actions.isEmpty)
        }
        #expect(worker.statistics.staleFrames == 2)
        #expect(worker.statistics.updates == 0)
    }

    @Test("a worker without which the run has gone on gives its shards up and offers itself")
    func leftBehind() throws {
        var worker = serving()
        #expect(send(encodeBare(FrameHeader(kind: .probe, epoch: 1)), to: &worker).isEmpty)
        #expect(!worker.isOffering)
        let actions = send(encodeBare(FrameHeader(kind: .probe, epoch: 2)), to: &worker)
        #expect(worker.isOffering)
        #expect(try offers(in: actions).map(\.shardCount) == [0], "it says so at once")
        // Of the shards it had, nothing is left for those who come late.
        #expect(try answer(send(round(rows: [0]), to: &worker)) == nil)
    }

    @Test("a round behind one that was lost makes a worker give its shards up at once, and say what may have lost it")
    func lostRounds() throws {
        var worker = serving()
        #expect(try answer(send(round(rows: [0]), to: &worker)) != nil)
        let actions = send(round(cells: [0], targets: [9], rows: [0], sequence: 2), to: &worker)
        #expect(try answer(actions) == nil)
        let reports = actions.compactMap { if case .report(let text) = $0 { text } else { nil } }
        #expect(reports.contains { $0.contains("shard 0 were lost before its round 2") && $0.contains("message-ttl") })
        // The master hears that its shards are gone, and returns to its checkpoint.
        let offer = try #require(try offers(in: actions).first)
        #expect((offer.epoch, offer.shardCount) == (1, 0))
    }

    @Test("serves the rounds of a message one after another and answers them in one")
    func severalRounds() throws {
        var worker = serving()
        let first = round(cells: [2], targets: [1], rows: [1])
        let updates = round(cells: [2], targets: [1], sequence: 1)
        let last = round(rows: [1, 0], sequence: 2)
        let actions = send(first + updates + last, to: &worker)
        #expect(actions.count == 1)
        guard case .publish(let message, .replies)? = actions.first else {
            Issue.record("it does not answer")
            return
        }
        let frames = try FrameBatch.frames(in: message.body)
        let answers = try frames.map { try AnswersFrame($0, header: FrameHeader(of: $0), actionCount: 2) }
        #expect(answers.map(\.header.sequence) == [0, 2])
        #expect(answers.map(\.count) == [1, 2])
        #expect(answers[0].withRows { Float(bitPattern: $0[0]) } == 0.75)
        #expect(answers[1].withRows { Float(bitPattern: $0[0]) } == 0.875)
        #expect(worker.statistics.rounds == 3)
    }

    @Test("a malformed round among others is not served, nor are those behind it")
    func severalRoundsWithADefect() throws {
        var worker = serving()
        let actions = send(
            round(rows: [0]) + round(rows: [9], sequence: 1) + round(rows: [0], sequence: 2),
            to: &worker
        )
        #expect(try answer(actions)?.count == 1)
        #expect(
            (worker.statistics.rounds, worker.statistics.malformedFrames, worker.statistics.staleFrames) == (1, 1, 0)
        )
        // What is cut short is not taken up at all.
        #expect(try answer(send(round(rows: [0], sequence: 1) + [1, 2, 3], to: &worker)) == nil)
        #expect((worker.statistics.rounds, worker.statistics.malformedFrames) == (1, 2))
    }

    @Test("answers that are large together go back in several messages, all with the question's correlation")
    func largeAnswers() throws {
        var worker = serving()
        let rows = [UInt32](repeating: 0, count: 10_000)
        let rounds = (0..<3).flatMap { round(rows: rows, sequence: $0) }
        let message = Message(type: "COMPUTE_Q", correlation: 7, body: rounds)
        let sent = worker.receive(.delivery(message, in: .worker("w"))).compactMap {
            if case .publish(let answer, .replies) = $0 { answer } else { nil }
        }
        // Three answers of 20,010 words each: one fits 128 KiB, two do not.
        #expect(sent.map(\.correlation) == [7, 7, 7])
        #expect(try sent.map { try FrameHeader(of: $0.body).sequence } == [0, 1, 2])
    }

    @Test("requests for cells do not share a message: they ask for much in few words")
    func severalDumps() {
        var worker = serving()
        func dump(_ number: UInt64) -> [UInt32] {
            DumpRequestFrame(start: 0, count: 4)
                .encoded(header: FrameHeader(kind: .dumpRequest, epoch: 1, shard: 0, sequence: number))
        }
        let actions = send(dump(1) + dump(2), to: &worker)
        #expect(!actions.contains { if case .publish = $0 { true } else { false } })
        #expect(worker.statistics.malformedFrames == 1)
    }

    @Test("a frame of another version ends a worker that offers itself, and only that one")
    func versions() {
        var frame = round(rows: [0])
        frame[1] = 1 | frame[1] & 0xFFFF_0000
        var offering = Worker(id: "w")
        guard case .fail(let failure)? = send(frame, to: &offering, in: .worker("w")).first else {
            Issue.record("it goes on offering itself")
            return
        }
        #expect(failure.description.contains("version 1"))
        var worker = serving()
        _ = send(frame, to: &worker)
        #expect(worker.statistics.malformedFrames == 1)
    }

    @Test(
        "an assignment that makes no sense is refused",
        arguments: [
            AssignmentFrame(
                epoch: 1,
                shards: [.init(index: 0, rowCount: 1 << 31), .init(index: 1, rowCount: 1 << 31)],
                actionCount: 2,
                initialValue: 0,
                stepSize: .constant(0.1)
            ),
            AssignmentFrame(
                epoch: 1,
                shards: [.init(index: 0, rowCount: 1), .init(index: 0, rowCount: 1)],
                actionCount: 2,
                initialValue: 0,
                stepSize: .constant(0.1)
            ),
            AssignmentFrame(
                epoch: 1,
                shards: [.init(index: 0, rowCount: 1)],
                actionCount: 2,
                initialValue: .nan,
                stepSize: .constant(0.1)
            ),
            AssignmentFrame(
                epoch: 1,
                shards: [.init(index: 0, rowCount: 1)],
                actionCount: 2,
                initialValue: 0,
                stepSize: .constant(-1)
            ),
            AssignmentFrame(
                epoch: 1,
                shards: [.init(index: 0, rowCount: 1)],
                actionCount: 2,
                initialValue: 0,
                stepSize: .visitCount(horizon: .nan, minimum: 0)
            ),
            AssignmentFrame(
                epoch: .max,
                shards: [.init(index: 0, rowCount: 1)],
                actionCount: 2,
                initialValue: 0,
                stepSize: .constant(0.1)
            ),
            AssignmentFrame(epoch: 1, shards: [], actionCount: 2, initialValue: 0, stepSize: .constant(0.1)),
        ]
    )
    func assignments(_ assignment: AssignmentFrame) {
        var worker = Worker(id: "w")
        _ = send(assignment.encoded(), to: &worker, in: .worker("w"))
        #expect(worker.isOffering)
        #expect(worker.statistics.malformedFrames == 1)
    }
}
