import ActorNode
import CoreMetrics
import Foundation
import Logging
import MasterNode
import Messaging
import Monitoring
import PolicyServing
import SimulatedCluster
import TabularLearning
import Testing
import WorkerNode

@Suite("What nodes tell in numbers", .timeLimit(.minutes(5)))
struct NodeMetricsTests {
    /// The value of a metric with all its labels added up; `nil` where it is not exposed.
    private static func value(_ name: String, in text: String) -> Double? {
        let values = text.split(separator: "\n").filter { $0.hasPrefix(name + " ") || $0.hasPrefix(name + "{") }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
        return values.isEmpty ? nil : values.reduce(0, +)
    }

    /// Runs master, workers and actor processes over memory, each worker with a registry of its own.
    private static func play(
        _ run: SimulatedRun,
        actors: PrometheusRegistry = PrometheusRegistry()
    ) async throws -> (master: Master, text: String, workers: [String]) {
        let transport = MemoryTransport()
        let (registry, stop) = (PrometheusRegistry(), StopFlag())
        let workers = (0..<run.workers).map { _ in PrometheusRegistry() }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let master = try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, registry) in workers.enumerated() {
                group.addTask {
                    let service = WorkerService(
                        transport: transport,
                        id: "\(index)",
                        patience: .seconds(3600),
                        stop: stop,
                        logger: logger,
                        metrics: WorkerMetrics(factory: registry)
                    )
                    _ = try await DedicatedThread.run(named: "worker") { try service.run() }
                }
            }
            for index in 0..<run.actors {
                group.addTask {
                    let service = ActorService(
                        transport: transport,
                        id: "a\(index)",
                        session: 0,
                        patience: .seconds(3600),
                        stop: stop,
                        logger: logger,
                        metrics: ActorMetrics(factory: actors),
                        make: { cohorts, _ in Array(run.learners()[cohorts]) }
                    )
                    _ = try await DedicatedThread.run(named: "actor") { try service.run() }
                }
            }
            defer { stop.raise() }
            let finished = try await DedicatedThread.run(named: "master") {
                let master = try run.master()
                let service = MasterService(
                    transport: transport,
                    patience: .seconds(3600),
                    keeper: RunKeeper(
                        lastState: { RunState(beginning: run.learners()) },
                        save: { _ in }
                    ),
                    stop: StopFlag(),
                    logger: logger,
                    metrics: MasterMetrics(factory: registry, plan: master.plan)
                )
                return try service.run(master).master
            }
            try await group.waitForAll()
            return finished
        }
        return (master, registry.exposition, workers.map(\.exposition))
    }

    @Test("the workers' transitions add up to the ledger, and so do the master's updates by shard")
    func ledger() async throws {
        let (master, text, workers) = try await Self.play(SimulatedRun())
        let applied = Double(try #require(master.ledger).applied.reduce(0, +))
        #expect(applied > 0)
        #expect(workers.compactMap { Self.value("shardq_worker_transitions_total", in: $0) }.reduce(0, +) == applied)
        #expect(Self.value("shardq_master_transitions_total", in: text) == applied)
        #expect(Self.value("shardq_master_updates_total", in: text) == applied)
        for (shard, issued) in try #require(master.ledger).issued.enumerated() {
            #expect(Self.value("shardq_master_updates_total{shard=\"\(shard)\"}", in: text) == Double(issued))
        }
    }

    @Test("rounds, questions, checkpoints and missing workers are what the run had")
    func counts() async throws {
        let (master, text, workers) = try await Self.play(SimulatedRun())
        #expect(Self.value("shardq_master_rounds_total", in: text) == Double(master.round))
        let rounds = workers.compactMap { Self.value("shardq_worker_rounds_total", in: $0) }.reduce(0, +)
        #expect(rounds == Double(master.loads.reduce(0) { $0 + $1.rounds }))
        // A worker's shards share a message and its answer; some messages have updates alone, and no answer.
        let trips = try #require(Self.value("shardq_master_round_trip_seconds_count", in: text))
        let unanswered = Double(master.messageCount) - 2 * trips
        #expect(trips > 0 && trips < rounds && (0..<trips).contains(unanswered), "\(trips), \(unanswered)")
        #expect(Self.value("shardq_master_checkpoints_total{outcome=\"written\"}", in: text).map { $0 > 0 } ?? false)
        #expect(Self.value("shardq_master_missing_workers", in: text) == 0)
        #expect(Self.value("shardq_master_messages_in_flight", in: text) == 0)
        #expect(Self.value("shardq_master_staleness_rounds", in: text) == 1)
        #expect(Self.value("shardq_master_shard_imbalance_ratio", in: text).map { $0 >= 1 } ?? false)
        #expect(Self.value("shardq_master_malformed_frames_total", in: text) == 0)
    }

    @Test("actor processes form the transitions of the ledger, and have their cohorts to the end")
    func actors() async throws {
        var run = SimulatedRun()
        (run.actors, run.cohorts) = (2, 4)
        let registry = PrometheusRegistry()
        let (master, _, workers) = try await Self.play(run, actors: registry)
        let text = registry.exposition
        let applied = Double(try #require(master.ledger).applied.reduce(0, +))
        #expect(applied > 0 && Self.value("shardq_actor_transitions_total", in: text) == applied)
        #expect(workers.compactMap { Self.value("shardq_worker_transitions_total", in: $0) }.reduce(0, +) == applied)
        #expect(Self.value("shardq_actor_rounds_total", in: text).map { $0 >= Double(4 * master.round) } ?? false)
        #expect(Self.value("shardq_actor_messages_total", in: text).map { $0 > 0 } ?? false)
        #expect(Self.value("shardq_actor_busy_seconds_total", in: text).map { $0 > 0 } ?? false)
        #expect(Self.value("shardq_actor_malformed_frames_total", in: text) == 0)
    }

    @Test("rounds that share a message are one round trip")
    func sharedMessages() async throws {
        var run = SimulatedRun()
        run.cohorts = 4
        run.cohortsPerMessage = 2
        let (master, text, _) = try await Self.play(run)
        let rounds = Double(master.loads.reduce(0) { $0 + $1.rounds })
        let roundTrips = try #require(Self.value("shardq_master_round_trip_seconds_count", in: text))
        #expect(roundTrips > 0 && roundTrips < 0.9 * rounds)
        #expect(Self.value("shardq_master_messages_in_flight", in: text) == 0)
    }

    @Test("docs/metrics.md has a line for every metric, with its sentence, and for nothing else")
    func document() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/metrics.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let documented = text.matches(of: /(?m)^\| `(shardq_\w+)` \| \w+ \| (.*) \|$/)
            .map { "\($0.1): \($0.2.replacing("`", with: ""))" }
        let master = MasterMetrics.Name.allCases.map { "\($0.rawValue): \($0.help)" }
        let worker = WorkerMetrics.Name.allCases.map { "\($0.rawValue): \($0.help)" }
        let serving = ServingMetrics.Name.allCases.map { "\($0.rawValue): \($0.help)" }
        let actor = ActorMetrics.Name.allCases.map { "\($0.rawValue): \($0.help)" }
        #expect(documented.sorted() == (master + worker + actor + serving).sorted())
    }

    @Test("everything that is named is exposed from the start")
    func complete() throws {
        let registry = PrometheusRegistry()
        _ = MasterMetrics(factory: registry, plan: try SimulatedRun().master().plan)
        _ = WorkerMetrics(factory: registry)
        _ = ActorMetrics(factory: registry)
        _ = ServingMetrics(factory: registry)
        let exposed = Set(registry.exposition.matches(of: /(?m)^# TYPE (\w+)/).map { String($0.1) })
        let named =
            MasterMetrics.Name.allCases.map(\.rawValue) + WorkerMetrics.Name.allCases.map(\.rawValue)
            + ActorMetrics.Name.allCases.map(\.rawValue) + ServingMetrics.Name.allCases.map(\.rawValue)
        #expect(exposed == Set(named))
    }
}
