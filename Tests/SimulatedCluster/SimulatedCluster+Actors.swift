internal import ActorNode
internal import TabularLearning

/// What the loops of actor processes do.
extension SimulatedCluster {
    mutating func startActor(_ id: String) {
        actors.append(
            ActorProcess(
                actor: CohortActor(id: id, session: UInt64(eventCount + 1) << 20),
                connection: broker.connect()
            )
        )
        joinActor(actors.count - 1)
    }

    func actorIsAwake(_ index: Int) -> Bool { actors[index].isAlive && actors[index].sleepsUntil <= eventCount }

    /// Reads what it has been told, or sends what waits where that is nothing.
    mutating func actorActs(_ index: Int) {
        let connection = actors[index].connection
        if actors[index].isBlocked, broker.connections[connection].isOpen { return joinActor(index) }
        if !actors[index].worldJobs.isEmpty, random.nextIndex(below: 2) == 0 { return finishWorldJob(ofActor: index) }
        if let event = broker.read(connection) {
            quietTimers = 0
            return perform(actors[index].actor.receive(event), byActor: index)
        }
        guard !broker.connections[connection].isOpen else {
            return perform(actors[index].actor.release(), byActor: index)
        }
        actors[index].actor.disconnect()
        actors[index].connection = broker.connect()
        joinActor(index)
    }

    /// What goes by its clock.
    mutating func actorLooks(_ index: Int) {
        let progress = actors[index].actor.progress()
        perform(progress + [actors[index].actor.offer()], byActor: index)
    }

    private mutating func joinActor(_ index: Int) {
        let actor = actors[index].actor
        actors[index].isBlocked = !broker.open(actor.mailbox, for: actors[index].connection)
        if !actors[index].isBlocked { perform([actor.offer()], byActor: index) }
    }

    private mutating func perform(_ actions: [CohortActor.Action], byActor index: Int) {
        for action in actions {
            switch action {
            case .publish(let message, let mailbox):
                broker.publish(message, to: mailbox, from: actors[index].connection)
            case .report(let text): reports.append(text)
            case .perform(let job, let cohort):
                actors[index].worldJobs.append((job, cohort))
            case .make(let cohorts, let description):
                guard description == SimulatedRun.description else {
                    ending = .failed("another run was described: \(description)")
                    return
                }
                perform(actors[index].actor.begin(with: Array(run.learners()[cohorts])), byActor: index)
            case .finish: killActor(index)
            case .fail(let failure):
                refusals.append(failure.description)
                killActor(index)
            }
        }
    }

    /// Brings back any of the worlds that are away, also one whose cohort is no longer there.
    private mutating func finishWorldJob(ofActor index: Int) {
        quietTimers = 0
        let (job, cohort) = actors[index].worldJobs.remove(
            at: random.nextIndex(below: actors[index].worldJobs.count)
        )
        job.perform()
        perform(actors[index].actor.take(job, of: cohort), byActor: index)
    }

    mutating func killActor(_ index: Int) {
        actors[index].isAlive = false
        broker.abandon(actors[index].connection, &random)
    }
}
