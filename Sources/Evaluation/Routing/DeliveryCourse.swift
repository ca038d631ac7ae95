internal import Scenarios

/// How delivery times went during a run, in intervals of `RoutingRun.interval` ticks.
public struct DeliveryCourse: Sendable, Hashable {
    /// The packets delivered in each interval.
    public private(set) var delivered: [Int] = []
    /// The sum of their delivery times in ticks.
    public private(set) var deliveryTicks: [Int] = []
    private var (lastDelivered, lastTicks) = (0, 0)

    /// Creates an empty course.
    public init() {}

    /// Adds an interval.
    ///
    /// - Parameter statistics: The counts since the beginning of the run.
    mutating func append(_ statistics: DeliveryStatistics) {
        delivered.append(statistics.delivered - lastDelivered)
        deliveryTicks.append(statistics.deliveryTicks - lastTicks)
        (lastDelivered, lastTicks) = (statistics.delivered, statistics.deliveryTicks)
    }

    /// The mean delivery time of each interval; that of the interval before where nothing was delivered.
    public var means: [Double] {
        var last = 0.0
        return delivered.indices.map { index in
            if delivered[index] > 0 { last = mean(index..<(index + 1)) }
            return last
        }
    }

    /// The mean delivery time of the packets that arrived in some intervals; infinite when none did.
    public func mean(_ intervals: Range<Int>) -> Double {
        let intervals = intervals.clamped(to: 0..<delivered.count)
        let count = intervals.reduce(0) { $0 + delivered[$1] }
        guard count > 0 else { return .infinity }
        return Double(intervals.reduce(0) { $0 + deliveryTicks[$1] }) / Double(count)
    }

    /// Intervals that are averaged before they are judged: 500 ticks.
    private static let width = 5

    /// The ticks after an event until delivery times have settled at their new level.
    ///
    /// The level is the mean over the last quarter of the time up to the next event. It has settled when ten means of 500
    /// ticks in a row stay below 1.6 times the level.
    ///
    /// - Parameters:
    ///   - event: The event's interval.
    ///   - next: The interval of the next event, or the end.
    /// - Returns: Ticks; all up to the next event when it never settles.
    public func settleTime(after event: Int, until next: Int) -> Double {
        let level = mean((next - max(1, (next - event) / 4))..<next)
        for start in event..<next {
            let isCalm = (0..<10).allSatisfy { step in
                let begin = start + step * Self.width
                return begin >= next || mean(begin..<min(next, begin + Self.width)) <= 1.6 * level
            }
            if isCalm { return Double((start - event) * RoutingRun.interval) }
        }
        return Double((next - event) * RoutingRun.interval)
    }

    /// The ticks after an event until a mean of 500 ticks is back within a tenth of a level.
    ///
    /// - Parameters:
    ///   - level: The mean delivery time to come back to.
    ///   - event: The event's interval.
    ///   - next: The interval of the next event, or the end.
    /// - Returns: Ticks up to the beginning of the mean; all up to the next event when it never comes back.
    public func returnTime(to level: Double, after event: Int, until next: Int) -> Double {
        for start in event..<next where mean(start..<min(next, start + Self.width)) <= 1.1 * level {
            return Double((start - event) * RoutingRun.interval)
        }
        return Double((next - event) * RoutingRun.interval)
    }
}
