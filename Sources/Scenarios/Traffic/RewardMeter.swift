package import TabularLearning

/// What a junction shows at the end of an interval, in vehicles and seconds; only what the reward asks for need be right.
package struct JunctionFigures: Sendable, Hashable {
    /// −(vehicles that wait) / `rewardScale`, rounded as the simulator always has: published digests rest on that.
    package var waiting: Float = 0
    /// Vehicles that stand at the stop lines.
    package var queue = 0
    /// As how many more than one each those of them count that are of a kind with a weight.
    package var surplusQueue: Float = 0
    /// Vehicles before the junction minus vehicles behind it.
    package var pressure = 0
    /// Seconds for which somebody at red has waited longest.
    package var longestWait = 0

    /// Nothing on any road.
    package init() {}

    /// Which of them a reward asks for besides the waiting.
    package struct Wanted: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let queue = Self(rawValue: 1)
        package static let pressure = Self(rawValue: 2)
        package static let longestWait = Self(rawValue: 4)

        /// What a reward asks for.
        init(_ reward: SignalReward) {
            self = []
            if reward.has(.queue) { insert(.queue) }
            if reward.has(.pressure) { insert(.pressure) }
            if reward.has(.longestWait) { insert(.longestWait) }
        }
    }
}

/// Turns what junctions show into rewards; remembers what the change of delay is measured from.
package struct RewardMeter: Sendable {
    private let parts: [SignalReward.Part]
    private let scale: Float
    private let remembers: Bool
    /// Whether the reward is `waiting` as it is.
    let isDelay: Bool
    /// What junctions are looked at for.
    package let wanted: JunctionFigures.Wanted
    /// By lane: `waiting` in the interval before, 0 when an episode begins.
    private var before: [Float]

    /// Creates a meter of so many junctions.
    ///
    /// - Parameters:
    ///   - reward: What is added up.
    ///   - scale: The number of vehicles that make a reward of −1.
    ///   - laneCount: The number of junctions.
    package init(_ reward: SignalReward, scale: Float, laneCount: Int) {
        parts = reward.parts
        self.scale = scale
        remembers = reward.has(.delayChange)
        isDelay = reward == .delay
        wanted = JunctionFigures.Wanted(reward)
        before = Array(repeating: 0, count: remembers ? laneCount : 0)
    }

    /// The reward of a junction's interval; called once an interval.
    package mutating func reward(_ figures: JunctionFigures, lane: Int) -> Float {
        // As almost always, and the same bits: once, with nothing added to it.
        guard !isDelay else { return figures.waiting }
        var sum: Float = 0
        for part in parts {
            let value =
                switch part.term {
                case .waiting: figures.waiting
                case .queue: -(Float(figures.queue) + figures.surplusQueue) / scale
                case .pressure: -Float(figures.pressure) / scale
                case .delayChange: figures.waiting - before[lane]
                case .longestWait: -Float(figures.longestWait) / scale
                }
            sum += part.weight * value
        }
        if remembers { before[lane] = figures.waiting }
        return sum
    }

    /// An episode begins: nobody waits.
    package mutating func reset() {
        for lane in before.indices { before[lane] = 0 }
    }

    /// Writes what is remembered, if anything is.
    package func save(to writer: inout WordWriter) {
        if remembers { writer.write(before) }
    }

    /// Puts back what `save` wrote.
    package mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        guard remembers else { return }
        let saved = try reader.floatArray()
        guard saved.count == before.count, saved.allSatisfy(\.isFinite) else {
            throw WordReader.Failure("the saved delays do not fit \(before.count) lanes")
        }
        before = saved
    }
}

extension TrafficSimulation {
    /// Takes what a reward asks of an intersection, and the waiting since that was taken last.
    ///
    /// - Parameters:
    ///   - intersection: Which.
    ///   - wanted: What for.
    ///   - waitingUnit: The reward of a vehicle-second of waiting, without its sign.
    /// - Returns: What the meter takes.
    package mutating func figures(
        at intersection: Int,
        for wanted: JunctionFigures.Wanted,
        waitingUnit: Float
    ) -> JunctionFigures {
        var figures = JunctionFigures()
        figures.waiting = -Float(collectWaiting(at: intersection)) * waitingUnit
        if wanted.contains(.queue) { figures.queue = queued(at: intersection) }
        if wanted.contains(.pressure) { figures.pressure = pressure(of: intersection) }
        if wanted.contains(.longestWait) { figures.longestWait = Int(redWaits(at: intersection).max()) }
        return figures
    }

    /// Vehicles on the roads that lead to an intersection, those outside included, minus those on the roads that lead away.
    func pressure(of intersection: Int) -> Int {
        let movements = network.intersections[intersection].movements
        let before = Set(movements.map { network.movements[$0].road })
        let behind = Set(movements.compactMap { network.movements[$0].nextRoad })
        // Where vehicles enter, they wait outside too.
        let outside = network.entries.enumerated().reduce(0) { sum, entry in
            before.contains(entry.element) ? sum + backlog(ofEntry: entry.offset) : sum
        }
        return outside + before.reduce(0) { $0 + occupancy(ofRoad: $1) }
            - behind.reduce(0) { $0 + occupancy(ofRoad: $1) }
    }
}
