internal import ActorNode
public import MasterNode
internal import Checkpoints
public import Messaging
public import TabularLearning
public import WorkerNode
package import WireProtocol

/// A master and its workers with broker and disk in one thread; a seed says what happens next and what goes wrong.
///
/// The nodes are the ones that run for real; this stands for their loops, for the broker between them, for the disk,
/// and for whoever starts again what has died.
public struct SimulatedCluster {
    /// How a run ended.
    public enum Ending: Sendable {
        /// The master collected its table.
        case finished(Master)
        /// The master gave up.
        case failed(String)
        /// Nothing more happened, or far too much.
        case stuck
    }

    /// Mistakes that are planted to see whether they are found.
    package struct Defects {
        package var nodes = PlantedDefects()
        package var writesManifestFirst = false

        package init() {}
    }

    /// A worker's process.
    struct WorkerProcess {
        let id: String
        var worker: Worker
        var connection: Int
        var isAlive = true
        /// It does nothing before this many events have happened.
        var sleepsUntil = 0
        /// Whether its mailbox is still another's.
        var isBlocked = false
    }

    /// An actor process.
    struct ActorProcess {
        var actor: CohortActor
        var connection: Int
        var isAlive = true
        /// It does nothing before this many events have happened.
        var sleepsUntil = 0
        /// Whether its mailbox is still another's.
        var isBlocked = false
        /// Worlds that are away from its cohorts.
        var worldJobs: [(job: WorldJob, cohort: Int)] = []
    }

    /// What was said to operators.
    public internal(set) var reports: [String] = []
    /// The workers' own words when they ended with an error.
    public internal(set) var refusals: [String] = []
    /// How often the run has returned to a checkpoint, over all masters.
    public internal(set) var rollbackCount = 0
    /// Shards that changed owners under the last master.
    public internal(set) var moveCount: UInt64 = 0
    /// Checkpoints that were written.
    public internal(set) var checkpointCount = 0

    let run: SimulatedRun
    let defects: Defects
    var random: SplitMix64
    var broker = SimulatedBroker()
    var master: Master?
    var masterConnection = 0
    var masterSleepsUntil = 0
    var masterCount = 0
    var workers: [WorkerProcess] = []
    var actors: [ActorProcess] = []
    var captures: [RunCapture] = []
    /// Tables that were handed out to be evaluated, by round: more than one where the run returned to before it.
    public internal(set) var evaluated: [UInt64: [ActionValueTable]] = [:]
    /// Worlds that are away from the master.
    var worldJobs: [(job: WorldJob, cohort: Int)] = []
    let files = SimulatedFiles(with: "/run")
    var faults: [Fault]
    var eventCount = 0
    var quietTimers = 0
    private var missedTimers = 0
    var ending: Ending?

    var store: CheckpointStore<Note> {
        CheckpointStore(
            folder: "/run/checkpoints",
            files: files,
            keptCount: 2,
            writesManifestFirst: defects.writesManifestFirst
        )
    }

    /// What a simulated checkpoint says of its run.
    struct Note: Codable, Sendable { var seed = 9 }

    /// Creates a cluster in which nothing goes wrong but the order of things.
    public init(_ run: SimulatedRun, workerCount: Int? = nil, seed: UInt64) {
        self.init(run, workerCount: workerCount ?? run.workers, seed: seed, faultCount: 0, Defects())
    }

    /// Creates a cluster in which as many faults happen.
    package init(_ run: SimulatedRun, workerCount: Int, seed: UInt64, faultCount: Int, _ defects: Defects) {
        self.run = run
        self.defects = defects
        random = SplitMix64(state: seed)
        faults = Fault.draw(faultCount, &random)
        startMaster()
        for index in 0..<workerCount { startWorker("w\(index)") }
        for index in 0..<run.actors { startActor("a\(index)") }
    }

    /// Creates a cluster in which only these happen, in the order of their time.
    package init(_ run: SimulatedRun, workerCount: Int, seed: UInt64, _ faults: [Fault]) {
        self.init(run, workerCount: workerCount, seed: seed, faultCount: 0, Defects())
        self.faults = faults
    }

    /// Lets things happen until the master ends.
    public mutating func play() -> Ending {
        let mostEvents = 100_000
        while ending == nil, eventCount < mostEvents {
            eventCount += 1
            if let fault = faults.first, fault.event <= eventCount {
                faults.removeFirst()
                strike(fault.kind)
            } else {
                step()
            }
        }
        return ending ?? .stuck
    }

    /// Puts a message into a mailbox, as a stranger would.
    public mutating func inject(_ message: Message, into mailbox: Mailbox) {
        broker.publish(message, to: mailbox, from: broker.connect())
    }

    /// What each worker that is or was there has counted, in the order of their starts.
    public var workerStatistics: [Worker.Statistics] { workers.map(\.worker.statistics) }

    /// One of the things that can happen, each as likely as the others; a timer when nothing else can.
    private mutating func step() {
        let steps = broker.steps(at: eventCount)
        let readers = workers.indices.filter {
            isAwake($0) && (isToldSomething(workers[$0].connection) || workers[$0].isBlocked)
        }
        let players = actors.indices.filter {
            actorIsAwake($0)
                && (isToldSomething(actors[$0].connection) || actors[$0].isBlocked || actors[$0].actor.holdsRounds
                    || !actors[$0].worldJobs.isEmpty)
        }
        let masterReads = master != nil && masterSleepsUntil <= eventCount && isToldSomething(masterConnection)
        let masterReleases = master?.holdsRounds == true && masterSleepsUntil <= eventCount
        let saves = captures.isEmpty ? 0 : 1
        let jobs = master != nil && masterSleepsUntil <= eventCount ? worldJobs.count : 0
        let count =
            steps.count + readers.count + players.count + (masterReads ? 1 : 0) + (masterReleases ? 1 : 0) + saves
            + jobs
        guard count > 0, random.nextIndex(below: 200) > 0 else { return fireTimer(isQuiet: count == 0) }
        var choice = random.nextIndex(below: count)
        if choice < steps.count {
            return broker.perform(steps[choice], twice: !faults.isEmpty && random.nextIndex(below: 50) == 0)
        }
        choice -= steps.count
        if choice < readers.count { return workerReads(readers[choice]) }
        choice -= readers.count
        if choice < players.count { return actorActs(players[choice]) }
        choice -= players.count
        if masterReads, choice == 0 { return masterReadsOne() }
        choice -= masterReads ? 1 : 0
        // It has heard nothing more for a moment.
        if masterReleases, choice == 0 { return perform(master?.release() ?? []) }
        choice -= masterReleases ? 1 : 0
        if choice < jobs { return finishWorldJob(choice) }
        saveOldest()
    }

    private func isAwake(_ index: Int) -> Bool { workers[index].isAlive && workers[index].sleepsUntil <= eventCount }

    /// A connection that is cut says so to whoever has read the rest.
    private func isToldSomething(_ connection: Int) -> Bool {
        !broker.connections[connection].inbound.isEmpty || !broker.connections[connection].isOpen
    }

    /// Clocks go by: offers and signs of life, probes; after a long silence a master gives up waiting.
    private mutating func fireTimer(isQuiet: Bool) {
        quietTimers = isQuiet ? quietTimers + 1 : 0
        let alive = workers.indices.filter {
            isAwake($0) && !workers[$0].isBlocked && broker.connections[workers[$0].connection].isOpen
        }
        let playing = actors.indices.filter {
            actorIsAwake($0) && !actors[$0].isBlocked && broker.connections[actors[$0].connection].isOpen
        }
        let choice = random.nextIndex(below: alive.count + playing.count + 1)
        if choice < alive.count { return perform([workers[alive[choice]].worker.offer()], by: alive[choice]) }
        if choice < alive.count + playing.count { return actorLooks(playing[choice - alive.count]) }
        guard let master, masterSleepsUntil <= eventCount else { return }
        let patience = 60
        if quietTimers > patience, !master.isGathering, !master.isEnded {
            quietTimers = 0
            return perform(self.master?.giveUpWaiting(for: "long") ?? [])
        }
        missedTimers = master.missingWorkerCount > 0 && hasAllWorkers(master) ? missedTimers + 1 : 0
        if missedTimers > patience {
            missedTimers = 0
            return startWorker("missed\(workers.count)")
        }
        perform((self.master?.directActors() ?? []) + (self.master?.probes() ?? []))
    }

    /// Whether a master that misses somebody misses nobody who is there: then whoever reads its log starts another.
    ///
    /// Who was let go, before anybody knew that the one in whose place they stood was dead, is started again by nobody else.
    private func hasAllWorkers(_ master: Master) -> Bool {
        workers.allSatisfy { !$0.isAlive || master.presentWorkers.contains($0.id) }
    }

    /// Where everybody is, in words; for a run that does not end.
    var situation: String {
        let nodes = workers.filter(\.isAlive).map { process in
            let state = process.worker.isOffering ? "offering" : "serving"
            let blocked = process.isBlocked ? " and waiting for its mailbox" : ""
            return "\(process.id) \(state)\(blocked)"
        }
        let cast = actors.filter(\.isAlive).map { "\($0.actor.id) with \($0.actor.cohortCount) cohorts" }
        let told = master.map { master in
            "master gathering \(master.isGathering), training \(master.isTraining), epoch \(master.epoch), has \(master.workers)"
        }
        return (nodes + cast + [told ?? "no master"]).joined(separator: "; ")
    }
}
