internal import ArgumentParser
internal import CommandBasics
internal import TrainingRuns
internal import TurnOrders

/// Says what a log of turns holds.
struct TurnsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "turns",
        abstract: "Say what a log of turns holds: the order, and how stale the answers were that were used.",
        discussion: """
            train and master write such a log with --record-turns FILE, and take its turns once more with --replay-turns FILE.

            Examples:
              shardq turns one.turns
              shardq turns one.turns --rounds 100:120
            """
    )

    @Argument(help: "The log.", completion: .file()) var file: String

    @Option(help: ArgumentHelp("Also by round, from the first to the last of these.", valueName: "first:last"))
    var rounds: RoundRange?

    @Flag(help: "Print one JSON object, described in docs/cli.md.") var json = false

    /// Rounds, counted from 1.
    struct RoundRange: ExpressibleByArgument {
        static let mostRounds: UInt64 = 100_000
        let range: ClosedRange<UInt64>

        init?(argument: String) {
            let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let first = UInt64(parts[0]), let last = UInt64(parts[1]), first >= 1,
                first <= last, last - first < Self.mostRounds
            else { return nil }
            range = first...last
        }
    }

    /// The object that `--json` prints.
    private struct Finding: Encodable {
        var runIdentity: String
        var isComplete: Bool
        var cohorts: Int
        var turns: UInt64
        /// The rounds at which all cohorts were, the first and the last one included.
        var cuts: UInt64
        var ages: TurnResult
        var rounds: [Round]?

        struct Round: Encodable {
            var round: UInt64
            /// The ages of its turns, in the order of the cohorts.
            var ages: [UInt64]
        }
    }

    func run() throws {
        let record = try TurnFile(file).read()
        var ages = TurnAges()
        var byRound: [UInt64: [UInt64]] = [:]
        let wanted = rounds?.range
        record.log.forEachAge { cohort, round, age in
            ages.note(turns: age, updates: 0)
            guard wanted?.contains(round) == true else { return }
            byRound[round, default: Array(repeating: 0, count: record.log.cohortCount)][cohort] = age
        }
        var cuts: UInt64 = 0
        record.log.forEachLevel { _ in
            cuts += 1
            return true
        }
        let found = byRound.sorted { $0.key < $1.key }.map { Finding.Round(round: $0.key, ages: $0.value) }
        guard json else { return try Console.result(text(record, ages, cuts, found)) }
        let finding = Finding(
            runIdentity: record.runIdentity,
            isComplete: record.isComplete,
            cohorts: record.log.cohortCount,
            turns: record.log.count,
            cuts: cuts,
            ages: TurnResult(record.order, ages),
            rounds: rounds == nil ? nil : found
        )
        try Console.result(encodeJSON(finding))
    }

    private func text(_ record: TurnRecord, _ ages: TurnAges, _ cuts: UInt64, _ rounds: [Finding.Round]) -> String {
        let state = record.isComplete ? "complete" : "of a run that was interrupted"
        var lines = [
            "\(record.log.count) turns of \(record.log.cohortCount) cohorts, \(state), run \(record.runIdentity)",
            "order \(record.order.argument): between question and use \(ages.mean.short) turns of other cohorts "
                + "(at most \(ages.most))",
        ]
        lines += ages.counts.enumerated().filter { $0.element > 0 }.map { age, count in
            "  \(age): \(count) turns, \((100 * Double(count) / Double(max(1, ages.turnCount))).short) %"
        }
        if ages.countBeyond > 0 { lines.append("  \(TurnAges.limit) and more: \(ages.countBeyond) turns") }
        lines.append("all cohorts were at the same round \(cuts) times")
        lines += rounds.map { "round \($0.round): \($0.ages.map { "\($0)" }.joined(separator: " "))" }
        return lines.joined(separator: "\n")
    }
}
