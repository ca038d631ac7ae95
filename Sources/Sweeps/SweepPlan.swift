/// What is to be compared: a scenario, options for all runs, values of some of them, and training seeds.
public struct SweepPlan: Sendable, Hashable {
    /// Options with their values, in their order.
    public typealias Options = [Option]

    /// An option and where the file sets it.
    public struct Option: Sendable, Hashable {
        /// The option's name without dashes.
        public let key: String
        /// Its values; more than one where the option may be repeated.
        public let values: [String]
        /// The line of the file.
        public let line: Int

        /// Names an option.
        public init(_ key: String, _ values: [String], line: Int = 0) {
            (self.key, self.values, self.line) = (key, values, line)
        }

        /// The values as people see them.
        public var text: String { values.joined(separator: " ") }
    }

    /// What is trained.
    public var scenario: String
    /// Options of every training.
    public var options: Options = []
    /// Options of every evaluation.
    public var evaluation: Options = []
    /// The settings that are compared, each by the options in which they differ.
    public var settings: [Options] = []
    /// The training seeds, the same for every setting.
    public var seeds: [UInt64] = [1]
    /// How many runs are under way at a time; `nil` where the file does not say.
    public var jobs: Int?
    /// The lane-steps of each rung of successive halving, in ascending order; empty without it.
    public var rungs: [UInt64] = []

    /// The most runs of a sweep.
    public static let mostRuns = 10_000

    /// Begins a plan.
    public init(scenario: String) { self.scenario = scenario }

    /// One training with its evaluation.
    public struct Run: Sendable, Hashable {
        /// The number of its setting.
        public let setting: Int
        /// Its training seed.
        public let seed: UInt64
        /// Its lane-steps where a rung says so.
        public let steps: UInt64?
    }

    /// The runs of some settings: seed by seed, so that every setting is seen early.
    ///
    /// - Parameters:
    ///   - settings: Their numbers.
    ///   - steps: The lane-steps of the rung, if there is one.
    /// - Returns: The runs.
    public func runs(of settings: [Int], steps: UInt64? = nil) -> [Run] {
        seeds.flatMap { seed in settings.map { Run(setting: $0, seed: seed, steps: steps) } }
    }

    /// A setting in words: `epsilon 0.1, step-size 0.2`.
    public func name(of setting: Int) -> String {
        let options = settings[setting]
        return options.isEmpty ? "as it is" : options.map { "\($0.key) \($0.text)" }.joined(separator: ", ")
    }

    /// The options in which settings differ, in the order in which they come.
    public var axes: [String] {
        var keys: [String] = []
        for option in settings.joined() where !keys.contains(option.key) { keys.append(option.key) }
        return keys
    }

    /// The name of a run's folder, which no other run of the sweep has.
    public func folder(of run: Run) -> String {
        let words = settings[run.setting].map { "\($0.key)-\($0.text)" }.joined(separator: "_")
        let plain = String(
            words.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "-" }.prefix(80)
        )
        let rung = run.steps.map { "_steps-\($0)" } ?? ""
        let digits = String(run.setting + 1)
        let number = String(repeating: "0", count: max(0, 2 - digits.count)) + digits
        return "\(number)_" + (plain.isEmpty ? "" : plain + "_") + "seed-\(run.seed)" + rung
    }

    /// Which settings go on to the next rung: the better half, at least one, by the figure's mean.
    ///
    /// - Parameters:
    ///   - settings: The settings of this rung.
    ///   - means: By setting its figure; `nil` for one that has none.
    ///   - isBetterLow: Whether less is better.
    /// - Returns: The better half in their old order; of equal ones the first.
    public static func survivors(of settings: [Int], means: [Double?], isBetterLow: Bool) -> [Int] {
        let ranked = settings.indices.filter { means[$0] != nil }.sorted { one, other in
            let (first, second) = (means[one] ?? 0, means[other] ?? 0)
            return first == second ? one < other : isBetterLow ? first < second : first > second
        }
        return ranked.prefix(max(1, (settings.count + 1) / 2)).sorted().map { settings[$0] }
    }
}

/// What is wrong with a sweep's file.
public struct SweepFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// In a sentence, with the file and the line.
    public let description: String

    /// Says what is wrong.
    public init(_ description: String) { self.description = description }
}
