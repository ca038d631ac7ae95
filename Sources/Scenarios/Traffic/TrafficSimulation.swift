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
    public let network: RoadNetwork
    /// The times of the signals.
    public var timing: SignalTiming { model.timing }
    /// Seconds since the first construction; resets do not turn it back, so that episodes differ.
    public internal(set) var time = 0
    /// What has happened since the last reset.
    public internal(set) var counters = TrafficCounters()

    var words: [Int32]
    let model: TrafficModel

    var layout: SimulationLayout { model.layout }

    /// Creates an empty network with all signals in their first phase, its minimum green over.
    ///
    /// - Parameters:
    ///   - network: The roads.
    ///   - demand: What wants to enter.
    ///   - timing: The times of the signals.
    ///   - replica: The number of this copy within the run.
    ///   - seed: The run's seed.
    public init(network: RoadNetwork, demand: TrafficDemand, timing: SignalTiming, replica: UInt64, seed: UInt64) {
        self.network = network
        let tables = network.tables
        model = TrafficModel(
            layout: SimulationLayout(tables),
            tables: tables,
            timing: timing,
            arrivals: ArrivalSampler(demand, entryAxes: tables.entryAxes),
            keys: TrafficModel.Keys(tables, replica: replica, seed: seed)
        )
        words = Array(repeating: 0, count: model.layout.count)
        reset()
    }

    /// Empties the network and puts the signals back; time and the numbering of vehicles go on.
    public mutating func reset() {
        let kept = Array(words[layout.entered..<(layout.entered + network.roads.count)])
        for index in words.indices { words[index] = 0 }
        words.replaceSubrange(layout.entered..<(layout.entered + kept.count), with: kept)
        counters = TrafficCounters()
        for movement in network.movements.indices {
            words[layout.lastCrossing + movement] = Int32(truncatingIfNeeded: time)
        }
        for intersection in network.intersections.indices {
            words[layout.clock + intersection] = Int32(timing.minimumGreen)
            for movement in network.intersections[intersection].phases[0].movements {
                words[layout.green + movement] = 1
            }
        }
    }

    /// Asks an intersection to give green to a phase: it goes on with it, or changes through yellow and all-red.
    ///
    /// - Parameters:
    ///   - phase: One of the intersection's phases.
    ///   - intersection: One whose stage is green; the caller sees to the minimum green.
    public mutating func request(phase: Int, at intersection: Int) {
        precondition(stage(of: intersection) == .green, "a phase is requested in green")
        precondition(
            network.intersections[intersection].phases.indices.contains(phase),
            "the intersection has the phase"
        )
        guard phase != self.phase(of: intersection) else { return }
        model.beginChange(&words, intersection, to: phase, second: time)
    }

    /// Simulates a number of seconds with the signals as they are.
    public mutating func advance(seconds: Int) {
        model.advance(&words, &counters, time: time, seconds: seconds)
        time += seconds
    }
}

// What a controller or an observer may see.
extension TrafficSimulation {
    /// The number of phases of an intersection.
    public func phaseCount(of intersection: Int) -> Int {
        Int(network.tables.firstPhase[intersection + 1] - network.tables.firstPhase[intersection])
    }

    /// The phase that is green or was green last.
    public func phase(of intersection: Int) -> Int { Int(words[layout.phase + intersection]) }

    /// The phase that follows the change; the present one in green.
    public func nextPhase(of intersection: Int) -> Int { Int(words[layout.nextPhase + intersection]) }

    /// What the signal shows.
    public func stage(of intersection: Int) -> SignalStage {
        SignalStage(rawValue: words[layout.stage + intersection]) ?? .allRed
    }

    /// Seconds for which it has shown that.
    public func stageTime(of intersection: Int) -> Int { Int(words[layout.clock + intersection]) }

    /// Whether a phase may be requested: in green, the minimum over.
    public func canDecide(_ intersection: Int) -> Bool {
        words[layout.stage + intersection] == SignalStage.green.rawValue
            && words[layout.clock + intersection] >= Int32(timing.minimumGreen)
    }

    /// Vehicles at the stop line of a movement.
    public func queue(ofMovement movement: Int) -> Int { Int(words[layout.queue + movement]) }

    /// Vehicles at the stop lines of an intersection.
    public func queued(at intersection: Int) -> Int { Int(words[layout.queued + intersection]) }

    /// Whether a movement has green.
    public func hasGreen(_ movement: Int) -> Bool { words[layout.green + movement] == 1 }

    /// Seconds for which vehicles of a movement have waited at red without interruption.
    public func redWait(ofMovement movement: Int) -> Int {
        let waits = words[layout.queue + movement] > 0 && words[layout.green + movement] == 0
        return waits ? Int(Int32(truncatingIfNeeded: time) &- words[layout.redSince + movement]) : 0
    }

    /// Counts the vehicles of a movement that reach the stop line within a number of seconds.
    public func approaching(movement: Int, within seconds: Int) -> Int {
        var count = 0
        for ahead in 0..<min(seconds, layout.wheelSize) {
            let row = (time + ahead) % layout.wheelSize
            count += Int(words[layout.wheel + row * network.movements.count + movement])
        }
        return count
    }

    /// Vehicles on a road, moving or queued.
    public func occupancy(ofRoad road: Int) -> Int { Int(words[layout.occupancy + road]) }

    /// Vehicles that could not enter yet, by entry in the order of the network's `entries`.
    public func backlog(ofEntry entry: Int) -> Int { Int(words[layout.backlog + entry]) }

    /// Vehicles inside the network, moving or queued.
    public var vehiclesInside: Int {
        words[layout.occupancy..<(layout.occupancy + network.roads.count)].reduce(0) { $0 + Int($1) }
    }

    /// Vehicles that could not enter yet.
    public var vehiclesOutside: Int {
        words[layout.backlog..<(layout.backlog + network.entries.count)].reduce(0) { $0 + Int($1) }
    }

    /// Returns the vehicle-seconds of waiting at an intersection since the last call: its queues and entry backlogs.
    public mutating func collectWaiting(at intersection: Int) -> Int {
        defer { words[layout.waiting + intersection] = 0 }
        return Int(words[layout.waiting + intersection])
    }
}
