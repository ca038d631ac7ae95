/// One of the program's inner loops with data to run on; what the benchmarks time and the regression gate counts.
public struct Kernel: Sendable {
    /// What is run, on what.
    public let name: String

    /// How much one run handles, in `unit`s.
    public let size: Int

    /// What is counted: rows, updates, lanes, frames.
    public let unit: String

    /// How often the regression gate runs it, and as often again before it counts.
    public let runs: Int

    /// Whether the table is far larger than the caches; the instructions are those of the small one.
    public let isCold: Bool

    /// Makes the data; each call of what it returns is one run.
    public let prepare: @Sendable () throws -> () throws -> Void

    init(
        _ name: String,
        size: Int,
        _ unit: String,
        runs: Int = 16,
        isCold: Bool = false,
        prepare: @escaping @Sendable () throws -> () throws -> Void
    ) {
        self.name = name
        self.size = size
        self.unit = unit
        self.runs = runs
        self.isCold = isCold
        self.prepare = prepare
    }

    /// All kernels.
    public static let all =
        tables + [maskedMaxima] + frames + [learner, tiedLearner, round, tiedRound] + ruleRounds + environments

    /// The kernels that the regression gate counts: an instruction count knows no caches.
    public static let counted = all.filter { !$0.isCold }
}
