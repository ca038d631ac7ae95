internal import Foundation
public import Logging
public import Messaging

/// Drives a `Worker` over a transport until the master, the operator or an error ends it.
///
/// A worker that loses its connection or its master offers itself again, until nobody has been there for too long.
public struct WorkerService: Sendable {
    private let transport: any Transport
    private let id: String
    private let patience: Duration
    private let stop: StopFlag
    private let logger: Logger

    /// How often an offer is repeated while no master has answered.
    private static let offerInterval = Duration.milliseconds(200)
    /// How long a serving worker hears nothing before it gives a sign of life.
    private static let lifeSignInterval = Duration.seconds(2)

    /// How long a worker rests in seconds that was given a mailbox which another still holds.
    private static let takenPause = 0.5

    /// Creates a service.
    ///
    /// - Parameters:
    ///   - transport: The way to the run.
    ///   - id: The worker's name.
    ///   - patience: How long to wait for a master, or for a broker that is gone to come back.
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
        var worker = Worker(id: id)
        var endpoint = try connect(worker)
        while true {
            do {
                try serve(&worker, on: endpoint)
                return worker.statistics
            } catch let error as MessagingError where error.isRetriable {
                logger.warning("\(error); connecting again")
                endpoint.disconnect()
                worker.disconnect()
                endpoint = try reconnect(worker, after: error)
            }
        }
    }

    private func connect(_ worker: Worker) throws(MessagingError) -> any Endpoint {
        let endpoint = try transport.connect(as: "worker \(id)")
        do throws(MessagingError) {
            try endpoint.open(worker.mailbox)
        } catch {
            endpoint.disconnect()
            throw error
        }
        return endpoint
    }

    /// Tries until the broker is there again and has forgotten the connection that was lost.
    private func reconnect(_ worker: Worker, after loss: MessagingError) throws -> any Endpoint {
        let clock = ContinuousClock()
        let begin = clock.now
        var pause = Backoff()
        while !stop.isRaised, clock.now - begin < patience {
            do throws(MessagingError) {
                return try connect(worker)
            } catch {
                guard error.isRetriable || error.code == .mailboxTaken else { throw error }
                pause.wait()
            }
        }
        throw loss
    }

    private func serve(_ worker: inout Worker, on endpoint: any Endpoint) throws {
        let clock = ContinuousClock()
        var lastHeard = clock.now
        var isRunning = try perform([worker.offer()], of: &worker, on: endpoint)
        while isRunning, !stop.isRaised {
            let limit = worker.isOffering ? Self.offerInterval : Self.lifeSignInterval
            if let event = try endpoint.receive(within: limit) {
                if case .delivery = event { lastHeard = clock.now }
                isRunning = try perform(worker.receive(event), of: &worker, on: endpoint)
            } else if worker.isOffering, clock.now - lastHeard >= patience {
                throw WorkerFailure(.noMaster, "no master took worker \(id) within \(patience); start one for this run")
            } else {
                isRunning = try perform([worker.offer()], of: &worker, on: endpoint)
            }
        }
    }

    /// Performs actions in order; gives up shards whose mailbox another still holds, dead or asleep.
    ///
    /// - Returns: Whether the worker goes on.
    private func perform(_ actions: [Worker.Action], of worker: inout Worker, on endpoint: any Endpoint) throws -> Bool
    {
        for action in actions {
            switch action {
            case .open(let mailbox):
                do throws(MessagingError) {
                    try endpoint.open(mailbox)
                } catch {
                    guard error.code == .mailboxTaken else { throw error }
                    Thread.sleep(forTimeInterval: Self.takenPause)
                    return try perform(worker.giveUp(mailbox), of: &worker, on: endpoint)
                }
            case .close(let mailbox): try endpoint.close(mailbox)
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
