public import MasterNode
internal import Messaging
internal import TabularLearning
internal import TurnOrders
internal import WorkerNode

/// A master and its workers on a clock of their own: how fast a run is where messages and worlds take their time.
///
/// The nodes are the ones that run for real. Each is busy with one message at a time; what one sends to another keeps its
/// order, as RabbitMQ promises. Times are in ticks, and a seed says all that is drawn.
public struct TimedCluster {
    /// How long things take, in ticks.
    public struct Times: Sendable {
        /// A message on its way.
        public var message: UInt64 = 20
        /// By how much more at most a message is delayed, drawn for each.
        public var messageJitter: UInt64 = 0
        /// The master with a turn, and with anything that it hears.
        public var turn: UInt64 = 10
        /// A worker with a round of a shard.
        public var round: UInt64 = 2
        /// By how much longer at most a world takes for a step, drawn for each; 0 for worlds that the master steps itself.
        public var worldJitter: UInt64 = 0
        /// How much longer one of the workers takes for everything: 1 for as long as the others.
        public var slowness: UInt64 = 1

        /// Creates times without jitter.
        public init() {}
    }

    /// What came of a run.
    public struct Result {
        /// The master at its end.
        public let master: Master
        /// The ticks from the first turn to the last.
        public let ticks: UInt64
        /// The turns.
        public let turnCount: UInt64

        /// Turns of a thousand ticks.
        public var rate: Double { 1000 * Double(turnCount) / Double(max(1, ticks)) }
    }

    private enum Event {
        case masterHears(MessagingEvent)
        case masterIsFree
        case workerHears(Int, MessagingEvent)
        case workerIsFree(Int)
        case worldIsDone(WorldJob, Int)
    }

    private struct Node {
        var inbox: [MessagingEvent] = []
        var isBusy = false
    }

    private let times: Times
    private var random: SplitMix64
    private var now: UInt64 = 0
    private var agenda = Agenda<Event>()
    private var master: Master
    private var masterNode = Node()
    private var workers: [Worker]
    private var nodes: [Node]
    private var worlds: [(job: WorldJob, cohort: Int)] = []
    /// When the last message on each way arrives: to each worker, and from each worker to the master.
    private var lastArrivals: [UInt64]
    private var begin: UInt64?
    private var end: UInt64 = 0
    private var hasEnded = false

    /// Prepares a run.
    ///
    /// - Throws: `MasterFailure` when the plan cannot be run.
    public init(_ run: SimulatedRun, _ times: Times, seed: UInt64) throws(MasterFailure) {
        self.times = times
        random = SplitMix64(state: SplitMix64.mix(seed))
        master = try run.master()
        workers = (0..<run.workers).map { Worker(id: "w\($0)") }
        nodes = Array(repeating: Node(), count: run.workers)
        lastArrivals = Array(repeating: 0, count: 2 * run.workers)
    }

    /// Runs to the end; `nil` when the run fails.
    public mutating func play() -> Result? {
        for index in workers.indices { perform([workers[index].offer()], by: index) }
        while let (time, event) = agenda.next() {
            now = time
            take(event)
        }
        guard hasEnded, let begin else { return nil }
        return Result(master: master, ticks: end - begin, turnCount: master.turns.begunCount)
    }

    private mutating func take(_ event: Event) {
        switch event {
        case .masterHears(let event): masterNode.inbox.append(event)
        case .masterIsFree: masterNode.isBusy = false
        case .workerHears(let index, let event): nodes[index].inbox.append(event)
        case .workerIsFree(let index): nodes[index].isBusy = false
        case .worldIsDone(let job, let cohort): worlds.append((job, cohort))
        }
        switch event {
        case .masterHears, .masterIsFree, .worldIsDone: masterGoesOn()
        case .workerHears(let index, _), .workerIsFree(let index): workerGoesOn(index)
        }
    }

    // MARK: - The master

    /// Worlds first, then messages, and when nothing is left to be heard what waits is sent.
    private mutating func masterGoesOn() {
        guard !masterNode.isBusy, !master.isEnded else { return }
        let before = master.turns
        let actions: [Master.Action]
        if !worlds.isEmpty {
            let (job, cohort) = worlds.removeFirst()
            job.perform()
            actions = master.take(job, of: cohort)
        } else if !masterNode.inbox.isEmpty {
            actions = master.receive(masterNode.inbox.removeFirst())
        } else if master.holdsRounds {
            actions = master.release()
        } else {
            return
        }
        if begin == nil, master.isTraining { begin = now }
        let turns = master.turns.begunCount - before.begunCount
        if turns > 0 { end = now + turns * times.turn }
        masterNode.isBusy = true
        let free = now + turns * times.turn + 1
        agenda.add(.masterIsFree, at: free)
        for action in actions { perform(action, at: free) }
    }

    private mutating func perform(_ action: Master.Action, at time: UInt64) {
        switch action {
        case .publish(let message, let mailbox):
            guard let index = workers.firstIndex(where: { $0.mailbox == mailbox }) else { return }
            let arrival = arrival(on: index, from: time)
            agenda.add(.workerHears(index, .delivery(message, in: mailbox)), at: arrival)
        case .perform(let job, let cohort):
            agenda.add(.worldIsDone(job, cohort), at: time + draw(times.worldJitter))
        case .finish: hasEnded = true
        case .report, .save, .evaluate, .rewind, .reload, .fail: break
        }
    }

    // MARK: - Workers

    private mutating func workerGoesOn(_ index: Int) {
        guard !nodes[index].isBusy, !nodes[index].inbox.isEmpty else { return }
        let rounds = workers[index].statistics.rounds
        let actions = workers[index].receive(nodes[index].inbox.removeFirst())
        let slowness = index == 0 ? times.slowness : 1
        let taken = (workers[index].statistics.rounds - rounds) * times.round * slowness + 1
        nodes[index].isBusy = true
        agenda.add(.workerIsFree(index), at: now + taken)
        perform(actions, by: index, at: now + taken)
    }

    private mutating func perform(_ actions: [Worker.Action], by index: Int, at time: UInt64 = 0) {
        for case .publish(let message, let mailbox) in actions {
            let arrival = arrival(on: workers.count + index, from: time)
            agenda.add(.masterHears(.delivery(message, in: mailbox)), at: arrival)
        }
    }

    // MARK: - Ways

    /// When a message arrives: not before the one that was sent before it.
    private mutating func arrival(on way: Int, from time: UInt64) -> UInt64 {
        lastArrivals[way] = max(lastArrivals[way], time + times.message + draw(times.messageJitter))
        return lastArrivals[way]
    }

    private mutating func draw(_ most: UInt64) -> UInt64 {
        most == 0 ? 0 : UInt64(random.nextIndex(below: Int(most) + 1))
    }
}

/// What is to happen, the first first; of what happens at one time, what was added first.
private struct Agenda<Event> {
    private var entries: [(time: UInt64, number: UInt64, event: Event)] = []
    private var count: UInt64 = 0

    mutating func add(_ event: Event, at time: UInt64) {
        count += 1
        entries.append((time, count, event))
        var child = entries.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> (time: UInt64, event: Event)? {
        guard !entries.isEmpty else { return nil }
        entries.swapAt(0, entries.count - 1)
        let first = entries.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count && isBefore(child, least) {
                least = child
            }
            guard least != parent else { break }
            entries.swapAt(parent, least)
            parent = least
        }
        return (first.time, first.event)
    }

    private func isBefore(_ one: Int, _ other: Int) -> Bool {
        (entries[one].time, entries[one].number) < (entries[other].time, entries[other].number)
    }
}
