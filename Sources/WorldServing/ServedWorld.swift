internal import TabularLearning

/// Worlds that step together, told lane by lane: what each was rewarded with, what became of it, what it decides next.
///
/// A lane that decides several times within a step is asked as many times, the others waiting; where nobody has anything to
/// decide the worlds go on by themselves.
struct ServedWorld {
    /// What a lane stands in.
    private struct Standing {
        var state: UInt64 = 0
        var mask: UInt64
    }

    private let facts: WorldFacts
    private let knowsHolds: Bool
    /// Whether the numbers behind the states are told too.
    private let tellsNumbers: Bool
    private var environment: any Environment
    private var batch = StepBatch()
    /// The decisions of the batch: the first of each lane, the second, and so on.
    private var layers: [[Int]] = []
    private var layer = 0
    private var actions: [UInt8] = []

    private var flags: [UInt32]
    private var rewards: [Float]
    private var durations: [UInt32]
    private var standings: [Standing]
    /// What each lane decided last.
    private var held: [UInt32]
    /// Where the episodes that were cut off had come to, by lane.
    private var ends: [Int: Standing] = [:]
    /// The steps since all episodes began, where they end together.
    private var elapsed = 0

    /// Worlds in which nobody decides anything for so long are not worth waiting for.
    private static let longestSilence = 1_000_000

    /// - Throws: `EnvironmentFailure` where numbers are asked for and nobody knows any.
    init(_ facts: WorldFacts, _ environment: any Environment, _ opening: WorldOpening) throws(EnvironmentFailure) {
        (self.facts, self.environment) = (facts, environment)
        (knowsHolds, tellsNumbers) = (opening.holds ?? false, opening.numbers ?? false)
        guard !tellsNumbers || environment is any ObservedEnvironment else {
            throw EnvironmentFailure("\(facts.name) has no numbers behind its states: open it without \"numbers\"")
        }
        let count = environment.laneCount
        flags = Array(repeating: 0, count: count)
        rewards = Array(repeating: 0, count: count)
        durations = Array(repeating: 0, count: count)
        held = Array(repeating: 0, count: count)
        standings = Array(repeating: Standing(mask: ActionMask.all(facts.space.actionCount)), count: count)
    }

    private var laneCount: Int { flags.count }

    /// Begins the first episodes.
    mutating func begin() throws(EnvironmentFailure) {
        clear()
        environment.begin(&batch)
        elapsed = 0
        for lane in flags.indices { flags[lane] = WorldFrame.Flag.begins }
        try settle()
    }

    /// Lets every lane act that has something to decide.
    ///
    /// - Parameter words: An action for each lane; that of a lane that waits means nothing.
    /// - Throws: `EnvironmentFailure` for an action that cannot be taken, after which everything is as before.
    mutating func step(_ words: some RandomAccessCollection<UInt32>) throws(EnvironmentFailure) {
        guard words.count == laneCount else {
            throw EnvironmentFailure("\(words.count) actions for \(laneCount) lanes: one for each")
        }
        let given = Array(words)
        for decision in layers[layer] { try check(given, decision) }
        for decision in layers[layer] {
            let lane = Int(batch.queries.lanes[decision])
            actions[decision] = UInt8(truncatingIfNeeded: given[lane])
            held[lane] = given[lane]
        }
        clear()
        layer += 1
        if layer < layers.count { return place() }
        try environment.step(actions, &batch)
        absorb()
        try settle()
    }

    private func check(_ given: [UInt32], _ decision: Int) throws(EnvironmentFailure) {
        let lane = Int(batch.queries.lanes[decision])
        let count = facts.space.actionCount
        guard given[lane] < count else {
            throw EnvironmentFailure("action \(given[lane]) of lane \(lane): there are \(count), from 0 on")
        }
        guard mask(of: decision) >> UInt64(given[lane]) & 1 == 1 else {
            let name = facts.space.actions[Int(given[lane])]
            throw EnvironmentFailure(
                "action \(given[lane]) (\(name)) of lane \(lane) is not allowed in "
                    + facts.space.describe(batch.queries.states[decision])
            )
        }
    }

    private mutating func clear() {
        for lane in flags.indices { (flags[lane], rewards[lane], durations[lane]) = (0, 0, 0) }
        ends.removeAll(keepingCapacity: true)
    }

    /// Takes over what the environment says has happened.
    private mutating func absorb() {
        let transitions = batch.transitions
        for index in transitions.states.indices {
            let lane = transitions.lanes.isEmpty ? index : Int(transitions.lanes[index])
            rewards[lane] += transitions.rewards[index]
            durations[lane] += transitions.durations.isEmpty ? 1 : UInt32(transitions.durations[index])
            if facts.hasEpisodes { end(lane, at: Int(transitions.bootstraps[index])) }
        }
        guard let length = environment.episodeSteps else { return }
        elapsed += 1
        guard elapsed == length else { return }
        elapsed = 0
        for lane in flags.indices where flags[lane] == 0 {
            // What was still being carried out when all episodes were cut off is dropped.
            flags[lane] = WorldFrame.Flag.truncated | WorldFrame.Flag.begins
            ends[lane] = standings[lane]
        }
    }

    /// Notes how the episode of a lane ended, if it did: nothing follows, or a state in which nobody decides.
    private mutating func end(_ lane: Int, at bootstrap: Int) {
        if bootstrap == Int(StepBatch.Transitions.terminal) {
            flags[lane] |= WorldFrame.Flag.terminated | WorldFrame.Flag.begins
        } else if bootstrap >= batch.decisionCount {
            flags[lane] |= WorldFrame.Flag.truncated | WorldFrame.Flag.begins
            ends[lane] = Standing(state: batch.queries.states[bootstrap], mask: mask(of: bootstrap))
        }
    }

    /// Goes on until somebody decides, and sorts the decisions.
    private mutating func settle() throws(EnvironmentFailure) {
        var silence = 0
        while batch.decisionCount == 0 {
            silence += 1
            guard silence <= Self.longestSilence else {
                throw EnvironmentFailure("nobody has had anything to decide for \(Self.longestSilence) steps")
            }
            try environment.step([], &batch)
            absorb()
        }
        layer = 0
        layers = []
        var asked = Array(repeating: 0, count: laneCount)
        for decision in 0..<batch.decisionCount {
            let lane = Int(batch.queries.lanes[decision])
            if asked[lane] == layers.count { layers.append([]) }
            layers[asked[lane]].append(decision)
            asked[lane] += 1
        }
        actions = Array(repeating: 0, count: batch.decisionCount)
        place()
    }

    /// Puts the lanes before the decisions of the layer.
    private mutating func place() {
        for lane in flags.indices { flags[lane] |= WorldFrame.Flag.waits }
        for decision in layers[layer] {
            let lane = Int(batch.queries.lanes[decision])
            flags[lane] &= ~WorldFrame.Flag.waits
            standings[lane] = Standing(state: batch.queries.states[decision], mask: mask(of: decision))
        }
    }

    private func mask(of query: Int) -> UInt64 {
        batch.queries.masks.isEmpty ? ActionMask.all(facts.space.actionCount) : batch.queries.masks[query]
    }

    /// The body of a batch.
    ///
    /// - Throws: `EnvironmentFailure` where lanes wait and the other side does not know of that.
    func words() throws(EnvironmentFailure) -> [UInt32] {
        var writer = WordWriter()
        let cut = flags.indices.filter { flags[$0] & 0b11 == WorldFrame.Flag.truncated }
        let waits = flags.contains { $0 & WorldFrame.Flag.waits != 0 }
        guard knowsHolds || (!waits && durations.allSatisfy { $0 <= 1 }) else {
            throw EnvironmentFailure(
                "decisions in \(facts.name) take several steps, or lanes have nothing to decide: open it with \"holds\": true, "
                    + "which tells of lanes that wait"
            )
        }
        let hasMasks = waits || !batch.queries.masks.isEmpty
        writer.write(hasMasks)
        writer.append(flags)
        for reward in rewards { writer.write(reward) }
        for standing in standings { writer.write(standing.state) }
        for lane in cut { writer.write(ends[lane]?.state ?? 0) }
        if hasMasks {
            // Of a lane that waits, what it is about and nothing else.
            for lane in flags.indices {
                let isWaiting = flags[lane] & WorldFrame.Flag.waits != 0
                writer.write(isWaiting ? 1 << UInt64(held[lane]) : standings[lane].mask)
            }
            for lane in cut { writer.write(ends[lane]?.mask ?? 1) }
        }
        if knowsHolds { writer.append(durations) }
        if tellsNumbers, let observed = environment as? any ObservedEnvironment {
            for number in observed.observations { writer.write(number) }
            if layer == 0 { for number in observed.endObservations { writer.write(number) } }
        }
        return writer.words
    }
}
