internal import ArgumentParser
internal import Evaluation
internal import Scenarios

/// Compares policies of a mechanical system with the rules of its field and chance.
struct ControlEvaluation<Entry: ControlEntry>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Entry.name,
            abstract: "Compare policies of \(Entry.name) with rules that see its numbers, and with chance.",
            discussion: """
                Without --policy the rules are compared among themselves. With --fresh tables are trained here with the scenario's \
                defaults, one per seed, and each plays.
                """
        )
    }

    @OptionGroup var common: EvaluationOptions
    @OptionGroup(title: "The problem, where no policy is named") var options: ControlOptions<Entry.System>

    @Flag(help: "Train a table for each seed, and see how many solve the problem.")
    var fresh = false

    func run() async throws {
        let job = EvaluationJob(common)
        let learned = try job.policies(of: ScenarioName(of: Entry.System.self), given: options.given)
        let configuration = try learned?.configuration ?? Entry.configuration(options, discount: nil)
        guard let scenario = configuration.scenario as? Entry.System else { return }
        try job.checkOutput()
        let contest = ControlContest<Entry.System>(scenario.coder, learned?.evaluated ?? [])
        guard fresh else {
            return try job.deliver(
                try await contest.outcome(
                    seedCount: common.seeds,
                    isQuiet: common.quiet,
                    withCharts: common.output != nil
                )
            )
        }
        guard common.policies.isEmpty else {
            throw CommandFailure(.usage, "--fresh trains its own tables: leave --policy out")
        }
        try job.deliver(
            try await contest.outcomeOfFreshTables(
                seedCount: common.seeds,
                isQuiet: common.quiet,
                withCharts: common.output != nil
            )
        )
    }
}
