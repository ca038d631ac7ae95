/// Tests an environment against the contract of `Environment` by driving it with random allowed actions.
///
/// What it finds are sentences; an environment that keeps the contract gives none.
public struct EnvironmentChecker {
    private let make: () -> any RestorableEnvironment
    private let seed: UInt64

    /// Creates a checker.
    ///
    /// - Parameters:
    ///   - seed: The seed of the actions.
    ///   - make: Makes a fresh environment, each time alike.
    public init(seed: UInt64, _ make: @escaping () -> any RestorableEnvironment) {
        self.seed = seed
        self.make = make
    }

    /// Drives the environment for a number of steps.
    ///
    /// Checked: the shape and ranges of each batch; that two copies give the same batches; that a copy restored half-way
    /// goes on like the original.
    ///
    /// - Parameter steps: At least 2.
    /// - Returns: What is wrong, at most one finding per kind.
    public func findings(steps: Int) -> [String] {
        var findings: [String] = []
        var original = make()
        var twin = make()
        var batch = StepBatch()
        var twinBatch = StepBatch()
        original.begin(&batch)
        twin.begin(&twinBatch)
        if batch.transitions.count > 0 { findings.append("begin() writes transitions") }
        for step in 0..<steps {
            note(&findings, shape(of: batch, in: original).map { "after \(step) steps: \($0)" })
            guard findings.isEmpty else { return findings }
            if let due = original.dueDecisions, !batch.decides(due) {
                return ["after \(step) steps dueDecisions are not the batch's"]
            }
            if !Self.equal(batch, twinBatch) { return ["after \(step) steps two copies differ"] }
            if step == steps / 2 {
                guard let restored = restoredCopy(of: original) else {
                    return ["save() and restore() do not fit together"]
                }
                twin = restored
            }
            let actions = allowedActions(for: batch, step: step, count: original.space.actionCount)
            do throws(EnvironmentFailure) {
                try original.step(actions, &batch)
                try twin.step(actions, &twinBatch)
            } catch {
                return ["after \(step) steps: \(error)"]
            }
        }
        return findings
    }

    private func restoredCopy(of original: any RestorableEnvironment) -> (any RestorableEnvironment)? {
        var writer = WordWriter()
        original.save(to: &writer)
        var copy = make()
        var reader = WordReader(writer.words)
        do {
            try copy.restore(from: &reader)
            try reader.finish()
            return copy
        } catch {
            return nil
        }
    }

    private func allowedActions(for batch: StepBatch, step: Int, count: Int) -> [UInt8] {
        var random = CounterBasedRandom(seed: seed, stream: .exploration).generator(lane: 0, step: UInt64(step))
        return (0..<batch.decisionCount).map { decision in
            let mask = batch.queries.masks.isEmpty ? ActionMask.all(count) : batch.queries.masks[decision]
            return ActionMask.pick(from: mask, random: random.next() >> 32)
        }
    }

    private func note(_ findings: inout [String], _ finding: String?) {
        if let finding { findings.append(finding) }
    }

    /// Returns what is wrong with a batch, if anything.
    private func shape(of batch: StepBatch, in environment: any Environment) -> String? {
        queryShape(of: batch, in: environment) ?? transitionShape(of: batch, in: environment)
    }

    private func queryShape(of batch: StepBatch, in environment: any Environment) -> String? {
        let (queries, space) = (batch.queries, environment.space)
        let all = ActionMask.all(space.actionCount)
        if queries.lanes.count != queries.count { return "\(queries.lanes.count) lanes for \(queries.count) queries" }
        if batch.decisionCount > queries.count { return "more decisions than queries" }
        if queries.states.contains(where: { $0 >= space.stateCount }) { return "a query for a state that is none" }
        if queries.lanes.contains(where: { Int($0) >= environment.laneCount }) { return "a lane that is none" }
        if !queries.masks.isEmpty, queries.masks.count != queries.count { return "a mask for some queries only" }
        if queries.masks.contains(where: { $0 == 0 || $0 & ~all != 0 }) {
            return "a mask without actions, or with others"
        }
        if !queries.offsets.isEmpty, queries.offsets.count != queries.count * space.actionCount {
            return "offsets for some actions only"
        }
        return queries.offsets.contains { !$0.isFinite } ? "an offset that is not finite" : nil
    }

    private func transitionShape(of batch: StepBatch, in environment: any Environment) -> String? {
        let (transitions, space) = (batch.transitions, environment.space)
        let lengths = [transitions.actions.count, transitions.rewards.count, transitions.bootstraps.count]
        if lengths.contains(where: { $0 != transitions.count }) {
            return "the arrays of the transitions differ in length"
        }
        if transitions.states.contains(where: { $0 >= space.stateCount }) {
            return "a transition from a state that is none"
        }
        if transitions.actions.contains(where: { Int($0) >= space.actionCount }) { return "an action that is none" }
        if transitions.rewards.contains(where: { !$0.isFinite }) { return "a reward that is not finite" }
        let bootstraps = Int(StepBatch.Transitions.terminal)..<batch.queries.count
        if transitions.bootstraps.contains(where: { !bootstraps.contains(Int($0)) }) {
            return "a bootstrap that is no query"
        }
        if !transitions.durations.isEmpty, transitions.durations.count != transitions.count {
            return "durations for some transitions only"
        }
        if !transitions.lanes.isEmpty, transitions.lanes.count != transitions.count {
            return "lanes for some transitions only"
        }
        if transitions.lanes.isEmpty, transitions.count > environment.laneCount {
            return "\(transitions.count) transitions of \(environment.laneCount) lanes, and nothing says whose"
        }
        if transitions.lanes.contains(where: { Int($0) >= environment.laneCount }) { return "a transition of no lane" }
        return transitions.durations.contains(0) ? "a transition that takes no time" : nil
    }

    private static func equal(_ a: StepBatch, _ b: StepBatch) -> Bool {
        a.decisionCount == b.decisionCount && a.queries == b.queries && a.transitions == b.transitions
            && a.episodeReturns == b.episodeReturns
    }
}
