internal import Logging
internal import MasterNode
internal import Messaging
internal import MessagingTestSupport
internal import RabbitMQMessaging
internal import SeveralBrokers
internal import Synchronization
internal import TabularLearning
internal import Testing

@Suite("A run over several brokers that are no cluster", .timeLimit(.minutes(5)))
struct SeveralBrokersTests {
    /// Each node reaches the brokers by itself.
    private static func transport(
        _ transports: [any Transport],
        _ told: @escaping @Sendable (String) -> Void = { _ in }
    ) -> SeveralTransport {
        SeveralTransport(transports, presence: BrokerPresence(transports.indices.map { "broker-\($0)" }, say: told))
    }

    /// Runs master and two workers; each node has a way of its own.
    private func run(
        _ way: @escaping @Sendable () -> SeveralTransport,
        progress: @escaping @Sendable (Master) -> Void = { _ in },
        onStart: @escaping @Sendable () -> Void
    ) async throws -> Master {
        async let first = MazeRun(transport: way()).worker("w0")
        async let second = MazeRun(transport: way()).worker("w1")
        var run = MazeRun(transport: way())
        run.progress = progress
        let master = try await run.master(onStart: onStart)
        _ = try await (first, second)
        return master
    }

    @Test("ends in the bits of the serial reference when one in memory is lost and comes back", arguments: 0..<3)
    func lossInMemory(lost: Int) async throws {
        let brokers = (0..<3).map { FragileBroker("broker-\($0)") }
        let master = try await run({ Self.transport(brokers.map(\.transport)) }) { master in
            // It is there again when everybody has gone on without it.
            if master.rollbackCount > 0 { brokers[lost].restart() }
        } onStart: {
            brokers[lost].kill()
        }
        #expect(master.table?.cells == (try MazeRun.serialTable().cells))
        #expect(master.rollbackCount > 0)
    }

    @Test("takes a worker that knows one of the brokers alone, and not the one where it is looked for first")
    func workerOfOneBroker() async throws {
        let broker = try await LocalBroker.start(logger: Logger(label: "tests"))
        defer { broker.stop() }
        let name = "test-several-\(UInt64.random(in: 0...UInt64.max))"
        let ways = [try await SharedBroker.address, broker.address].map { RabbitMQTransport(address: $0, run: name) }
        #expect(MailboxPlace(of: .worker("w0")).preference(among: 2) == [0, 1])
        async let first = MazeRun(transport: ways[1]).worker("w0")
        async let second = MazeRun(transport: Self.transport(ways)).worker("w1")
        let master = try await MazeRun(transport: Self.transport(ways)).master()
        _ = try await (first, second)
        #expect(master.table?.cells == (try MazeRun.serialTable().cells))
    }

    @Test("ends in the bits of the serial reference when a real one is killed and started again")
    func lossOfRealNode() async throws {
        let broker = try await LocalBroker.start(logger: Logger(label: "tests"))
        defer { broker.stop() }
        let addresses = [try await SharedBroker.address, broker.address]
        let told = Mutex<[String]>([])
        let name = "test-several-\(UInt64.random(in: 0...UInt64.max))"
        let starting = Mutex<Task<Void, any Error>?>(nil)
        let master = try await run({
            Self.transport(addresses.map { RabbitMQTransport(address: $0, run: name) }) { word in
                told.withLock { $0.append(word) }
            }
        }) { master in
            guard master.rollbackCount > 0 else { return }
            starting.withLock { $0 = $0 ?? Task { try await broker.restart() } }
        } onStart: {
            broker.kill()
        }
        #expect(master.table?.cells == (try MazeRun.serialTable().cells))
        #expect(master.rollbackCount > 0)
        #expect(told.withLock { $0 }.contains { $0.contains("broker-1 is away") && $0.contains("1 of 2 are there") })
        try await starting.withLock { $0 }?.value
    }
}
