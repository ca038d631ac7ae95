/// The ε-greedy choice at one step: the greedy action, or with probability ε any allowed action.
///
/// One 64-bit random number a decision, addressed by lane and step: its high half decides whether to explore, its low
/// half which action, and which of several greedy ones where those are told.
struct EpsilonGreedy {
    /// ε as a share of 2³².
    private let threshold: UInt64
    /// What a step adds to each lane's key.
    private let position: UInt64
    private let actionCount: UInt64
    /// The thresholds of the lanes, where each has its own; empty elsewhere.
    private let ladder: [UInt64]

    init(epsilon: Double, step: UInt64, actionCount: Int, ladder: [UInt64] = []) {
        threshold = UInt64(epsilon * 0x1p32)
        self.ladder = ladder
        position = SplitMix64.increment &* (step &+ 1)
        self.actionCount = UInt64(actionCount)
    }

    /// Writes what each lane does if it explores at this step, as `choose` will, and its coin.
    ///
    /// - Parameters:
    ///   - notes: One per query.
    ///   - queries: The queries, of which the leading ones are decisions.
    ///   - keys: The lanes' keys for exploring.
    ///   - coinKeys: Those for the coin.
    func write(_ notes: inout [UInt8], of queries: StepBatch.Queries, _ keys: [UInt64], _ coinKeys: [UInt64]) {
        let (lanes, masks, keys, coinKeys) = (queries.lanes.span, queries.masks.span, keys.span, coinKeys.span)
        var notes = notes.mutableSpan
        guard !masks.isEmpty || !ladder.isEmpty else { return write(&notes, lanes, keys, coinKeys) }
        let all = ActionMask.all(Int(actionCount))
        for i in 0..<notes.count {
            let random = bits(keys[Int(lanes[i])])
            let allowed = masks.isEmpty ? all : masks[i]
            let threshold = ladder.isEmpty ? threshold : ladder[Int(lanes[i])]
            let exploring =
                random &>> 32 < threshold ? ActionMask.pick(from: allowed, random: random & 0xFFFF_FFFF) : nil
            notes[i] = QueryNote(exploring: exploring, coin: UInt8(bits(coinKeys[Int(lanes[i])]) &>> 63)).rawValue
        }
    }

    /// The same with one ε and all actions, without a branch.
    private func write(
        _ notes: inout MutableSpan<UInt8>,
        _ lanes: Span<UInt32>,
        _ keys: Span<UInt64>,
        _ coinKeys: Span<UInt64>
    ) {
        for i in 0..<notes.count {
            let lane = Int(lanes[i])
            let random = bits(keys[lane])
            let any = ((random & 0xFFFF_FFFF) &* actionCount) &>> 32
            let explores = UInt64(bitPattern: Int64(bitPattern: random &>> 32 &- threshold) &>> 63)
            let exploring = (any & explores) | (127 & ~explores)
            notes[i] = UInt8(truncatingIfNeeded: exploring | (bits(coinKeys[lane]) &>> 63) &<< 7)
        }
    }

    /// 64 random bits of a lane at this step: of its choice or of its coin, whosever the key is.
    @inline(__always)
    func bits(_ key: UInt64) -> UInt64 { SplitMix64.mix(key &+ position) }

    /// Chooses for the leading queries, as many as `actions` has room for.
    func choose(
        _ answers: GreedyAnswers,
        for queries: StepBatch.Queries,
        laneKeys: [UInt64],
        into actions: inout [UInt8]
    ) {
        guard ladder.isEmpty else { return climb(answers, for: queries, laneKeys, into: &actions) }
        switch answers.choice {
        case .lowest: choose(greedy: answers.actions, for: queries, laneKeys, into: &actions)
        case .sets: choose(answers.sets.span, for: queries, laneKeys.span, into: &actions)
        case .wideSets: choose(answers.wideSets.span, for: queries, laneKeys.span, into: &actions)
        }
    }

    /// Chooses where the notes have said already what each lane does if it explores, and the lowest greedy action is taken:
    /// what `choose` would, without its random numbers.
    ///
    /// - Parameters:
    ///   - greedy: The greedy actions, one per query.
    ///   - notes: What was asked with the queries at this step, one each.
    ///   - actions: Gets the actions of the leading queries, as many as it has room for.
    static func choose(greedy: [UInt8], by notes: [UInt8], into actions: inout [UInt8]) {
        let (greedy, notes) = (greedy.span, notes.span)
        var actions = actions.mutableSpan
        precondition(greedy.count >= actions.count && notes.count >= actions.count, "every decision was asked for")
        for i in 0..<actions.count {
            let exploring = notes[i] & 127
            actions[i] = exploring == 127 ? greedy[i] : exploring
        }
    }

    /// The coins of the lanes at this step.
    func coins(_ keys: [UInt64]) -> LaneCoins { LaneCoins(keys: keys, step: self) }

    /// Chooses with an ε for each lane.
    private func climb(
        _ answers: GreedyAnswers,
        for queries: StepBatch.Queries,
        _ keys: [UInt64],
        into actions: inout [UInt8]
    ) {
        let all = ActionMask.all(Int(actionCount))
        for i in actions.indices {
            let lane = Int(queries.lanes[i])
            let random = bits(keys[lane])
            let allowed = queries.masks.isEmpty ? all : queries.masks[i]
            let set = random &>> 32 < ladder[lane] ? allowed : answers.greedySet(at: i)
            actions[i] = ActionMask.pick(from: set, random: random & 0xFFFF_FFFF)
        }
    }

    private func choose(
        greedy: [UInt8],
        for queries: StepBatch.Queries,
        _ laneKeys: [UInt64],
        into actions: inout [UInt8]
    ) {
        if queries.masks.isEmpty {
            choose(greedy.span, queries.lanes.span, laneKeys.span, into: &actions)
        } else {
            choose(greedy.span, queries.lanes.span, laneKeys.span, under: queries.masks.span, into: &actions)
        }
    }

    private func choose(
        _ greedy: Span<UInt8>,
        _ lanes: Span<UInt32>,
        _ keys: Span<UInt64>,
        into actions: inout [UInt8]
    ) {
        var actions = actions.mutableSpan
        for i in 0..<actions.count {
            let random = bits(keys[Int(lanes[i])])
            let any = ((random & 0xFFFF_FFFF) &* actionCount) &>> 32
            // All ones where the lane explores, without a branch that would be mispredicted with probability ε.
            let explores = UInt64(bitPattern: Int64(bitPattern: random &>> 32 &- threshold) &>> 63)
            actions[i] = UInt8(truncatingIfNeeded: (any & explores) | (UInt64(greedy[i]) & ~explores))
        }
    }

    private func choose(
        _ greedy: Span<UInt8>,
        _ lanes: Span<UInt32>,
        _ keys: Span<UInt64>,
        under masks: Span<UInt64>,
        into actions: inout [UInt8]
    ) {
        var actions = actions.mutableSpan
        for i in 0..<actions.count {
            let random = bits(keys[Int(lanes[i])])
            let explores = random &>> 32 < threshold
            actions[i] = explores ? ActionMask.pick(from: masks[i], random: random & 0xFFFF_FFFF) : greedy[i]
        }
    }

    /// Picks from the greedy actions, or where the lane explores from those that are allowed; of at most eight.
    private func choose(
        _ greedy: Span<UInt8>,
        for queries: StepBatch.Queries,
        _ keys: Span<UInt64>,
        into actions: inout [UInt8]
    ) {
        let (lanes, masks) = (queries.lanes.span, queries.masks.span)
        let table = SmallPicks.entries
        let picks = table.span
        var actions = actions.mutableSpan
        let all = UInt8(truncatingIfNeeded: ActionMask.all(Int(actionCount)))
        for i in 0..<actions.count {
            let random = bits(keys[Int(lanes[i])])
            let explores = UInt8(truncatingIfNeeded: Int64(bitPattern: random &>> 32 &- threshold) &>> 63)
            let allowed = masks.isEmpty ? all : UInt8(truncatingIfNeeded: masks[i])
            actions[i] = SmallPicks.pick(from: (allowed & explores) | (greedy[i] & ~explores), random: random, picks)
        }
    }

    /// The same of more than eight.
    private func choose(
        _ greedy: Span<UInt64>,
        for queries: StepBatch.Queries,
        _ keys: Span<UInt64>,
        into actions: inout [UInt8]
    ) {
        let (lanes, masks) = (queries.lanes.span, queries.masks.span)
        var actions = actions.mutableSpan
        let all = ActionMask.all(Int(actionCount))
        for i in 0..<actions.count {
            let random = bits(keys[Int(lanes[i])])
            let allowed = masks.isEmpty ? all : masks[i]
            let set = random &>> 32 < threshold ? allowed : greedy[i]
            actions[i] = ActionMask.pick(from: set, random: random & 0xFFFF_FFFF)
        }
    }
}

/// 64 random bits of each lane at a step, of which the highest is its coin.
public struct LaneCoins: Sendable {
    /// The lanes' keys for their coins.
    let keys: [UInt64]
    let step: EpsilonGreedy

    /// Those of a lane.
    @inline(__always)
    func bits(_ lane: Int) -> UInt64 { step.bits(keys[lane]) }
}
