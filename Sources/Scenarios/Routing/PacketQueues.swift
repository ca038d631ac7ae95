internal import TabularLearning

/// All packets of a network and the queues they wait in, as linked lists in flat arrays.
///
/// A packet is an index; indices of packets that have left are used again, so nothing is allocated once the network has
/// been at its fullest.
struct PacketQueues: Sendable {
    /// No packet: the end of a list.
    static let none: Int32 = -1

    private(set) var sources: [UInt16] = []
    private(set) var destinations: [UInt16] = []
    /// The tick in which each packet entered the network.
    private(set) var births: [UInt32] = []
    /// The tick in which each packet joined the queue it waits in.
    private(set) var joined: [UInt32] = []
    private(set) var hops: [UInt32] = []
    /// The directed link over which each packet came to where it is; `none` where it entered the network.
    private(set) var arrivals: [Int32] = []
    private var next: [Int32] = []
    private var heads: [Int32]
    private var tails: [Int32]
    private(set) var lengths: [Int32]
    private var freeHead = Self.none
    /// Packets in the network.
    private(set) var liveCount = 0

    init(queueCount: Int) {
        heads = Array(repeating: Self.none, count: queueCount)
        tails = Array(repeating: Self.none, count: queueCount)
        lengths = Array(repeating: 0, count: queueCount)
    }

    /// Makes a packet that is in no queue.
    mutating func create(from source: Int, to destination: Int, at tick: UInt32) -> Int32 {
        liveCount += 1
        if freeHead == Self.none { grow() }
        let packet = freeHead
        freeHead = next[Int(packet)]
        sources[Int(packet)] = UInt16(truncatingIfNeeded: source)
        destinations[Int(packet)] = UInt16(truncatingIfNeeded: destination)
        births[Int(packet)] = tick
        joined[Int(packet)] = tick
        hops[Int(packet)] = 0
        arrivals[Int(packet)] = Self.none
        return packet
    }

    /// Takes a packet that is in no queue out of the network.
    mutating func remove(_ packet: Int32) {
        liveCount -= 1
        next[Int(packet)] = freeHead
        freeHead = packet
    }

    /// Puts a packet at the end of a queue.
    mutating func append(_ packet: Int32, to queue: Int, at tick: UInt32) {
        joined[Int(packet)] = tick
        next[Int(packet)] = Self.none
        if lengths[queue] == 0 {
            heads[queue] = packet
        } else {
            next[Int(tails[queue])] = packet
        }
        tails[queue] = packet
        lengths[queue] += 1
    }

    /// Takes the first packet of a queue; `nil` when it is empty.
    mutating func popFirst(of queue: Int) -> Int32? {
        guard lengths[queue] > 0 else { return nil }
        let packet = heads[queue]
        heads[queue] = next[Int(packet)]
        lengths[queue] -= 1
        return packet
    }

    /// Calls a function with every packet that is in a queue, and the queue's router.
    func forEachWaiting(_ body: (_ packet: Int, _ router: Int) -> Void) {
        for router in heads.indices {
            var packet = heads[router]
            for _ in 0..<lengths[router] {
                body(Int(packet), router)
                packet = next[Int(packet)]
            }
        }
    }

    /// Counts a hop of a packet over a directed link.
    mutating func countHop(of packet: Int32, over link: Int) {
        hops[Int(packet)] += 1
        arrivals[Int(packet)] = Int32(truncatingIfNeeded: link)
    }

    private mutating func grow() {
        sources.append(0)
        destinations.append(0)
        births.append(0)
        joined.append(0)
        hops.append(0)
        arrivals.append(Self.none)
        next.append(Self.none)
        freeHead = Int32(next.count - 1)
    }
}

extension PacketQueues {
    func save(to writer: inout WordWriter) {
        writer.write(sources.map { UInt32($0) })
        writer.write(destinations.map { UInt32($0) })
        writer.write(births)
        writer.write(joined)
        writer.write(hops)
        for links in [next, heads, tails, lengths] { writer.write(links.map { UInt32(bitPattern: $0) }) }
        writer.write(UInt32(bitPattern: freeHead))
        writer.write(liveCount)
    }

    /// Puts back what `save` wrote.
    ///
    /// - Parameters:
    ///   - reader: The words.
    ///   - routerCount: The number of routers that packets come from and are bound for.
    ///   - pending: The packets that are in the network and in no queue.
    ///   - tick: The present; no packet entered or joined a queue later, or made more hops.
    /// - Throws: `WordReader.Failure` when the words end early or do not hold each packet in one place.
    mutating func restore(
        from reader: inout WordReader,
        routerCount: Int,
        pending: [UInt32],
        at tick: UInt32
    ) throws(WordReader.Failure) {
        let (sources, destinations) = (try reader.wordArray(), try reader.wordArray())
        let (births, joined, hops) = (try reader.wordArray(), try reader.wordArray(), try reader.wordArray())
        let (next, heads) = (try Self.links(&reader), try Self.links(&reader))
        let (tails, lengths) = (try Self.links(&reader), try Self.links(&reader))
        let freeHead = Int32(bitPattern: try reader.word())
        let liveCount = try reader.integer()
        let count = sources.count
        let routers = UInt32(routerCount)
        guard [destinations.count, births.count, joined.count, hops.count, next.count].allSatisfy({ $0 == count }),
            [heads.count, tails.count, lengths.count].allSatisfy({ $0 == self.heads.count }),
            (sources + destinations).allSatisfy({ $0 < routers }),
            (next + heads + tails + [freeHead]).allSatisfy({ $0 >= Self.none && Int($0) < count }),
            lengths.allSatisfy({ $0 >= 0 && Int($0) <= count }), (0...count).contains(liveCount),
            (births + joined + hops).allSatisfy({ $0 <= tick })
        else {
            throw WordReader.Failure("the packets and queues before word \(reader.position) do not fit this network")
        }
        self.sources = sources.map { UInt16(truncatingIfNeeded: $0) }
        self.destinations = destinations.map { UInt16(truncatingIfNeeded: $0) }
        (self.births, self.joined, self.hops, self.next) = (births, joined, hops, next)
        (self.heads, self.tails, self.lengths, self.freeHead) = (heads, tails, lengths, freeHead)
        self.liveCount = liveCount
        arrivals = Array(repeating: Self.none, count: count)
        guard holdsEachPacketOnce(pending: pending) else {
            throw WordReader.Failure("the packets before word \(reader.position) are not each in one place")
        }
    }

    /// Writes over which links the packets came.
    func saveArrivals(to writer: inout WordWriter) { writer.write(arrivals.map { UInt32(bitPattern: $0) }) }

    /// Puts back what `saveArrivals` wrote, after `restore`.
    mutating func restoreArrivals(from reader: inout WordReader, linkCount: Int) throws(WordReader.Failure) {
        let arrivals = try Self.links(&reader)
        guard arrivals.count == next.count, arrivals.allSatisfy({ $0 >= Self.none && Int($0) < linkCount }) else {
            throw WordReader.Failure("the links before word \(reader.position) do not fit the packets of this network")
        }
        self.arrivals = arrivals
    }

    /// Whether the queues, the pending packets and the free indices are lists that share nothing and leave nothing out.
    private func holdsEachPacketOnce(pending: [UInt32]) -> Bool {
        var isSeen = Array(repeating: false, count: next.count)
        func see(_ packet: Int) -> Bool {
            guard isSeen.indices.contains(packet), !isSeen[packet] else { return false }
            isSeen[packet] = true
            return true
        }
        for router in heads.indices {
            var (packet, last) = (heads[router], Self.none)
            for _ in 0..<lengths[router] {
                guard see(Int(packet)) else { return false }
                (packet, last) = (next[Int(packet)], packet)
            }
            guard lengths[router] == 0 || last == tails[router] else { return false }
        }
        guard pending.allSatisfy({ see(Int($0)) }), isSeen.count(where: { $0 }) == liveCount else { return false }
        var free = freeHead
        while free != Self.none {
            guard see(Int(free)) else { return false }
            free = next[Int(free)]
        }
        return isSeen.allSatisfy { $0 }
    }

    private static func links(_ reader: inout WordReader) throws(WordReader.Failure) -> [Int32] {
        try reader.wordArray().map { Int32(bitPattern: $0) }
    }
}
