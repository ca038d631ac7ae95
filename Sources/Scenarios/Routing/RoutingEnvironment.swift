public import TabularLearning

/// Packet networks that learn together: one step is one tick of every replica.
///
/// A pending packet is a decision of its router's lane; with `bl94` rules a router may decide for several packets in a
/// tick, and with an empty queue it decides for none.
public struct RoutingEnvironment: RestorableEnvironment {
    /// Router × destination.
    public let space: StateSpace
    private let routerCount: Int
    private let masks: [UInt64]
    private var networks: [PacketNetwork]
    private var bootstraps: [Bootstrap] = []

    /// The row that a transition bootstraps from: the next router's for the packet's destination.
    private struct Bootstrap {
        let transition: Int
        let replica: Int
        let router: Int
        let destination: Int
    }

    /// Creates networks that start empty.
    ///
    /// - Parameters:
    ///   - scenario: The rules.
    ///   - replicas: Their numbers within the run.
    ///   - seed: The run's seed.
    public init(_ scenario: RoutingScenario, replicas: Range<Int>, seed: UInt64) {
        space = scenario.space
        let topology = scenario.topology
        routerCount = topology.routerCount
        masks = topology.neighbors.map { ActionMask.all($0.count) }
        networks = replicas.map { PacketNetwork(scenario, replica: UInt64($0), seed: seed) }
    }

    /// Routers of all replicas.
    public var laneCount: Int { networks.count * routerCount }

    /// Delivery time and packets in the network, since the start.
    public var gauges: [Gauge] {
        let statistics = networks.map(\.statistics)
        let delivered = statistics.reduce(0) { $0 + $1.delivered }
        let ticks = statistics.reduce(0) { $0 + $1.deliveryTicks }
        let live = networks.reduce(0) { $0 + $1.liveCount }
        return [
            Gauge(
                name: "mean delivery time",
                unit: "ticks",
                value: delivered == 0 ? 0 : Double(ticks) / Double(delivered)
            ),
            Gauge(name: "in flight", unit: "packets", value: Double(live) / Double(max(1, networks.count))),
        ]
    }

    /// Counts of each replica.
    public var statistics: [DeliveryStatistics] { networks.map(\.statistics) }

    /// Starts all counts from zero.
    public mutating func resetStatistics() {
        for index in networks.indices { networks[index].resetStatistics() }
    }

    /// Writes the decisions of the first tick.
    public mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        decide(&batch)
    }

    /// Sends all pending packets on.
    public mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        batch.removeAll()
        bootstraps.removeAll(keepingCapacity: true)
        var first = 0
        for replica in networks.indices {
            let slots = actions[first..<(first + networks[replica].pending.count)]
            first = slots.endIndex
            recordTransitions(of: replica, slots, &batch)
            networks[replica].forward(slots)
        }
        decide(&batch)
        for entry in bootstraps {
            batch.transitions.bootstraps[entry.transition] = Int32(truncatingIfNeeded: batch.queries.count)
            ask(replica: entry.replica, router: entry.router, destination: entry.destination, &batch)
        }
    }

    private mutating func recordTransitions(of replica: Int, _ slots: ArraySlice<UInt8>, _ batch: inout StepBatch) {
        for (entry, slot) in zip(networks[replica].pending, slots) {
            let next = networks[replica].topology.neighbors[entry.router][Int(slot)]
            if next != entry.destination {
                bootstraps.append(
                    Bootstrap(
                        transition: batch.transitions.count,
                        replica: replica,
                        router: next,
                        destination: entry.destination
                    )
                )
            }
            batch.transition(
                state: state(entry.router, entry.destination),
                action: slot,
                reward: -Float(entry.wait + 1),
                bootstrap: StepBatch.Transitions.terminal
            )
        }
    }

    private func decide(_ batch: inout StepBatch) {
        for (replica, network) in networks.enumerated() {
            for entry in network.pending {
                ask(replica: replica, router: entry.router, destination: entry.destination, &batch)
            }
        }
        batch.decisionCount = batch.queries.count
    }

    private func ask(replica: Int, router: Int, destination: Int, _ batch: inout StepBatch) {
        batch.queries.states.append(state(router, destination))
        batch.queries.lanes.append(UInt32(truncatingIfNeeded: replica * routerCount + router))
        batch.queries.masks.append(masks[router])
    }

    private func state(_ router: Int, _ destination: Int) -> UInt64 {
        UInt64(router * routerCount + destination)
    }

    /// Writes every network's state.
    public func save(to writer: inout WordWriter) {
        for network in networks { network.save(to: &writer) }
    }

    /// Puts back what `save` wrote.
    public mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        for index in networks.indices { try networks[index].restore(from: &reader) }
    }
}
