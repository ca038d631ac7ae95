internal import CommandBasics
internal import MasterNode
internal import Messaging
internal import NodeLaunching
internal import Synchronization
internal import TabularLearning
internal import TrainingRuns

/// Cuts a run into a warm-up and equal windows, and ends it after the last.
final class BenchSampler: ProgressObserver {
    /// What has been counted at one moment since the start of the run.
    struct Sample: Sendable {
        var seconds: Double
        var transitions: UInt64
        var messages: UInt64
        var words: UInt64
        var processorSeconds: [Double]
        var environmentSeconds: Double
        /// In bytes, of each role; not a difference between two moments but the highest so far.
        var peakMemory: [UInt64]
    }

    private let warmUp: Double
    private let window: Double
    private let repetitions: Int
    private let stop: StopFlag
    private let roundTrips: DurationMeter
    private let environments: EnvironmentMeter
    private let roles: ProcessRoles
    private let samples = Mutex<[Sample]>([])

    /// Creates a sampler.
    ///
    /// - Parameters:
    ///   - warmUp: Seconds before the first window.
    ///   - window: Seconds of a window.
    ///   - repetitions: The number of windows.
    ///   - stop: Raised after the last window.
    ///   - roundTrips: Restarted when the first window begins.
    ///   - environments: Its step times are restarted when the first window begins.
    ///   - roles: What master, workers and broker have used so far.
    init(
        warmUp: Double,
        window: Double,
        repetitions: Int,
        stop: StopFlag,
        roundTrips: DurationMeter,
        environments: EnvironmentMeter,
        roles: ProcessRoles
    ) {
        self.warmUp = warmUp
        self.window = window
        self.repetitions = repetitions
        self.stop = stop
        self.roundTrips = roundTrips
        self.environments = environments
        self.roles = roles
    }

    /// Takes a sample when the next window begins.
    func show(_ progress: Progress) {
        // The clock starts again with the first round; until then workers may be filling their tables.
        guard progress.stepsTaken > 0 else { return }
        samples.withLock { samples in
            let due = warmUp + Double(samples.count) * window
            guard samples.count <= repetitions, progress.elapsed.seconds >= due else { return }
            if samples.isEmpty {
                roundTrips.restart()
                environments.steps.restart()
            }
            samples.append(
                Sample(
                    seconds: progress.elapsed.seconds,
                    transitions: progress.statistics.transitions,
                    messages: progress.messageCount,
                    words: progress.loads.reduce(0) { $0 + $1.words },
                    processorSeconds: roles.seconds(),
                    environmentSeconds: environments.seconds,
                    peakMemory: roles.peakMemory()
                )
            )
            if samples.count > repetitions { stop.raise() }
        }
    }

    /// The differences between successive samples: one per window.
    var windows: [Sample] {
        samples.withLock { samples in
            zip(samples, samples.dropFirst()).map { start, end in
                Sample(
                    seconds: end.seconds - start.seconds,
                    transitions: end.transitions - start.transitions,
                    messages: end.messages - start.messages,
                    words: end.words - start.words,
                    processorSeconds: zip(start.processorSeconds, end.processorSeconds).map { $1 - $0 },
                    environmentSeconds: end.environmentSeconds - start.environmentSeconds,
                    peakMemory: end.peakMemory
                )
            }
        }
    }
}
