internal import CommandBasics
package import TurnOrders

/// What `train --json` says of the turns of a run; documented in `docs/cli.md`.
package struct TurnResult: Encodable {
    package var order: String
    /// The turns of this process whose ages are known.
    package var turns: UInt64
    /// Turns by the number of other cohorts' turns between question and use.
    package var ages: [UInt64]
    /// Those with more than `ages` has room for.
    var agesBeyond: UInt64
    var meanAge: Double
    var mostAge: UInt64
    /// Updates of other cohorts between question and use.
    var meanUpdates: Double
    var mostUpdates: UInt64

    /// Collects the figures.
    package init(_ schedule: TurnSchedule) {
        self.init(schedule.order, schedule.ages)
    }

    /// Collects the figures of ages.
    package init(_ order: TurnOrder, _ ages: TurnAges) {
        self.order = order.argument
        turns = ages.turnCount
        self.ages = ages.counts
        agesBeyond = ages.countBeyond
        (meanAge, mostAge) = (ages.mean, ages.most)
        (meanUpdates, mostUpdates) = (ages.meanUpdates, ages.mostUpdates)
    }

    /// A line, and behind it one for each age that there was.
    package static func lines(_ order: TurnOrder, _ ages: TurnAges) -> [String] {
        let shown = 12
        let head =
            "order \(order.argument): between question and use \(ages.mean.short) turns of other cohorts (at most \(ages.most)), "
            + "\(ages.meanUpdates.short) updates"
        let counted = ages.counts.enumerated().filter { $0.element > 0 }
        let total = Double(max(1, ages.turnCount))
        // The most frequent ones, in the order of their ages.
        let frequent = counted.sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }.prefix(shown)
        let parts = frequent.sorted { $0.offset < $1.offset }.map { age, count in
            "\(age): \((100 * Double(count) / total).short) %"
        }
        let rest = ages.turnCount - frequent.reduce(0) { $0 + $1.element }
        let others = rest == 0 ? [] : ["others: \((100 * Double(rest) / total).short) %"]
        return [head, "  " + (parts + others).joined(separator: ", ")]
    }
}
