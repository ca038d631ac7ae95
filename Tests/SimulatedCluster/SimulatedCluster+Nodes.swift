internal import Checkpoints
internal import MasterNode
internal import Messaging
internal import TabularLearning
internal import TurnOrders
internal import WorkerNode

/// What the loops of the nodes do, and whoever starts the nodes.
extension SimulatedCluster {
    // MARK: - The master

    mutating func startMaster() {
        masterCount += 1
        masterConnection = broker.connect()
        _ = broker.open(.control, for: masterConnection)
        _ = broker.open(.replies, for: masterConnection)
        do {
            let last = try lastCheckpoint()
            // Later than every epoch of the masters before it, as a clock would say.
            let epoch = max((last?.epoch ?? 0) + 1, UInt32(masterCount) * 1000)
            var master = try run.master(last?.state, epoch: epoch, behind: last?.turns)
            master.plant(defects.nodes)
            master.move(cellsAtOnce: run.cellsAtOnce)
            self.master = master
            replaceThoseWhoLeft()
        } catch {
            ending = .failed("\(error)")
        }
    }

    /// A master that begins waits for as many workers as the run asks for.
    private mutating func replaceThoseWhoLeft() {
        guard masterCount > 1 else { return }
        var staying = workers.count { $0.isAlive && $0.worker.farewell == nil }
        while staying < run.workers {
            startWorker("again\(workers.count)")
            staying += 1
        }
    }

    private func lastCheckpoint() throws -> (state: RunState, epoch: UInt32, turns: TurnLog?)? {
        let search = try store.newest()
        if checkpointCount > 0, search.checkpoint == nil {
            throw FileFailure(.damaged, "a checkpoint was written and none can be read: \(search.skipped)")
        }
        guard let found = search.checkpoint else { return nil }
        var sections = found.sections
        let words = try sections.names.contains(TurnLog.sectionName) ? sections.take(TurnLog.sectionName) : nil
        let state = try RunState(
            round: found.point.round,
            restoring: run.learners(),
            from: sections,
            table: found.table
        )
        return (state, found.point.epoch, words.flatMap { TurnLog(words: $0) })
    }

    mutating func masterReadsOne() {
        if let event = broker.read(masterConnection) {
            quietTimers = 0
            return perform(master?.receive(event) ?? [])
        }
        // The connection is cut and all it had said is read.
        masterConnection = broker.connect()
        _ = broker.open(.control, for: masterConnection)
        _ = broker.open(.replies, for: masterConnection)
        if let master, master.isEnded { return ending = .finished(master) }
        perform(master?.disconnect() ?? [])
    }

    mutating func perform(_ actions: [Master.Action]) {
        moveCount = max(moveCount, master?.moveCount ?? 0)
        for action in actions {
            switch action {
            case .publish(let message, let mailbox): broker.publish(message, to: mailbox, from: masterConnection)
            case .report(let text): reports.append(text)
            case .perform(let job, let cohort): worldJobs.append((job, cohort))
            case .save(let capture):
                while !captures.isEmpty { saveOldest() }
                captures.append(capture)
            case .evaluate(let capture): evaluated[capture.point.round, default: []].append(capture.assembleTable())
            case .rewind:
                rollbackCount += 1
                while !captures.isEmpty { saveOldest() }
                do {
                    let state = try lastCheckpoint()?.state ?? run.beginning()
                    perform(master?.rewind(to: state) ?? [])
                } catch {
                    ending = .failed("\(error)")
                }
            case .reload:
                rollbackCount += 1
                while !captures.isEmpty { saveOldest() }
                do {
                    let last = try store.newest().checkpoint
                    perform(master?.reload(last?.table, of: last?.point.round) ?? [])
                } catch {
                    ending = .failed("\(error)")
                }
            case .finish: ending = master.map { .finished($0) }
            case .fail(let failure): ending = .failed(failure.description)
            }
        }
    }

    /// A world is done, in any order among those that are away.
    mutating func finishWorldJob(_ index: Int) {
        let (job, cohort) = worldJobs.remove(at: index)
        quietTimers = 0
        job.perform()
        perform(master?.take(job, of: cohort) ?? [])
    }

    /// Writes the checkpoint that has waited longest.
    mutating func saveOldest() {
        let capture = captures.removeFirst()
        do {
            try capture.ledger.check()
            try store.write(
                Checkpoint(
                    runIdentity: "simulated",
                    description: Note(),
                    point: capture.point,
                    table: capture.assembleTable(),
                    sections: capture.sections
                )
            )
            checkpointCount += 1
            master?.noteWritten(checkpointOf: capture.point.round)
        } catch let failure as MasterFailure {
            ending = .failed(failure.description)
        } catch {
            reports.append("no checkpoint: \(error)")
        }
    }

    // MARK: - Workers

    mutating func startWorker(_ id: String) {
        var worker = Worker(id: id)
        worker.plant(defects.nodes)
        let connection = broker.connect()
        workers.append(WorkerProcess(id: id, worker: worker, connection: connection))
        join(workers.count - 1)
    }

    mutating func workerReads(_ index: Int) {
        if workers[index].isBlocked, broker.connections[workers[index].connection].isOpen { return join(index) }
        if let event = broker.read(workers[index].connection) {
            quietTimers = 0
            return perform(workers[index].worker.receive(event), by: index)
        }
        guard !broker.connections[workers[index].connection].isOpen else { return }
        workers[index].worker.disconnect()
        workers[index].connection = broker.connect()
        join(index)
    }

    /// Opens the worker's mailbox and offers it, as soon as nobody else of its name is there.
    private mutating func join(_ index: Int) {
        let worker = workers[index].worker
        workers[index].isBlocked = !broker.open(worker.mailbox, for: workers[index].connection)
        if !workers[index].isBlocked { perform([worker.offer()], by: index) }
    }

    mutating func perform(_ actions: [Worker.Action], by index: Int) {
        let connection = workers[index].connection
        for action in actions {
            switch action {
            case .publish(let message, let mailbox): broker.publish(message, to: mailbox, from: connection)
            case .report(let text): reports.append(text)
            case .serveOther: preconditionFailure("the run has a table")
            case .finish:
                kill(index)
                // Whoever runs the cluster starts another for one that is missed.
                let isMissed = workers[index].worker.farewell == .inVain || master?.isGathering == true
                if isMissed { startWorker("\(workers[index].id)+\(workers.count)") }
            case .fail(let failure):
                refusals.append(failure.description)
                kill(index)
            }
        }
    }

    mutating func kill(_ index: Int) {
        workers[index].isAlive = false
        broker.abandon(workers[index].connection, &random)
    }
}
