/// When news of which destination passes which router: waves that begin at destinations, so many a tick, and go a hop a tick.
///
/// Everything follows from the tick, so that nothing of it need be saved.
struct NewsWaves: Sendable {
    /// By destination the routers in the order of their distance.
    private let routers: [UInt16]
    /// By destination and distance where its routers begin in `routers`; one entry more than distances.
    private let starts: [Int32]
    private let routerCount: Int
    private let diameter: Int
    /// The waves of a series.
    private let count: Int
    /// The waves that begin in a tick.
    private let pace: Int
    /// Whether waves go on after the series.
    private let goesOn: Bool

    /// A round of waves from all destinations begins within about this many ticks.
    private static let ticksPerRound = 64
    /// The most waves that begin in a tick after the series.
    ///
    /// Old news makes packets run after queues that are gone: with a round in 500 ticks 500 routers do not hold 90 % of their
    /// bound. The cost of a tick grows with routers × waves.
    private static let refreshPace = 4

    /// Creates the waves of a network.
    ///
    /// - Parameters:
    ///   - topology: The network; who is how far away is not asked again when links fail.
    ///   - rounds: How many begin at each destination.
    ///   - goesOn: Whether they go on afterwards, at most `refreshPace` a tick.
    init(_ topology: NetworkTopology, rounds: Int, goesOn: Bool) {
        self.goesOn = goesOn
        routerCount = topology.routerCount
        diameter = topology.diameter
        count = rounds * topology.routerCount
        pace = max(1, topology.routerCount / Self.ticksPerRound)
        guard rounds > 0 else {
            (routers, starts) = ([], [])
            return
        }
        var routers: [UInt16] = []
        var starts: [Int32] = []
        routers.reserveCapacity(routerCount * routerCount)
        for destination in 0..<routerCount {
            var rings = Array(repeating: [UInt16](), count: diameter + 1)
            for router in 0..<routerCount {
                rings[topology.distance(router, destination)].append(UInt16(truncatingIfNeeded: router))
            }
            for ring in rings {
                starts.append(Int32(truncatingIfNeeded: routers.count))
                routers += ring
            }
            starts.append(Int32(truncatingIfNeeded: routers.count))
        }
        (self.routers, self.starts) = (routers, starts)
    }

    /// Calls a function with every router that a wave reaches now, and the destination that it brings news of.
    ///
    /// - Parameters:
    ///   - age: Ticks since the series began.
    ///   - body: Called in the order of the distances, within one in the order of the waves.
    func forEachReached(age: Int, _ body: (_ router: Int, _ destination: Int) -> Void) {
        guard count > 0, age > 0, diameter > 0 else { return }
        for distance in 1...diameter where distance <= age {
            for wave in begun(in: age - distance) {
                let destination = wave % routerCount
                let ring = destination * (diameter + 2) + distance
                for index in Int(starts[ring])..<Int(starts[ring + 1]) { body(Int(routers[index]), destination) }
            }
        }
    }

    /// The waves that begin in a tick of the series, or afterwards.
    private func begun(in tick: Int) -> Range<Int> {
        let first = tick * pace
        guard first >= count else { return first..<min(first + pace, count) }
        guard goesOn else { return 0..<0 }
        let since = tick - (count + pace - 1) / pace
        let pace = min(pace, Self.refreshPace)
        return (since * pace)..<((since + 1) * pace)
    }
}
