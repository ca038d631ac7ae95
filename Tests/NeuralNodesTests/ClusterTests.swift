import Dispatch
import Logging
import Messaging
import NeuralLearning
import NeuralNodes
import Synchronization
import Testing
import WorkerNode

@Suite("A network that workers of a transport learn")
struct ClusterTests {
    private static let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
    /// Never what ends a test: its workers may begin minutes after its learner where other tests have the processors.
    private static let patience = Duration.seconds(3600)

    /// Runs a worker as the program does.
    private static func work(_ id: String, _ transport: MemoryTransport, stop: StopFlag) throws -> Worker.Statistics {
        let networks = WorkerService.OtherRuns { message, endpoint in
            let service = GradientWorkerService(id: id, stop: stop, logger: logger)
            return try service.serve(message, on: endpoint) == .lost ? .lost : .over
        }
        return try WorkerService(
            transport: transport,
            id: id,
            patience: Self.patience,
            stop: stop,
            others: networks,
            logger: logger
        ).run()
    }

    private func learned<Learner: NetworkLearner>(_ beginning: Learner, workers: Int) async throws -> Learner {
        let (transport, stop) = (MemoryTransport(), StopFlag())
        return try await withThrowingTaskGroup(of: Worker.Statistics.self) { group in
            for index in 0..<workers {
                group.addTask {
                    try await DedicatedThread.run(named: "w\(index)") {
                        try Self.work("w\(index)", transport, stop: stop)
                    }
                }
            }
            defer { stop.raise() }
            let learner = try await DedicatedThread.run(named: "learner") {
                let cluster = try SliceCluster(
                    beginning.computer,
                    over: transport,
                    workers: workers,
                    patience: Self.patience,
                    answerLimit: Self.patience,
                    stop: stop,
                    logger: Self.logger
                )
                let learner = try Runs.finish(beginning) { try cluster.gradients(of: $0, $1) }
                let statistics = cluster.end("done")
                #expect(statistics.slicesHere == 0 && statistics.slicesOfWorkers == 8 * statistics.tasks)
                return learner
            }
            for try await statistics in group { #expect(statistics.isDismissed) }
            return learner
        }
    }

    private func check<Learner: NetworkLearner>(_ beginning: Learner) async throws {
        let alone = try Runs.alone(beginning)
        for count in [1, 2, 4, 8] {
            let learner = try await learned(beginning, workers: count)
            #expect(Runs.areEqual(learner, alone), "\(count) workers")
        }
    }

    @Test("has the same bits by 1, 2, 4 and 8 workers: a deep Q-network with everything")
    func dqn() async throws { try await check(Runs.dqn) }

    @Test("has the same bits by 1, 2, 4 and 8 workers: DDPG")
    func ddpg() async throws { try await check(Runs.actorCritic(.ddpg)) }

    @Test("has the same bits by 1, 2, 4 and 8 workers: TD3")
    func td3() async throws { try await check(Runs.actorCritic(.td3)) }

    @Test("has the same bits by 1, 2, 4 and 8 workers: A2C")
    func a2c() async throws { try await check(Runs.a2c) }

    /// A way to others that ends when it is told to.
    private final class Frail: Transport {
        private final class Thread: Endpoint {
            private let base: any Endpoint
            private let whole: Frail

            init(_ base: any Endpoint, _ whole: Frail) { (self.base, self.whole) = (base, whole) }

            func open(_ mailbox: Mailbox) throws(MessagingError) { try base.open(mailbox) }
            func close(_ mailbox: Mailbox) throws(MessagingError) { try base.close(mailbox) }
            func publish(_ message: Message, to mailbox: Mailbox) throws(MessagingError) {
                guard whole.left.subtract(1, ordering: .relaxed).newValue != 0 else {
                    base.disconnect()
                    throw MessagingError(.connectionLost, "as was asked for")
                }
                try base.publish(message, to: mailbox)
            }
            func receive(within limit: Duration) throws(MessagingError) -> MessagingEvent? {
                try base.receive(within: limit)
            }
            func disconnect() { base.disconnect() }
        }

        private let base: MemoryTransport
        let left: Atomic<Int>

        init(_ base: MemoryTransport, losingAfter count: Int) {
            self.base = base
            left = Atomic(count)
        }

        func connect(as name: String) -> any Endpoint { Thread(base.connect(as: name), self) }
    }

    @Test("goes on alone when its connection is lost, and with its workers when there is one again")
    func reconnect() async throws {
        let (transport, stop) = (MemoryTransport(), StopFlag())
        let beginning = Runs.a2c
        let alone = try Runs.alone(beginning)
        try await withThrowingTaskGroup(of: Worker.Statistics.self) { group in
            for index in 0..<2 {
                group.addTask {
                    try await DedicatedThread.run(named: "w\(index)") {
                        try Self.work("w\(index)", transport, stop: stop)
                    }
                }
            }
            defer { stop.raise() }
            try await DedicatedThread.run(named: "learner") {
                let cluster = try SliceCluster(
                    beginning.computer,
                    over: Frail(transport, losingAfter: 40),
                    workers: 2,
                    patience: Self.patience,
                    answerLimit: Self.patience,
                    stop: stop,
                    logger: Self.logger
                )
                let learner = try Runs.finish(beginning) { try cluster.gradients(of: $0, $1) }
                #expect(Runs.areEqual(learner, alone))
                // The workers come anew, and the next run has them from its beginning.
                let deadline = ContinuousClock.now + Self.patience
                let never = DispatchSemaphore(value: 0)
                while cluster.presentWorkers.count < 2, ContinuousClock.now < deadline {
                    _ = never.wait(timeout: .now() + .milliseconds(10))
                }
                var later = beginning
                if case .update(let slices) = later.next() {
                    let before = cluster.statistics.slicesOfWorkers
                    _ = try cluster.gradients(of: slices, later.parameters)
                    #expect(cluster.statistics.slicesOfWorkers == before + 8)
                }
                #expect(cluster.end("done").slicesHere > 0)
            }
            for try await statistics in group { #expect(statistics.isDismissed) }
        }
    }

    @Test("does not begin where workers stay away, or where it is to end")
    func absence() throws {
        func begin(_ stop: StopFlag, _ patience: Duration) throws {
            _ = try SliceCluster(
                Runs.a2c.computer,
                over: MemoryTransport(),
                workers: 1,
                patience: patience,
                answerLimit: .seconds(1),
                stop: stop,
                logger: Self.logger
            )
        }
        #expect(throws: GatheringFailure.self) { try begin(StopFlag(), .milliseconds(150)) }
        let stop = StopFlag()
        stop.raise()
        #expect(throws: GatheringFailure.self) { try begin(stop, Self.patience) }
    }
}
