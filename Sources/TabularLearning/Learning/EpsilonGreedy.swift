/// The ε-greedy choice at one step: the greedy action, or with probability ε any allowed action.
///
/// One 64-bit random number a decision, addressed by lane and step: its high half decides whether to explore, its low
/// half which action.
struct EpsilonGreedy {
    /// ε as a share of 2³².
    private let threshold: UInt64
    /// What a step adds to each lane's key.
    private let position: UInt64
    private let actionCount: UInt64

    init(epsilon: Double, step: UInt64, actionCount: Int) {
        threshold = UInt64(epsilon * 0x1p32)
        position = SplitMix64.increment &* (step &+ 1)
        self.actionCount = UInt64(actionCount)
    }

    /// Chooses for the leading queries, as many as `actions` has room for.
    func choose(greedy: [UInt8], for queries: StepBatch.Queries, laneKeys: [UInt64], into actions: inout [UInt8]) {
        let (greedy, keys) = (greedy.span, laneKeys.span)
        let (lanes, masks) = (queries.lanes.span, queries.masks.span)
        var actions = actions.mutableSpan
        for i in 0..<actions.count {
            let random = SplitMix64.mix(keys[Int(lanes[i])] &+ position)
            if random &>> 32 >= threshold {
                actions[i] = greedy[i]
            } else if masks.isEmpty {
                actions[i] = UInt8(truncatingIfNeeded: ((random & 0xFFFF_FFFF) &* actionCount) &>> 32)
            } else {
                actions[i] = ActionMask.pick(from: masks[i], random: random & 0xFFFF_FFFF)
            }
        }
    }
}
