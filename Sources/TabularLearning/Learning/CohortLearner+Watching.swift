/// What a learner learns from, for whoever looks on while a run is done once more.
extension CohortLearner {
    /// Says of a transition, with its state and action, whether nothing is learned from it.
    public typealias Omission = @Sendable (UpdateOrigin, UInt64, Int) -> Bool

    /// Notes from now on what its updates come of.
    ///
    /// - Parameter omits: What is left out: the world goes on as ever, and no update is made that begins with such a transition. An
    ///   average that the rule keeps does not hear of it either. Not where values are sums over tiles.
    public mutating func watch(omitting omits: Omission? = nil) {
        precondition(tiles == nil, "an update of a tile comes of many")
        watch = UpdateWatch(omits, memory)
    }

    /// What the updates came of that the last `advance()` has formed, in their order; `nil` of a transition from before `watch`.
    ///
    /// Where updates are held back they are in the table as many rounds later.
    public var origins: [UpdateOrigin?] { watch?.origins ?? [] }

    /// The updates that were left out since `watch`.
    public var omittedCount: UInt64 { watch?.omittedCount ?? 0 }

    /// What the environment wrote last: transitions, and the queries that they bootstrap from.
    ///
    /// Let go before the next `advance()`, which would copy what is held.
    public var lastStep: StepBatch { batch }

    /// Forms the targets of the last step, and notes what they are made of.
    mutating func formWatchedTargets() {
        guard var watch = watch.take() else { return }
        let lanes = (0..<batch.transitions.count).map { batch.lane(ofTransition: $0) }
        let omitted = watch.look(at: transitionsOfLastStep(lanes))
        memory?.ignored = omitted
        memory?.knownReturns = []
        formTargets()
        watch.settle(&updates, parameters.update.returns == nil ? nil : memory?.knownReturns, lanes: lanes)
        memory?.ignored = []
        memory?.knownReturns = nil
        self.watch = watch
    }

    private func transitionsOfLastStep(_ lanes: [Int]) -> [(origin: UpdateOrigin, state: UInt64, action: Int)] {
        let transitions = batch.transitions
        let madeCount = lanes.count - (experience?.drawn.count ?? 0)
        return lanes.indices.map { number in
            let bootstrap = Int(transitions.bootstraps[number])
            var origin = UpdateOrigin(
                stepOfLane: stepsTaken,
                lane: index * laneCount + lanes[number],
                reward: transitions.rewards[number],
                duration: transitions.durations.isEmpty ? 1 : transitions.durations[number],
                nextState: bootstrap < 0 ? nil : batch.queries.states[bootstrap],
                bootstrap: bootstrap < 0 ? 0 : answers.values[bootstrap]
            )
            origin.isReplayed = number >= madeCount
            return (origin, transitions.states[number], Int(transitions.actions[number]))
        }
    }
}
