import Messaging
import NeuralLearning
import NeuralNodes
import Testing
import WireProtocol

@Suite("A coordinator of workers that compute gradients")
struct GradientCoordinatorTests {
    private typealias Coordinator = GradientCoordinator<SliceComputer>

    private let computer: SliceComputer
    private let slices: [MinibatchSlice]
    private let parameters: ParameterPair

    init() throws {
        var learner = Runs.dqn
        computer = learner.computer
        guard case .update(let slices) = learner.next() else { throw LearningFailure(description: "no update") }
        (self.slices, parameters) = (slices, learner.parameters)
    }

    private func offered(_ offer: JoinFrame) -> MessagingEvent {
        .delivery(Message(type: "JOIN", correlation: 0, body: offer.encoded()), in: .control)
    }

    /// The messages among actions: to whom, and of which type.
    private func sent(_ actions: [Coordinator.Action]) -> [String] {
        actions.compactMap {
            if case .publish(let message, let mailbox) = $0 { "\(message.type) \(mailbox)" } else { nil }
        }
    }

    private func computed(_ actions: [Coordinator.Action]) -> [Range<Int>] {
        actions.compactMap { if case .compute(let range) = $0 { range } else { nil } }
    }

    private func coordinator(_ workers: Int) -> Coordinator {
        var coordinator = Coordinator(computer, epoch: 1, answerLimit: .seconds(2))
        for index in 0..<workers {
            #expect(
                sent(coordinator.receive(offered(JoinFrame(worker: "w\(index)")), at: .zero)) == [
                    "NETWORK worker.w\(index)"
                ]
            )
        }
        return coordinator
    }

    @Test("computes itself where there is nobody, and cuts slices evenly where there are some")
    func shares() {
        var alone = coordinator(0)
        #expect(computed(alone.begin(slices, parameters, at: .zero)) == [0..<8])
        var three = coordinator(3)
        let actions = three.begin(slices, parameters, at: .zero)
        #expect(sent(actions) == (0..<3).map { "SLICES worker.w\($0)" } && computed(actions).isEmpty)
        var many = coordinator(11)
        #expect(sent(many.begin(slices, parameters, at: .zero)).count == 8)
    }

    @Test("gives the slices of one that is gone, goes or begins anew to another; behind the last it computes itself")
    func losses() {
        var two = coordinator(2)
        _ = two.begin(slices, parameters, at: .zero)
        let gone = two.receive(.returned(type: "SLICES", correlation: 1, from: .worker("w0")), at: .zero)
        #expect(sent(gone) == ["SLICES worker.w1"])
        let leave = Message(
            type: "LEAVE",
            correlation: 0,
            body: JoinFrame(worker: "w1", epoch: 1, isLeaving: true).encoded()
        )
        #expect(computed(two.receive(.delivery(leave, in: .control), at: .zero)) == [0..<4, 4..<8])
        var others = coordinator(2)
        _ = others.begin(slices, parameters, at: .zero)
        let anew = others.receive(offered(JoinFrame(worker: "w1", epoch: 1, shardCount: 0)), at: .zero)
        #expect(sent(anew) == ["NETWORK worker.w1", "SLICES worker.w0"])
        // A sign of life is none of that.
        #expect(others.receive(offered(JoinFrame(worker: "w0", epoch: 1, shardCount: 1)), at: .zero).isEmpty)
        #expect(others.statistics.losses == 0 && two.statistics.losses == 2)
    }

    @Test("waits for nobody for ever, and gives nothing to who has not answered until it is heard of")
    func patience() {
        var two = coordinator(2)
        _ = two.begin(slices, parameters, at: .zero)
        #expect(two.look(at: .milliseconds(100)).isEmpty)
        #expect(sent(two.look(at: .milliseconds(300))) == ["PROBE worker.w0", "PROBE worker.w1"])
        #expect(computed(two.look(at: .seconds(2))) == [0..<4, 4..<8])
        #expect(two.presentWorkers.isEmpty)
        #expect(computed(two.begin(slices, parameters, at: .seconds(2))) == [0..<8])
        #expect(two.receive(offered(JoinFrame(worker: "w1", epoch: 1, shardCount: 1)), at: .zero).isEmpty)
        #expect(sent(two.begin(slices, parameters, at: .seconds(3))) == ["SLICES worker.w1"])
    }

    @Test("takes each slice once, ignores what is late or of another epoch, and fails at an answer that is none")
    func answers() throws {
        var (two, copy) = (coordinator(2), computer)
        _ = two.begin(slices, parameters, at: .zero)
        func answer(_ range: Range<Int>, task: UInt64 = 1, epoch: UInt32 = 1, cut: Int = 0) -> MessagingEvent {
            let share = SliceShare(Array(slices[range]), from: range.lowerBound, parameters, &copy)
            let frame = GradientsFrame(
                first: UInt32(range.lowerBound),
                count: UInt32(range.count),
                words: Array(share.words.dropLast(cut))
            )
            let message = Message(type: "GRADIENTS", correlation: task, body: frame.encoded(epoch: epoch, task: task))
            return .delivery(message, in: .replies)
        }
        for late in [answer(0..<4, task: 2), answer(0..<4, epoch: 2)] { #expect(two.receive(late, at: .zero).isEmpty) }
        #expect(two.outcome == nil && two.statistics.lateAnswers == 2)
        for _ in 0..<2 { #expect(two.receive(answer(0..<4), at: .zero).isEmpty) }
        #expect(two.statistics.slicesOfWorkers == 4 && two.statistics.lateAnswers == 3)
        var (short, other) = (two, two)
        _ = short.receive(answer(4..<8, cut: 1), at: .zero)
        _ = other.receive(answer(3..<8), at: .zero)
        #expect(short.failure != nil && other.failure != nil)
        _ = two.receive(answer(4..<8), at: .zero)
        #expect(two.outcome?.count == 8 && two.failure == nil)
        // What nobody can read is nobody's answer.
        let junk = Message(type: "X", correlation: 0, body: [1, 2, 3])
        for mailbox in [Mailbox.control, .replies] {
            guard case .report? = two.receive(.delivery(junk, in: mailbox), at: .zero).first else {
                Issue.record("it says nothing")
                return
            }
        }
        #expect(two.failure == nil)
    }

    @Test("refuses other releases in words, and lets all go at the end")
    func words() {
        var two = coordinator(2)
        #expect(sent(two.receive(offered(JoinFrame(worker: "old", version: 3)), at: .zero)) == ["REFUSE worker.old"])
        #expect(sent(two.dismiss("done")) == ["STOP worker.w0", "STOP worker.w1"])
    }

    @Test("computes all that is open itself when the connection is gone, and takes workers anew in a later epoch")
    func connections() throws {
        var two = coordinator(2)
        _ = two.begin(slices, parameters, at: .zero)
        #expect(computed(two.disconnect()) == [0..<4, 4..<8] && two.presentWorkers.isEmpty)
        two.reconnect()
        #expect(two.epoch == 2)
        #expect(sent(two.receive(offered(JoinFrame(worker: "w1", epoch: 1)), at: .zero)) == ["NETWORK worker.w1"])
    }

    @Test("refuses what no message holds, in numbers")
    func sizes() {
        #expect(SliceCluster.objection(to: computer, rowsOfSlice: 512) == nil)
        #expect(SliceCluster.objection(to: computer, rowsOfSlice: 100_000)?.contains("16 MiB") == true)
        let wide = NetworkShape(inputCount: 4, hiddenCounts: [2048, 2048], outputCount: 2)
        #expect(SliceCluster.objection(to: SliceComputer(wide, isDouble: true, loss: .huber), rowsOfSlice: 8) != nil)
    }
}
