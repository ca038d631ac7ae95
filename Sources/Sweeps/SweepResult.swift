public import Evaluation

/// What the runs of a sweep have come to: a figure for each, compared between settings seed by seed.
public struct SweepResult: Sendable, Hashable, Codable {
    /// One run.
    public struct Run: Sendable, Hashable, Codable {
        /// The number of its setting, from 1.
        public let setting: Int
        /// Its training seed.
        public let seed: UInt64
        /// Its lane-steps.
        public let steps: UInt64
        /// The figure by evaluation seed; one value where it is exact.
        public let values: [Double]
        /// Whether the figure grew as long as one looked; `nil` where it cannot.
        public let grows: Bool?
        /// The digest of its table.
        public let tableDigest: String
        /// Its folder, below the sweep's.
        public let folder: String

        /// Notes a run.
        public init(
            setting: Int,
            seed: UInt64,
            steps: UInt64,
            values: [Double],
            grows: Bool?,
            tableDigest: String,
            folder: String
        ) {
            (self.setting, self.seed, self.steps) = (setting, seed, steps)
            (self.values, self.grows, self.tableDigest, self.folder) = (values, grows, tableDigest, folder)
        }

        /// The mean over the evaluation seeds.
        public var mean: Double { ConfidenceInterval(values).mean }
    }

    /// What is known of a setting beside the best one.
    public enum Standing: String, Sendable, Hashable, Codable {
        /// It has the best mean.
        case best
        /// It is worse than the best one, and that is no chance.
        case worse
        /// Nobody can say with these seeds.
        case undecided
        /// It has the same figure on every seed.
        case equal
        /// Its figure grew as long as one looked.
        case grows
        /// It did not get as far as the last rung.
        case dropped
    }

    /// One setting over all training seeds.
    public struct Setting: Sendable, Hashable, Codable {
        /// Its number, from 1.
        public let number: Int
        /// In words.
        public let name: String
        /// The options in which it differs from others.
        public let options: [String: String]
        /// Its lane-steps: fewer where it did not get as far as the last rung.
        public let steps: UInt64
        /// The mean over the training seeds and the ends of its 95% interval; the ends are absent for one seed.
        public let mean: Double
        /// The lower end.
        public let lower: Double?
        /// The upper end.
        public let upper: Double?
        /// The training seed with the worst figure.
        public let worstSeed: UInt64
        /// Its figure.
        public let worst: Double
        /// How far it is from the best setting, paired by training seed; absent of the best one and of those that were dropped.
        public let difference: Difference?
        /// What is known of it.
        public let standing: Standing
        /// By training seed.
        public let values: [Double]
    }

    /// A paired difference from the best setting.
    public struct Difference: Sendable, Hashable, Codable {
        /// The mean of the differences.
        public let mean: Double
        /// The lower end of its 95% interval, not corrected; absent for one seed.
        public let lower: Double?
        /// The upper end.
        public let upper: Double?
        /// The seeds on which this setting is better than the best one.
        public let seedsWon: Int
        /// The probability of chance, corrected for the number of comparisons; absent for one seed.
        public let corrected: Double?
    }

    /// What the greedy policies of a setting were worth on the way, over its training seeds.
    public struct Curve: Sendable, Hashable, Codable {
        /// A point of it.
        public struct Point: Sendable, Hashable, Codable {
            /// Lane-steps of each run.
            public let laneSteps: UInt64
            /// The mean over the training seeds.
            public let mean: Double
            /// The lower end of its 95% interval; absent for one seed.
            public let lower: Double?
            /// The upper end.
            public let upper: Double?
        }

        /// The number of the setting, from 1.
        public let setting: Int
        /// Its points, by steps.
        public let points: [Point]

        /// Brings the curves of all seeds together, where all have a point.
        init(_ setting: Int, _ courses: [GreedyCourse]) {
            self.setting = setting
            points = (courses.first?.points ?? []).compactMap { point in
                let values = courses.compactMap { course in
                    course.points.first { $0.laneSteps == point.laneSteps }?.interval.mean
                }
                guard values.count == courses.count else { return nil }
                let interval = ConfidenceInterval(values)
                return Point(
                    laneSteps: point.laneSteps,
                    mean: interval.mean,
                    lower: interval.halfWidth.map { interval.mean - $0 },
                    upper: interval.halfWidth.map { interval.mean + $0 }
                )
            }
        }
    }

    /// What is compared, in words.
    public let title: String
    /// What was trained.
    public let scenario: String
    /// The figure's name, unit and direction.
    public let figure: GreedyCourse.Figure
    /// The options in which settings differ.
    public let axes: [String]
    /// The training seeds.
    public let seeds: [UInt64]
    /// The settings, the best first.
    public let settings: [Setting]
    /// The runs, setting by setting and seed by seed.
    public let runs: [Run]
    /// Learning curves, in the order of the settings; of those whose runs were evaluated on the way.
    public let curves: [Curve]
    /// Which is best, and whether that is certain, in a sentence or two.
    public let verdict: String
    /// Whether every other setting that was trained as long is worse, and that is no chance.
    public let isCertain: Bool
    /// Settings of which there is no result, and why.
    public let missing: [String]

    /// The probability of chance above which nothing is said to be worse.
    public static let level = 0.05

    /// Compares settings.
    ///
    /// - Parameters:
    ///   - plan: What was to be compared.
    ///   - figure: What is measured.
    ///   - runs: The runs of the last rung of each setting, every training seed of each.
    ///   - missing: Settings of which there is no result, and why.
    ///   - courses: By setting, from 1, what its runs were worth on the way.
    ///
    /// It is `nil` where no setting has a result.
    public init?(
        _ plan: SweepPlan,
        _ figure: GreedyCourse.Figure,
        runs: [Run],
        missing: [String] = [],
        courses: [Int: [GreedyCourse]] = [:]
    ) {
        let numbers = plan.settings.indices.map { $0 + 1 }
        let bySetting = numbers.map { number in runs.filter { $0.setting == number }.sorted { $0.seed < $1.seed } }
        // Not the most steps: those of a grid may differ, and are rounded up to whole steps of all lanes.
        let reached = plan.rungs.last { rung in runs.contains { $0.steps >= rung } } ?? 0
        let full = numbers.filter { number in
            bySetting[number - 1].count == plan.seeds.count && bySetting[number - 1].allSatisfy { $0.steps >= reached }
        }
        let ranking = Ranking(figure)
        let ranked = full.sorted { ranking.isBetter(bySetting[$0 - 1], bySetting[$1 - 1]) }
        guard let first = ranked.first else { return nil }
        let best = ranking.metric(bySetting[first - 1])
        let pairs = ranked.dropFirst().map { number in
            PairedDifference(("", ranking.metric(bySetting[number - 1])), against: ("", best))
        }
        let chances = pairs.map(\.interval.chanceProbability)
        let corrected = plan.seeds.count > 1 ? HolmCorrection.corrected(chances.compactMap(\.self)) : []
        var settings = [Self.setting(first, bySetting[first - 1], plan, ranking, nil, .best)]
        for (index, number) in ranked.dropFirst().enumerated() {
            let (pair, chance) = (pairs[index], corrected.isEmpty ? nil : corrected[index])
            let half = pair.interval.halfWidth
            let difference = Difference(
                mean: pair.interval.mean,
                lower: half.map { pair.interval.mean - $0 },
                upper: half.map { pair.interval.mean + $0 },
                seedsWon: pair.wins,
                corrected: chance
            )
            let grows = bySetting[number - 1].contains { $0.grows == true }
            let standing: Standing =
                grows ? .grows : pair.verdict == .equal ? .equal : chance ?? 1 < Self.level ? .worse : .undecided
            settings.append(Self.setting(number, bySetting[number - 1], plan, ranking, difference, standing))
        }
        let dropped = numbers.filter { !full.contains($0) && !bySetting[$0 - 1].isEmpty }
        settings += dropped.sorted { one, other in
            let (mine, others) = (bySetting[one - 1], bySetting[other - 1])
            let (steps, otherSteps) = (mine.map(\.steps).max() ?? 0, others.map(\.steps).max() ?? 0)
            return steps == otherSteps ? ranking.isBetter(mine, others) : steps > otherSteps
        }
        .map { Self.setting($0, bySetting[$0 - 1], plan, ranking, nil, .dropped) }
        title = "\(plan.scenario): \(numbers.count) settings × \(plan.seeds.count) training seeds"
        scenario = plan.scenario
        self.figure = figure
        axes = plan.axes
        seeds = plan.seeds.sorted()
        self.settings = settings
        self.runs = runs.sorted { ($0.setting, $0.steps, $0.seed) < ($1.setting, $1.steps, $1.seed) }
        self.missing = missing
        curves = settings.filter { courses[$0.number]?.count == plan.seeds.count }
            .map { Curve($0.number, courses[$0.number] ?? []) }.filter { $0.points.count > 1 }
        let compared = settings.dropFirst().filter { $0.standing != .dropped }
        isCertain =
            plan.seeds.count > 1 && !compared.isEmpty && compared.allSatisfy { [.worse, .grows].contains($0.standing) }
            && settings[0].standing == .best && !bySetting[first - 1].contains { $0.grows == true }
        verdict = Self.verdict(settings, figure, seedCount: plan.seeds.count, isCertain: isCertain, missing: missing)
    }

    private static func setting(
        _ number: Int,
        _ runs: [Run],
        _ plan: SweepPlan,
        _ ranking: Ranking,
        _ difference: Difference?,
        _ standing: Standing
    ) -> Setting {
        let steps = runs.map(\.steps).max() ?? 0
        let last = runs.filter { $0.steps == steps }
        let values = last.map(\.mean)
        let interval = ConfidenceInterval(values)
        let worst = ranking.worst(last)
        return Setting(
            number: number,
            name: plan.name(of: number - 1),
            options: Dictionary(plan.settings[number - 1].map { ($0.key, $0.text) }) { $1 },
            steps: steps,
            mean: interval.mean,
            lower: interval.halfWidth.map { interval.mean - $0 },
            upper: interval.halfWidth.map { interval.mean + $0 },
            worstSeed: worst?.seed ?? 0,
            worst: worst?.mean ?? 0,
            difference: difference,
            standing: standing,
            values: values
        )
    }
}
