import MasterNode
import Messaging
import SimulatedCluster
import Testing
import WireProtocol

@Suite("A master")
struct MasterTests {
    /// A master whose workers are ready, and the messages of its first rounds.
    private func training() throws -> (Master, [Message]) {
        var master = try Layout(cohorts: 1, hasMasks: false).run.master()
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
