internal import TabularLearning

/// A packet network in discrete time: a router, or a link in each direction, forwards one packet a tick.
///
/// A tick goes like this. What the schedule says happens. New packets enter. The packets that need a neighbour now are
/// *pending*: in the node model the first of each router's queue, and with `bl94` rules the new ones too; in the link model
/// all that have just come to a router. `forward` sends them: in the node model they travel, in the link model each joins the
/// queue of its link and every link sends its first. They arrive in the next tick, in the same order.
///
/// A packet sent into a link that does not work comes back to its sender in the next tick.
public struct PacketNetwork: Sendable {
    /// A packet that needs a neighbour now.
    public struct Pending: Sendable, Hashable {
        /// The packet.
        let packet: Int32
        private let place: UInt16
        private let origin: UInt16
        private let target: UInt16
        private let ticks: UInt32
        private let back: UInt8

        init(packet: Int32, router: Int, source: UInt16, destination: UInt16, wait: UInt32, back: UInt8) {
            self.back = back
            self.packet = packet
            place = UInt16(truncatingIfNeeded: router)
            origin = source
            target = destination
            ticks = wait
        }

        /// Where it is.
        public var router: Int { Int(place) }
        /// Where it entered the network.
        public var source: Int { Int(origin) }
        /// Where it is bound.
        public var destination: Int { Int(target) }
        /// Ticks it has waited in the router's queue; 0 in the link model, where it has yet to queue.
        public var wait: Int { Int(ticks) }
        /// The slot of the router's that leads back where it came from, as a bit set; empty where it entered the network.
        public var wayBack: UInt64 { back == .max ? 0 : 1 << UInt64(back) }
    }

    /// The routers and links.
    public let topology: NetworkTopology
    /// The present tick.
    public internal(set) var tick: UInt32 = 0
    /// The packets that need a neighbour, in the order in which they will be sent.
    public internal(set) var pending: [Pending] = []
    /// What was pending in the tick before.
    public private(set) var sent: [Pending] = []
    /// Which of the packets sent last came to a full queue: positions in `sent`, in ascending order.
    public internal(set) var lastDrops: [Int] = []
    /// In the link model how many packets each of `sent` found in the queue it joined; empty in the node model.
    public private(set) var lastWaits: [Int32] = []
    /// What has been counted.
    public internal(set) var statistics = DeliveryStatistics()
    /// The packets that each directed link has carried since the last reset, in the order of routers and slots; a restored
    /// network counts from zero.
    public private(set) var linkUses: [UInt32]

    let model: RoutingScenario.Model
    /// Whether a saved network holds where its packets came from: only a rule that asks for it pays for it.
    let keepsArrivals: Bool
    private let rules: RoutingScenario.Rules
    private let packetLimit: Int
    private let queueCapacity: Int32
    private let random: CounterBasedRandom
    private let replica: UInt64
    let links: DirectedLinks
    var queues: PacketQueues
    var circumstances: Circumstances
    /// In the link model the packets that arrive in this tick, and where.
    private var arriving: [(packet: Int32, router: Int)] = []

    /// Creates an empty network and lets the first packets in.
    ///
    /// - Parameters:
    ///   - scenario: The rules.
    ///   - replica: The number of this network within the run; its arrivals depend on it and the seed.
    ///   - seed: The run's seed.
    public init(_ scenario: RoutingScenario, replica: UInt64, seed: UInt64) {
        topology = scenario.topology
        model = scenario.model
        rules = scenario.rules
        keepsArrivals = scenario.rule.splitsHorizon
        packetLimit = scenario.rules == .bl94 ? scenario.packetLimit : .max
        precondition(scenario.queueCapacity ?? 1 >= 1, "a queue holds at least one packet")
        queueCapacity = Int32(clamping: scenario.queueCapacity ?? .max)
        random = CounterBasedRandom(seed: seed, stream: .dynamics)
        self.replica = replica
        links = DirectedLinks(topology)
        linkUses = Array(repeating: 0, count: links.count)
        queues = PacketQueues(queueCount: model == .node ? topology.routerCount : links.count)
        circumstances = Circumstances(scenario)
        beginTick()
    }

    /// Packets in the network.
    public var liveCount: Int { queues.liveCount }

    /// Packets waiting for each server, a router or a directed link, the pending ones not counted.
    public var queueLengths: [Int32] { queues.lengths }

    /// Starts all counts from zero.
    public mutating func resetStatistics() {
        statistics = DeliveryStatistics()
        for link in linkUses.indices { linkUses[link] = 0 }
    }

    /// Sends each pending packet to a neighbour and goes on to the next tick.
    ///
    /// - Parameter slots: One slot of the router's neighbours per pending packet, in order.
    public mutating func forward(_ slots: some RandomAccessCollection<UInt8>) {
        precondition(slots.count == pending.count, "every pending packet needs a neighbour")
        swap(&pending, &sent)
        lastDrops.removeAll(keepingCapacity: true)
        switch model {
        case .node:
            tick += 1
            travel(slots)
        case .link:
            join(slots)
            tick += 1
            sendFirsts()
        }
        beginTick()
    }

    /// Node model: every packet arrives at its neighbour.
    private mutating func travel(_ slots: some RandomAccessCollection<UInt8>) {
        var index = slots.startIndex
        for position in sent.indices {
            let (entry, slot) = (sent[position], Int(slots[index]))
            index = slots.index(after: index)
            let router = entry.router
            precondition(slot < links.leaving(router).count, "router \(router) has no neighbour in slot \(slot)")
            let isKept: Bool
            if circumstances.canLeave(router, by: slot) {
                let link = links.offsets[router] + slot
                linkUses[link] &+= 1
                isKept = arrive(entry.packet, over: link)
            } else {
                isKept = enqueue(entry.packet, at: router)
            }
            if !isKept { lastDrops.append(position) }
        }
    }

    /// Link model: every packet joins the queue of its link.
    private mutating func join(_ slots: some RandomAccessCollection<UInt8>) {
        lastWaits.removeAll(keepingCapacity: true)
        var index = slots.startIndex
        for position in sent.indices {
            let (entry, slot) = (sent[position], Int(slots[index]))
            index = slots.index(after: index)
            let router = entry.router
            precondition(slot < links.leaving(router).count, "router \(router) has no neighbour in slot \(slot)")
            let link = links.offsets[router] + slot
            lastWaits.append(queues.lengths[link])
            if !circumstances.canLeave(router, by: slot) {
                arriving.append((entry.packet, router))
            } else if !enqueue(entry.packet, at: link) {
                lastDrops.append(position)
            }
        }
    }

    /// Link model: every link sends its first packet.
    private mutating func sendFirsts() {
        for link in 0..<links.count {
            guard let packet = queues.popFirst(of: link) else { continue }
            queues.countHop(of: packet, over: link)
            linkUses[link] &+= 1
            let router = links.targets[link]
            if !deliver(packet, at: router) { arriving.append((packet, router)) }
        }
    }

    /// Delivers a packet or puts it into the router's queue; `false` when it was dropped.
    private mutating func arrive(_ packet: Int32, over link: Int) -> Bool {
        let router = links.targets[link]
        queues.countHop(of: packet, over: link)
        return deliver(packet, at: router) || enqueue(packet, at: router)
    }

    /// Takes a packet that has arrived out of the network; `false` when it is bound for another router.
    private mutating func deliver(_ packet: Int32, at router: Int) -> Bool {
        guard Int(queues.destinations[Int(packet)]) == router else { return false }
        statistics.countDelivery(ticks: tick - queues.births[Int(packet)], hops: queues.hops[Int(packet)])
        queues.remove(packet)
        return true
    }

    /// Puts a packet into a server's queue; `false` when the queue is full and the packet was dropped.
    private mutating func enqueue(_ packet: Int32, at server: Int) -> Bool {
        guard queues.lengths[server] < queueCapacity else {
            drop(packet)
            return false
        }
        queues.append(packet, to: server, at: tick)
        return true
    }

    private mutating func drop(_ packet: Int32) {
        statistics.countDrop()
        queues.remove(packet)
    }

    private mutating func beginTick() {
        pending.removeAll(keepingCapacity: true)
        if circumstances.advance(to: tick) { clearFailedQueues() }
        switch model {
        case .node:
            injectPackets()
            for router in 0..<topology.routerCount { serve(router) }
        case .link:
            for (packet, router) in arriving { settle(packet, at: router) }
            arriving.removeAll(keepingCapacity: true)
            injectPackets()
        }
        statistics.countTick(live: queues.liveCount)
    }

    /// Node model: takes the first packet that is bound for a router that works.
    private mutating func serve(_ router: Int) {
        while let packet = queues.popFirst(of: router) {
            guard circumstances.states.works(Int(queues.destinations[Int(packet)])) else {
                drop(packet)
                continue
            }
            return append(pending: packet, at: router)
        }
    }

    /// Link model: a packet needs its next link, unless where it is or where it is bound has failed.
    private mutating func settle(_ packet: Int32, at router: Int) {
        let states = circumstances.states
        guard states.works(router), states.works(Int(queues.destinations[Int(packet)])) else { return drop(packet) }
        append(pending: packet, at: router)
    }

    /// Packets of a router that has failed are lost; those that wait for a link that has failed need another.
    private mutating func clearFailedQueues() {
        for server in queues.lengths.indices where queues.lengths[server] > 0 {
            let router = model == .node ? server : links.sources[server]
            let isLost = !circumstances.states.works(router)
            guard isLost || model == .link && !circumstances.canLeave(router, by: server - links.offsets[router]) else {
                continue
            }
            while let packet = queues.popFirst(of: server) {
                if isLost { drop(packet) } else { arriving.append((packet, router)) }
            }
        }
    }

    private mutating func injectPackets() {
        var draw = random.generator(lane: replica, step: UInt64(tick))
        for _ in 0..<circumstances.arrivals.sample(&draw) {
            let (source, destination) = circumstances.pairs.draw(&draw)
            statistics.countOffer()
            guard queues.liveCount < packetLimit, circumstances.states.works(source),
                circumstances.states.works(destination)
            else {
                statistics.countRefusal()
                continue
            }
            let packet = queues.create(from: source, to: destination, at: tick)
            if rules == .bl94 || model == .link {
                append(pending: packet, at: source)
            } else {
                _ = enqueue(packet, at: source)
            }
        }
    }

    func wait(of packet: Int32) -> UInt32 { model == .link ? 0 : tick - queues.joined[Int(packet)] }

    /// The slot that leads back where a packet came from; the largest number where it entered the network.
    private func back(of packet: Int32, at router: Int) -> UInt8 {
        let arrival = Int(queues.arrivals[Int(packet)])
        guard arrival >= 0, links.targets[arrival] == router else { return .max }
        return UInt8(truncatingIfNeeded: links.reverses[arrival] - links.offsets[router])
    }

    mutating func append(pending packet: Int32, at router: Int) {
        pending.append(
            Pending(
                packet: packet,
                router: router,
                source: queues.sources[Int(packet)],
                destination: queues.destinations[Int(packet)],
                wait: wait(of: packet),
                back: back(of: packet, at: router)
            )
        )
    }
}
