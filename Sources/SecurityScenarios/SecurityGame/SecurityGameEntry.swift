internal import ArgumentParser
internal import CommandBasics
internal import DecisionProcesses
internal import Evaluation
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// The game in the catalogue.
enum SecurityGameEntry: ScenarioEntry {
    typealias Options = SecurityGameOptions

    static let standard: any CataloguedScenario = SecurityGameScenario()
    static let summary = "An attacker and a defender who move at once, beside the exact equilibrium."
    static let title = "Security game"
    static let example = "--output runs/security-game"
    static let samples: [any CataloguedScenario] = [SecurityGameScenario(hosts: 2), SecurityGameScenario()]
    static var evaluation: (any AsyncParsableCommand.Type)? { EvaluateCommand.SecurityGame.self }
}

/// The settings of the game.
struct SecurityGameOptions: ProcessOptionGroup {
    @Option(help: ArgumentHelp("Hosts in the ring, 2 to 5 (default: 4).", valueName: "n"))
    var hosts: Int?

    @Option(
        help: ArgumentHelp(
            "Probability that an attack takes a host that is not guarded (default: 0.6).",
            valueName: "p"
        )
    )
    var success: Double?

    @Option(
        name: .customLong("database-cost"),
        help: ArgumentHelp("Cost of a compromised database a tick (default: 5).", valueName: "x")
    )
    var databaseCost: Double?

    @Option(
        name: .customLong("guard-cost"),
        help: ArgumentHelp("Cost of guarding a tick (default: 1).", valueName: "x")
    )
    var guardCost: Double?

    @Option(
        name: .customLong("catch-reward"),
        help: ArgumentHelp("Worth of an attack on a guarded host (default: 2).", valueName: "x")
    )
    var catchReward: Double?

    var given: [String] {
        [
            ("--hosts", hosts != nil), ("--success", success != nil), ("--database-cost", databaseCost != nil),
            ("--guard-cost", guardCost != nil), ("--catch-reward", catchReward != nil),
        ]
        .filter(\.1).map(\.0)
    }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        var scenario = SecurityGameScenario()
        if let hosts { scenario.hosts = hosts }
        if let success { scenario.success = success }
        if let databaseCost { scenario.databaseCost = databaseCost }
        if let guardCost { scenario.guardCost = guardCost }
        if let catchReward { scenario.catchReward = catchReward }
        return ScenarioConfiguration(scenario)
    }
}

extension EvaluateCommand {
    /// Compares what a policy of the game can make sure of with the equilibrium.
    struct SecurityGame: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: SecurityGameScenario.name,
            abstract: "Compare defenders with the equilibrium, each against the best reply to it; nothing is sampled.",
            discussion: """
                Without --policy the equilibrium and fixed defenders are compared among themselves. With --certificate tables are trained here \
                with the scenario's defaults, one per seed, and what each side of them makes sure of is computed.
                """
        )

        @OptionGroup var common: EvaluationOptions
        @OptionGroup(title: "The problem, where no policy is named") var options: SecurityGameOptions

        @Flag(help: "The exact equilibrium, and the gap of both sides of freshly trained tables to it.")
        var certificate = false

        func run() async throws {
            let job = EvaluationJob(common)
            let learned = try job.policies(of: ScenarioName(of: SecurityGameScenario.self), given: options.given)
            let configuration = try learned?.configuration ?? SecurityGameEntry.configuration(options, discount: nil)
            guard let scenario = configuration.scenario as? SecurityGameScenario else { return }
            try job.checkOutput()
            let contest = try SecurityGameContest(scenario, learned?.evaluated ?? [])
            guard certificate else {
                return try job.deliver(try contest.outcome(withCharts: common.output != nil))
            }
            guard common.policies.isEmpty else {
                throw CommandFailure(.usage, "--certificate trains its own tables: leave --policy out")
            }
            try job.deliver(
                try await SecurityGameCertificate(scenario, contest).outcome(
                    seedCount: common.seeds,
                    isQuiet: common.quiet
                )
            )
        }
    }
}

/// How far both sides of freshly trained tables are from the equilibrium.
struct SecurityGameCertificate {
    private let scenario: SecurityGameScenario
    private let contest: SecurityGameContest

    init(_ scenario: SecurityGameScenario, _ contest: SecurityGameContest) {
        (self.scenario, self.contest) = (scenario, contest)
    }

    /// Trains with the scenario's defaults, once a seed, and computes what comes of it.
    func outcome(seedCount: Int, isQuiet: Bool) async throws -> EvaluationOutcome {
        let seeds = (0..<seedCount).map { UInt64($0) + 1 }
        let progress = EvaluationProgress(total: seeds.count, isQuiet: isQuiet)
        let found = try await ParallelRuns.map(seeds.count, onFinish: { progress.show($0) }) { [self] index in
            contest.exploitability(of: try freshTable(of: scenario, seed: seeds[index]))
        }
        func contender(_ name: String, _ values: [Double]) -> Comparison.Contender {
            let gaps = values.map { 100 * contest.gap(of: $0).magnitude }
            return Comparison.Contender(
                name: name,
                metrics: [
                    MetricSummary(name: "value", unit: "", preference: .none, values: values),
                    MetricSummary(name: "gap", unit: "%", preference: .lower, values: gaps),
                    MetricSummary(
                        name: "worst gap",
                        unit: "%",
                        preference: .lower,
                        values: Array(repeating: gaps.max() ?? 0, count: gaps.count)
                    ),
                ]
            )
        }
        let comparison = Comparison(
            title:
                "\(scenario.subject), γ \(contest.game.discount), exact; learned in \(scenario.defaults.steps) steps, "
                + "\(seeds.count) training seeds",
            seeds: seeds,
            contenders: [
                contender("equilibrium", seeds.map { _ in contest.value }),
                contender("learned defender, best attack", found.map(\.defender)),
                contender("learned attacker, best defense", found.map(\.attacker)),
            ]
        )
        return EvaluationOutcome(
            scenario: ScenarioName(of: SecurityGameScenario.self),
            comparison: comparison,
            reference: nil
        )
    }
}

/// What is known exactly of the game, for whoever checks it.
package struct SecurityGameFacts: Sendable {
    private let scenario: SecurityGameScenario
    private let contest: SecurityGameContest

    /// Solves the game that options make.
    ///
    /// - Throws: What the command line says.
    package init(_ options: [String] = []) throws {
        let configuration = try SecurityGameEntry.configuration(SecurityGameOptions.parse(options), discount: nil)
        guard let scenario = configuration.scenario as? SecurityGameScenario else {
            throw CommandFailure(.usage, "no \(SecurityGameScenario.name)")
        }
        self.scenario = scenario
        contest = try SecurityGameContest(scenario, [])
    }

    /// The value from all hosts clean.
    package var value: Double { contest.value }

    /// The worst case of each defender by name.
    package var worstCases: [String: Double] {
        Dictionary(
            contest.defenders.map { ($0.name, contest.game.worstCase(of: $0.strategy)[scenario.start]) },
            uniquingKeysWith: { $1 }
        )
    }

    /// What the equilibrium's attacker leaves to the best defender.
    package var bestDefense: Double {
        contest.game.bestCase(against: contest.game.equilibrium.replies)[scenario.start]
    }

    /// How far both sides of a table that is trained with the scenario's defaults are from the value, as shares of it.
    package func learnedGaps(seed: UInt64) throws -> (defender: Double, attacker: Double) {
        let found = contest.exploitability(of: try freshTable(of: scenario, seed: seed))
        return (contest.gap(of: found.defender), -contest.gap(of: found.attacker))
    }
}
