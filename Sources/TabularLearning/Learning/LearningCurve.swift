/// How a cohort learned: its counts and its environment's figures, added up from the start, at regular marks.
///
/// It is part of the learner and travels with it through checkpoints, so it does not depend on the layout and goes on
/// after a return to a checkpoint as if nothing had happened.
public struct LearningCurve: Sendable, Hashable {
    /// What had been counted at a mark, since the start of the run.
    public struct Mark: Sendable, Hashable {
        /// Steps of the cohort's environment.
        public var steps: UInt64
        /// The learner's counts.
        public var statistics: LearnerStatistics
        /// By gauge of the environment that is a mean: what was added up.
        public var totals: [Double]
        /// By gauge of the environment that is a mean: over how many it was added up.
        public var weights: [Double]
    }

    /// Environment steps from one mark to the next.
    public let interval: UInt64
    /// The marks so far, the first one interval after the start.
    public private(set) var marks: [Mark] = []

    /// The most marks that a run is divided into.
    public static let largestMarkCount: UInt64 = 200
    /// Runs of fewer episodes than this get several marks an episode.
    private static let fewEpisodes: UInt64 = 20

    /// Creates an empty curve.
    ///
    /// Where all lanes' episodes have one length, marks fall on their ends; where such a run has only a few episodes,
    /// equal parts of an episode lie between marks.
    ///
    /// - Parameters:
    ///   - plannedSteps: The environment steps of the run.
    ///   - episodeSteps: The environment steps of an episode; `nil` where episodes end lane by lane, or never.
    init(plannedSteps: UInt64, episodeSteps: Int?) {
        let even = max(1, Self.perMark(plannedSteps))
        guard let episode = episodeSteps.map({ UInt64($0) }), episode > 0, plannedSteps >= episode else {
            interval = even
            return
        }
        let episodes = plannedSteps / episode
        if episodes >= Self.fewEpisodes {
            interval = episode * Self.perMark(episodes)
        } else {
            let wanted = max(1, plannedSteps / (2 * Self.fewEpisodes))
            interval = (min(wanted, episode)...episode).first { episode % $0 == 0 } ?? episode
        }
    }

    /// How many of so many are between two marks, rounded up.
    private static func perMark(_ count: UInt64) -> UInt64 {
        count / largestMarkCount + (count % largestMarkCount == 0 ? 0 : 1)
    }

    /// Whether a mark is due after so many steps.
    func isDue(at steps: UInt64, isLast: Bool) -> Bool { steps % interval == 0 || isLast }

    /// Puts a mark.
    mutating func mark(steps: UInt64, _ statistics: LearnerStatistics, _ gauges: [Gauge]) {
        let means = gauges.compactMap(\.mean)
        marks.append(
            Mark(steps: steps, statistics: statistics, totals: means.map(\.total), weights: means.map(\.weight))
        )
    }

    /// Adds up the curves of all cohorts mark by mark, as far as all of them have come.
    public static func sum(of curves: [Self]) -> [Mark] {
        let count = curves.map(\.marks.count).min() ?? 0
        return (0..<count).map { index in
            var sum = curves[0].marks[index]
            for curve in curves.dropFirst() {
                let mark = curve.marks[index]
                sum.statistics += mark.statistics
                for gauge in sum.totals.indices {
                    sum.totals[gauge] += mark.totals[gauge]
                    sum.weights[gauge] += mark.weights[gauge]
                }
            }
            return sum
        }
    }

    func save(to writer: inout WordWriter) {
        writer.write(marks.map(\.steps))
        for mark in marks {
            mark.statistics.save(to: &writer)
            writer.write(mark.totals)
            writer.write(mark.weights)
        }
    }

    mutating func restore(
        from reader: inout WordReader,
        steps: UInt64,
        _ statistics: LearnerStatistics,
        gaugeCount: Int
    ) throws(WordReader.Failure) {
        let positions = try reader.longArray()
        guard zip(positions, positions.dropFirst()).allSatisfy(<), positions.last ?? 0 <= steps else {
            throw WordReader.Failure("the marks of a learning curve do not ascend to the steps taken")
        }
        var marks: [Mark] = []
        for position in positions {
            let counted = try LearnerStatistics(from: &reader)
            let (totals, weights) = (try reader.doubleArray(), try reader.doubleArray())
            guard totals.count == gaugeCount, weights.count == gaugeCount else {
                throw WordReader.Failure("a mark of a learning curve does not have \(gaugeCount) figures")
            }
            guard (totals + weights).allSatisfy(\.isFinite) else {
                throw WordReader.Failure("a figure of a learning curve is not a finite number")
            }
            guard marks.last.map({ counted.isBehind($0.statistics) }) ?? true, statistics.isBehind(counted) else {
                throw WordReader.Failure("the counts of a learning curve do not rise to those of its cohort")
            }
            marks.append(Mark(steps: position, statistics: counted, totals: totals, weights: weights))
        }
        self.marks = marks
    }
}
