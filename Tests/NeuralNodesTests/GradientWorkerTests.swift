import Messaging
import NeuralLearning
import NeuralNodes
import Testing
import WireProtocol

@Suite("A worker of a run that learns networks")
struct GradientWorkerTests {
    private static let network = NetworkFrame(code: 0, computer: [1, 0, 1, 0, 0, 0, 1])

    /// A network of one input and one output: a vector of weights, and one of biases.
    private static func vectors(_ weight: Float, _ bias: Float) -> [UInt32] {
        [weight, bias].flatMap { [$0.bitPattern] + Array(repeating: UInt32(0), count: 15) }
    }

    /// One sample: seen 1, then 0.5; action 0, return 1, nothing behind it, weight 1.
    private static let slice: [UInt32] = {
        let (one, half) = (Float(1).bitPattern, Float(0.5).bitPattern)
        return [1, 1, one, 1, half, 1, 0, 1, one, 1, 0, 1, one]
    }()

    private static func slices(base: UInt64, _ changed: [(UInt32, [UInt32])], _ slice: [UInt32] = slice) -> SlicesFrame
    {
        SlicesFrame(
            base: base,
            changed: changed.map { SlicesFrame.Parameters(place: $0.0, words: $0.1) },
            first: 0,
            slices: [slice]
        )
    }

    private func frame(_ body: [UInt32]) -> MessagingEvent {
        .delivery(Message(type: "X", correlation: 0, body: body), in: .worker("w"))
    }

    private func bodies(_ actions: [GradientWorker.Action]) -> [[UInt32]] {
        actions.compactMap { if case .publish(let message, _) = $0 { message.body } else { nil } }
    }

    private func beginning() -> GradientWorker {
        var worker = GradientWorker(id: "w")
        #expect(worker.receive(frame(Self.network.encoded(epoch: 1))).isEmpty)
        return worker
    }

    @Test("answers the protocol's worked example as that says")
    func workedExample() {
        var worker = beginning()
        let all = [(UInt32(0), Self.vectors(3, 3)), (1, Self.vectors(7, 7))]
        #expect(bodies(worker.receive(frame(Self.slices(base: 0, all).encoded(epoch: 1, task: 1)))).count == 1)
        let second = Self.slices(base: 1, [(0, Self.vectors(0.5, 0))]).encoded(epoch: 1, task: 2)
        let words = [1, Float(0.5).bitPattern, 32] + Self.vectors(-0.5, -0.5)
        let expected = GradientsFrame(first: 0, count: 1, words: words).encoded(epoch: 1, task: 2)
        #expect(bodies(worker.receive(frame(second))) == [expected])
        #expect(worker.statistics.slices == 2)
    }

    @Test("asks for everything again where it has not what a task builds on")
    func lostTask() throws {
        var worker = beginning()
        let behind = Self.slices(base: 1, [(0, Self.vectors(0.5, 0))]).encoded(epoch: 1, task: 2)
        let offer = try #require(bodies(worker.receive(frame(behind))).first)
        #expect(try JoinFrame(offer) == JoinFrame(worker: "w", epoch: 1, shardCount: 0))
        // Until it gets it, it computes nothing.
        #expect(try JoinFrame(worker.lifeSign.body).shardCount == 0)
    }

    @Test("ignores other epochs, counts what is malformed, and goes on")
    func ignored() throws {
        var worker = beginning()
        let all = [(UInt32(0), Self.vectors(3, 3)), (1, Self.vectors(7, 7))]
        #expect(worker.receive(frame(Self.slices(base: 0, all).encoded(epoch: 2, task: 1))).isEmpty)
        #expect(worker.statistics.staleFrames == 1)
        for bad in [
            Self.slices(base: 0, [all[0]]), Self.slices(base: 0, [all[0], (2, Self.vectors(1, 1))]),
            Self.slices(base: 0, [all[0], (1, [1, 2])]), Self.slices(base: 0, all, [1, 2, 3]),
            Self.slices(base: 0, all, Self.slice + [0]),
        ] {
            #expect(bodies(worker.receive(frame(bad.encoded(epoch: 1, task: 1)))).isEmpty)
            #expect(worker.receive(frame(Self.network.encoded(epoch: 1))).isEmpty)
        }
        #expect(worker.statistics.malformedFrames == 5)
        #expect(bodies(worker.receive(frame(Self.slices(base: 0, all).encoded(epoch: 1, task: 1)))).count == 1)
        // Whatever bit is another, it is refused or computed.
        let words = Self.slices(base: 0, all).encoded(epoch: 1, task: 2)
        for place in words.indices {
            for bit in [0, 7, 31] as [UInt32] {
                var (changed, copy) = (words, worker)
                changed[place] ^= 1 << bit
                _ = copy.receive(frame(changed))
            }
            var copy = worker
            _ = copy.receive(frame(Array(words.prefix(place))))
        }
    }

    @Test("says why it does not serve, and ends; ends when it is told to; offers again when nobody asks")
    func ends() {
        var worker = GradientWorker(id: "w")
        let wide: [UInt32] = [1, 1, 9999, 1, 0, 0, 0, 0]
        for network in [NetworkFrame(code: 9, computer: []), NetworkFrame(code: 0, computer: wide)] {
            let actions = worker.receive(frame(network.encoded(epoch: 1)))
            #expect(bodies(actions).count == 1)
            guard case .fail? = actions.last else {
                Issue.record("it goes on")
                continue
            }
        }
        worker = beginning()
        let stop = NoticeFrame(reason: "done").encoded(kind: .stop, epoch: 1)
        guard case .finish(reason: "done")? = worker.receive(frame(stop)).first else {
            Issue.record("it does not end")
            return
        }
        for mailbox in [Mailbox.control, .replies] {
            guard case .lost? = worker.receive(.returned(type: "JOIN", correlation: 0, from: mailbox)).first else {
                Issue.record("it has not noticed")
                return
            }
        }
    }
}
