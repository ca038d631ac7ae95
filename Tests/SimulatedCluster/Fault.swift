internal import ActorNode
internal import Checkpoints
internal import MasterNode
internal import Messaging
internal import TabularLearning
internal import WireProtocol
internal import WorkerNode

/// Something that goes wrong, and when.
package struct Fault: Sendable {
    package enum Kind: CaseIterable, Sendable {
        /// A worker dies and is started again, with its name or another.
        case killWorker
        /// The master dies, in the midst of a checkpoint if one is being written, and is started again.
        case killMaster
        /// As before, and what the disk had not flushed is gone.
        case powerCut
        /// One node's connection breaks.
        case cutWorker, cutMaster
        /// The broker forgets everything.
        case restartBroker
        /// A node does nothing for a while, during which its connection may be cut.
        case pauseWorker, pauseMaster
        /// The disk has no room for a while.
        case fillDisk
        /// A worker more than needed comes along.
        case extraWorker
        /// What a worker has published takes its time, while others may have taken its place.
        case delayWorker
        /// A shard is to go to a worker, whoever has it.
        case moveShard
        /// A worker wants to go.
        case drainWorker
        /// Somebody who has a part in a move dies; while nothing moves, anybody.
        case killParty
        /// An actor process dies and is started again, with its name or another.
        case killActor
        /// Its connection breaks.
        case cutActor
        /// It does nothing for a while.
        case pauseActor
        /// An operator has a worker drained.
        case operatorDrains
        /// An operator has shards moved from workers that are measured slow.
        case operatorBalances
    }

    /// The number of events before it.
    let event: Int
    let kind: Kind

    /// Something that happens before an event.
    package init(_ kind: Kind, before event: Int) {
        (self.event, self.kind) = (event, kind)
    }

    /// Draws faults in the order of their time; half of them come close upon another, when things are in disorder.
    static func draw(_ count: Int, _ random: inout SplitMix64) -> [Fault] {
        var faults: [Fault] = []
        for _ in 0..<count {
            let isClose = !faults.isEmpty && random.nextIndex(below: 2) == 0
            let event =
                isClose ? faults[faults.count - 1].event + random.nextIndex(below: 100) : random.nextIndex(below: 2500)
            faults.append(Fault(Kind.allCases[random.nextIndex(below: Kind.allCases.count)], before: event + 1))
        }
        return faults.sorted { $0.event < $1.event }
    }
}

extension SimulatedCluster {
    /// Lets a fault happen.
    mutating func strike(_ kind: Fault.Kind) {
        switch kind {
        case .killWorker:
            guard let victim = anyWorker() else { return }
            replace(victim)
        // A plant's master is not to be lost: with it the plant's own course would be.
        case .killMaster where run.isIrreversible, .powerCut where run.isIrreversible: broker.restart(&random)
        case .killMaster, .powerCut: killMaster(powerCut: kind == .powerCut)
        case .cutWorker: if let victim = anyWorker() { broker.cut(workers[victim].connection, &random) }
        case .cutMaster: broker.cut(masterConnection, &random)
        case .restartBroker: broker.restart(&random)
        case .pauseWorker:
            guard let victim = anyWorker() else { return }
            workers[victim].sleepsUntil = eventCount + random.nextIndex(below: 2000)
            if random.nextIndex(below: 2) == 0 { broker.cut(workers[victim].connection, &random) }
        case .pauseMaster:
            masterSleepsUntil = eventCount + random.nextIndex(below: 1000)
            if random.nextIndex(below: 2) == 0 { broker.cut(masterConnection, &random) }
        case .fillDisk:
            files.capacity = files.capacity == .max ? files.usedByteCount + random.nextIndex(below: 4000) : .max
        case .extraWorker: startWorker("extra\(workers.count)")
        case .delayWorker:
            guard let victim = anyWorker() else { return }
            broker.delay(workers[victim].connection, until: eventCount + random.nextIndex(below: 2000))
        case .moveShard:
            guard let taker = anyWorker() else { return }
            let shard = random.nextIndex(below: run.shards)
            perform(master?.requestMove(of: shard, to: workers[taker].id) ?? [])
        case .drainWorker:
            guard let victim = anyWorker() else { return }
            perform([workers[victim].worker.leave()], by: victim)
        case .killActor, .cutActor, .pauseActor: strike(actor: kind)
        case .killParty:
            let parties = workers.indices.filter {
                workers[$0].isAlive && master?.movingWorkers.contains(workers[$0].id) == true
            }
            guard let victim = parties.isEmpty ? anyWorker() : parties[random.nextIndex(below: parties.count)] else {
                return
            }
            replace(victim)
        case .operatorDrains:
            guard let victim = anyWorker() else { return }
            wish(.drain(worker: workers[victim].id))
        case .operatorBalances:
            var seconds: [String: Double] = [:]
            for process in workers { seconds[process.id] = Double(1 + random.nextIndex(below: 20)) }
            master?.note(answerSeconds: seconds)
            wish(.balance)
        }
    }

    private mutating func strike(actor kind: Fault.Kind) {
        let alive = actors.indices.filter { actors[$0].isAlive }
        guard !alive.isEmpty else { return }
        let victim = alive[random.nextIndex(below: alive.count)]
        switch kind {
        case .cutActor: broker.cut(actors[victim].connection, &random)
        case .pauseActor:
            actors[victim].sleepsUntil = eventCount + random.nextIndex(below: 2000)
            if random.nextIndex(below: 2) == 0 { broker.cut(actors[victim].connection, &random) }
        default:
            killActor(victim)
            let id = actors[victim].actor.id
            startActor(random.nextIndex(below: 2) == 0 ? id : "\(id)+\(actors.count)")
        }
    }

    /// Lets an operator ask for something.
    private mutating func wish(_ wish: WishFrame.Wish) {
        let frame = WishFrame(wish, asker: "operator", number: 1)
        let message = Message(type: "WISH", correlation: 0, body: frame.encoded())
        perform(master?.receive(.delivery(message, in: .control)) ?? [])
    }

    private mutating func replace(_ victim: Int) {
        kill(victim)
        let id = workers[victim].id
        startWorker(random.nextIndex(below: 2) == 0 ? id : "\(id)+\(workers.count)")
    }

    private mutating func anyWorker() -> Int? {
        let alive = workers.indices.filter { workers[$0].isAlive }
        return alive.isEmpty ? nil : alive[random.nextIndex(below: alive.count)]
    }

    private mutating func killMaster(powerCut: Bool) {
        master = nil
        worldJobs = []
        broker.abandon(masterConnection, &random)
        if !captures.isEmpty {
            files.stop(after: random.nextIndex(below: 60))
            let written = checkpointCount
            saveOldest()
            captures = []
            // Whether the last one counts is for the disk to say; those before it do.
            if powerCut { checkpointCount = min(checkpointCount, written) }
        }
        if powerCut { files.restartAfterPowerCut(seed: random.next()) } else { files.restartAfterKill() }
        if ending == nil { startMaster() }
    }
}
