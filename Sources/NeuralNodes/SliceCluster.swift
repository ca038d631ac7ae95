internal import Foundation
public import Logging
public import Messaging
public import NeuralLearning
internal import Synchronization

/// Workers at the other end of a transport that compute the slices of minibatches.
///
/// Where nobody is there, slices are computed here: a run goes on without a broker, and takes workers up again when there is one. A
/// thread of its own serves the connection while nothing is asked for.
public final class SliceCluster<Computer: PortableComputer>: SliceComputing, Sendable {
    private let session: Mutex<GradientSession<Computer>>
    /// Whether there is no connection: then nobody waits for the session, which may be trying to get one.
    private let isAway = Atomic(false)
    private let slicesAlone = Atomic<UInt64>(0)
    private let alone: SliceTeam<Computer>
    private let stop: StopFlag
    private let logger: Logger
    private let ended = DispatchSemaphore(value: 0)
    private let hasEnded = Atomic(false)

    /// How often the connection is served while nothing is asked for, and tried anew while there is none.
    private static var interval: Double { 0.2 }

    /// What keeps the slices of a run from workers; `nil` for nothing.
    ///
    /// - Parameters:
    ///   - computer: What computes slices.
    ///   - rows: The samples of a slice.
    /// - Returns: A sentence about the largest message.
    public static func objection(to computer: Computer, rowsOfSlice rows: Int) -> String? {
        let parameters = 16 * computer.arraySizes.reduce(0, +)
        // All slices and parameters there; and back, of a share, at most two sums of each network that learns.
        let slices = DQNSettings.sliceCount * (computer.wordCount(ofSliceRows: rows) + 1)
        let words = max(parameters + slices, 2 * parameters) + 64
        guard words > Message.maximumWordCount else { return nil }
        return
            "a message to or from a worker would have \(words) words; at most \(Message.maximumWordCount) (16 MiB) are "
            + "allowed: use narrower --hidden layers and smaller minibatches, or --broker none"
    }

    /// Connects, and waits for workers.
    ///
    /// - Parameters:
    ///   - computer: What computes slices.
    ///   - transport: The way to the workers.
    ///   - workers: How many to wait for.
    ///   - patience: How long to wait for a broker, and for the workers.
    ///   - answerLimit: How long a worker may take for its slices before they are computed here.
    ///   - stop: Ends the wait when it is raised.
    ///   - logger: Gets what an operator should know.
    ///   - onMissing: Told again and again, while there are fewer workers, who is there.
    /// - Throws: `MessagingError` where there is no broker; `GatheringFailure` where workers stay away.
    public init(
        _ computer: Computer,
        over transport: any Transport,
        workers: Int,
        patience: Duration,
        answerLimit: Duration,
        stop: StopFlag,
        logger: Logger,
        onMissing: @escaping @Sendable (_ present: [String]) -> Void = { _ in }
    ) throws {
        (self.stop, self.logger) = (stop, logger)
        alone = SliceTeam(threads: 1, computer)
        session = Mutex(
            GradientSession(computer, over: transport, answerLimit: answerLimit, logger: logger)
        )
        let patiently = ConnectionPatience(patience, stop: stop) { logger.warning("\($0)") }
        try session.withLock { session in
            guard try patiently.endpoint({ () throws(MessagingError) in try session.connect() }) != nil else {
                throw GatheringFailure("interrupted before there was a broker")
            }
            try session.gather(workers, within: patience, stop: stop)
        }
        let thread = Thread { [self] in keep(workers, onMissing) }
        thread.start()
    }

    /// The names of the workers that are there and answer.
    public var presentWorkers: [String] { session.withLock { $0.presentWorkers } }

    /// What has been counted on connections: without what was computed while there was none.
    public var statistics: GradientCoordinator<Computer>.Statistics { session.withLock { $0.statistics } }

    /// Computes all slices; blocks the calling thread.
    public func gradients(
        of slices: [Computer.Slice],
        _ parameters: Computer.Parameters
    ) throws -> [[SliceGradient]] {
        guard isAway.load(ordering: .acquiring) else {
            return try session.withLock { session in
                defer { isAway.store(!session.isConnected, ordering: .releasing) }
                return try session.gradients(of: slices, parameters)
            }
        }
        slicesAlone.add(UInt64(slices.count), ordering: .relaxed)
        return alone.gradients(of: slices, parameters)
    }

    /// Lets the workers go and ends the connection.
    ///
    /// - Parameter reason: What they are told.
    /// - Returns: What has been counted.
    public func end(_ reason: String) -> GradientCoordinator<Computer>.Statistics {
        if !hasEnded.exchange(true, ordering: .relaxed) { ended.signal() }
        var statistics = session.withLock { session in
            session.end(reason)
            return session.statistics
        }
        statistics.slicesHere += slicesAlone.load(ordering: .relaxed)
        return statistics
    }

    /// Serves the connection until the end, also while a learner steps its world or evaluates.
    private func keep(_ workers: Int, _ onMissing: @Sendable ([String]) -> Void) {
        while ended.wait(timeout: .now() + Self.interval) == .timedOut {
            let present = session.withLock { session in
                session.look()
                isAway.store(!session.isConnected, ordering: .releasing)
                return session.isConnected ? session.presentWorkers : nil
            }
            if let present, present.count < workers { onMissing(present) }
        }
    }
}

/// Workers that did not come.
public struct GatheringFailure: Error, Sendable, CustomStringConvertible {
    /// What happened, and what can be done.
    public let description: String

    init(_ description: String) { self.description = description }
}
