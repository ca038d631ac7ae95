internal import TabularLearning

/// What became of a network's packets, since the last reset.
public struct DeliveryStatistics: Sendable, Hashable {
    /// Ticks counted.
    public private(set) var ticks = 0
    /// Packets that wanted to enter.
    public private(set) var offered = 0
    /// Packets that were refused entry.
    public private(set) var refused = 0
    /// Packets that came to a full queue.
    public private(set) var dropped = 0
    /// Packets that reached their destination.
    public private(set) var delivered = 0
    /// The sum of their hops.
    public private(set) var hops = 0
    /// The sum of their delivery times in ticks.
    public private(set) var deliveryTicks = 0
    /// The sum over the ticks of the packets in the network.
    public private(set) var liveTicks = 0

    /// Deliveries by time: up to `exactTimes` ticks each tick by itself, then `binsPerOctave` bins for each doubling.
    private var histogram: [UInt32] = Array(repeating: 0, count: Self.exactTimes + 20 * Self.binsPerOctave)
    private static let exactTimes = 4096
    private static let binsPerOctave = 64

    /// Creates counts of zero.
    public init() {}

    /// The mean delivery time in ticks; not a number before the first delivery.
    public var meanDeliveryTime: Double { delivered == 0 ? .nan : Double(deliveryTicks) / Double(delivered) }

    /// The mean number of hops of delivered packets.
    public var meanHops: Double { delivered == 0 ? .nan : Double(hops) / Double(delivered) }

    /// The mean number of packets in the network.
    public var meanLive: Double { ticks == 0 ? 0 : Double(liveTicks) / Double(ticks) }

    /// Whether packets came in faster than they left: the network held more at the end, by more than chance explains.
    ///
    /// The delivery time of such a time is no figure of the network, it depends on how long one looks.
    public var isGrowing: Bool {
        let growth = Double(offered - refused - dropped - delivered)
        return growth > 0.005 * Double(offered) + 2 * Double(offered).squareRoot()
    }

    /// Returns the delivery time that a share of the packets did not exceed, in ticks; above 4095 to 2 %, rounded up.
    ///
    /// - Parameter share: 0...1.
    /// - Returns: Ticks; 0 before the first delivery.
    public func quantile(_ share: Double) -> Int {
        let rank = share * Double(delivered)
        var sum = 0.0
        for (bin, count) in histogram.enumerated() {
            sum += Double(count)
            if sum >= rank, sum > 0 { return Self.longestTime(in: bin) }
        }
        return 0
    }

    private static func bin(of ticks: UInt32) -> Int {
        guard ticks >= exactTimes else { return Int(ticks) }
        let octave = 31 - ticks.leadingZeroBitCount
        // The six bits after the leading one.
        return exactTimes + (octave - 12) * binsPerOctave + Int(ticks >> UInt32(octave - 6)) - binsPerOctave
    }

    private static func longestTime(in bin: Int) -> Int {
        guard bin >= exactTimes else { return bin }
        let (octave, part) = (bin - exactTimes).quotientAndRemainder(dividingBy: binsPerOctave)
        return (binsPerOctave + part + 1) << (octave + 6) - 1
    }

    /// Returns what has been counted since an earlier moment of the same network.
    public func since(_ earlier: Self) -> Self {
        var difference = self
        difference.ticks -= earlier.ticks
        difference.offered -= earlier.offered
        difference.refused -= earlier.refused
        difference.dropped -= earlier.dropped
        difference.delivered -= earlier.delivered
        difference.hops -= earlier.hops
        difference.deliveryTicks -= earlier.deliveryTicks
        difference.liveTicks -= earlier.liveTicks
        for index in histogram.indices { difference.histogram[index] -= earlier.histogram[index] }
        return difference
    }

    mutating func countTick(live: Int) {
        ticks += 1
        liveTicks += live
    }

    mutating func countOffer() { offered += 1 }

    mutating func countRefusal() { refused += 1 }

    mutating func countDrop() { dropped += 1 }

    mutating func countDelivery(ticks: UInt32, hops: UInt32) {
        delivered += 1
        deliveryTicks += Int(ticks)
        self.hops += Int(hops)
        let bin = Self.bin(of: ticks)
        if histogram[bin] < .max { histogram[bin] += 1 }
    }

    func save(to writer: inout WordWriter) {
        writer.write([ticks, offered, refused, delivered, hops, deliveryTicks, liveTicks, dropped])
        writer.write(histogram)
    }

    mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        let counts = try reader.integerArray()
        var histogram = try reader.wordArray()
        // Written when the last entry counted everything longer.
        if histogram.count == Self.exactTimes {
            histogram += Array(repeating: 0, count: self.histogram.count - Self.exactTimes)
        }
        // More than a run can count, and little enough that no sum over replicas overflows.
        guard counts.count == 8, counts.allSatisfy({ (0...(1 << 48)).contains($0) }),
            histogram.count == self.histogram.count
        else {
            throw WordReader.Failure("the statistics before word \(reader.position) are not those of a network")
        }
        (ticks, offered, refused, delivered) = (counts[0], counts[1], counts[2], counts[3])
        (hops, deliveryTicks, liveTicks, dropped) = (counts[4], counts[5], counts[6], counts[7])
        self.histogram = histogram
    }
}
