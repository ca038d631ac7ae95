internal import ArgumentParser
internal import ClassicWorlds
internal import CommandBasics
internal import DecisionProcesses
internal import Evaluation
internal import NeuralLearning
internal import NeuralRuns
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A scenario that is a mechanical system, seen through bins of its numbers or tiles over them.
///
/// Learning, evaluation and options come from the system; the scenario brings coders, settings and the rules of its
/// field.
protocol ControlScenario: CataloguedScenario, RestorableScenario, Hashable {
    associatedtype Problem: ControlProblem

    /// What makes states of the system's numbers.
    var coder: ControlCoder { get }

    /// Seen through another coder.
    init(coder: ControlCoder)

    /// The bins of each number unless told otherwise.
    static var usualBins: [Int] { get }

    /// The tiles that suit the system.
    static var usualTiles: TileCoder { get }

    /// What to train with where it is seen through bins.
    static var binnedDefaults: TrainingDefaults { get }

    /// What to train with where action values are sums over tiles.
    static var tiledDefaults: TrainingDefaults { get }

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
    init() { self.init(coder: .bins(BinCoder(Problem().variables.map(\.range), counts: Self.usualBins))) }

    var defaults: TrainingDefaults { coder.isTiled ? Self.tiledDefaults : Self.binnedDefaults }

    /// Eight grids of eight tiles of each number.
    static var usualTiles: TileCoder {
        let ranges = Problem().variables.map(\.range)
        return TileCoder(tilings: 8, tiles: ranges.map { _ in 8 }, ranges: ranges)
    }

    /// Many systems at random at first, by a step size that does not fall.
    static var tiledDefaults: TrainingDefaults {
        var defaults = TrainingDefaults.overAllStates(
            discount: binnedDefaults.parameters.discount,
            stepSize: .constant(0.2),
            steps: 5_000_000
        )
        defaults.parameters.ties = .random
        return defaults
    }

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

    /// Of each grid a row that is asked for and comes, and an update.
    var bytesPerLane: Int {
        switch coder {
        case .bins: 128
        case .tiles(let coder): 128 + coder.tilings * (64 + 16 * Problem().actions.count)
        }
    }

    var affinityFactor: Int? { nil }

    var space: StateSpace { coder.rows(of: Problem()) }

    var tiles: TileCoding? { coder.tileCoding(of: Problem()) }

    func check() throws(ScenarioError) {
        if let finding = coder.finding(for: Problem()) { throw ScenarioError(finding) }
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
            System(
                coder: .bins(BinCoder(System.Problem().variables.map(\.range), counts: System.usualBins.map { _ in 3 }))
            ),
            System(
                coder: .tiles(
                    TileCoder(tilings: 4, tiles: System.usualBins.map { _ in 2 }, ranges: System.usualTiles.ranges)
                )
            ),
        ]
    }
}

/// The bins or the tiles through which a system is seen.
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

    @Option(
        help: ArgumentHelp(
            "Instead of --bins: sums over displaced grids; how many, and tiles by number (try: \(Self.usualTiles)).",
            valueName: "grids:n,n,…"
        )
    )
    var tiles: String?

    private static var variables: String { System.Problem().variables.map(\.name).joined(separator: ", ") }
    private static var usual: String { System.usualBins.map(String.init).joined(separator: ",") }
    private static var usualTiles: String {
        "\(System.usualTiles.tilings):" + System.usualTiles.tiles.map(String.init).joined(separator: ",")
    }

    /// The options that were given.
    var given: [String] {
        [("--bins", bins != nil), ("--edges", edges != nil), ("--tiles", tiles != nil)].filter(\.1).map(\.0)
    }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        guard given.count <= 1 else {
            throw CommandFailure(.usage, "\(given.joined(separator: " with ")): one of them")
        }
        return ScenarioConfiguration(try coder().map { System(coder: $0) } ?? System())
    }

    private func coder() throws -> ControlCoder? {
        let ranges = System.Problem().variables.map(\.range)
        if let edges {
            let rows = try edges.split(separator: ";", omittingEmptySubsequences: false).map { row in
                row.allSatisfy { $0 == " " } ? [] : try NumberList.read("--edges", String(row))
            }
            return .bins(BinCoder(edges: rows))
        }
        if let bins { return .bins(BinCoder(ranges, counts: try counts("--bins", bins, bins, within: 1...10_000))) }
        if let tiles { return .tiles(try tileCoder(tiles)) }
        return nil
    }

    private func tileCoder(_ text: String) throws -> TileCoder {
        let halves = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard halves.count == 2, let tilings = Int(halves[0]), TileCoding.limits.contains(tilings) else {
            throw CommandFailure(
                .usage,
                "--tiles \(text): 1 to \(TileCoding.limits.upperBound) grids, a colon, tiles by number: \(Self.usualTiles)"
            )
        }
        let tiles = try counts("--tiles", text, halves[1], within: TileCoder.tileLimits)
        return TileCoder(tilings: tilings, tiles: tiles, ranges: System.usualTiles.ranges)
    }

    /// Reads a whole number for each variable.
    private func counts(
        _ option: String,
        _ given: String,
        _ list: String,
        within limits: ClosedRange<Int>
    ) throws -> [Int] {
        let counts = try NumberList.read(option, list).map { number in
            guard let count = Int(exactly: number), limits.contains(count) else {
                throw CommandFailure(
                    .usage,
                    "\(option) \(given): whole numbers from \(limits.lowerBound) to \(limits.upperBound) with commas between "
                        + "them"
                )
            }
            return count
        }
        guard counts.count == System.Problem().variables.count else {
            throw CommandFailure(
                .usage,
                "\(option) \(given): \(counts.count) numbers for \(Self.variables), one for each"
            )
        }
        return counts
    }
}
