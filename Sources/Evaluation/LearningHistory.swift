public import TabularLearning

/// A training run from its beginning to its end, interval by interval: what the learning curve is drawn from.
///
/// It comes from the learners themselves, so it is the same for every layout and whole after a resume.
public struct LearningHistory: Sendable, Hashable, Codable {
    /// A figure of the environment.
    public struct Figure: Sendable, Hashable, Codable {
        /// A short name in lower case: `mean delay`.
        public let name: String
        /// The unit; empty for a pure number.
        public let unit: String
        /// Whether less is better.
        public let isBetterLow: Bool
    }

    /// One interval.
    public struct Point: Sendable, Hashable, Codable {
        /// Lane-steps of the run at the interval's end.
        public let laneSteps: UInt64
        /// Transitions learned from in the interval.
        public let transitions: UInt64
        /// Their mean reward; `nil` without any.
        public let meanReward: Double?
        /// Episodes that ended in the interval.
        public let episodes: UInt64
        /// Their mean undiscounted return; `nil` without any.
        public let meanReturn: Double?
        /// By figure its mean over the interval; `nil` where there was nothing to average.
        public let figures: [Double?]
    }

    /// The figures of each point.
    public let figures: [Figure]
    /// The intervals in their order.
    public let points: [Point]
    /// Whole episodes in each interval, of every lane; 0 where an episode has several intervals, `nil` where episodes
    /// do not end together.
    public let episodesPerInterval: UInt64?
    /// The same by episode where an episode has several intervals, else empty.
    public let episodes: [Point]

    /// Makes a history of the learners of all cohorts, in the order of the cohorts.
    public init(_ learners: [CohortLearner]) {
        guard let first = learners.first else {
            (figures, points, episodes, episodesPerInterval) = ([], [], [], nil)
            return
        }
        figures = first.gauges.compactMap { gauge in
            gauge.mean.map { Figure(name: gauge.name, unit: gauge.unit, isBetterLow: $0.isBetterLow) }
        }
        let lanes = learners.reduce(UInt64(0)) { $0 + UInt64($1.laneCount) }
        let marks = LearningCurve.sum(of: learners.map(\.curve))
        points = Self.points(marks, lanes: lanes)
        let length = first.episodeSteps.map { UInt64($0) }
        episodesPerInterval = length.map { first.curve.interval / $0 }
        episodes =
            episodesPerInterval == 0 ? Self.points(marks.filter { $0.steps % (length ?? 1) == 0 }, lanes: lanes) : []
    }

    private static func points(_ marks: [LearningCurve.Mark], lanes: UInt64) -> [Point] {
        marks.indices.map { point(marks[$0], since: $0 == 0 ? nil : marks[$0 - 1], lanes: lanes) }
    }

    private static func point(_ mark: LearningCurve.Mark, since last: LearningCurve.Mark?, lanes: UInt64) -> Point {
        let (now, before) = (mark.statistics, last?.statistics ?? LearnerStatistics())
        let transitions = now.transitions - before.transitions
        let rewarded = now.rewardedTransitions - min(now.rewardedTransitions, before.rewardedTransitions)
        let episodes = now.episodes - before.episodes
        return Point(
            laneSteps: mark.steps * lanes,
            transitions: transitions,
            meanReward: mean(now.rewardSum - before.rewardSum, over: Double(rewarded)),
            episodes: episodes,
            meanReturn: mean(now.episodeReturnSum - before.episodeReturnSum, over: Double(episodes)),
            figures: mark.totals.indices.map { index in
                mean(
                    mark.totals[index] - (last?.totals[index] ?? 0),
                    over: mark.weights[index] - (last?.weights[index] ?? 0)
                )
            }
        )
    }

    private static func mean(_ total: Double, over weight: Double) -> Double? { weight > 0 ? total / weight : nil }

    /// The best interval beside the last ten, or whole episodes where they have several intervals: what a best episode
    /// alone would hide.
    public struct Extremes: Sendable, Hashable {
        /// What is compared.
        public let name: String
        /// Its unit.
        public let unit: String
        /// The best interval's value.
        public let best: Double
        /// The mean of the last ten intervals.
        public let lastTen: Double
        /// The worst of the last ten.
        public let worstOfLastTen: Double
    }

    /// Best and last ten of the return, or else the reward, and of every figure.
    public var extremes: [Extremes] {
        let points = episodes.isEmpty ? points : episodes
        let hasReturns = points.contains { $0.meanReturn != nil }
        let first = extremes(
            hasReturns ? "return" : "reward",
            "",
            isBetterLow: false,
            points.compactMap { hasReturns ? $0.meanReturn : $0.meanReward }
        )
        let others = figures.indices.map { index in
            extremes(
                figures[index].name,
                figures[index].unit,
                isBetterLow: figures[index].isBetterLow,
                points.compactMap { $0.figures[index] }
            )
        }
        return ([first] + others).compactMap(\.self)
    }

    private func extremes(_ name: String, _ unit: String, isBetterLow: Bool, _ values: [Double]) -> Extremes? {
        let last = values.suffix(10)
        guard let low = values.min(), let high = values.max(), let lastLow = last.min(), let lastHigh = last.max()
        else {
            return nil
        }
        return Extremes(
            name: name,
            unit: unit,
            best: isBetterLow ? low : high,
            lastTen: last.reduce(0, +) / Double(last.count),
            worstOfLastTen: isBetterLow ? lastHigh : lastLow
        )
    }

    /// What an interval is, in words.
    public var intervalWords: String {
        switch episodesPerInterval {
        case 0?: "part of an episode"
        case 1?: "one episode of every lane"
        case let count?: "\(count) episodes of every lane"
        case nil: points.first.map { "\($0.laneSteps) lane-steps" } ?? "nothing"
        }
    }

    /// Best and last ten, a row each.
    public var extremesTable: TextTable {
        let unit = episodesPerInterval == 0 || episodesPerInterval == 1 ? "episode" : "interval"
        let count = min(10, episodes.isEmpty ? points.count : episodes.count)
        return TextTable(
            header: ["in training", "best \(unit)", "mean of last \(count)", "worst of last \(count)"],
            rows: extremes.map { row in
                [
                    row.unit.isEmpty ? row.name : "\(row.name) [\(row.unit)]", decimal(row.best), decimal(row.lastTen),
                    decimal(row.worstOfLastTen),
                ]
            }
        )
    }

    /// The whole history, a row per interval; cells without a value are empty.
    public var table: TextTable {
        func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
        return TextTable(
            header: ["lane-steps", "transitions", "mean reward", "episodes", "mean return"]
                + figures.map { $0.unit.isEmpty ? $0.name : "\($0.name) [\($0.unit)]" },
            rows: points.map { point in
                [
                    "\(point.laneSteps)", "\(point.transitions)", text(point.meanReward), "\(point.episodes)",
                    text(point.meanReturn),
                ] + point.figures.map(text)
            }
        )
    }
}
