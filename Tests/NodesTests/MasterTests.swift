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
            for case .publish(let message, let mailbox) in actions where mailbox.isOfWorker {
                if message.type != "ASSIGN" { sent.append(message) }
            }
        }
        for worker in ["a", "b"] {
            let offer = Message(type: "JOIN", correlation: 0, body: JoinFrame(worker: worker).encoded())
            take(master.receive(.delivery(offer, in: .control)))
        }
        for shard in 0..<2 {
            let header = FrameHeader(kind: .ready, epoch: 1, shard: shard)
            let ready = Message(type: "READY", correlation: 0, body: encodeBare(header))
            take(master.receive(.delivery(ready, in: .control)))
        }
        return (master, sent)
    }

    private func answer(
        to message: Message,
        sequence: UInt64? = nil,
        action: UInt8 = 0,
        count: Int? = nil,
        value: Float = 0
    ) throws -> Message {
        let asked = try RoundFrame(message.body, header: FrameHeader(of: message.body))
        var header = asked.header
        header.kind = .answers
        header.sequence = sequence ?? header.sequence
        let count = count ?? asked.queryCount
        var words = AnswersFrame.beginMaxima(header: header, count: count)
        words += Array(repeating: value.bitPattern, count: count)
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

    @Test("says what it waits for: workers, shards, and those who have not answered")
    func waiting() throws {
        var (master, sent) = try training()
        #expect(master.preparation == nil)
        #expect(master.naming(master.silentShards) == "shards 0, 1, of workers a, b")
        _ = master.receive(.delivery(try answer(to: sent[0]), in: .replies))
        #expect(master.naming(master.silentShards) == "shard 1, of worker b")
        _ = master.receive(.returned(type: "COMPUTE_Q", correlation: 0, from: .worker("a")))
        #expect(master.silentShards.isEmpty)
        #expect(master.preparation == "the run goes on when its last checkpoint has been read")
        let beginning = try Layout(cohorts: 1, hasMasks: false).run.master()
        #expect(beginning.preparation?.contains("0 of 2 have joined") == true, "\(beginning.preparation ?? "")")
    }

    @Test("rounds wait for those of other cohorts, and are forgotten with their epoch")
    func waitingRounds() throws {
        var (master, sent) = try training(cohorts: 4, perMessage: 2)
        let frames = try sent.map { try FrameBatch.frames(in: $0.body).map { try FrameHeader(of: $0) } }
        #expect(frames.map { $0.map(\.cohort) } == [[0, 1], [0, 1], [2, 3], [2, 3]])
        #expect(sent.map(\.correlation) == [0, 1, 2, 3])
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

        _ = master.receive(.returned(type: "COMPUTE_Q", correlation: 0, from: .worker("a")))
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
        _ = training.receive(.returned(type: "COMPUTE_Q", correlation: 0, from: .worker("a")))
        #expect(training.isGathering && training.missingWorkerCount == 0)
        _ = other.receive(.returned(type: "COMPUTE_Q", correlation: 0, from: .worker("a")))
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
        let bad: [(UInt8, Int?, Float)] = [(3, nil, 0), (0, 1000, 0), (0, nil, .nan), (0, nil, -.infinity)]
        for (action, count, value) in bad {
            var (master, sent) = try training()
            let answer = try answer(to: sent[0], action: action, count: count, value: value)
            let actions = master.receive(.delivery(answer, in: .replies))
            guard case .fail(let failure)? = actions.first else {
                Issue.record("it goes on")
                continue
            }
            #expect(failure.code == .badAnswer)
            #expect(failure.description.contains("shard 0"))
        }
    }

    @Test("an offer from an epoch that no master can have had changes nothing, whenever it comes")
    func implausibleEpochs() throws {
        let epochs: [UInt32] = [2 + 1 << 25, .max - 2, .max - 1]
        for epoch in epochs {
            let offer = Message(type: "JOIN", correlation: 0, body: JoinFrame(worker: "liar", epoch: epoch).encoded())
            var (master, _) = try training()
            var gathering = try Layout(cohorts: 1, hasMasks: false, cohortsPerMessage: 1).run.master()
            for actions in [
                master.receive(.delivery(offer, in: .control)), gathering.receive(.delivery(offer, in: .control)),
            ] {
                let reports = actions.compactMap { if case .report(let text) = $0 { text } else { nil } }
                #expect(reports.count == 1 && reports[0].contains("\(epoch)"))
            }
            #expect(master.epoch == 1 && master.isTraining)
            #expect(gathering.epoch == 1 && gathering.workers.isEmpty)
        }
    }

    @Test("an offer from an epoch that a former master can have had is outbid")
    func plausibleEpochs() throws {
        var master = try Layout(cohorts: 1, hasMasks: false, cohortsPerMessage: 1).run.master()
        let offer = Message(type: "JOIN", correlation: 0, body: JoinFrame(worker: "a", epoch: 1 << 24).encoded())
        _ = master.receive(.delivery(offer, in: .control))
        #expect(master.epoch == 1 << 24 + 1 && master.workers == ["a"])
    }

    @Test(
        "a master begins later than its checkpoint and its clock, and no checkpoint leaves it without an epoch",
        arguments: [
            (nil, 1_700_000_000, 1_700_000_000), (5, 1_700_000_000, 1_700_000_000),
            (1_800_000_000, 1_700_000_000, 1_800_000_001), (7, -3, 8), (nil, -3, 1),
            (.max, 1_700_000_000, 1_700_000_000), (.max - 1, 1_700_000_000, 1_700_000_000),
        ] as [(UInt32?, Int, UInt32)]
    )
    func beginnings(checkpoint: UInt32?, clock: Int, beginning: UInt32) {
        #expect(RunEpochs.beginning(after: checkpoint, secondsSince1970: clock) == beginning)
    }
}
