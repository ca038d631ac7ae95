internal import Logging
internal import MasterNode
internal import Messaging
internal import RabbitMQMessaging
internal import TabularLearning
internal import WorkerNode

/// Carries a run out in one of the layouts: starts what it needs, runs, stops what it started.
struct TrainingRunner: Sendable {
    let run: TrainingRun
    var history: RunHistory
    let broker: BrokerArgument
    let logger: Logger
    let observer: any ProgressObserver
    /// Hears what the broker says of itself.
    let brokerNote = BrokerNote()
    /// Measures round trips, if they are wanted.
    var meter: DurationMeter?
    /// Shows the run to its operator, if that is wanted.
    var monitor: NodeMonitor?
    /// Writes down how far the run is, if it has a folder.
    var recorder: ProgressRecorder?
    /// Told which processes were started: workers, actor processes, and those of private brokers.
    var processes: @Sendable (_ workers: [Int32], _ actors: [Int32], _ brokers: [Int32]) -> Void = { _, _, _ in }
    /// Called with the way to the broker, if there is one, after the workers have ended.
    var afterwards: @Sendable (any Transport) async throws -> Void = { _ in }

    /// How long the workers that this program starts may take to join, and its broker to come back.
    ///
    /// On a machine that is busy these are minutes. One that ends is noticed when it does.
    static let patience = Duration.seconds(300)

    /// Runs to the end.
    func run() async throws -> TrainingOutcome {
        switch broker {
        case .none: try await runEmbedded()
        case .memory: try await runInMemory()
        case .local(let count): try await runOnPrivateBrokers(count)
        case .url(let url):
            try await runWithWorkers(on: BrokerAddress.list(argument: url), name: RunName.fresh(), brokers: [])
        }
    }
}
