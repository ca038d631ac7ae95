import MasterNode
import Messaging
import SimulatedCluster
import Testing
import WireProtocol

@Suite("A master")
struct MasterTests {
    /// A master whose workers are ready, and the messages of its first rounds.
    private func training(cohorts: Int = 1, perMessage: Int = 1) throws -> (Master, [Message]) {
        let layout = Layout(cohorts: cohorts, hasMasks: false, cohortsPerMessage: perMessage)
        var master = try layout.run.master()
        var sent: [Message] = []
        func take(_ actions: [Master.Action]) {
            for case .publish(let message, let mailbox) in actions where mailbox.isOfShard { sent.append(message) }
        }
        for worker in ["a", "b"] {
            let offer = Message(type: "JOIN", correlation: 0, body: JoinFrame(worker: worker).encoded())
            take(master.receive(.delivery(offer, in: .control)))
        }
        for shard in 0..<2 {
            let header = FrameHeader(kind: .ready, epoch: 1, shard: shard)
            let ready = Message(type: "READY", correlation: 0, body: encodeBare(header))
            take(master.receive(.delivery(ready, in: .replies)))
        }
        return (master, sent)
    }

    private func answer(to message: Message, sequence: UInt64? = nil, action: UInt8 = 0, count: Int? = nil) throws
        -> Message
    {
        let asked = try RoundFrame(message.body, header: FrameHeader(of: message.body))
        var header = asked.header
        header.kind = .answers
        header.sequence = sequence ?? header.sequence
        let count = count ?? asked.queryCount
        var words = AnswersFrame.beginMaxima(header: header, count: count)
        words += Array(repeating: 0, count: count)
        words += Array(repeating: UInt32(action) * 0x0101_0101, count: (count + 3) / 4)
        return Message(type: "Q_VALUES", correlation: 0, body: words)
    }

    @Test("takes an answer once: what comes again, or out of turn, changes nothing")
    func duplicates() throws {
        var (master, sent) = try training()
        #expect(sent.count == 2)
        let first = try answer(to: sent[0])
        #expect(master.receive(.delivery(try answer(to: sent[0], sequence: 9), in: .replies)).isEmpty)
        #expect(master.receive(.delivery(first, in: .replies)).isEmpty)
        #expect(master.receive(.delivery(first, in: .replies)).isEmpty)
        #expect(master.messageCount == 3)
        #expect(!master.receive(.delivery(try answer(to: sent[1]), in: .replies)).isEmpty)
    }

    @Test("rounds wait for those of other cohorts, and are forgotten with their epoch")
    func waitingRounds() throws {
        var (master, sent) = try training(cohorts: 4, perMessage: 2)
        let frames = try sent.map { try FrameBatch.frames(in: $0.body).map { try FrameHeader(of: $0) } }
        #expect(frames.map { $0.map(\.cohort) } == [[0, 1], [0, 1], [2, 3], [2, 3]])
        #expect(sent.map(\.correlation) == [0, 0, 2, 2])
        #expect(sent.allSatisfy { $0.type == "COMPUTE_Q" })
        #expect(!master.holdsRounds && master.messageCount == 4)

        // Cohort 0 is complete and steps; its round waits for that of cohort 1.
        for message in sent.prefix(2) {
            let first = try FrameBatch.frames(in: message.body)[0]
            let question = Message(type: message.type, correlation: 0, body: first)
            #expect(master.receive(.delivery(try answer(to: question), in: .replies)).isEmpty)
        }
        #expect(master.holdsRounds)
        var other = master
        #expect(other.release().count == 2)
        #expect(!other.holdsRounds)

        _ = master.receive(.returned(type: "COMPUTE_Q", correlation: 0, from: .shard(0)))
        #expect(master.isGathering && !master.holdsRounds)
        #expect(master.release().isEmpty)
    }

    @Test("waits for nobody while a standby is there for the one that is lost, whatever else takes its time")
    func standby() throws {
        func offer(_ worker: String) -> MessagingEvent {
            let body = JoinFrame(worker: worker).encoded()
            return .delivery(Message(type: "JOIN", correlation: 0, body: body), in: .control)
        }
        var master = try Layout(cohorts: 1, hasMasks: false).run.master()
        #expect(master.missingWorkerCount == 2)
        _ = master.receive(offer("a"))
        #expect(master.missingWorkerCount == 1)
        var (training, _) = try training()
        #expect(training.missingWorkerCount == 0)

        // The state to return to is still to be read: nobody has a place yet, and nobody is missing.
        var other = training
        _ = training.receive(offer("c"))
        _ = training.receive(.returned(type: "COMPUTE_Q", correlation: 0, from: .shard(0)))
        #expect(training.isGathering && training.missingWorkerCount == 0)
        _ = other.receive(.returned(type: "COMPUTE_Q", correlation: 0, from: .shard(0)))
        #expect(other.isGathering && other.missingWorkerCount == 1)
        _ = other.receive(offer("c"))
        #expect(other.missingWorkerCount == 0)
    }

    @Test("patience with workers that are missing begins anew when nobody was missing in between")
    func patience() {
        let begin = ContinuousClock.now
        var absence = AbsenceClock()
        func isOver(_ missing: Int, after seconds: Int) -> Bool {
            absence.isOver(missing: missing, at: begin + .seconds(seconds), limit: .seconds(5))
        }
        #expect(!isOver(1, after: 0))
        #expect(!isOver(2, after: 5))
        #expect(!isOver(0, after: 6))
        // A long time of loading, in which everybody was there.
        #expect(!isOver(0, after: 600))
        #expect(!isOver(1, after: 601))
        #expect(!isOver(1, after: 606))
        #expect(isOver(1, after: 607))
    }

    @Test("an answer that is none ends the run in words instead of stalling it")
    func badAnswers() throws {
        for (action, count) in [(3, nil), (0, 1000)] as [(UInt8, Int?)] {
            var (master, sent) = try training()
            let actions = master.receive(.delivery(try answer(to: sent[0], action: action, count: count), in: .replies))
            guard case .fail(let failure)? = actions.first else {
                Issue.record("it goes on")
                continue
            }
            #expect(failure.code == .badAnswer)
            #expect(failure.description.contains("shard 0"))
        }
    }
}
