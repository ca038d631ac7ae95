public import Scenarios
public import TabularLearning

/// Runs a learned table and shortest path on the same arrivals.
///
/// A network starts empty, warms up for half of the ticks, and is measured over the other half.
public struct RoutingEvaluation: Sendable {
    private let scenario: RoutingScenario
    private let parameters: LearningParameters
    private let seeds: [UInt64]
    private let ticks: Int

    /// Evaluation networks have numbers that training never comes to.
    private static let replica = 1 << 40

    /// Creates an evaluation.
    ///
    /// - Parameters:
    ///   - scenario: The network and its load.
    ///   - parameters: The numbers that the table goes on learning with.
    ///   - seedCount: The number of seeds, from 1 on.
    ///   - ticks: The length of a run.
    public init(scenario: RoutingScenario, parameters: LearningParameters, seedCount: Int, ticks: Int = 20_000) {
        self.scenario = scenario
        self.parameters = parameters
        self.ticks = ticks
        seeds = (0..<seedCount).map { UInt64($0) + 1 }
    }

    /// Compares a table that goes on learning, the same table frozen, and shortest path.
    ///
    /// - Parameter table: One row per router and destination.
    /// - Returns: Delivery times, hops and throughput over the seeds.
    /// - Throws: `EnvironmentFailure` as every run that learns; a computed network gives no cause.
    public func compare(_ table: ActionValueTable) throws(EnvironmentFailure) -> Comparison {
        var learning: [DeliveryStatistics] = []
        for seed in seeds { learning.append(try runLearning(table, seed: seed)) }
        let topology = scenario.topology
        return Comparison(
            title: "routing, \(scenario.network.rawValue), \(scenario.rules.rawValue) rules, load "
                + "\(decimal(scenario.load)) packets/tick, \(ticks) ticks, \(seeds.count) seeds",
            seeds: seeds,
            contenders: [
                contender("learned", learning),
                contender(TableRoutingController(table: table, topology: topology)),
                contender(ShortestPathController(topology)),
            ]
        )
    }

    /// Measures a table that goes on learning.
    ///
    /// - Throws: `EnvironmentFailure` as every run that learns; a computed network gives no cause.
    public func runLearning(_ table: ActionValueTable, seed: UInt64) throws(EnvironmentFailure) -> DeliveryStatistics {
        var environment = RoutingEnvironment(scenario, replicas: Self.replica..<(Self.replica + 1), seed: seed)
        var table = table
        for part in 0..<2 {
            environment.resetStatistics()
            var run = SerialReference(
                learners: [
                    CohortLearner(
                        index: 0,
                        of: 1,
                        environment: environment,
                        parameters: parameters,
                        seed: seed,
                        plannedSteps: UInt64(part == 0 ? ticks / 2 : ticks - ticks / 2)
                    )
                ],
                parameters: parameters,
                table: table
            )
            try run.run()
            table = run.table
            guard let stepped = run.learners[0].environment as? RoutingEnvironment else { break }
            environment = stepped
        }
        return environment.statistics[0]
    }

    /// Measures a controller.
    public func run(_ controller: some RoutingController, seed: UInt64) -> DeliveryStatistics {
        var controller = controller
        var network = PacketNetwork(scenario, replica: UInt64(Self.replica), seed: seed)
        let random = CounterBasedRandom(seed: seed, stream: .controller)
        network.run(&controller, ticks: ticks / 2, random: random)
        network.resetStatistics()
        network.run(&controller, ticks: ticks - ticks / 2, random: random)
        return network.statistics
    }

    private func contender(_ controller: some RoutingController) -> Comparison.Contender {
        contender(controller.name, seeds.map { run(controller, seed: $0) })
    }

    private func contender(_ name: String, _ runs: [DeliveryStatistics]) -> Comparison.Contender {
        func metric(
            _ name: String,
            _ unit: String,
            _ preference: MetricSummary.Preference,
            _ value: (DeliveryStatistics) -> Double
        ) -> MetricSummary {
            MetricSummary(name: name, unit: unit, preference: preference, values: runs.map(value))
        }
        return Comparison.Contender(
            name: name,
            metrics: [
                metric("delivery time", "ticks", .lower) { $0.meanDeliveryTime },
                metric("p50", "ticks", .lower) { Double($0.quantile(0.5)) },
                metric("p99", "ticks", .lower) { Double($0.quantile(0.99)) },
                metric("delivered", "packets/tick", .higher) { Double($0.delivered) / Double(max(1, $0.ticks)) },
                metric("refused", "packets/tick", .lower) { Double($0.refused) / Double(max(1, $0.ticks)) },
                metric("dropped", "packets/tick", .lower) { Double($0.dropped) / Double(max(1, $0.ticks)) },
                metric("hops", "", .none) { $0.meanHops },
            ]
        )
    }
}
