internal import Synchronization
internal import TabularLearning

/// What the environments of a run took: the time within `step`, and the time from one step of a cohort to its next.
final class EnvironmentMeter: Sendable {
    /// Times between the beginnings of two successive steps of one cohort.
    let steps = DurationMeter()
    private let total = Mutex(Duration.zero)
    private let taken = Mutex(0.0)

    /// Seconds within `step` since the start.
    var seconds: Double { total.withLock { $0 }.seconds }

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

/// An environment whose steps are timed; it changes nothing about them.
struct MeteredEnvironment: RestorableEnvironment {
    private var base: any RestorableEnvironment
    private let meter: EnvironmentMeter
    private var lastStep: ContinuousClock.Instant?

    /// Creates an environment that does what another one does.
    init(_ base: any RestorableEnvironment, meter: EnvironmentMeter) {
        self.base = base
        self.meter = meter
    }

    var space: StateSpace { base.space }

    var laneCount: Int { base.laneCount }

    var gauges: [Gauge] { base.gauges }

    var episodeSteps: Int? { base.episodeSteps }

    mutating func begin(_ batch: inout StepBatch) { base.begin(&batch) }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) throws(EnvironmentFailure) {
        let start = ContinuousClock.now
        if let lastStep { meter.steps.add(start - lastStep) }
        lastStep = start
        try base.step(actions, &batch)
        meter.add(ContinuousClock.now - start)
    }

    var dueDecisions: StepBatch.Queries? { base.dueDecisions }

    func save(to writer: inout WordWriter) { base.save(to: &writer) }

    mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        try base.restore(from: &reader)
    }
}
