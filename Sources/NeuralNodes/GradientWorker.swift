public import Messaging
internal import NeuralLearning
internal import TabularLearning
internal import WireProtocol

/// A worker of a run that learns networks, as a value: what it hears goes in, what it has to do comes out.
///
/// It is told what it computes, gets slices with the parameters that have changed, and answers with gradients. It keeps nothing that
/// is not sent again when it asks.
public struct GradientWorker: Sendable {
    /// Something for the loop to do.
    public enum Action: Sendable {
        /// Publish a message.
        case publish(Message, to: Mailbox)
        /// Say something to the operator.
        case report(String)
        /// Nobody is there any more who asks: offer again.
        case lost(String)
        /// End: the run is over.
        case finish(reason: String)
        /// End: nobody is to ask again.
        case fail(String)
    }

    /// What a worker has counted.
    public struct Statistics: Sendable, Hashable {
        /// Slices computed.
        public var slices: UInt64 = 0
        /// Frames that were not what the protocol says.
        public var malformedFrames: UInt64 = 0
        /// Frames of another epoch.
        public var staleFrames: UInt64 = 0
    }

    /// The worker's name.
    public let id: String
    /// What it has counted.
    public private(set) var statistics = Statistics()
    /// The coordinator's epoch.
    public private(set) var epoch: UInt32 = 0

    private var bench: (any Bench)?

    /// Creates a worker that has been told nothing.
    ///
    /// - Parameter id: 1 to 100 bytes; names its mailbox.
    public init(id: String) { self.id = id }

    /// What says that it is there, every now and then; its return tells that nobody asks any more.
    public var lifeSign: Message { offer(shardCount: bench == nil ? 0 : 1) }

    /// What says that it goes.
    public var farewell: Message {
        let offer = JoinFrame(worker: id, epoch: epoch, isLeaving: true)
        return Message(type: "LEAVE", correlation: 0, body: offer.encoded())
    }

    private func offer(shardCount: UInt64) -> Message {
        Message(
            type: "JOIN",
            correlation: 0,
            body: JoinFrame(worker: id, epoch: epoch, shardCount: shardCount).encoded()
        )
    }

    /// Takes up what the endpoint heard.
    public mutating func receive(_ event: MessagingEvent) -> [Action] {
        switch event {
        case .delivery(let message, let mailbox):
            do throws(FrameFailure) {
                return try receive(message)
            } catch {
                return refuse(error, in: mailbox)
            }
        case .malformed(let reason, let mailbox): return refuse(FrameFailure(.malformed, reason), in: mailbox)
        case .returned(_, _, .control), .returned(_, _, .replies):
            return [.lost("nobody asks for gradients any more; offering again")]
        case .returned, .unblocked: return []
        case .blocked(let reason): return [.report("the broker does not take messages for now: \(reason)")]
        }
    }

    private mutating func refuse(_ failure: FrameFailure, in mailbox: Mailbox) -> [Action] {
        statistics.malformedFrames += 1
        return [.report("ignored a malformed frame in \(mailbox): \(failure)")]
    }

    private mutating func receive(_ message: Message) throws(FrameFailure) -> [Action] {
        let header = try FrameHeader(of: message.body)
        switch header.kind {
        case .network: return try begin(NetworkFrame(message.body), epoch: header.epoch)
        case .refusal: return [.fail(try NoticeFrame(message.body).reason)]
        case .stop where header.epoch == epoch: return [.finish(reason: try NoticeFrame(message.body).reason)]
        case .slices where header.epoch == epoch: return try compute(SlicesFrame(message.body), task: header.sequence)
        case .probe where header.epoch == epoch: return []
        case .slices, .stop, .probe:
            statistics.staleFrames += 1
            return []
        default: throw FrameFailure(.malformed, "a frame of kind \(header.kind) is not for a worker of networks")
        }
    }

    /// Gets ready, with nothing in hand yet.
    private mutating func begin(_ network: NetworkFrame, epoch: UInt32) throws(FrameFailure) -> [Action] {
        self.epoch = epoch
        do throws(WordReader.Failure) {
            bench = try Benches.make(network)
            return []
        } catch {
            bench = nil
            let notice = NoticeFrame(reason: "worker \(id) cannot compute it: \(error)")
            let header = FrameHeader(kind: .refusal, epoch: epoch)
            return [
                .publish(Message(type: "REFUSE", correlation: 0, body: notice.encoded(header: header)), to: .control),
                .fail("this release cannot compute what the run asks for: \(error)"),
            ]
        }
    }

    private mutating func compute(_ frame: SlicesFrame, task: UInt64) throws(FrameFailure) -> [Action] {
        guard var bench, frame.base == 0 || frame.base == bench.task else {
            // What lies between was lost, or was another's: all of it is sent again to one that has nothing.
            bench = nil
            return [
                .report("a message with parameters was lost; asking for all of them again"),
                .publish(offer(shardCount: 0), to: .control),
            ]
        }
        self.bench = nil
        let words: [UInt32]
        do throws(WordReader.Failure) {
            words = try bench.compute(frame, task: task)
        } catch {
            throw FrameFailure(.malformed, error.description)
        }
        self.bench = bench
        statistics.slices += UInt64(frame.slices.count)
        let answer = GradientsFrame(first: frame.first, count: UInt32(frame.slices.count), words: words)
        let body = answer.encoded(epoch: epoch, task: task)
        return [.publish(Message(type: "GRADIENTS", correlation: task, body: body), to: .replies)]
    }
}

/// A computer with the parameters that it was sent.
private protocol Bench: Sendable {
    /// The task whose parameters these are; 0 for none.
    var task: UInt64 { get }

    /// Takes what has changed, and computes slices.
    mutating func compute(_ frame: SlicesFrame, task: UInt64) throws(WordReader.Failure) -> [UInt32]
}

/// All computers that there are.
private enum Benches {
    static func make(_ network: NetworkFrame) throws(WordReader.Failure) -> any Bench {
        switch network.code {
        case SliceComputer.code: try ComputerBench<SliceComputer>(network.computer)
        case ActorCriticComputer.code: try ComputerBench<ActorCriticComputer>(network.computer)
        case A2CComputer.code: try ComputerBench<A2CComputer>(network.computer)
        default: throw WordReader.Failure("computer \(network.code) is none that this release knows")
        }
    }
}

private struct ComputerBench<Computer: PortableComputer>: Bench {
    private(set) var task: UInt64 = 0
    private var computer: Computer
    private var arrays: [[Vector]] = []

    init(_ words: [UInt32]) throws(WordReader.Failure) {
        var reader = WordReader(words)
        computer = try Computer(from: &reader)
        try reader.finish()
        guard 16 * computer.arraySizes.reduce(0, +) <= Message.maximumWordCount else {
            throw WordReader.Failure("its parameters are more than a message holds")
        }
    }

    mutating func compute(_ frame: SlicesFrame, task: UInt64) throws(WordReader.Failure) -> [UInt32] {
        try take(frame)
        self.task = task
        var slices: [Computer.Slice] = []
        for words in frame.slices {
            var reader = WordReader(words)
            slices.append(try computer.slice(from: &reader))
            try reader.finish()
        }
        return SliceShare(slices, from: Int(frame.first), Computer.parameters(of: arrays), &computer).words
    }

    private mutating func take(_ frame: SlicesFrame) throws(WordReader.Failure) {
        let sizes = computer.arraySizes
        if frame.base == 0 { arrays = Array(repeating: [], count: sizes.count) }
        for array in frame.changed {
            guard array.place < sizes.count else { throw WordReader.Failure("there is no array \(array.place)") }
            let place = Int(array.place)
            arrays[place] = try [Vector](words: array.words, count: sizes[place])
        }
        guard zip(arrays, sizes).allSatisfy({ $0.count == $1 }) else {
            throw WordReader.Failure("parameters are missing")
        }
    }
}
