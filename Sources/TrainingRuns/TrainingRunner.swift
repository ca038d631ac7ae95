package import Logging
internal import MasterNode
package import Messaging
package import NodeLaunching
package import RabbitMQMessaging
package import RunOptions
internal import TabularLearning
internal import WorkerNode

/// Carries a run out in one of the layouts: starts what it needs, runs, stops what it started.
package struct TrainingRunner: Sendable {
    package let run: TrainingRun
    package var history: RunHistory
    package let broker: BrokerArgument
    package let logger: Logger
    package let observer: any ProgressObserver
    /// Hears what the broker says of itself.
    package let brokerNote = BrokerNote()
    /// Measures round trips, if they are wanted.
    package var meter: DurationMeter?
    /// Shows the run to its operator, if that is wanted.
    package var monitor: NodeMonitor?
    /// Writes down how far the run is, if it has a folder.
    package var recorder: ProgressRecorder?
    /// Told which processes were started: workers, actor processes, and those of private brokers.
    package var processes: @Sendable (_ workers: [Int32], _ actors: [Int32], _ brokers: [Int32]) -> Void = { _, _, _ in
    }
    /// Called with the way to the broker, if there is one, after the workers have ended.
    package var afterwards: @Sendable (any Transport) async throws -> Void = { _ in }

    /// Names a run and where it goes on.
    package init(
        run: TrainingRun,
        history: RunHistory,
        broker: BrokerArgument,
        logger: Logger,
        observer: any ProgressObserver,
        meter: DurationMeter? = nil,
        processes: @escaping @Sendable (_ workers: [Int32], _ actors: [Int32], _ brokers: [Int32]) -> Void = {
            _,
            _,
            _ in
        },
        afterwards: @escaping @Sendable (any Transport) async throws -> Void = { _ in }
    ) {
        (self.run, self.history, self.broker) = (run, history, broker)
        (self.logger, self.observer, self.meter) = (logger, observer, meter)
        (self.processes, self.afterwards) = (processes, afterwards)
    }

    /// How long the workers that this program starts may take to join, and its broker to come back.
    ///
    /// On a machine that is busy these are minutes. One that ends is noticed when it does.
    package static let patience = Duration.seconds(300)

    /// Runs to the end.
    package func run() async throws -> TrainingOutcome {
        switch broker {
        case .none: try await runEmbedded()
        case .memory: try await runInMemory()
        case .local(let count): try await runOnPrivateBrokers(count)
        case .url(let url):
            try await runWithWorkers(on: BrokerAddress.list(argument: url), name: RunName.fresh(), brokers: [])
        }
    }
}
