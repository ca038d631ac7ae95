internal import CommandBasics
internal import Synchronization
package import TabularLearning

/// What the environments of a run took: the time within `step`, and the time from one step of a cohort to its next.
package final class EnvironmentMeter: Sendable {
    /// Times between the beginnings of two successive steps of one cohort.
    package let steps = DurationMeter()
    private let total = Mutex(Duration.zero)
    private let taken = Mutex(0.0)

    /// Begins at zero.
    package init() {}

    /// Seconds within `step` since the start.
    package var seconds: Double { total.withLock { $0 }.seconds }

    /// Seconds within `step` since this was last called.
    func takeSeconds() -> Double {
        let seconds = seconds
        return taken.withLock { taken in
            defer { taken = seconds }
            return seconds - taken
        }
    }

    fileprivate func add(_ duration: Duration) {
        total.withLock { $0 += duration }
    }
}

extension EnvironmentMeter {
    /// An environment that does what another one does, with its steps timed; it can be put back if that one can.
    package func metered(_ environment: any Environment) -> any Environment {
        if let environment = environment as? any RestorableEnvironment {
            MeteredRestorableEnvironment(base: environment, meter: self)
        } else {
            MeteredEnvironment(base: environment, meter: self)
        }
    }

    /// Notes a step that is over.
    fileprivate func note(from start: ContinuousClock.Instant, since last: ContinuousClock.Instant?) {
        if let last { steps.add(start - last) }
        add(ContinuousClock.now - start)
    }
}

/// An environment whose steps are timed; it changes nothing about them.
private struct MeteredEnvironment: Environment {
    var base: any Environment
    let meter: EnvironmentMeter
    var lastStep: ContinuousClock.Instant?

    var space: StateSpace { base.space }

    var laneCount: Int { base.laneCount }

    var gauges: [Gauge] { base.gauges }

    var episodeSteps: Int? { base.episodeSteps }

    var tiles: TileCoding? { base.tiles }

    var mayTakeLong: Bool { base.mayTakeLong }

    mutating func begin(_ batch: inout StepBatch) { base.begin(&batch) }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) throws(EnvironmentFailure) {
        let start = ContinuousClock.now
        try base.step(actions, &batch)
        meter.note(from: start, since: lastStep)
        lastStep = start
    }
}

/// The same for one that can be put back.
private struct MeteredRestorableEnvironment: RestorableEnvironment {
    var base: any RestorableEnvironment
    let meter: EnvironmentMeter
    var lastStep: ContinuousClock.Instant?

    var space: StateSpace { base.space }

    var laneCount: Int { base.laneCount }

    var gauges: [Gauge] { base.gauges }

    var episodeSteps: Int? { base.episodeSteps }

    var tiles: TileCoding? { base.tiles }

    var mayTakeLong: Bool { base.mayTakeLong }

    var dueDecisions: StepBatch.Queries? { base.dueDecisions }

    mutating func begin(_ batch: inout StepBatch) { base.begin(&batch) }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) throws(EnvironmentFailure) {
        let start = ContinuousClock.now
        try base.step(actions, &batch)
        meter.note(from: start, since: lastStep)
        lastStep = start
    }

    func save(to writer: inout WordWriter) { base.save(to: &writer) }

    mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        try base.restore(from: &reader)
    }
}
