public import TabularLearning

/// A rule that sends packets on and does not learn.
public protocol RoutingController: Sendable {
    /// The name in tables.
    var name: String { get }

    /// Chooses a neighbour's slot for a packet.
    ///
    /// - Parameters:
    ///   - entry: The packet, where it is and where it is bound.
    ///   - network: The network in the present tick.
    ///   - random: Random numbers for this tick.
    /// - Returns: A slot of the router's neighbours.
    mutating func chooseNeighbor(
        for entry: PacketNetwork.Pending,
        in network: PacketNetwork,
        _ random: inout SplitMix64
    ) -> UInt8
}

extension PacketNetwork {
    /// Sends packets by a controller for a number of ticks.
    ///
    /// - Parameters:
    ///   - controller: Chooses.
    ///   - ticks: How long.
    ///   - random: The family of the controller's random numbers.
    public mutating func run(_ controller: inout some RoutingController, ticks: Int, random: CounterBasedRandom) {
        run(&controller, ticks: ticks, random: random) { _, _ in }
    }

    /// Sends packets by a controller for a number of ticks while somebody watches.
    ///
    /// - Parameters:
    ///   - controller: Chooses.
    ///   - ticks: How long.
    ///   - random: The family of the controller's random numbers.
    ///   - note: Sees the network after each tick, with the slots by which what it has `sent` was sent.
    /// - Throws: What `note` throws, which ends the run.
    public mutating func run(
        _ controller: inout some RoutingController,
        ticks: Int,
        random: CounterBasedRandom,
        note: (PacketNetwork, [UInt8]) throws -> Void
    ) rethrows {
        var slots: [UInt8] = []
        for _ in 0..<ticks {
            var draw = random.generator(lane: 0, step: UInt64(tick))
            slots.removeAll(keepingCapacity: true)
            for entry in pending { slots.append(controller.chooseNeighbor(for: entry, in: self, &draw)) }
            forward(slots)
            try note(self, slots)
        }
    }
}
