public import TabularLearning

/// Packet networks that learn together: one step is one tick of every replica.
///
/// A pending packet is a decision of its router's lane; with `bl94` rules a router may decide for several packets in a
/// tick, and with an empty queue it decides for none.
public struct RoutingEnvironment: RestorableEnvironment {
    /// Router × destination.
    public let space: StateSpace
    private let routerCount: Int
    private var networks: [LearningNetwork]

    /// Creates networks that start empty.
    ///
    /// - Parameters:
    ///   - scenario: The rules.
    ///   - replicas: Their numbers within the run.
    ///   - seed: The run's seed.
    public init(_ scenario: RoutingScenario, replicas: Range<Int>, seed: UInt64) {
        let routerCount = scenario.topology.routerCount
        space = scenario.space
        self.routerCount = routerCount
        networks = replicas.map {
            LearningNetwork(
                scenario,
                replica: $0,
                firstLane: ($0 - replicas.lowerBound) * routerCount,
                seed: seed
            )
        }
    }

    /// Routers of all replicas.
    public var laneCount: Int { networks.count * routerCount }

    /// Delivery time and packets in the network, since the start.
    public var gauges: [Gauge] {
        var (delivered, ticks, live) = (0, 0, 0)
        for index in networks.indices {
            delivered += networks[index].network.statistics.delivered
            ticks += networks[index].network.statistics.deliveryTicks
            live += networks[index].network.liveCount
        }
        return [
            Gauge(
                name: "mean delivery time",
                unit: "ticks",
                total: Double(ticks),
                weight: Double(delivered),
                isBetterLow: true
            ),
            Gauge(name: "in flight", unit: "packets", value: Double(live) / Double(max(1, networks.count))),
        ]
    }

    /// Counts of each replica.
    public var statistics: [DeliveryStatistics] { networks.map(\.network.statistics) }

    /// By replica the packets that each directed link has carried since the last reset, in the order of routers and slots.
    public var linkUses: [[UInt32]] { networks.map(\.network.linkUses) }

    /// The network of a replica, counted from 0.
    public func network(of replica: Int) -> PacketNetwork { networks[replica].network }

    /// Starts all counts from zero.
    public mutating func resetStatistics() {
        for index in networks.indices { networks[index].network.resetStatistics() }
    }

    /// Writes the decisions of the first tick.
    public mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        decide(&batch)
    }

    /// Sends all pending packets on.
    public mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        batch.removeAll()
        var first = 0
        for replica in networks.indices {
            first = networks[replica].step(actions, from: first, &batch.transitions)
        }
        decide(&batch)
        for replica in networks.indices { networks[replica].askToBootstrap(&batch) }
    }

    private mutating func decide(_ batch: inout StepBatch) {
        for replica in networks.indices { networks[replica].askToDecide(&batch.queries) }
        batch.decisionCount = batch.queries.count
    }

    /// What the pending packets are sent on by.
    public var dueDecisions: StepBatch.Queries? {
        var (copy, batch) = (self, StepBatch())
        copy.decide(&batch)
        return batch.queries
    }

    /// Writes every network's state.
    public func save(to writer: inout WordWriter) {
        for entry in networks { entry.network.save(to: &writer) }
    }

    /// Puts back what `save` wrote.
    public mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        for index in networks.indices { try networks[index].network.restore(from: &reader) }
    }
}
