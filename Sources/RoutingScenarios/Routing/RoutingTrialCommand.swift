public import ArgumentParser
internal import CommandBasics
internal import Evaluation
internal import Foundation
public import Scenarios
internal import TabularLearning

/// Learns in an empty network and measures while it learns: the protocol of the field's papers.
struct RoutingTrialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trial",
        abstract:
            "Learn in a network that starts empty, and print the delivery times of the last ticks or of every window.",
        discussion: """
            Examples:
              shardq routing trial --load 3 --rules bl94 --rule q
              shardq routing trial --load 1 --rules tick --events cut.yaml --ticks 60000 --window 500
              shardq routing trial --load 3 --controller oracle
            """
    )

    @OptionGroup var scenario: RoutingOptions

    @Option(help: "Seeds, from 1 on.")
    var seeds: Int = 10

    @Option(help: "Ticks of a run.")
    var ticks: Int = 30_000

    @Option(help: "Ticks at the end of a run that are measured (default: 10000).")
    var measured: Int?

    @Option(help: "Print the delivery time of every so many ticks instead.")
    var window: Int?

    @Option(help: "Rounds by which an update lags behind the next choice, 0 to 255 (default: 1).")
    var staleness: Int?

    @Option(name: .customLong("step-size"), help: "Step size α (default: the rule's).")
    var stepSize: Float?

    @Option(help: "A controller that does not learn, instead of a table: shortest-path, oracle, static-split, …")
    var controller: RoutingBaseline?

    @Flag(help: "Print one JSON object on standard output.")
    var json = false

    func validate() throws {
        guard (1...1_000).contains(seeds) else { throw ValidationError("--seeds \(seeds): 1 to 1000 seeds") }
        guard (1...100_000_000).contains(ticks) else { throw ValidationError("--ticks \(ticks): 1 to 100000000 ticks") }
        if let measured, !(1...ticks).contains(measured) {
            throw ValidationError("--measured \(measured): 1 to \(ticks) ticks")
        }
        if let window {
            guard (1...ticks).contains(window), ticks % window == 0 else {
                throw ValidationError("--window \(window): a divisor of the \(ticks) ticks of a run")
            }
            if let measured { throw ValidationError("--measured \(measured) with --window \(window): one of them") }
        }
        if let staleness, LearningParameters.Staleness(rawValue: staleness) == nil {
            throw ValidationError("--staleness \(staleness): 0 to 255 rounds")
        }
        if let stepSize {
            guard stepSize > 0, stepSize <= 1 else {
                throw ValidationError("--step-size \(stepSize): above 0, at most 1")
            }
        }
        try refuseLearning()
    }

    /// Refuses what says how to learn beside a controller that does not.
    private func refuseLearning() throws {
        guard let controller else { return }
        let own = [("--staleness", staleness != nil), ("--step-size", stepSize != nil)].filter(\.1).map(\.0)
        guard let option = (scenario.rule.given + own).first else { return }
        throw ValidationError("\(option) with --controller \(controller.rawValue), which does not learn: one of them")
    }

    /// The ticks at the end of a run that are measured.
    private var measuredTicks: Int { measured ?? min(ticks, 10_000) }

    func run() async throws {
        let scenario = try scenario.scenario()
        do {
            try scenario.check()
        } catch {
            throw CommandFailure(.usage, error.description)
        }
        try scenario.check(stepsOfLane: UInt64(ticks))
        var parameters = scenario.defaults.parameters
        if let stepSize { parameters.stepSize = .constant(stepSize) }
        if let staleness = staleness.flatMap(LearningParameters.Staleness.init(rawValue:)) {
            parameters.staleness = staleness
        }
        let trial = RoutingTrial(scenario, parameters: parameters)
        let controller = controller.map { $0.controller(for: scenario) }
        let runs = try await ParallelRuns.map(seeds) { [windows] index in
            let seed = UInt64(index) + 1
            return try controller.map { trial.run($0, seed: seed, windows: windows) }
                ?? trial.run(seed: seed, windows: windows).windows
        }
        let result = RoutingTrialResult(
            scenario: scenario,
            contender: controller?.name ?? scenario.rule.description,
            staleness: parameters.staleness.rawValue,
            runs: window == nil ? runs.map { Array($0.suffix(1)) } : runs,
            firstTick: window == nil ? ticks - measuredTicks : 0
        )
        try Console.result(json ? encodeJSON(result) : result.text)
    }

    /// The lengths of what is counted apart.
    private var windows: [Int] {
        guard let window else { return [ticks - measuredTicks, measuredTicks].filter { $0 > 0 } }
        return Array(repeating: window, count: ticks / window)
    }
}

extension RoutingBaseline: ExpressibleByArgument {}

/// What `shardq routing trial` prints.
private struct RoutingTrialResult: Encodable {
    /// One window, over the seeds.
    struct Window: Encodable {
        let firstTick: Int
        /// The mean delivery time of each seed, in ticks.
        let deliveryTimes: [Double]
        let median: Double?
        let mean: Double?
        let halfWidth: Double?
        /// The median over the seeds of the 99th percentile.
        let p99: Int
        let deliveredPerTick: Double
        let meanHops: Double?
        let dropped: Int
        /// Whether most seeds ended in overload: the times are then no figures.
        let grows: Bool
    }

    let network: String
    let model: String
    let rules: String
    let load: Double
    let rule: String
    let staleness: Int
    let windows: [Window]

    init(scenario: RoutingScenario, contender: String, staleness: Int, runs: [[DeliveryStatistics]], firstTick: Int) {
        network = scenario.network.name
        model = scenario.model.rawValue
        rules = scenario.rules.rawValue
        load = scenario.load
        rule = contender
        self.staleness = staleness
        windows = (0..<(runs.first?.count ?? 0)).map { index in
            let counts = runs.map { $0[index] }
            let arrived = counts.filter { $0.delivered > 0 }
            let times = arrived.map(\.meanDeliveryTime)
            let interval = times.isEmpty ? nil : ConfidenceInterval(times)
            return Window(
                firstTick: firstTick + index * counts[0].ticks,
                deliveryTimes: times,
                median: times.isEmpty ? nil : times.sorted()[(times.count - 1) / 2],
                mean: interval?.mean,
                halfWidth: interval?.halfWidth,
                p99: counts.map { $0.quantile(0.99) }.sorted()[(counts.count - 1) / 2],
                deliveredPerTick: counts.reduce(0) { $0 + Double($1.delivered) / Double($1.ticks) }
                    / Double(counts.count),
                meanHops: arrived.isEmpty ? nil : arrived.reduce(0) { $0 + $1.meanHops } / Double(arrived.count),
                dropped: counts.reduce(0) { $0 + $1.dropped },
                grows: 2 * counts.count(where: \.isGrowing) > counts.count
            )
        }
    }

    /// A figure, or a dash where no seed delivered anything.
    private static func cell(_ value: Double?) -> String { value.map { decimal($0) } ?? "–" }

    var text: String {
        let table = TextTable(
            header: ["from tick", "median", "mean ± 95%", "p99", "delivered/tick", "hops", "dropped"],
            rows: windows.map {
                let mean = Self.cell($0.mean) + ($0.halfWidth.map { " ± \(decimal($0))" } ?? "")
                return [
                    "\($0.firstTick)", $0.grows ? "grows" : Self.cell($0.median), $0.grows ? "grows" : mean,
                    $0.grows ? "grows" : "\($0.p99)", decimal($0.deliveredPerTick), Self.cell($0.meanHops),
                    "\($0.dropped)",
                ]
            }
        )
        return "\(rule): \(network), \(model) model, \(rules) rules, load \(load), staleness \(staleness), "
            + "\(windows.first?.deliveryTimes.count ?? 0) seeds: delivery time in ticks\n\n"
            + String(table.plainText(width: Console.resultColumns).dropLast())
    }
}
