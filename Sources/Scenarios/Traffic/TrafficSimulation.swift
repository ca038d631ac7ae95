internal import TabularLearning

/// A mesoscopic traffic simulation of one road network in steps of one second.
///
/// Whole vehicles; a road is a first-in-first-out delay line of its free-flow time that ends in one point queue per
/// movement; a queue is discharged at the saturation flow in effective green; a full road lets nobody in. A vehicle
/// loses time only in queues, so the sum of the queues over the seconds is the sum of the delays.
///
/// Random numbers are addressed by (seed, replica, road, second or vehicle): the demand and the turns of the n-th
/// vehicle of an entry are the same whatever the signals do, and nothing depends on what else is simulated.
public struct TrafficSimulation: Sendable {
    /// Seconds without a departure, with vehicles queued, after which an intersection counts as gridlocked: twice the
    /// default maximum red.
    public static let gridlockTime = 240

    /// The network.
    public var network: RoadNetwork { plan.network }
    /// The times of the signals.
    public var timing: SignalTiming { plan.timing }
    /// Seconds since the first construction; resets do not turn it back, so that episodes differ.
    public internal(set) var time = 0
    /// What has happened since the last reset.
    public internal(set) var counters = TrafficCounters()

    var state: SimulationState
    let model: TrafficModel

    var plan: SimulationPlan { model.plan }

    /// Creates an empty network with all signals in their first phase, its minimum green over.
    ///
    /// - Parameters:
    ///   - network: The roads.
    ///   - demand: What wants to enter.
    ///   - timing: The times of the signals.
    ///   - replica: The number of this copy within the run.
    ///   - seed: The run's seed.
    public init(network: RoadNetwork, demand: TrafficDemand, timing: SignalTiming, replica: UInt64, seed: UInt64) {
        let plan = SimulationPlan(network: network, demand: demand, timing: timing)
        self.init(plan, replica: replica, seed: seed)
    }

    /// Creates one of many that share a plan.
    init(_ plan: SimulationPlan, replica: UInt64, seed: UInt64) {
        model = TrafficModel(plan: plan, keys: TrafficModel.Keys(plan, replica: replica, seed: seed))
        state = SimulationState(plan, model.keys)
        reset()
    }

    /// Empties the network and puts the signals back; time and the numbering of vehicles go on.
    public mutating func reset() {
        state.reset(plan, at: time)
        counters = TrafficCounters()
    }

    /// Asks an intersection to give green to a phase: it goes on with it, or changes through yellow and all-red.
    ///
    /// - Parameters:
    ///   - phase: One of the intersection's phases.
    ///   - intersection: One whose stage is green; the caller sees to the minimum green.
    public mutating func request(phase: Int, at intersection: Int) {
        precondition(stage(of: intersection) == .green, "a phase is requested in green")
        precondition((0..<phaseCount(of: intersection)).contains(phase), "the intersection has the phase")
        guard phase != self.phase(of: intersection) else { return }
        model.beginChange(&state, intersection, to: phase, second: time)
    }

    /// Simulates a number of seconds with the signals as they are.
    public mutating func advance(seconds: Int) {
        model.advance(&state, &counters, time: time, seconds: seconds)
        time += seconds
    }
}

// What a controller or an observer may see.
extension TrafficSimulation {
    /// The number of phases of an intersection.
    public func phaseCount(of intersection: Int) -> Int { plan.junctions[intersection].phaseCount }

    /// The phase that is green or was green last.
    public func phase(of intersection: Int) -> Int { Int(state.junctions[intersection].phase) }

    /// The phase that follows the change; the present one in green.
    public func nextPhase(of intersection: Int) -> Int { Int(state.junctions[intersection].nextPhase) }

    /// What the signal shows.
    public func stage(of intersection: Int) -> SignalStage { state.junctions[intersection].stage }

    /// Seconds for which it has shown that.
    public func stageTime(of intersection: Int) -> Int { time - state.junctions[intersection].stageStart }

    /// Whether a phase may be requested: in green, the minimum over.
    public func canDecide(_ intersection: Int) -> Bool {
        stage(of: intersection) == .green && stageTime(of: intersection) >= plan.timing.minimumGreen
    }

    /// Vehicles at the stop line of a movement.
    public func queue(ofMovement movement: Int) -> Int { Int(state.movements[movement].queue) }

    /// Vehicles at the stop lines of an intersection.
    public func queued(at intersection: Int) -> Int { Int(state.junctions[intersection].queued) }

    /// Whether a movement has green.
    public func hasGreen(_ movement: Int) -> Bool {
        let fixed = plan.movements[movement]
        return state.junctions[Int(fixed.junction)].green & fixed.bit != 0
    }

    /// Seconds for which vehicles of a movement have waited at red without interruption.
    public func redWait(ofMovement movement: Int) -> Int {
        let waits = queue(ofMovement: movement) > 0 && !hasGreen(movement)
        return waits ? Int(Int32(truncatingIfNeeded: time) &- state.movements[movement].redSince) : 0
    }

    /// Counts the vehicles of a movement that reach the stop line within a number of seconds.
    public func approaching(movement: Int, within seconds: Int) -> Int {
        let road = Int(plan.movements[movement].road)
        var count = 0
        visitApproaching(road, count: vehiclesApproaching(road, within: seconds)) { count += $0 == movement ? 1 : 0 }
        return count
    }

    /// Vehicles on a road, moving or queued.
    public func occupancy(ofRoad road: Int) -> Int { Int(state.roads[road].occupancy) }

    /// Vehicles that could not enter yet, by entry in the order of the network's `entries`.
    public func backlog(ofEntry entry: Int) -> Int { Int(state.backlogs[entry]) }

    /// Vehicles inside the network, moving or queued.
    public var vehiclesInside: Int { state.roads.reduce(0) { $0 + Int($1.occupancy) } }

    /// Vehicles that could not enter yet.
    public var vehiclesOutside: Int { state.backlogs.reduce(0) { $0 + Int($1) } }

    /// Returns the vehicle-seconds of waiting at an intersection since the last call: its queues and entry backlogs.
    public mutating func collectWaiting(at intersection: Int) -> Int {
        defer { state.junctions[intersection].waiting = 0 }
        return Int(state.junctions[intersection].waiting)
    }

    /// Takes the same of all intersections at once.
    mutating func collectWaiting(into waiting: inout [Int32]) {
        var junctions = state.junctions.mutableSpan
        for intersection in junctions.indices {
            waiting[intersection] = junctions[intersection].waiting
            junctions[intersection].waiting = 0
        }
    }
}

// Who is on the way.
extension TrafficSimulation {
    /// Counts the vehicles that reach the end of a road within a number of seconds.
    @inline(__always)
    func vehiclesApproaching(_ road: Int, within seconds: Int) -> Int {
        let (size, first) = (plan.wheelSize, road * plan.wheelSize)
        let end = state.row + min(seconds, size)
        var count: Int32 = 0
        for row in state.row..<min(end, size) { count += state.wheel[first + row] }
        if end > size {
            for row in 0..<(end - size) { count += state.wheel[first + row] }
        }
        return Int(count)
    }

    /// Calls a closure with the movements of the first so many vehicles on the way to the end of a road.
    @inline(__always)
    func visitApproaching(_ road: Int, count: Int, _ visit: (_ movement: Int) -> Void) {
        let (fixed, key, first) = (plan.roads[road], state.roads[road].turnKey, state.roads[road].arrived)
        for number in 0..<UInt32(truncatingIfNeeded: count) {
            visit(model.turn(ofVehicle: first &+ number, key: key, fixed))
        }
    }
}
