internal import Scenarios

/// The delay of every single vehicle of a run, and where it was lost.
///
/// The simulation counts vehicles and does not know them. Its queues are first in, first out, and the turns of the n-th vehicle of a road are
/// fixed, so that what is counted before and after a second tells who went where. The delays add up to `TrafficCounters.delay`.
public struct VehicleDelays: Sendable, Hashable {
    /// By whole seconds of delay the vehicles that wanted to enter; of those still under way the delay so far.
    public private(set) var counts: [Int] = []
    /// How many of them had not left at the end.
    public private(set) var underWay = 0
    /// By junction the vehicle-seconds in its queues and in front of its full entries.
    public private(set) var waiting: [Int]

    /// Creates delays of nobody.
    public init(junctionCount: Int) { waiting = Array(repeating: 0, count: junctionCount) }

    /// The vehicles.
    public var vehicleCount: Int { counts.reduce(0, +) }

    /// Their delays, added up, in seconds.
    public var total: Int { counts.enumerated().reduce(0) { $0 + $1.offset * $1.element } }

    /// Returns the delay that a share of the vehicles did not exceed, in seconds; 0 without vehicles.
    public func quantile(_ share: Double) -> Int {
        let rank = share * Double(vehicleCount)
        var sum = 0
        for (delay, count) in counts.enumerated() {
            sum += count
            if sum > 0, Double(sum) >= rank { return delay }
        }
        return max(0, counts.count - 1)
    }

    /// Returns the share of vehicles with a delay of at most so many seconds, 0...1.
    public func share(upTo delay: Int) -> Double {
        Double(counts.prefix(delay + 1).reduce(0, +)) / Double(max(1, vehicleCount))
    }

    /// The longest delay in seconds.
    public var longest: Int { max(0, counts.count - 1) }

    /// Adds the vehicles of another run of the same network.
    public mutating func add(_ other: Self) {
        for (delay, count) in other.counts.enumerated() { note(delay, count: count) }
        underWay += other.underWay
        for index in waiting.indices { waiting[index] += other.waiting[index] }
    }

    mutating func note(_ delay: Int, count: Int = 1) {
        if delay >= counts.count { counts += Array(repeating: 0, count: delay + 1 - counts.count) }
        counts[delay] += count
    }

    mutating func noteUnderWay(_ delay: Int) {
        note(delay)
        underWay += 1
    }

    mutating func noteWaiting(_ vehicles: Int, at junction: Int) { waiting[junction] += vehicles }
}

/// Follows the vehicles of one simulation from its first second on.
struct VehicleWatch {
    /// Somebody on the way to a stop line, or in its queue.
    private struct Vehicle: Sendable {
        /// The second in which the stop line is reached, or entering was first wanted.
        var since: Int
        /// Seconds lost before.
        var lost: Int
    }

    private let network: RoadNetwork
    private var lines: VehicleLines<Vehicle>
    private(set) var delays: VehicleDelays

    init(_ network: RoadNetwork) {
        self.network = network
        lines = VehicleLines(network)
        delays = VehicleDelays(junctionCount: network.intersections.count)
    }

    /// Sees the simulation before a second, when the signals have been told, and at the end.
    mutating func observe(_ simulation: TrafficSimulation) {
        if simulation.counters.seconds > 0 { follow(simulation, second: simulation.counters.seconds - 1) }
        lines.begin(simulation)
    }

    private mutating func follow(_ simulation: TrafficSimulation, second: Int) {
        var delays = VehicleDelays(junctionCount: 0)
        swap(&delays, &self.delays)
        let network = network
        lines.end(simulation, new: { _ in Vehicle(since: second, lost: 0) }) { vehicle, road in
            vehicle.lost += second - vehicle.since
            guard let road else { return delays.note(vehicle.lost) }
            vehicle.since = second + network.roads[road].travelTime
        }
        for (entry, road) in network.entries.enumerated() {
            delays.noteWaiting(simulation.backlog(ofEntry: entry), at: network.roads[road].destination)
        }
        for junction in network.intersections.indices {
            delays.noteWaiting(simulation.queued(at: junction), at: junction)
        }
        swap(&delays, &self.delays)
    }

    /// The delays, with what those still under way have lost up to a second.
    func delays(at end: Int) -> VehicleDelays {
        var all = delays
        for line in lines.lanes + lines.outside {
            for vehicle in line.rest { all.noteUnderWay(vehicle.lost + max(0, end - vehicle.since)) }
        }
        return all
    }
}
