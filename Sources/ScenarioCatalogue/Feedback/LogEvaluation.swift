internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import Evaluation
internal import OffPolicy
internal import TabularLearning

/// Tells from a log of served decisions what a policy is worth.
struct LogEvaluation: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: FeedbackOptions.name,
        abstract: "Tell from a log of served decisions what a policy is worth.",
        usage: "shardq evaluate --from-log <file> --policy <folder> [<options>]",
        discussion: "docs/serving.md says what a log needs for that, and what the estimates are.",
        shouldDisplay: false
    )

    @OptionGroup var feedback: FeedbackOptions

    @Option(help: "The discount of a return, 0 to 1 (default: the one that the policy was learned with).")
    var discount: Double?

    @Flag(help: "Print one JSON object on standard output (see docs/cli.md).")
    var json = false

    func validate() throws {
        guard discount.map({ (0...1).contains($0) }) ?? true else {
            throw ValidationError("--discount \(discount ?? 0): 0 to 1")
        }
    }

    func run() async throws {
        let (policy, log) = try feedback.read()
        guard log.episodes.count >= 2 else {
            throw CommandFailure(
                .badInput,
                "the log has \(log.episodes.count) episodes that ended, and an interval needs two: an episode ends with a "
                    + "reward with \"end\": true"
            )
        }
        // 0.95 as it is meant, not as the nearest single-precision number.
        let discount = discount ?? Double(policy.description.parameters.discount.description) ?? 0
        let report = LogReport(log, OffPolicyEstimate(log.episodes, discount: discount), discount: discount)
        try Console.result(
            json ? encodeJSON(report.object(folder: feedback.policy, policy)) : report.text(folder: feedback.policy)
        )
        for doubt in report.doubts { Console.note("warning: \(doubt)") }
    }
}

/// What is told of a policy by a log.
private struct LogReport {
    let log: LoggedEpisodes
    let estimate: OffPolicyEstimate
    let discount: Double

    init(_ log: LoggedEpisodes, _ estimate: OffPolicyEstimate, discount: Double) {
        (self.log, self.estimate, self.discount) = (log, estimate, discount)
    }

    /// The object that `--json` prints; documented in `docs/cli.md`.
    struct Object: Encodable {
        struct Estimate: Encodable {
            var mean: Double
            var lower: Double
            var upper: Double

            init(_ interval: ConfidenceInterval) {
                (mean, lower, upper) = (interval.mean, interval.lowerBound, interval.upperBound)
            }
        }

        var policy: String
        var tableDigest: String
        var discount: Double
        var episodes: Int
        var unfinished: Int
        var decisions: Int
        var rewards: Int
        var effectiveSampleSize: Double
        var estimates: [String: Estimate]
        var warnings: [String]
    }

    private var estimates: [(name: String, interval: ConfidenceInterval)] {
        [
            ("logged", estimate.logged), ("per-decision", estimate.perDecision), ("weighted", estimate.weighted),
            ("doubly-robust", estimate.doublyRobust),
        ]
    }

    func object(folder: String, _ policy: Policy) -> Object {
        Object(
            policy: folder,
            tableDigest: policy.digest.description,
            discount: discount,
            episodes: log.episodes.count,
            unfinished: log.unfinishedCount,
            decisions: log.decisionCount,
            rewards: log.rewardCount,
            effectiveSampleSize: estimate.effectiveSampleSize,
            estimates: Dictionary(uniqueKeysWithValues: estimates.map { ($0.name, .init($0.interval)) }),
            warnings: doubts
        )
    }

    func text(folder: String) -> String {
        let table = TextTable(
            header: ["estimate", "return", "95% from", "to"],
            rows: estimates.map { name, interval in
                [name] + [interval.mean, interval.lowerBound, interval.upperBound].map { decimal($0, places: 4) }
            }
        )
        return """
            \(folder) by \(log.episodes.count) episodes of the log, \(log.decisionCount) decisions, γ \(discount)

            \(table.plainText(width: Console.resultColumns))
            effective sample size \(decimal(estimate.effectiveSampleSize, places: 1)) of \(log.episodes.count)
            """
    }

    /// Why the figures may say less than they seem to.
    var doubts: [String] {
        var doubts: [String] = []
        let size = estimate.effectiveSampleSize
        if size < OffPolicyEstimate.leastEffectiveSampleSize {
            doubts.append(
                "the log says as much as \(decimal(size, places: 1)) episodes of the policy itself: below "
                    + "\(Int(OffPolicyEstimate.leastEffectiveSampleSize)) the intervals are not to be trusted"
            )
        }
        if log.impossibleCount > 0 {
            doubts.append(
                "\(log.impossibleCount) decisions have a propensity of 0, which nobody can have made: they count as never made"
            )
        }
        if log.uncoveredCount > 0 {
            doubts.append(
                "in \(log.uncoveredCount) decisions the policy would do something else, and whoever was logged never tried it "
                    + "(propensity 1): what that is worth is unknown, and the estimates leave it out; serve with --epsilon"
            )
        }
        if log.unfinishedCount > 0 { doubts.append("\(log.unfinishedCount) episodes have no end and are left out") }
        return doubts
    }
}
