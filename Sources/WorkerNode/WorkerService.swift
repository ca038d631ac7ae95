public import Logging
public import Messaging

/// Drives a `Worker` over an endpoint until the master, the operator or an error ends it.
public struct WorkerService: Sendable {
    private let transport: any Transport
    private let id: String
    private let patience: Duration
    private let stop: StopFlag
    private let logger: Logger

    /// How often an offer is repeated while no master has answered.
    private static let offerInterval = Duration.milliseconds(200)
    /// How long a serving worker hears nothing before it asks whether the master still reads.
    private static let probeInterval = Duration.seconds(2)

    /// Creates a service.
    ///
    /// - Parameters:
    ///   - transport: The way to the run.
    ///   - id: The worker's name.
    ///   - patience: How long to wait for a master to take this worker.
    ///   - stop: Ends the worker when it is raised.
    ///   - logger: Gets what an operator should know.
    public init(transport: any Transport, id: String, patience: Duration, stop: StopFlag, logger: Logger) {
        self.transport = transport
        self.id = id
        self.patience = patience
        self.stop = stop
        self.logger = logger
    }

    /// Serves until the end; blocks its thread.
    ///
    /// - Returns: What the worker counted.
    /// - Throws: `WorkerFailure`, or `MessagingError` when the broker is out of reach.
    public func run() throws -> Worker.Statistics {
        let endpoint = try transport.connect(as: "worker \(id)")
        defer { endpoint.disconnect() }
        var worker = Worker(id: id)
        try endpoint.open(worker.mailbox)
        let clock = ContinuousClock()
        let started = clock.now
        var isRunning = try perform([worker.offer()], on: endpoint)
        while isRunning, !stop.isRaised {
            let limit = worker.isOffering ? Self.offerInterval : Self.probeInterval
            if let event = try endpoint.receive(within: limit) {
                isRunning = try perform(worker.receive(event), on: endpoint)
            } else if !worker.isOffering {
                isRunning = try perform([worker.probe()], on: endpoint)
            } else if clock.now - started < patience {
                isRunning = try perform([worker.offer()], on: endpoint)
            } else {
                throw WorkerFailure(.noMaster, "no master took worker \(id) within \(patience); start one for this run")
            }
        }
        return worker.statistics
    }

    /// Performs actions in order.
    ///
    /// - Returns: Whether the worker goes on.
    private func perform(_ actions: [Worker.Action], on endpoint: any Endpoint) throws -> Bool {
        for action in actions {
            switch action {
            case .open(let mailbox): try endpoint.open(mailbox)
            case .publish(let message, let mailbox): try endpoint.publish(message, to: mailbox)
            case .report(let text): logger.warning("\(text)")
            case .finish(let reason):
                logger.debug("stopped by the master", metadata: ["reason": "\(reason)"])
                return false
            case .fail(let failure): throw failure
            }
        }
        return true
    }
}
