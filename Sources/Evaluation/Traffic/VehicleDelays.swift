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
    private struct Vehicle {
        /// The second in which the stop line is reached, or entering was first wanted.
        var since: Int
        /// Seconds lost before.
        var lost: Int
    }

    /// What was counted before the second that has just passed.
    private struct Before {
        var queues: [Int]
        var arriving: [Int]
        var phases: [Int]
        var backlogs: [Int]
        var entered: [UInt32]
    }

    private let network: RoadNetwork
    private let junctionOfRoad: [Int]
    private var before: Before?
    /// By movement, in the order of their arrival.
    private var lanes: [Line]
    /// By entry, in the order of their coming.
    private var outside: [Line]
    private(set) var delays: VehicleDelays

    /// First in, first out.
    private struct Line {
        private var vehicles: [Vehicle] = []
        private var first = 0

        mutating func append(_ vehicle: Vehicle) { vehicles.append(vehicle) }

        mutating func next() -> Vehicle? {
            guard first < vehicles.count else { return nil }
            defer {
                first += 1
                if first > 512, 2 * first > vehicles.count {
                    vehicles.removeFirst(first)
                    first = 0
                }
            }
            return vehicles[first]
        }

        var rest: ArraySlice<Vehicle> { vehicles[first...] }
    }

    init(_ network: RoadNetwork) {
        self.network = network
        junctionOfRoad = network.roads.map(\.destination)
        lanes = Array(repeating: Line(), count: network.movements.count)
        outside = Array(repeating: Line(), count: network.entries.count)
        delays = VehicleDelays(junctionCount: network.intersections.count)
    }

    /// Sees the simulation before a second, when the signals have been told, and at the end.
    mutating func observe(_ simulation: TrafficSimulation) {
        if let before { follow(simulation, since: before, second: simulation.counters.seconds - 1) }
        before = Before(
            queues: network.movements.indices.map { simulation.queue(ofMovement: $0) },
            arriving: network.movements.indices.map { simulation.approaching(movement: $0, within: 1) },
            phases: network.intersections.indices.map { simulation.phase(of: $0) },
            backlogs: network.entries.indices.map { simulation.backlog(ofEntry: $0) },
            entered: network.roads.indices.map { simulation.enteredCount(ofRoad: $0) }
        )
    }

    /// In the order of the model: vehicles enter from outside, then junctions let theirs go, phase by phase.
    private mutating func follow(_ simulation: TrafficSimulation, since before: Before, second: Int) {
        var entered = before.entered
        var departed = network.movements.indices.map {
            before.queues[$0] + before.arriving[$0] - simulation.queue(ofMovement: $0)
        }
        var fed = [UInt32](repeating: 0, count: network.roads.count)
        for (movement, count) in departed.enumerated() where count > 0 {
            if let next = network.movements[movement].nextRoad { fed[next] &+= UInt32(count) }
        }
        for (entry, road) in network.entries.enumerated() {
            let came = Int(simulation.enteredCount(ofRoad: road) &- before.entered[road] &- fed[road])
            let backlog = simulation.backlog(ofEntry: entry)
            let wanted = backlog - before.backlogs[entry] + came
            for _ in 0..<max(0, wanted) { outside[entry].append(Vehicle(since: second, lost: 0)) }
            for _ in 0..<came {
                guard let vehicle = outside[entry].next() else { break }
                enter(road, simulation, &entered, lost: second - vehicle.since, second: second)
            }
            delays.noteWaiting(backlog, at: junctionOfRoad[road])
        }
        for (junction, intersection) in network.intersections.enumerated() {
            for movement in intersection.phases[before.phases[junction]].movements {
                while departed[movement] > 0, let vehicle = lanes[movement].next() {
                    departed[movement] -= 1
                    let lost = vehicle.lost + second - vehicle.since
                    guard let next = network.movements[movement].nextRoad else {
                        delays.note(lost)
                        continue
                    }
                    enter(next, simulation, &entered, lost: lost, second: second)
                }
            }
            delays.noteWaiting(simulation.queued(at: junction), at: junction)
        }
    }

    private mutating func enter(
        _ road: Int,
        _ simulation: TrafficSimulation,
        _ entered: inout [UInt32],
        lost: Int,
        second: Int
    ) {
        let movement = simulation.movement(ofVehicle: entered[road], on: road)
        entered[road] &+= 1
        lanes[movement].append(Vehicle(since: second + network.roads[road].travelTime, lost: lost))
    }

    /// The delays, with what those still under way have lost up to a second.
    func delays(at end: Int) -> VehicleDelays {
        var all = delays
        for line in lanes + outside {
            for vehicle in line.rest { all.noteUnderWay(vehicle.lost + max(0, end - vehicle.since)) }
        }
        return all
    }
}
