internal import ArgumentParser
internal import ClassicWorlds
internal import Evaluation
internal import NeuralLearning
internal import NeuralRuns
internal import Scenarios
internal import TabularLearning

/// A scenario that is a mechanical system, seen through bins of its numbers.
///
/// Learning, evaluation and options come from the system; the scenario brings bins, settings and the rules of its field.
protocol ControlScenario: CataloguedScenario, RestorableScenario, Hashable {
    associatedtype Problem: ControlProblem

    /// What makes states of the system's numbers.
    var coder: BinCoder { get }

    /// Seen through other bins.
    init(coder: BinCoder)

    /// The bins of each number unless told otherwise.
    static var usualBins: [Int] { get }

    /// The mean return of 100 episodes from which on it counts as solved; `nil` where nobody has said.
    static var solvedReturn: Double? { get }

    /// The rules of the field, which see the numbers themselves.
    static var rules: [ControlRule] { get }

    /// The settings with which a network learns it.
    static var network: DQNSettings { get }

    /// The settings with which a policy learns it by advantages.
    static var advantages: A2CSettings { get }

    /// What trains networks on it.
    static func learners<Entry: ControlEntry>(of entry: Entry.Type) -> [LearnerCommand] where Entry.System == Self

    /// Refuses a network whose actions are not of this system.
    ///
    /// - Throws: `CommandFailure` that names the folder.
    static func check(_ network: NetworkDescription, in folder: String) throws

    /// What a network's policy comes to in some episodes.
    static func meanReturn(of network: NetworkFolder, seed: UInt64, episodes: Int, from first: UInt64) -> Double
}

/// A rule that decides by a system's numbers.
struct ControlRule: Sendable {
    let name: String
    let action: @Sendable (SIMD4<Double>) -> Int
}

extension ControlScenario {
    /// As it is without any option.
    init() { self.init(coder: BinCoder(Problem().variables.map(\.range), counts: Self.usualBins)) }

    static var network: DQNSettings { DQNSettings() }

    static var advantages: A2CSettings { A2CSettings() }

    static func learners<Entry: ControlEntry>(of entry: Entry.Type) -> [LearnerCommand] where Entry.System == Self {
        [LearnerCommand(entry, DQNWay<Self>.self), LearnerCommand(entry, A2CWay<Self>.self)]
    }

    static func check(_ network: NetworkDescription, in folder: String) throws {
        guard network.actions != Problem().actions || network.forces != nil else { return }
        throw CommandFailure(.badInput, "\(folder) was learned with other actions than those of \(name)")
    }

    static func meanReturn(of network: NetworkFolder, seed: UInt64, episodes: Int, from first: UInt64) -> Double {
        GreedyEpisodes(ControlWorld(Problem()), network.description.shape, seed: seed, stream: .start)
            .meanReturn(network.parameters, episodes: episodes, from: first)
    }

    var lanesPerReplica: Int { 1 }

    var affinityFactor: Int? { nil }

    var space: StateSpace { ControlEnvironment.space(of: Problem(), coder) }

    func check() throws(ScenarioError) {
        if let finding = coder.finding(for: Problem().variables.count) { throw ScenarioError(finding) }
    }

    func makeEnvironment(replicas: Range<Int>, seed: UInt64) -> any RestorableEnvironment {
        ControlEnvironment(Problem(), coder: coder, replicas: replicas, seed: seed)
    }

    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        try await ControlContest<Self>(coder, [policy]).outcome(seedCount: 10, isQuiet: isQuiet, withCharts: withCharts)
    }

    func figure(of policy: EvaluatedPolicy, seedCount: Int) async throws -> MetricSummary? {
        try await ControlContest<Self>(coder, [policy]).figure(seedCount: seedCount)
    }
}

/// The entry of a scenario that is a mechanical system.
protocol ControlEntry: ScenarioEntry where Options == ControlOptions<System> {
    associatedtype System: ControlScenario
}

extension ControlEntry {
    static var standard: any CataloguedScenario { System() }
    static var evaluation: (any AsyncParsableCommand.Type)? { ControlEvaluation<Self>.self }
    static var networkLearners: [LearnerCommand] { System.learners(of: Self.self) }
    static var samples: [any CataloguedScenario] {
        [
            System(),
            System(coder: BinCoder(System.Problem().variables.map(\.range), counts: System.usualBins.map { _ in 3 })),
        ]
    }
}

/// The bins through which a system is seen.
struct ControlOptions<System: ControlScenario>: ScenarioOptionGroup {
    @Option(
        help: ArgumentHelp(
            "Equal bins of \(Self.variables), by number (default: \(Self.usual)).",
            valueName: "n,n,…"
        )
    )
    var bins: String?

    @Option(
        help: ArgumentHelp(
            "Instead of --bins: the edges between the levels of each number, ascending; one without edges has one level.",
            valueName: "x,x;x;…"
        )
    )
    var edges: String?

    private static var variables: String { System.Problem().variables.map(\.name).joined(separator: ", ") }
    private static var usual: String { System.usualBins.map(String.init).joined(separator: ",") }

    /// The options that were given.
    var given: [String] { [("--bins", bins != nil), ("--edges", edges != nil)].filter(\.1).map(\.0) }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        let ranges = System.Problem().variables.map(\.range)
        if let edges {
            guard bins == nil else { throw CommandFailure(.usage, "--bins with --edges: one of them") }
            let rows = try edges.split(separator: ";", omittingEmptySubsequences: false).map { row in
                row.allSatisfy { $0 == " " } ? [] : try NumberList.read("--edges", String(row))
            }
            return ScenarioConfiguration(System(coder: BinCoder(edges: rows)))
        }
        guard let bins else { return ScenarioConfiguration(System()) }
        let counts = try NumberList.read("--bins", bins).map { number in
            guard let count = Int(exactly: number), (1...10_000).contains(count) else {
                throw CommandFailure(.usage, "--bins \(bins): whole numbers from 1 to 10000 with commas between them")
            }
            return count
        }
        guard counts.count == ranges.count else {
            throw CommandFailure(.usage, "--bins \(bins): \(counts.count) numbers for \(Self.variables), one for each")
        }
        return ScenarioConfiguration(System(coder: BinCoder(ranges, counts: counts)))
    }
}
