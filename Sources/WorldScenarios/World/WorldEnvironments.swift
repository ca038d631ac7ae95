internal import TabularLearning

/// Worlds that repeat themselves: a lost one goes through its episode once more.
struct RepeatableWorld: RestorableEnvironment {
    var lanes: WorldLanes
    let tiles: TileCoding?

    var space: StateSpace { lanes.scenario.worldSpace }
    var laneCount: Int { lanes.laneCount }
    var gauges: [Gauge] { lanes.gauges }
    var mayTakeLong: Bool { true }
    var dueDecisions: StepBatch.Queries? { lanes.dueDecisions }

    func begin(_ batch: inout StepBatch) { lanes.begin(&batch) }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) throws(EnvironmentFailure) {
        try lanes.step(actions, &batch)
    }

    func save(to writer: inout WordWriter) { lanes.save(to: &writer) }

    mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) { try lanes.restore(from: &reader) }
}

/// Worlds that cannot be put back.
struct UnrepeatableWorld: Environment {
    var lanes: WorldLanes
    let tiles: TileCoding?

    var space: StateSpace { lanes.scenario.worldSpace }
    var laneCount: Int { lanes.laneCount }
    var gauges: [Gauge] { lanes.gauges }
    var mayTakeLong: Bool { true }

    func begin(_ batch: inout StepBatch) { lanes.begin(&batch) }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) throws(EnvironmentFailure) {
        try lanes.step(actions, &batch)
    }
}
