/// Remembers a cohort's transitions, and has the learner learn from some of them again with each step.
///
/// What is drawn is appended to the step's batch: a transition more, and a question for what it bootstraps on. So it travels in the
/// frames of the step's own round, and its update in those of the next. Which ones are drawn depends on the seed, the cohort, the
/// step and what was answered, and on no layout.
package struct ExperienceReplay: Sendable {
    /// The form, and its numbers.
    let replay: Replay
    private let space: StateSpace
    private let discounts: [Float]
    /// What the draws of a step are made of.
    private let random: CounterBasedRandom
    private let cohort: UInt64

    private var memory: TransitionMemory
    private var sums: PrioritySums?
    private var queue: SweepQueue?
    /// By place the step in which it was last tried, 0 for never, where that counts.
    private var triedAt: [UInt64] = []
    /// Whether anything that was remembered has a mask, a duration; questions and transitions have them from then on.
    private var (hasMasks, hasDurations) = (false, false)

    /// The places of the transitions that stand at the end of the batch, in their order.
    private(set) var drawn: [UInt32] = []
    /// What their updates count, where that differs.
    private var shares: [Float] = []

    /// Remembers nothing yet.
    ///
    /// - Parameters:
    ///   - replay: A form that remembers.
    ///   - space: The states and actions.
    ///   - discounts: γ to the power of its index.
    ///   - seed: The run's seed.
    ///   - cohort: The number of the cohort.
    init(_ replay: Replay, space: StateSpace, discounts: [Float], seed: UInt64, cohort: Int) {
        self.replay = replay
        self.space = space
        self.discounts = discounts
        random = CounterBasedRandom(seed: seed, stream: .replay)
        self.cohort = UInt64(cohort)
        memory = TransitionMemory(capacity: replay.capacity, space: space)
        if replay.form == .prioritized, let capacity = replay.capacity {
            sums = PrioritySums(capacity: capacity, exponent: replay.exponent, correction: replay.correction)
        }
        if replay.form == .sweeping { queue = SweepQueue(stateCount: Int(space.stateCount)) }
    }

    /// The transitions that are remembered.
    package var count: Int { memory.count }

    /// By place, where there are any.
    package var priorities: [UInt32]? { sums?.priorities ?? queue?.priorities }

    /// Forgets what was drawn, whose batch is gone.
    mutating func forgetDraws() {
        drawn.removeAll(keepingCapacity: true)
        shares.removeAll(keepingCapacity: true)
    }

    // MARK: Remembering

    /// Remembers the transitions of a step, and draws from all that are remembered.
    ///
    /// - Parameters:
    ///   - batch: What the environment has written; what is drawn is appended.
    ///   - step: The steps that each lane has taken with it.
    mutating func extend(_ batch: inout StepBatch, at step: UInt64) {
        remember(batch.transitions, of: batch, at: step)
        meet(batch)
        forgetDraws()
        draw(replay.count * batch.transitions.count, into: &batch, at: step)
    }

    private mutating func remember(_ transitions: StepBatch.Transitions, of batch: StepBatch, at step: UInt64) {
        let all = ActionMask.all(space.actionCount)
        hasMasks = hasMasks || !batch.queries.masks.isEmpty
        hasDurations = hasDurations || !transitions.durations.isEmpty
        for index in 0..<transitions.count {
            let bootstrap = Int(transitions.bootstraps[index])
            let isTerminal = bootstrap < 0
            take(
                RememberedTransition(
                    state: transitions.states[index],
                    nextState: isTerminal ? 0 : batch.queries.states[bootstrap],
                    mask: isTerminal || batch.queries.masks.isEmpty ? all : batch.queries.masks[bootstrap],
                    reward: transitions.rewards[index],
                    action: transitions.actions[index],
                    duration: isTerminal ? 0 : transitions.durations.isEmpty ? 1 : transitions.durations[index]
                ),
                at: step
            )
        }
    }

    private mutating func take(_ entry: RememberedTransition, at step: UInt64) {
        let (place, former) = memory.take(entry)
        if let largest = sums?.largest { sums?.set(place, to: largest) }
        if replay.form == .dynaQPlus {
            if place == triedAt.count { triedAt.append(step) } else { triedAt[place] = step }
        }
        guard queue != nil else { return }
        link(place, entry, instead: former)
        queue?.raise(place, to: .max)
    }

    private mutating func link(_ place: Int, _ entry: RememberedTransition, instead former: RememberedTransition?) {
        if former == nil { queue?.add(cell: memory.cell(entry.state, entry.action)) }
        if let former, !former.isTerminal { queue?.unlink(place, from: former.nextState) }
        if !entry.isTerminal { queue?.link(place, to: entry.nextState) }
    }

    /// Of Dyna-Q+: what was never tried in a state that a lane has come to is thought to lead back there for nothing, and not to
    /// have been tried since the beginning.
    ///
    /// - Parameter batch: Its decisions.
    mutating func meet(_ batch: StepBatch) {
        guard replay.form == .dynaQPlus else { return }
        hasMasks = hasMasks || !batch.queries.masks.isEmpty
        for index in 0..<batch.decisionCount {
            let state = batch.queries.states[index]
            let mask = batch.queries.masks.isEmpty ? ActionMask.all(space.actionCount) : batch.queries.masks[index]
            var rest = mask
            while rest != 0 {
                let action = UInt8(rest.trailingZeroBitCount)
                rest &= rest &- 1
                guard memory.place(of: memory.cell(state, action)) == nil else { continue }
                memory.take(
                    RememberedTransition(
                        state: state,
                        nextState: state,
                        mask: mask,
                        reward: 0,
                        action: action,
                        duration: 1
                    )
                )
                triedAt.append(0)
            }
        }
    }

    // MARK: Drawing

    private mutating func draw(_ count: Int, into batch: inout StepBatch, at step: UInt64) {
        guard count > 0 else { return }
        batch.fillForReplay(masks: asksWithMasks ? ActionMask.all(space.actionCount) : nil, hasDurations: hasDurations)
        choose(count, at: step)
        write(to: &batch)
        if replay.form == .dynaQPlus { addBonuses(to: &batch.transitions.rewards, at: step) }
    }

    /// Chooses places, at most so many.
    private mutating func choose(_ count: Int, at step: UInt64) {
        var generator = random.generator(lane: cohort, step: step)
        switch replay.form {
        case .none: break
        case .uniform, .dynaQ, .dynaQPlus:
            let most = memory.count
            drawn.resize(to: count, filling: 0)
            var drawn = drawn.mutableSpan
            for number in 0..<count { drawn[number] = UInt32(truncatingIfNeeded: generator.nextIndex(below: most)) }
        case .prioritized:
            for _ in 0..<count { drawn.append(UInt32(sums?.place(generator.next()) ?? 0)) }
            if replay.correction > 0 { shares = drawn.map { sums?.share(of: Int($0)) ?? 1 } }
        case .sweeping:
            while drawn.count < count, let place = queue?.pop() { drawn.append(UInt32(place)) }
        }
    }

    /// Writes what was drawn behind the world's own transitions, and what it asks for behind its questions.
    private func write(to batch: inout StepBatch) {
        let (own, asked) = (batch.transitions.count, batch.queries.count)
        batch.transitions.extend(by: drawn.count)
        batch.queries.extend(by: drawn.count * replay.questionsEach, withMasks: asksWithMasks)
        let (entries, places) = (memory.entries.span, drawn.span)
        Self.write(
            entries,
            at: places,
            &batch.transitions.states,
            &batch.transitions.actions,
            &batch.transitions.rewards,
            from: own
        )
        Self.deal(&batch.transitions.lanes, from: own, replay.count)
        if hasDurations { Self.write(entries, at: places, durations: &batch.transitions.durations, from: own) }
        let lanes = batch.transitions.lanes
        let end =
            if asksWithMasks {
                ask(of: &batch.transitions, own, &batch.queries, from: asked)
            } else {
                Self.ask(
                    entries,
                    at: places,
                    of: &batch.transitions.bootstraps,
                    lanes.span,
                    own,
                    &batch.queries.states,
                    &batch.queries.lanes,
                    from: asked
                )
            }
        batch.queries.shorten(to: end)
    }

    /// Asks under masks, also for the values themselves; gives the number of questions.
    private func ask(
        of transitions: inout StepBatch.Transitions,
        _ first: Int,
        _ queries: inout StepBatch.Queries,
        from asked: Int
    ) -> Int {
        let all = ActionMask.all(space.actionCount)
        var query = asked
        for (number, place) in drawn.enumerated() {
            let entry = memory.entries[Int(place)]
            let lane = transitions.lanes[first + number]
            transitions.bootstraps[first + number] = entry.isTerminal ? StepBatch.Transitions.terminal : Int32(query)
            if !entry.isTerminal { queries.ask(entry.nextState, under: entry.mask, of: lane, at: &query) }
            guard replay.asksForValue else { continue }
            // The largest of one action's values is that value.
            queries.ask(entry.state, under: 1 << UInt64(entry.action), of: lane, at: &query)
            if queue != nil { queries.ask(entry.state, under: all, of: lane, at: &query) }
        }
        return query
    }

    /// Adds κ √τ to each reward, for τ steps in which the pair was not tried.
    private func addBonuses(to rewards: inout [Float], at step: UInt64) {
        let first = rewards.count - drawn.count
        for (number, place) in drawn.enumerated() {
            rewards[first + number] += replay.bonus * Float(step - triedAt[Int(place)]).squareRoot()
        }
    }

    /// Whether questions say which actions are meant.
    private var asksWithMasks: Bool { hasMasks || replay.asksForValue }

    /// The rows that what was drawn has asked for.
    private func questionCount(_ transitions: StepBatch.Transitions) -> Int {
        let going = transitions.bootstraps.suffix(drawn.count).count { $0 >= 0 }
        return going + (replay.questionsEach - 1) * drawn.count
    }

    /// Takes what was drawn out of the batch again, which is then what the environment wrote.
    func cut(_ batch: inout StepBatch) {
        guard !drawn.isEmpty else { return }
        batch.cut(transitions: drawn.count, queries: questionCount(batch.transitions))
    }

    // MARK: What was answered

    /// Takes up the answers: errors become priorities, and updates that were drawn too often count less.
    ///
    /// - Parameters:
    ///   - batch: With what was drawn.
    ///   - values: What was answered, one a query.
    ///   - targets: One a transition; those of what was drawn may be moved toward the values they had.
    mutating func settle(_ batch: StepBatch, _ values: [Float], _ targets: inout [Float]) {
        guard replay.asksForValue, !drawn.isEmpty else { return }
        let first = batch.transitions.count - drawn.count
        var query = batch.queries.count - questionCount(batch.transitions)
        for (number, place) in drawn.enumerated() {
            let place = Int(place)
            if batch.transitions.bootstraps[first + number] >= 0 { query += 1 }
            let value = values[query]
            let error = targets[first + number] - value
            sums?.set(place, to: PrioritySums.priority(of: error))
            if !shares.isEmpty, shares[number] < 1 { targets[first + number] = value + shares[number] * error + 0 }
            query += 1
            guard queue != nil else { continue }
            sweep(place, error: error, value: value, greatest: values[query])
            query += 1
        }
    }

    /// Has a pair wait that is wrong still, and those that lead to it as far as its state is worth something else now.
    private mutating func sweep(_ place: Int, error: Float, value: Float, greatest: Float) {
        let least = SweepQueue.priority(of: replay.threshold)
        let own = SweepQueue.priority(of: error)
        if own > least { queue?.raise(place, to: own) }
        // A value that rises counts as far as it becomes the greatest, one that falls if it was.
        let change = error > 0 ? max(0, value + error - greatest) : value >= greatest ? error.magnitude : 0
        guard change > 0 else { return }
        var leading = queue?.first(to: memory.entries[place].state)
        while let other = leading {
            leading = queue?.next(behind: other)
            let priority = SweepQueue.priority(of: discounts[Int(memory.entries[other].duration)] * change)
            if priority > least { queue?.raise(other, to: priority) }
        }
    }

    // MARK: Saving

    /// Writes all of it.
    func save(to writer: inout WordWriter) {
        memory.save(to: &writer)
        writer.write(hasMasks)
        writer.write(hasDurations)
        writer.write(drawn)
        writer.write(shares)
        sums?.save(to: &writer)
        if replay.form == .dynaQPlus { writer.write(triedAt) }
        if let queue { writer.write(queue.priorities) }
    }

    /// Puts back what `save` wrote.
    ///
    /// - Parameters:
    ///   - reader: Stands there.
    ///   - batch: The batch of that moment.
    ///   - step: The steps that were taken.
    /// - Throws: `WordReader.Failure` when it does not fit the world or the batch.
    mutating func restore(from reader: inout WordReader, batch: StepBatch, at step: UInt64) throws(WordReader.Failure) {
        memory = TransitionMemory(capacity: replay.capacity, space: space)
        try memory.restore(from: &reader)
        (hasMasks, hasDurations) = (try reader.truth(), try reader.truth())
        drawn = try reader.wordArray()
        shares = try reader.floatArray()
        try sums?.restore(from: &reader, count: memory.count)
        if replay.form == .dynaQPlus { triedAt = try reader.longArray() }
        if queue != nil { try restoreQueue(try reader.wordArray()) }
        guard drawn.allSatisfy({ $0 < memory.count }), drawn.count <= batch.transitions.count,
            [0, drawn.count].contains(shares.count), shares.allSatisfy({ (0...1).contains($0) }),
            batch.queries.count - batch.decisionCount >= questionCount(batch.transitions),
            triedAt.count == (replay.form == .dynaQPlus ? memory.count : 0), triedAt.allSatisfy({ $0 <= step })
        else { throw WordReader.Failure("what is replayed does not fit the step that was saved") }
    }

    private mutating func restoreQueue(_ waiting: [UInt32]) throws(WordReader.Failure) {
        guard waiting.count == memory.count else {
            throw WordReader.Failure("\(waiting.count) priorities are not those of \(memory.count) transitions")
        }
        for (place, entry) in memory.entries.enumerated() {
            link(place, entry, instead: nil)
            queue?.raise(place, to: waiting[place])
        }
    }
}
