internal import TabularLearning

/// What has happened in a simulation since its last reset.
///
/// Conservation: `demanded` = `entered` + backlog, and `entered` = `left` + inside.
public struct TrafficCounters: Sendable, Hashable {
    /// Simulated seconds.
    public var seconds = 0
    /// Vehicles that wanted to enter.
    public var demanded = 0
    /// Vehicles that entered.
    public var entered = 0
    /// Vehicles that left the network.
    public var left = 0
    /// Vehicle-seconds in queues at stop lines.
    public var queued = 0
    /// Vehicle-seconds in front of full entry roads.
    public var heldBack = 0
    /// Vehicle-seconds inside the network, moving or queued.
    public var inside = 0
    /// Vehicles that came to a stop at a stop line.
    public var stops = 0
    /// Times an intersection let nobody through for `TrafficSimulation.gridlockTime` while vehicles were queued.
    public var gridlocks = 0

    /// Creates counts of zero.
    public init() {}

    /// Mean delay in seconds per vehicle that wanted to enter, those that never did included.
    ///
    /// Time loss in queues, plus the wait to enter, plus the wait so far of those still outside: the definition of
    /// Ault and Sharon, *Reinforcement Learning Benchmarks for Traffic Signal Control*, NeurIPS 2021.
    public var delay: Double {
        demanded == 0 ? 0 : Double(queued + heldBack) / Double(demanded)
    }

    /// More than a run can count, and little enough that no sum over replicas overflows.
    static let plausible = 0...(1 << 48)

    func save(to writer: inout WordWriter) {
        writer.write([seconds, demanded, entered, left, queued, heldBack, inside, stops, gridlocks])
    }

    mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        let values = try reader.integerArray()
        guard values.count == 9, values.allSatisfy({ Self.plausible.contains($0) }) else {
            throw WordReader.Failure("traffic counters are 9 numbers of 0 to \(Self.plausible.upperBound)")
        }
        (seconds, demanded, entered) = (values[0], values[1], values[2])
        (left, queued, heldBack) = (values[3], values[4], values[5])
        (inside, stops, gridlocks) = (values[6], values[7], values[8])
    }
}
