public import Logging
public import Messaging

/// Drives a `GradientWorker` over a connection until the run is over, the operator ends it, or nobody asks any more.
public struct GradientWorkerService: Sendable {
    private let id: String
    private let stop: StopFlag
    private let logger: Logger
    private let progress: @Sendable (GradientWorker) -> Void

    /// How often a worker says that it is there.
    private static let lifeSignInterval = Duration.seconds(2)
    /// How often it looks whether it is to end.
    private static let lookInterval = Duration.milliseconds(100)

    /// How serving came to its end.
    public enum End: Sendable {
        /// The run is over.
        case dismissed
        /// The operator ended it; the run has been told.
        case left
        /// Nobody asks any more.
        case lost
    }

    /// Creates a service.
    ///
    /// - Parameters:
    ///   - id: The worker's name.
    ///   - stop: Ends it when it is raised: what is in hand is finished, and the run told.
    ///   - logger: Gets what an operator should know.
    ///   - progress: Called with the worker about ten times a second, on its thread.
    public init(
        id: String,
        stop: StopFlag,
        logger: Logger,
        progress: @escaping @Sendable (GradientWorker) -> Void = { _ in }
    ) {
        (self.id, self.stop, self.logger, self.progress) = (id, stop, logger, progress)
    }

    /// Serves; blocks its thread.
    ///
    /// - Parameters:
    ///   - first: What the worker was told that computes slices.
    ///   - endpoint: Reads the worker's mailbox.
    /// - Returns: How it ended.
    /// - Throws: `GradientWorkerFailure` where it cannot or may not serve; `MessagingError` when the connection is lost.
    public func serve(_ first: Message, on endpoint: any Endpoint) throws -> End {
        let clock = ContinuousClock()
        var worker = GradientWorker(id: id)
        var (lastSign, lastProgress) = (clock.now, clock.now)
        if let end = try perform(worker.receive(.delivery(first, in: .worker(id))), on: endpoint) { return end }
        while true {
            if stop.isRaised {
                try endpoint.publish(worker.farewell, to: .control)
                return .left
            }
            if let event = try endpoint.receive(within: Self.lookInterval),
                let end = try perform(worker.receive(event), on: endpoint)
            {
                return end
            }
            let now = clock.now
            if now - lastSign >= Self.lifeSignInterval {
                lastSign = now
                try endpoint.publish(worker.lifeSign, to: .control)
            }
            if now - lastProgress >= Self.lookInterval {
                lastProgress = now
                progress(worker)
            }
        }
    }

    /// Performs actions in order.
    ///
    /// - Returns: How serving has ended, where it has.
    private func perform(_ actions: [GradientWorker.Action], on endpoint: any Endpoint) throws -> End? {
        for action in actions {
            switch action {
            case .publish(let message, let mailbox): try endpoint.publish(message, to: mailbox)
            case .report(let text): logger.warning("\(text)")
            case .lost(let text):
                logger.warning("\(text)")
                return .lost
            case .finish(let reason):
                logger.debug("stopped by the run", metadata: [LogKey.reason: "\(reason)"])
                return .dismissed
            case .fail(let text): throw GradientWorkerFailure(description: text)
            }
        }
        return nil
    }
}

/// Why a worker ended without having been told to.
public struct GradientWorkerFailure: Error, Sendable, CustomStringConvertible {
    /// What happened.
    public let description: String
}
