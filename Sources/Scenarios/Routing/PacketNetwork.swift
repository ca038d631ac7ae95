internal import TabularLearning

/// A packet network in discrete time: a router forwards one packet a tick, a link takes one tick.
///
/// A tick goes like this. New packets enter. Each router with a queue takes its first packet; these packets, and with
/// `bl94` rules the new ones too, are *pending*: each needs a neighbour to go to. `forward` sends them all; they arrive in
/// the next tick, in the same order, and either leave the network or join a queue.
public struct PacketNetwork: Sendable {
    /// A packet that needs a neighbour now.
    public struct Pending: Sendable, Hashable {
        /// The packet.
        let packet: Int32
        /// Where it is.
        public let router: Int
        /// Where it is bound.
        public let destination: Int
        /// Ticks it has waited in the router's queue.
        public let wait: Int
    }

    /// The routers and links.
    public let topology: NetworkTopology
    /// The present tick.
    public private(set) var tick: UInt32 = 0
    /// The packets that need a neighbour, in the order in which they will arrive.
    public private(set) var pending: [Pending] = []
    /// What has been counted.
    public private(set) var statistics = DeliveryStatistics()

    private let rules: RoutingScenario.Rules
    private let packetLimit: Int
    private let arrivals: Poisson
    private let random: CounterBasedRandom
    private let replica: UInt64
    private var queues: PacketQueues

    /// Creates an empty network and lets the first packets in.
    ///
    /// - Parameters:
    ///   - scenario: The rules.
    ///   - replica: The number of this network within the run; its arrivals depend on it and the seed.
    ///   - seed: The run's seed.
    public init(_ scenario: RoutingScenario, replica: UInt64, seed: UInt64) {
        topology = scenario.topology
        rules = scenario.rules
        packetLimit = scenario.rules == .bl94 ? scenario.packetLimit : .max
        arrivals = Poisson(mean: scenario.load)
        random = CounterBasedRandom(seed: seed, stream: .dynamics)
        self.replica = replica
        queues = PacketQueues(routerCount: scenario.topology.routerCount)
        beginTick()
    }

    /// Packets in the network.
    public var liveCount: Int { queues.liveCount }

    /// Packets waiting in each router's queue, the pending ones not counted.
    public var queueLengths: [Int32] { queues.lengths }

    /// Starts all counts from zero.
    public mutating func resetStatistics() {
        statistics = DeliveryStatistics()
    }

    /// Sends each pending packet to a neighbour and goes on to the next tick.
    ///
    /// - Parameter slots: One slot of the router's neighbours per pending packet, in order.
    public mutating func forward(_ slots: some RandomAccessCollection<UInt8>) {
        precondition(slots.count == pending.count, "every pending packet needs a neighbour")
        tick += 1
        for (entry, slot) in zip(pending, slots) {
            let neighbors = topology.neighbors[entry.router]
            precondition(Int(slot) < neighbors.count, "router \(entry.router) has no neighbour in slot \(slot)")
            arrive(entry.packet, at: neighbors[Int(slot)])
        }
        beginTick()
    }

    private mutating func arrive(_ packet: Int32, at router: Int) {
        queues.countHop(of: packet)
        guard Int(queues.destinations[Int(packet)]) == router else {
            return queues.append(packet, to: router, at: tick)
        }
        statistics.countDelivery(
            ticks: tick - queues.births[Int(packet)],
            hops: queues.hops[Int(packet)]
        )
        queues.remove(packet)
    }

    private mutating func beginTick() {
        pending.removeAll(keepingCapacity: true)
        injectPackets()
        for router in 0..<topology.routerCount {
            guard let packet = queues.popFirst(of: router) else { continue }
            append(pending: packet, at: router)
        }
        statistics.countTick(live: queues.liveCount)
    }

    private mutating func injectPackets() {
        var draw = random.generator(lane: replica, step: UInt64(tick))
        for _ in 0..<arrivals.sample(&draw) {
            let source = draw.nextIndex(below: topology.routerCount)
            let other = draw.nextIndex(below: topology.routerCount - 1)
            statistics.countOffer()
            guard queues.liveCount < packetLimit else {
                statistics.countRefusal()
                continue
            }
            let packet = queues.create(from: source, to: other < source ? other : other + 1, at: tick)
            if rules == .bl94 {
                append(pending: packet, at: source)
            } else {
                queues.append(packet, to: source, at: tick)
            }
        }
    }

    private mutating func append(pending packet: Int32, at router: Int) {
        pending.append(
            Pending(
                packet: packet,
                router: router,
                destination: Int(queues.destinations[Int(packet)]),
                wait: Int(tick - queues.joined[Int(packet)])
            )
        )
    }
}

extension PacketNetwork {
    /// Writes the whole state.
    func save(to writer: inout WordWriter) {
        writer.write(tick)
        writer.write(pending.map { UInt32(bitPattern: $0.packet) })
        writer.write(pending.map { UInt32($0.router) })
        queues.save(to: &writer)
        statistics.save(to: &writer)
    }

    /// Puts back what `save` wrote.
    mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        let tick = try reader.word()
        let (packets, routers) = (try reader.wordArray(), try reader.wordArray())
        try queues.restore(from: &reader)
        try statistics.restore(from: &reader)
        guard packets.count == routers.count, packets.allSatisfy({ $0 < UInt32(queues.sources.count) }),
            routers.allSatisfy({ $0 < UInt32(topology.routerCount) })
        else { throw WordReader.Failure("the pending packets before word \(reader.position) do not fit this network") }
        self.tick = tick
        pending.removeAll()
        for (packet, router) in zip(packets, routers) {
            append(pending: Int32(bitPattern: packet), at: Int(router))
        }
    }
}
