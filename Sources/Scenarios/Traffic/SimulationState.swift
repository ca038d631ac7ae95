internal import TabularLearning

/// What changes in one replica's simulation: a record of each movement, road and intersection.
///
/// Nothing is kept that only the passing of time changes: ages are seconds since an instant, and the credit of an empty
/// queue is worked out when somebody joins it. So a second visits what happens in it and passes by the rest.
struct SimulationState: Sendable {
    var movements: [Movement]
    var roads: [Road]
    var junctions: [Junction]
    /// By road, then by arrival time modulo `wheelSize`: vehicles on the way to the stop line.
    var wheel: [Int32]
    /// By arrival time modulo `wheelSize`, then by word: a bit for each road where the wheel is not 0.
    var arrivals: [UInt64]
    /// By entry: vehicles that could not enter yet.
    var backlogs: [Int32]
    /// The present second modulo `wheelSize`.
    var row = 0

    /// One movement.
    struct Movement: Sendable {
        /// Vehicles at the stop line.
        var queue: Int32 = 0
        /// Vehicles that have passed the detectors and not reached the stop line.
        var near: Int32 = 0
        /// The discharge that has been earned, in 1/3600 vehicle: up to now, or up to `settled` where nobody queues.
        var credit: Int32 = 0
        /// The first second whose credit an empty queue has not been given, modulo 2³²; says nothing elsewhere.
        var settled: Int32 = 0
        /// The second in which its vehicles began to wait at red, modulo 2³²; says nothing where none waits.
        var redSince: Int32 = 0
        /// The second of the last crossing of its stop line, modulo 2³².
        var lastCrossing: Int32 = 0

        /// Gives an empty queue that may discharge the credit of the seconds in which nobody came.
        @inline(__always)
        mutating func settle(_ plan: SimulationPlan.Movement, until second: Int32) {
            // An hour of the smallest flow fills any credit.
            let seconds = min(UInt32(bitPattern: second &- settled), 3600)
            guard seconds > 0 else { return }
            let earned = Int(credit) + Int(seconds) * Int(plan.saturationFlow)
            credit = Int32(truncatingIfNeeded: min(earned, Int(plan.spareCredit)))
            settled = second
        }
    }

    /// One road.
    struct Road: Sendable {
        /// Vehicles on it, moving or queued.
        var occupancy: Int32 = 0
        /// Vehicles that ever entered it, modulo 2³²; numbers their turning choices.
        var entered: UInt32 = 0
        /// Those of them that have reached the stop line: in the order in which they entered.
        var arrived: UInt32 = 0
        /// Those of them that have passed the detectors.
        var detected: UInt32 = 0
        /// Where the random numbers of its vehicles' turns begin.
        let turnKey: UInt64
    }

    /// One intersection.
    struct Junction: Sendable {
        /// The movements with a queue.
        var queuing: UInt64 = 0
        /// The movements with vehicles that have passed the detectors and not reached the stop line.
        var nearing: UInt64 = 0
        /// The movements whose queues discharge: those of the phase in effective green.
        var open: UInt64 = 0
        /// The movements that see green.
        var green: UInt64 = 0
        /// The instant at which something about the signal changes by itself; `Int.max` where nothing will.
        var due = Int.max
        /// The instant since which it has shown its stage.
        var stageStart = 0
        /// Vehicles at its stop lines.
        var queued: Int32 = 0
        /// Seconds without a departure while vehicles were queued.
        var stalled: Int32 = 0
        /// Vehicle-seconds of waiting (queue and backlog) since they were last collected.
        var waiting: Int32 = 0
        /// The phase that is green or was green last.
        var phase: UInt8 = 0
        /// The phase that follows the change; equal to `phase` in green.
        var nextPhase: UInt8 = 0
        /// What the signal shows.
        var stage = SignalStage.green

        /// Whether it counts as gridlocked from this second on.
        var isGridlocked: Bool { stalled == Int32(TrafficSimulation.gridlockTime) }
    }

    /// Roads without vehicles, signals that show nothing yet.
    init(_ plan: SimulationPlan, _ keys: TrafficModel.Keys) {
        movements = Array(repeating: Movement(), count: plan.movements.count)
        roads = plan.roads.indices.map { Road(turnKey: keys.turns($0)) }
        junctions = Array(repeating: Junction(), count: plan.junctions.count)
        wheel = Array(repeating: 0, count: plan.wheelSize * plan.roads.count)
        arrivals = Array(repeating: 0, count: plan.wheelSize * plan.wordCount)
        backlogs = Array(repeating: 0, count: plan.entries.count)
    }

    /// Empties the roads and puts the signals into their first phase, its minimum green over; vehicles are numbered on.
    mutating func reset(_ plan: SimulationPlan, at time: Int) {
        let now = Int32(truncatingIfNeeded: time)
        for movement in movements.indices { movements[movement] = Movement(settled: now, lastCrossing: now) }
        for road in roads.indices {
            roads[road].occupancy = 0
            roads[road].arrived = roads[road].entered
            roads[road].detected = roads[road].entered
        }
        for index in wheel.indices { wheel[index] = 0 }
        for index in arrivals.indices { arrivals[index] = 0 }
        for entry in backlogs.indices { backlogs[entry] = 0 }
        for index in junctions.indices {
            var junction = Junction()
            junction.green = plan.phases[plan.junctions[index].firstPhase].bits
            junction.stageStart = time - plan.timing.minimumGreen
            junction.schedule(plan.timing, served: junction.green, at: time)
            junctions[index] = junction
        }
    }
}

extension SimulationState {
    /// Reads one number of every cache line, in the order of memory.
    ///
    /// What comes next visits them in the order of events, each waiting for the one before: of many replicas most lie in no
    /// cache. Lines that are asked for one after another come side by side.
    func touched() -> Int32 {
        var sum: Int32 = 0
        for index in stride(from: 0, to: movements.count, by: 2) { sum &+= movements[index].queue }
        for index in stride(from: 0, to: wheel.count, by: 16) { sum &+= wheel[index] }
        for index in stride(from: 0, to: roads.count, by: 2) { sum &+= roads[index].occupancy }
        for index in junctions.indices { sum &+= junctions[index].queued }
        return sum
    }
}

extension SimulationState.Junction {
    /// Works out from stage and time which movements discharge, and when that or the stage changes by itself.
    ///
    /// - Parameters:
    ///   - timing: The times of the signal.
    ///   - served: The movements of its phase.
    ///   - time: Now.
    mutating func schedule(_ timing: SignalTiming, served: UInt64, at time: Int) {
        let age = time - stageStart
        switch stage {
        case .green:
            open = age >= timing.startUpLostTime ? served : 0
            due = age >= timing.startUpLostTime ? .max : stageStart + timing.startUpLostTime
        case .yellow:
            open = age < timing.usableYellow ? served : 0
            due = stageStart + (age < timing.usableYellow ? min(timing.usableYellow, timing.yellow) : timing.yellow)
        case .allRed:
            open = 0
            due = stageStart + timing.allRed
        }
    }
}
