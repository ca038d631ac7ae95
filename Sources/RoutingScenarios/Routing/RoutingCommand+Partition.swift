internal import ArgumentParser
internal import CommandBasics
internal import Evaluation
internal import MasterNode
internal import Rounds
internal import Scenarios
internal import TabularLearning

extension RoutingCommand {
    /// Judges ways to spread the table by the transitions of one run.
    struct Partition: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare ways to spread the table over shards: balance, and bootstraps that cross shards.",
            discussion: """
                Learns for some ticks without messages and asks each partitioner where every transition and its bootstrap would have \
                been. Imbalance is the busiest shard's share of updates over the mean share; 1 is even.

                Example:
                  shardq routing partition --topology gabriel:500:0 --load 10 --shards 4 --ticks 2000
                """
        )

        @OptionGroup var options: RoutingOptions

        @Option(help: "The number of shards.") var shards: Int = 4
        @Option(help: "Ticks to learn.") var ticks: Int = 2_000
        @Option(help: "The seed.") var seed: UInt64 = 1

        func validate() throws {
            guard (1...1024).contains(shards) else { throw ValidationError("--shards \(shards): 1 to 1024") }
            guard (1...100_000_000).contains(ticks) else { throw ValidationError("--ticks \(ticks): 1 to 100000000") }
        }

        func run() async throws {
            let scenario = try options.scenario()
            do {
                try scenario.check()
            } catch {
                throw CommandFailure(.usage, error.description)
            }
            try scenario.check(stepsOfLane: UInt64(ticks))
            let judges = try PartitionRule.allCases.map { try PartitionJudge($0, scenario, shards: shards) }
            let parameters = scenario.defaults.parameters
            let learner = CohortLearner(
                index: 0,
                of: 1,
                environment: JudgedEnvironment(RoutingEnvironment(scenario, replicas: 0..<1, seed: seed), judges),
                parameters: parameters,
                seed: seed,
                plannedSteps: UInt64(ticks)
            )
            var run = SerialReference(learners: [learner], parameters: parameters, table: scenario.initialTable)
            try run.run()
            guard let environment = run.learners[0].environment as? JudgedEnvironment else { return }
            let table = TextTable(
                header: [
                    "partition", "rows of the largest / mean", "updates of the busiest / mean", "crossing bootstraps",
                ],
                rows: environment.judges.map(\.row)
            )
            try Console.result(
                "\(scenario.network.name), \(scenario.topology.routerCount) routers, \(shards) shards, \(ticks) ticks, "
                    + "\(run.statistics.transitions) updates\n\n"
                    + String(table.plainText(width: Console.resultColumns).dropLast())
            )
        }
    }
}

/// What one partitioner would have made of the transitions.
private struct PartitionJudge {
    private let rule: PartitionRule
    private let partitioner: Partitioner
    private var updates: [Int]
    private var bootstraps = 0
    private var crossings = 0
    private var (places, counts) = ([Partitioner.Place](), [Int]())
    private var (nextPlaces, nextCounts) = ([Partitioner.Place](), [Int]())

    init(_ rule: PartitionRule, _ scenario: RoutingScenario, shards: Int) throws {
        self.rule = rule
        let affinity = Affinity.Kind(rawValue: rule.rawValue).flatMap { scenario.affinity($0, shardCount: shards) }
        partitioner = try Partitioner(
            rule: rule,
            space: scenario.space,
            affinityFactor: affinity?.factor,
            assignment: affinity?.shards,
            shardCount: shards
        )
        updates = Array(repeating: 0, count: shards)
    }

    mutating func judge(_ batch: StepBatch) {
        partitioner.locate(batch.transitions.states, into: &places, counting: &counts)
        partitioner.locate(batch.queries.states, into: &nextPlaces, counting: &nextCounts)
        for (shard, count) in counts.enumerated() { updates[shard] += count }
        for (place, bootstrap) in zip(places, batch.transitions.bootstraps) where bootstrap >= 0 {
            bootstraps += 1
            if place >> 32 != nextPlaces[Int(bootstrap)] >> 32 { crossings += 1 }
        }
    }

    var row: [String] {
        let shards = Double(updates.count)
        let rows = partitioner.rowCounts
        let rowImbalance = Double(rows.max() ?? 0) * shards / Double(max(1, rows.reduce(0, +)))
        let imbalance = Double(updates.max() ?? 0) * shards / Double(max(1, updates.reduce(0, +)))
        let share = Double(crossings) / Double(max(1, bootstraps))
        return [rule.rawValue, decimal(rowImbalance), decimal(imbalance), decimal(share, places: 3)]
    }
}

/// An environment whose transitions are shown to judges.
private struct JudgedEnvironment: Environment {
    private var base: RoutingEnvironment
    private(set) var judges: [PartitionJudge]

    init(_ base: RoutingEnvironment, _ judges: [PartitionJudge]) {
        self.base = base
        self.judges = judges
    }

    var space: StateSpace { base.space }
    var laneCount: Int { base.laneCount }
    var gauges: [Gauge] { base.gauges }

    mutating func begin(_ batch: inout StepBatch) { base.begin(&batch) }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        base.step(actions, &batch)
        for index in judges.indices { judges[index].judge(batch) }
    }
}
