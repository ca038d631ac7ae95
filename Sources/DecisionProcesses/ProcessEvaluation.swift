package import ArgumentParser
internal import CommandBasics
internal import Evaluation
package import ScenarioCatalogue
internal import Scenarios

/// The entry of a scenario that is a decision process.
package protocol ProcessEntry: ScenarioEntry where Options: ProcessOptionGroup {
    /// Under what policies are compared that were learned under something else; nothing, unless the scenario has such.
    associatedtype Conditions: EvaluationConditions = NoConditions

    /// What its command compares, in a line.
    static var comparison: String { get }

    /// What is compared without any policy, and without solving anything; `nil` unless the conditions ask for that.
    static func outcome(_ options: Options, under conditions: Conditions) throws -> EvaluationOutcome?

    /// Compares policies, the rules and the optimum.
    static func compare(
        _ scenario: any ProcessScenario,
        _ policies: [EvaluatedPolicy],
        under conditions: Conditions,
        _ run: ProcessContest.Run
    ) async throws -> EvaluationOutcome
}

/// Options of an evaluation that change what is simulated, and not what was learned.
package protocol EvaluationConditions: ParsableArguments {
    /// The options that were given.
    var given: [String] { get }
}

/// What is simulated is what was learned.
package struct NoConditions: EvaluationConditions {
    /// As the argument parser makes it.
    package init() {}

    package var given: [String] { [] }
}

extension ProcessEntry {
    package static var hasGoal: Bool { true }
    package static var evaluation: (any AsyncParsableCommand.Type)? { ProcessEvaluation<Self>.self }

    package static func outcome(_ options: Options, under conditions: Conditions) throws -> EvaluationOutcome? { nil }

    package static func compare(
        _ scenario: any ProcessScenario,
        _ policies: [EvaluatedPolicy],
        under conditions: Conditions,
        _ run: ProcessContest.Run
    ) async throws -> EvaluationOutcome {
        try await scenario.compare(policies, run)
    }
}

/// The settings of a decision process as options.
package protocol ProcessOptionGroup: ScenarioOptionGroup {
    /// The options that were given.
    var given: [String] { get }
}

/// Compares policies of a decision process with the rules of its field and the exact optimum.
struct ProcessEvaluation<Entry: ProcessEntry>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Entry.name,
            abstract: Entry.comparison,
            discussion: """
                Without --policy the rules and the optimum are compared among themselves. With --certificate tables are trained \
                here with the scenario's defaults, one per seed, and every figure is computed rather than simulated.
                """
        )
    }

    @OptionGroup var common: EvaluationOptions
    @OptionGroup(title: "The problem, where no policy is named") var options: Entry.Options

    @OptionGroup(title: "What is simulated") var conditions: Entry.Conditions

    @Flag(help: "The exact optimum, and the gap of freshly trained tables and of every rule to it.")
    var certificate = false

    func run() async throws {
        let job = EvaluationJob(common)
        if let outcome = try Entry.outcome(options, under: conditions) {
            guard common.policies.isEmpty, !certificate else {
                let option = conditions.given.first ?? ""
                throw CommandFailure(
                    .usage,
                    "\(option) trains nothing and compares no policy: leave --policy and --certificate out"
                )
            }
            try common.refuseSeeds()
            try job.checkOutput()
            return try job.deliver(outcome)
        }
        let learned = try job.policies(of: ScenarioName(of: type(of: Entry.standard)), given: options.given)
        let configuration = try learned?.configuration ?? Entry.configuration(options, discount: nil)
        guard let scenario = configuration.scenario as? any ProcessScenario else { return }
        try job.checkOutput()
        let run = ProcessContest.Run(
            seedCount: common.seeds,
            isQuiet: common.quiet,
            withCharts: common.output != nil
        )
        if certificate {
            guard common.policies.isEmpty else {
                throw CommandFailure(.usage, "--certificate trains its own tables: leave --policy out")
            }
            if let option = conditions.given.first {
                throw CommandFailure(
                    .usage,
                    "\(option) with --certificate, which simulates nothing: leave one of them out"
                )
            }
            try job.deliver(try await ProcessCertificate(scenario).outcome(run))
        } else {
            try job.deliver(try await Entry.compare(scenario, learned?.evaluated ?? [], under: conditions, run))
        }
    }
}
