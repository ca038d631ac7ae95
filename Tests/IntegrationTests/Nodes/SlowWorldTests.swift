internal import Dispatch
internal import MasterNode
internal import Messaging
internal import RabbitMQMessaging
internal import Synchronization
internal import TabularLearning
internal import Testing

@Suite struct `A world that takes its time` {
    /// A heartbeat of 1 s: after two of silence the broker takes a node for dead.
    private static let heartbeat = 1
    /// How often the master looks about while a step is under way, ten times a second: four heartbeats.
    private static let looks = 40

    @Test(.timeLimit(.minutes(5)), arguments: [TrainingPlan.Durability.rollback, .log])
    func `keeps no node from its heartbeats`(_ durability: TrainingPlan.Durability) async throws {
        let pause = Pause(looks: Self.looks)
        var run = MazeRun(transport: try await SharedBroker.freshRun(heartbeat: Self.heartbeat))
        run.durability = durability
        run.world = { base -> any Environment in
            if durability == .log { return SlowPlant(base: base, pause: pause) }
            return SlowWorld(base: base, pause: pause)
        }
        run.progress = { _ in pause.noteLook() }
        defer { run.stop.raise() }
        let nodes = run
        async let one = nodes.worker("one")
        async let other = nodes.worker("other")
        let master = try await nodes.master()
        _ = try await [one, other]
        #expect(pause.isOver, "the master stood still while a world was stepped")
        #expect(master.rollbackCount == 0)
        #expect(try master.table?.cells == MazeRun.serialTable().cells)
    }
}

/// Lets the first step that comes here take until the master has looked about so many times.
private final class Pause: Sendable {
    private let looks: Int
    private let seen = Atomic<Int>(0)
    private let begun = Atomic<Bool>(false)
    private let ended = Atomic<Bool>(false)
    private let enough = DispatchSemaphore(value: 0)

    init(looks: Int) {
        self.looks = looks
    }

    /// Whether it was the master who ended it.
    var isOver: Bool { ended.load(ordering: .acquiring) }

    func noteLook() {
        guard begun.load(ordering: .acquiring) else { return }
        if seen.add(1, ordering: .acquiringAndReleasing).newValue == looks { enough.signal() }
    }

    func pass() {
        guard begun.exchange(true, ordering: .acquiringAndReleasing) == false else { return }
        ended.store(enough.wait(timeout: .now() + 60) == .success, ordering: .releasing)
    }
}

/// Mazes in which one step takes long.
private struct SlowWorld: RestorableEnvironment {
    var base: any RestorableEnvironment
    let pause: Pause

    var space: StateSpace { base.space }
    var laneCount: Int { base.laneCount }
    var gauges: [Gauge] { base.gauges }
    var episodeSteps: Int? { base.episodeSteps }
    var mayTakeLong: Bool { true }

    mutating func begin(_ batch: inout StepBatch) { base.begin(&batch) }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) throws(EnvironmentFailure) {
        pause.pass()
        try base.step(actions, &batch)
    }

    func save(to writer: inout WordWriter) { base.save(to: &writer) }

    mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) { try base.restore(from: &reader) }
}

/// The same, and nobody can put it back.
private struct SlowPlant: Environment {
    var base: any RestorableEnvironment
    let pause: Pause

    var space: StateSpace { base.space }
    var laneCount: Int { base.laneCount }
    var gauges: [Gauge] { base.gauges }
    var episodeSteps: Int? { base.episodeSteps }
    var mayTakeLong: Bool { true }

    mutating func begin(_ batch: inout StepBatch) { base.begin(&batch) }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) throws(EnvironmentFailure) {
        pause.pass()
        try base.step(actions, &batch)
    }
}
