/// Action values that are sums over tiles, between a learner that knows states and a table whose rows are tiles.
///
/// What is asked of a state is asked of its tiles, and what comes is added up. What is learned of a state is shared out: with Q and w
/// as they were when the action was decided on,
///
///     δ = G − Q(s, a);  the target of each of the n tiles is its w + δ / n
///
/// The owner of a tile moves its weight by α toward that target from where it is by then. So Q(s, a) moves by α toward G from
/// where *it* is by then, whatever other lanes and cohorts have changed meanwhile, as if they had learned one after another; added
/// increments of as many lanes would overshoot as many times. Of one grid the target is G: the table's own rule.
///
/// Source: semi-gradient methods, Sutton & Barto 2018, §10.1.
struct TileValues: Sendable {
    let coding: TileCoding
    /// What the table is asked for: of each of the world's questions its tiles, one after another.
    private(set) var queries = StepBatch.Queries()
    /// What was answered, [questions × tilings × actions].
    private(set) var weights: [Float] = []
    /// The action values that they make, [questions × actions].
    private var values: [Float] = []
    /// What was read of each lane's last decision.
    var decided: TileReadings
    /// What was read of those before whose returns are not known yet; `nil` where each transition is learned by itself.
    var waiting: TileReadings?
    /// Room that is used again: where the reading of each update is, and what becomes of all of them.
    private var slots: [Int] = []
    private var rows: [UInt64] = []
    private var columns: [UInt8] = []
    private var targets: [Float] = []

    /// Has nothing to ask.
    ///
    /// - Parameters:
    ///   - coding: The tiles.
    ///   - laneCount: The lanes.
    ///   - returns: How returns go over several steps, if they do.
    init(_ coding: TileCoding, laneCount: Int, returns: ReturnForm?) {
        self.coding = coding
        decided = TileReadings(laneCount: laneCount, capacity: 1, tilingCount: coding.tilingCount)
        // One more waits for a moment than a return has steps.
        waiting = returns.map {
            TileReadings(laneCount: laneCount, capacity: $0.length + 1, tilingCount: coding.tilingCount)
        }
    }

    /// Asks for the tiles of the world's questions.
    mutating func ask(_ questions: StepBatch.Queries) {
        coding.write(questions.states, to: &queries.states)
        queries.lanes.resize(to: queries.states.count, filling: 0)
        if questions.count == 0 { weights.removeAll(keepingCapacity: true) }
    }

    /// Takes the weights that were asked for.
    ///
    /// - Returns: [questions × actions] action values.
    mutating func sums(of weights: [Float]) -> [Float] {
        self.weights.removeAll(keepingCapacity: true)
        self.weights.append(contentsOf: weights)
        coding.sum(weights, to: &values)
        return values
    }

    /// Notes what was read of decisions.
    ///
    /// - Parameters:
    ///   - questions: The world's, of which the first are the decisions.
    ///   - actions: One a decision.
    mutating func note(_ questions: StepBatch.Queries, _ actions: [UInt8]) {
        let actionCount = coding.space.actionCount
        let width = coding.tilingCount * actionCount
        for index in actions.indices {
            decided.replace(
                Int(questions.lanes[index]),
                state: questions.states[index],
                action: actions[index],
                weights,
                from: index * width + Int(actions[index]),
                by: actionCount
            )
        }
    }

    /// Shares updates of states out among their tiles.
    ///
    /// - Parameters:
    ///   - updates: Those of a step; each becomes as many as there are grids.
    ///   - batch: The step.
    ///   - returns: Whose they are, where a return is known later than its transition.
    mutating func share(_ updates: inout Updates, of batch: StepBatch, _ returns: [LaneMemory.KnownReturn]?) {
        coding.write(updates.states, to: &rows)
        slots.resize(to: updates.count, filling: 0)
        if waiting == nil {
            for index in slots.indices { slots[index] = decided.firstSlot(of: batch.lane(ofTransition: index)) }
        } else if let returns {
            // A lane's transitions wait in their order, and its returns come to be known in it.
            for index in 0..<batch.transitions.count { waiting?.append(decided, of: batch.lane(ofTransition: index)) }
            for index in slots.indices { slots[index] = waiting?.takeFirst(of: returns[index].lane) ?? 0 }
        }
        let readings = waiting ?? decided
        precondition(
            slots.indices.allSatisfy { readings.isOf(updates.states[$0], updates.columns[$0], at: slots[$0]) },
            "a transition is of its lane's last decision"
        )
        columns.resize(to: rows.count, filling: 0)
        targets.resize(to: rows.count, filling: 0)
        Self.share(updates, slots, readings.weights, coding.tilingCount, &columns, &targets)
        swap(&updates.states, &rows)
        swap(&updates.columns, &columns)
        swap(&updates.targets, &targets)
    }

    private static func share(
        _ updates: Updates,
        _ slots: [Int],
        _ weights: [Float],
        _ count: Int,
        _ columns: inout [UInt8],
        _ targets: inout [Float]
    ) {
        let (goals, ofStates) = (updates.targets.span, updates.columns.span)
        let (slots, weights) = (slots.span, weights.span)
        var columns = columns.mutableSpan
        var targets = targets.mutableSpan
        for index in 0..<slots.count {
            let (read, start) = (slots[index] &* count, index &* count)
            var value = 0.0
            for tiling in 0..<count { value += Double(weights[read &+ tiling]) }
            let share = (Double(goals[index]) - value) / Double(count)
            for tiling in 0..<count {
                columns[start &+ tiling] = ofStates[index]
                // Adding zero turns −0 into +0, as in every target.
                targets[start &+ tiling] = Float(Double(weights[read &+ tiling]) + share) + 0
            }
        }
    }
}
