internal import Dispatch
internal import Foundation
internal import MasterNode
internal import Messaging
internal import RabbitMQMessaging
internal import TabularLearning
internal import Testing
internal import WorkerNode

@Suite struct `A run over RabbitMQ` {
    /// The bytes `SHRQ`, the mark of every frame.
    private static let mark: UInt32 = 0x5152_4853

    /// A frame as it lies on the wire, word by word.
    private static func frame(kind: UInt32, version: UInt32 = 1, shard: UInt32 = 0, _ payload: [UInt32]) -> [UInt32] {
        let (epoch, cohort, sequence): (UInt32, UInt32, [UInt32]) = (1, 0, [0, 0])
        return [mark, version | kind << 16, epoch, shard, cohort] + sequence + [UInt32(payload.count)] + payload
    }

    @Test(.timeLimit(.minutes(5)))
    func `refuses a worker of another protocol version in words and goes on`() async throws {
        let run = MazeRun(transport: try await SharedBroker.freshRun())
        async let master = run.master()
        defer { run.stop.raise() }
        let transport = run.transport
        let refusal = try await DedicatedThread.run(named: "old worker") {
            try Self.offer(version: 99, over: transport)
        }
        #expect(refusal.type == "REFUSE")
        try #require(refusal.body.count > 8)
        #expect(refusal.body[1] >> 16 == 9)
        var reader = WordReader(refusal.body, at: 8)
        let sentence = try reader.text()
        #expect(sentence.contains("old") && sentence.contains("version 99") && sentence.contains("the master 4"))

        async let one = run.worker("one")
        async let other = run.worker("other")
        defer { run.stop.raise() }
        let finished = try await master
        let statistics = try await [one, other]
        #expect(try finished.table?.cells == MazeRun.serialTable().cells)
        #expect(finished.workers.sorted() == ["one", "other"])
        #expect(statistics.allSatisfy { $0.malformedFrames == 0 && $0.rounds > 0 })
    }

    /// Offers a worker until the master says something to it.
    private static func offer(version: UInt32, over transport: any Transport) throws -> Message {
        let endpoint = try transport.connect(as: "old worker")
        defer { endpoint.disconnect() }
        try endpoint.open(.worker("old"))
        var name = WordWriter()
        name.write("old")
        let offer = Message(type: "JOIN", correlation: 0, body: frame(kind: 1, version: version, name.words))
        try endpoint.publish(offer, to: .control)
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            switch try endpoint.receive(within: .milliseconds(200)) {
            case .delivery(let message, _): return message
            case .returned: try endpoint.publish(offer, to: .control)
            default: break
            }
        }
        throw MessagingError(.unreachable, "no master answered the offer")
    }

    @Test(.timeLimit(.minutes(5)))
    func `counts frames and bytes that are no protocol, and ends in the same table`() async throws {
        let broker = try await SharedBroker.node
        let rabbit = try await SharedBroker.freshRun(heartbeat: 60)
        let run = MazeRun(transport: rabbit)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let isForged = DispatchSemaphore(value: 0)
        async let one = run.worker("one")
        async let other = run.worker("other")
        async let master = {
            defer { start.finish() }
            return try await run.master {
                start.finish()
                // All shards are served and no round is under way: what is forged now arrives before the first one.
                _ = isForged.wait(timeout: .now() + .seconds(60))
            }
        }()
        defer {
            run.stop.raise()
            isForged.signal()
        }
        for await _ in started {}
        try await DedicatedThread.run(named: "stranger") { try Self.publishForgedFrames(over: rabbit) }
        try await broker.control(["eval", Self.publicationOfForeignBytes(in: rabbit.run)])
        isForged.signal()

        let finished = try await master
        let malformed = try await [one, other].map(\.malformedFrames)
        #expect(malformed.max() == UInt64(Self.forgedFrames.count + Self.foreignBodies.count))
        #expect(malformed.min() == 0)
        #expect(try finished.table?.cells == MazeRun.serialTable().cells)
        #expect(finished.table?.updateCount == finished.statistics.transitions)
    }

    /// Frames of which a worker must not apply anything, not even the part that makes sense.
    private static let forgedFrames: [[UInt32]] = [
        [],
        [1, 2, 3],
        [UInt32](repeating: 0, count: 8),
        frame(kind: 77, []),
        // A header that announces more than follows.
        [mark, 1 | 4 << 16, 1, 0, 0, 0, 0, 5],
        // Rounds: the numbers of updates and of queries, the form of answers; cells, targets, rows.
        frame(kind: 4, [1, 0, 0]),
        frame(kind: 4, [UInt32.max, UInt32.max, 0]),
        frame(kind: 4, [0, 0, 2]),
        frame(kind: 4, [2, 0, 0, 0, 1_000_000, 0, 0]),
        frame(kind: 4, [1, 0, 0, 0, Float.infinity.bitPattern]),
        frame(kind: 4, [1, 1, 1, 0, 0, 1_000_000]),
        frame(kind: 4, shard: 99, [1, 0, 0, 0, 0]),
        // A request for cells that the shard does not have, and a frame that only a master understands.
        frame(kind: 6, [0, 0, 1_000_000]),
        frame(kind: 3, []),
    ]

    private static func publishForgedFrames(over transport: any Transport) throws {
        let endpoint = try transport.connect(as: "stranger")
        defer { endpoint.disconnect() }
        for body in forgedFrames {
            try endpoint.publish(Message(type: "UPDATE_Q", correlation: 0, body: body), to: .worker("one"))
        }
        // The broker answers this after it has put all of those into the worker's queue.
        try endpoint.open(.worker("stranger"))
    }

    /// AMQP properties and a body as Erlang terms that no endpoint can be talked into sending.
    private static let foreignBodies: [(properties: String, body: String)] = [
        (#"{type,<<"UPDATE_Q">>},{correlation_id,<<"1">>}"#, "<<1,2,3>>"),
        (#"{type,<<"UPDATE_Q">>}"#, "<<1,2,3,4>>"),
        ("", "<<>>"),
    ]

    /// The term by which the broker itself publishes them to the first worker.
    private static func publicationOfForeignBytes(in run: String) -> String {
        let exchange = #"rabbit_misc:r(<<"/">>, exchange, <<"shardq.\#(run)">>)"#
        let calls = foreignBodies.map { #"rabbit_basic:publish(\#(exchange), <<"worker.one">>, [\#($0)], \#($1))"# }
        return calls.joined(separator: ", ") + "."
    }
}
