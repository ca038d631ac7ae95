import ActorNode
import FrameFuzzing
import MasterNode
import Messaging
import SimulatedCluster
import TabularLearning
import Testing
import WireProtocol
import WorkerNode

@Suite("A worker whose rounds come from actor processes")
struct TurnTests {
    private static func worker() throws -> Worker {
        var worker = Worker(id: "w")
        let assignment = AssignmentFrame(
            epoch: 1,
            shards: [.init(index: 0, rowCount: 2)],
            actionCount: 2,
            initialValue: 0,
            stepSize: .constant(0.5),
            senders: [.init(name: "a", cohortCount: 1), .init(name: "b", cohortCount: 1)]
        )
        #expect(worker.take(assignment.encoded()).count == 1)
        return worker
    }

    /// A round of a cohort that moves a cell toward 1 and asks for its row.
    private static func round(_ cohort: Int, _ turn: UInt64, cut: UInt32? = nil) -> [UInt32] {
        RoundFrame.encode(
            header: FrameHeader(kind: .round, epoch: 1, cohort: cohort, sequence: turn),
            answerForm: .maxima,
            cells: [0],
            targets: [Float(1).bitPattern],
            rows: [0],
            sections: cut == nil ? [] : .cut,
            asking: cut.map { [$0, 0] } ?? []
        )
    }

    private static func empty(_ cohort: Int, _ turn: UInt64) -> [UInt32] {
        RoundFrame.encode(
            header: FrameHeader(kind: .round, epoch: 1, cohort: cohort, sequence: turn),
            answerForm: .maxima,
            cells: [],
            targets: [],
            rows: []
        )
    }

    private func answers(_ actions: [Worker.Action]) throws -> [(mailbox: Mailbox, value: UInt32?, marks: UInt32)] {
        try actions.compactMap { action in
            guard case .publish(let message, let mailbox) = action, message.type == "Q_VALUES" else { return nil }
            let answer = try AnswersFrame(message.body, header: FrameHeader(of: message.body), actionCount: 2)
            let value = answer.withMaxima { values, _ in values.count > 0 ? values[0] : nil }
            return (mailbox, value, answer.marks.rawValue)
        }
    }

    @Test("serves turns by their numbers, holds back what comes early, and answers to whoever has asked")
    func turns() throws {
        var worker = try Self.worker()
        #expect(worker.take(Self.round(1, 1)).isEmpty)
        let both = try answers(worker.take(Self.round(0, 0)))
        #expect(both.map(\.mailbox) == [.actorProcess("a"), .actorProcess("b")])
        #expect(both.map(\.value) == [Float(0.5).bitPattern, Float(0.75).bitPattern])
        #expect(worker.take(Self.round(0, 0)).isEmpty)
        #expect(worker.statistics.staleFrames == 1)
    }

    @Test("answers a round that asks for nothing, and passes a mark on to all cohorts of that round and no other")
    func marks() throws {
        var worker = try Self.worker()
        let marked = try answers(worker.take(Self.round(0, 0, cut: 3)))
        let passed = try answers(worker.take(Self.empty(1, 1)))
        let next = try answers(worker.take(Self.round(0, 2)))
        #expect([marked, passed, next].map(\.count) == [1, 1, 1])
        #expect([marked[0].marks, passed[0].marks, next[0].marks] == [1 << 12, 1 << 12, 0])
        #expect(passed[0].value == nil)
        // The copy is of the moment behind the last turn of that round, whatever has come since.
        let request = DumpRequestFrame(start: 0, count: 1)
        let dump = worker.take(request.encoded(header: FrameHeader(kind: .dumpRequest, epoch: 1, sequence: 3)))
        guard case .publish(let message, .replies)? = dump.first else {
            Issue.record("no cells came: \(dump)")
            return
        }
        #expect(try CellsFrame(message.body).cells.map(\.value) == [0.5])
    }

    @Test("gives its shards up behind a round that never came, and behind one that cannot be served")
    func losses() throws {
        for frame in [Self.round(0, 2), Self.round(0, 0).map { $0 == Float(1).bitPattern ? Float.nan.bitPattern : $0 }]
        {
            var worker = try Self.worker()
            let actions = worker.take(frame)
            #expect(worker.isOffering)
            #expect(actions.contains { if case .report = $0 { true } else { false } })
        }
    }

    @Test("holds no more than one round of a cohort, and none that is not the cohort's")
    func bounds() throws {
        var worker = try Self.worker()
        #expect(worker.take(Self.round(1, 1)).isEmpty)
        _ = worker.take(Self.round(1, 3))
        _ = worker.take(Self.round(1, 2))
        _ = worker.take(Self.round(2, 2))
        #expect(worker.statistics.malformedFrames == 3)
    }
}

@Suite("Actor processes and strangers")
struct ActorStrangerTests {
    /// A run of one worker and one actor process, whose messages are handed over in place.
    private struct Talk {
        var master: Master
        var worker = Worker(id: "w")
        var actor = CohortActor(id: "a", session: 1)
        var frames: [[UInt32]] = []
        private var queue: [(message: Message, mailbox: Mailbox)] = []
        private let run: SimulatedRun

        init() throws {
            var run = SimulatedRun()
            (run.workers, run.actors, run.steps, run.checkpointRounds) = (1, 1, 200, 3)
            self.run = run
            master = try run.master()
            take([worker.offer()])
            take([actor.offer()])
        }

        /// Hands over so many messages.
        mutating func pump(_ count: Int) {
            for _ in 0..<count where !queue.isEmpty {
                let (message, mailbox) = queue.removeFirst()
                frames.append(message.body)
                let event = MessagingEvent.delivery(message, in: mailbox)
                switch mailbox {
                case .control, .replies: take(master.receive(event))
                case worker.mailbox: take(worker.receive(event))
                default: take(actor.receive(event))
                }
            }
            take(actor.release() + actor.progress())
        }

        private mutating func take(_ actions: [Master.Action]) {
            for case .publish(let message, let mailbox) in actions { queue.append((message, mailbox)) }
        }

        private mutating func take(_ actions: [Worker.Action]) {
            for case .publish(let message, let mailbox) in actions { queue.append((message, mailbox)) }
        }

        private mutating func take(_ actions: [CohortActor.Action]) {
            for action in actions {
                if case .publish(let message, let mailbox) = action { queue.append((message, mailbox)) }
                if case .make(let cohorts, _) = action { take(actor.begin(with: Array(run.learners()[cohorts]))) }
            }
        }
    }

    @Test("frames that anybody could have sent trap nobody")
    func fuzz() throws {
        var talk = try Talk()
        var stages = [talk]
        for count in [4, 10, 200] {
            talk.pump(count)
            stages.append(talk)
        }
        #expect(talk.master.isTraining && talk.actor.cohortCount == 2 && talk.actor.statistics.rounds > 20)
        var corpus: [[UInt32]] = []
        for kind in FrameKind.allCases {
            corpus += talk.frames.filter { $0.count > 1 && $0[1] >> 16 == UInt32(kind.rawValue) }.prefix(3)
        }
        let state = SavedSections(of: []).words
        for header in [FrameHeader(kind: .state, epoch: 1), FrameHeader(kind: .state, epoch: 1, cohort: 1)] {
            corpus += StateFrame.parts(of: state, header: header)
        }
        let kinds = Set(corpus.map { $0[1] >> 16 })
        #expect(kinds.isSuperset(of: [2, 4, 5, 17, 18, 19, 20, 21]), "\(kinds)")
        var mutator = FrameMutator(corpus: corpus, seed: 7)
        for index in 0..<60_000 {
            let words = mutator.next()
            // An assignment may ask for as much memory as it likes.
            guard words.count < 2 || ![2, 13].contains(words[1] >> 16) else { continue }
            let message = Message(type: "fuzz", correlation: 1, body: words)
            var copy = stages[index % stages.count]
            _ = copy.master.receive(.delivery(message, in: index % 2 == 0 ? .control : .replies))
            _ = copy.worker.receive(.delivery(message, in: .worker("w")))
            _ = copy.actor.receive(.delivery(message, in: .actorProcess("a")))
        }
    }

    @Test("a master without actor processes refuses one in words")
    func refused() throws {
        var master = try SimulatedRun().master()
        let offer = EnlistmentFrame(name: "a", epoch: 0, session: 1).encoded()
        let actions = master.receive(.delivery(Message(type: "ENLIST", correlation: 0, body: offer), in: .control))
        guard case .publish(let message, to: .actorProcess("a"))? = actions.first else {
            Issue.record("nothing was said: \(actions)")
            return
        }
        var actor = CohortActor(id: "a", session: 1)
        let end = actor.receive(.delivery(message, in: .actorProcess("a")))
        guard case .fail(let failure)? = end.first else {
            Issue.record("it goes on: \(end)")
            return
        }
        #expect(failure.code == .refused && failure.description.contains("--actors"))
    }

    @Test("a late offer of an earlier beginning costs nothing, one of a later beginning is a loss")
    func sessions() throws {
        var talk = try Talk()
        talk.pump(60)
        #expect(talk.master.isTraining)
        for (session, rollbacks) in [(0 as UInt64, 0), (1, 0), (2, 1)] {
            let offer = EnlistmentFrame(name: "a", epoch: 0, session: session).encoded()
            _ = talk.master.receive(.delivery(Message(type: "ENLIST", correlation: 0, body: offer), in: .control))
            #expect(talk.master.rollbackCount == rollbacks)
        }
    }
}

extension Worker {
    fileprivate mutating func take(_ words: [UInt32]) -> [Action] {
        receive(.delivery(Message(type: "test", correlation: 0, body: words), in: .worker(id)))
    }
}
