package import ArgumentParser
internal import CommandBasics
package import Evaluation

/// What every scenario's evaluation is asked for.
package struct EvaluationOptions: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        name: .customLong("policy"),
        help: "The folder of a learned policy; repeatable where several are compared, one per training seed.",
        completion: .directory
    )
    package var policies: [String] = []

    @Option(
        name: .customLong("seeds"),
        help: "Evaluation seeds 1 to K; the same for every controller (default: 10)."
    )
    package var seedCount: Int?

    @Option(
        help: "Folder for report.html, evaluation.md, .tex, .csv and .json, and charts.",
        completion: .directory
    )
    package var output: String?

    @Flag(help: "Write over an evaluation that --output holds.")
    package var replace = false

    @Option(
        name: .customLong("fail-unless"),
        help: ArgumentHelp(
            "Exit code 3 unless this holds: \"learned <= max-pressure\", \"delay(learned) <= 0.9 * delay(fixed)\"; repeatable.",
            valueName: "condition"
        )
    )
    var failUnless: [String] = []

    @Flag(help: "Print one JSON object on standard output (see docs/cli.md).")
    package var json = false

    @Flag(name: .shortAndLong, help: "Show no progress.")
    package var quiet = false

    /// The number of seeds.
    package var seeds: Int { seedCount ?? 10 }

    package func validate() throws {
        if replace, output == nil { throw ValidationError("--replace needs --output, the folder of what is replaced") }
        guard (2...10_000).contains(seeds) else { throw ValidationError("--seeds \(seeds): 2 to 10000 seeds") }
        do {
            _ = try requirements()
        } catch {
            throw ValidationError("--fail-unless \(error)")
        }
    }

    /// The conditions that the exit code depends on.
    func requirements() throws(RequirementError) -> [Requirement] {
        var requirements: [Requirement] = []
        for text in failUnless { requirements.append(try Requirement(parsing: text)) }
        return requirements
    }

    /// Refuses `--seeds` where nothing is sampled.
    ///
    /// - Throws: `CommandFailure` that says so.
    package func refuseSeeds() throws {
        guard let seedCount else { return }
        throw CommandFailure(
            .usage,
            "--seeds \(seedCount): nothing is sampled here, the figures are exact; leave it out"
        )
    }

    /// Finds out before the work whether every condition is about something that will be measured.
    ///
    /// - Parameter outline: Contenders and metrics as the comparison will have them, whatever the values.
    /// - Throws: `CommandFailure` that names what there is.
    package func checkRequirements(against outline: Comparison) throws {
        do throws(RequirementError) {
            for requirement in try requirements() { _ = try requirement.check(outline) }
        } catch {
            throw CommandFailure(.usage, "--fail-unless \(error)")
        }
    }
}
