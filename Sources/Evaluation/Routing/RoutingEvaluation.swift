public import Scenarios

/// Runs routers on the same arrivals and summarises what came of it.
///
/// A network starts empty, warms up, and is measured. Every contender meets the same packets at the same ticks; they are not
/// those of training with the same seed.
public struct RoutingEvaluation: Sendable {
    /// What is routed.
    public let scenario: RoutingScenario
    /// The seeds, one run each.
    public let seeds: [UInt64]
    private let runner: RoutingRunner

    /// The runs of all contenders.
    public struct Results: Sendable {
        /// The figures.
        public let comparison: Comparison
        /// By contender, then by seed.
        public let runs: [[RoutingRun]]
    }

    /// Creates an evaluation.
    ///
    /// - Parameters:
    ///   - scenario: The network, its traffic and what happens to it.
    ///   - seedCount: The number of seeds, from 1 on.
    ///   - warmUp: Ticks before anything is measured, a multiple of 100.
    ///   - ticks: Measured ticks, a multiple of 100, at least 100.
    public init(scenario: RoutingScenario, seedCount: Int, warmUp: Int = 10_000, ticks: Int = 10_000) {
        precondition(
            warmUp >= 0 && ticks > 0 && warmUp % RoutingRun.interval == 0 && ticks % RoutingRun.interval == 0,
            "a run is made of whole intervals"
        )
        self.scenario = scenario
        seeds = (0..<seedCount).map { UInt64($0) + 1 }
        runner = RoutingRunner(scenario: scenario, warmUp: warmUp, ticks: ticks)
    }

    /// What is routed, in words.
    public var subject: String {
        "routing, \(scenario.network.name), \(scenario.trafficMatrix.name) traffic, \(scenario.model.rawValue) model, "
            + "\(scenario.rules.rawValue) rules, load \(decimal(scenario.load)) packets/tick, "
            + "\(runner.warmUp) + \(runner.ticks) ticks, \(seeds.count) seeds"
    }

    /// Runs contenders on every seed, on all cores.
    ///
    /// - Parameters:
    ///   - contenders: With names of their own.
    ///   - onFinish: Called with the number of finished runs.
    /// - Returns: The same whatever the number of cores.
    /// - Throws: `EnvironmentFailure`, which a simulated network does not have.
    public func results(
        of contenders: [RoutingContender],
        onFinish: (Int) -> Void = { _ in }
    ) async throws -> Results {
        let flat = try await ParallelRuns.map(contenders.count * seeds.count, onFinish: onFinish) { index in
            try runner.run(contenders[index / seeds.count], seed: seeds[index % seeds.count])
        }
        let runs = contenders.indices.map { Array(flat[($0 * seeds.count)..<(($0 + 1) * seeds.count)]) }
        return Results(
            comparison: Comparison(
                title: subject,
                seeds: seeds,
                contenders: zip(contenders, runs).map { Comparison.Contender(name: $0.name, metrics: metrics($1)) }
            ),
            runs: runs
        )
    }

    /// Ticks before anything is measured.
    public var warmUp: Int { runner.warmUp }
    /// Measured ticks.
    public var ticks: Int { runner.ticks }

    /// Runs one contender on one seed while somebody watches.
    ///
    /// - Parameters:
    ///   - contender: Who sends the packets on.
    ///   - seed: The seed of the arrivals.
    ///   - observe: Sees the network after each tick, with the slots by which what it has `sent` was sent; it must not keep it.
    /// - Returns: What came of it.
    /// - Throws: What `observe` throws, which ends the run.
    public func run(
        _ contender: RoutingContender,
        seed: UInt64,
        observe: (PacketNetwork, [UInt8]) throws -> Void
    ) throws -> RoutingRun {
        try withoutActuallyEscaping(observe) { try runner.run(contender, seed: seed, observe: $0) }
    }

    /// The names of contenders and metrics before anything has run.
    public func outline(of contenders: [RoutingContender]) -> Comparison {
        let empty = RoutingRun(statistics: DeliveryStatistics(), linkLoads: [], course: DeliveryCourse())
        return Comparison(
            title: subject,
            seeds: [0],
            contenders: contenders.map { Comparison.Contender(name: $0.name, metrics: metrics([empty])) }
        )
    }

    private func metrics(_ runs: [RoutingRun]) -> [MetricSummary] {
        func metric(
            _ name: String,
            _ unit: String,
            _ preference: MetricSummary.Preference,
            grows: Bool? = nil,
            _ value: (DeliveryStatistics) -> Double
        ) -> MetricSummary {
            MetricSummary(
                name: name,
                unit: unit,
                preference: preference,
                values: runs.map { value($0.statistics) },
                grows: grows
            )
        }
        let grows = 2 * runs.count(where: \.statistics.isGrowing) > runs.count
        func rate(_ count: Int, _ statistics: DeliveryStatistics) -> Double {
            Double(count) / Double(max(1, statistics.ticks))
        }
        return [
            metric("delivery time", "ticks", .lower, grows: grows) { $0.delivered == 0 ? 0 : $0.meanDeliveryTime },
            metric("p50", "ticks", .lower, grows: grows) { Double($0.quantile(0.5)) },
            metric("p99", "ticks", .lower, grows: grows) { Double($0.quantile(0.99)) },
            metric("delivered", "packets/tick", .higher) { rate($0.delivered, $0) },
            metric("refused", "packets/tick", .lower) { rate($0.refused, $0) },
            metric("dropped", "packets/tick", .lower) { rate($0.dropped, $0) },
            metric("hops", "", .none) { $0.delivered == 0 ? 0 : $0.meanHops },
        ] + busiestMetrics(runs) + eventMetrics(runs)
    }

    /// The busiest link, and in the node model the busiest router, which is what saturates there.
    private func busiestMetrics(_ runs: [RoutingRun]) -> [MetricSummary] {
        func metric(_ name: String, _ value: (RoutingRun) -> Double) -> MetricSummary {
            MetricSummary(name: name, unit: "packets/tick", preference: .none, values: runs.map(value))
        }
        let topology = scenario.topology
        let router = metric("busiest router") { $0.routerLoads(topology).max() ?? 0 }
        let link = metric("busiest link") { $0.linkLoads.max() ?? 0 }
        return scenario.model == .node ? [router, link] : [link]
    }

    /// Settle and return times after each event, those of the same tick together.
    private func eventMetrics(_ runs: [RoutingRun]) -> [MetricSummary] {
        let total = (runner.warmUp + runner.ticks) / RoutingRun.interval
        let all = scenario.events.map { Int($0.tick) / RoutingRun.interval }.filter { $0 > 0 && $0 < total }
        let events = all.indices.filter { $0 == 0 || all[$0] != all[$0 - 1] }.map { all[$0] }
        guard let first = events.first else { return [] }
        var metrics: [MetricSummary] = []
        for (index, event) in events.enumerated() {
            let next = index + 1 < events.count ? events[index + 1] : total
            func metric(_ name: String, _ value: (DeliveryCourse) -> Double) -> MetricSummary {
                MetricSummary(
                    name: "\(name) after \(event * RoutingRun.interval)",
                    unit: "ticks",
                    preference: .lower,
                    values: runs.map { $0.course.delivered.isEmpty ? 0 : value($0.course) }
                )
            }
            metrics.append(metric("settles") { $0.settleTime(after: event, until: next) })
            guard index > 0 else { continue }
            metrics.append(
                metric("returns") {
                    $0.returnTime(to: $0.mean((first / 2)..<first), after: event, until: next)
                }
            )
        }
        return metrics
    }
}
