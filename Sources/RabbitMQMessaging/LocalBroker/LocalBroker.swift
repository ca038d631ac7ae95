internal import ChildProcesses
internal import Foundation
internal import Glibc
public import Logging
public import Messaging
internal import Synchronization

/// A RabbitMQ node of one's own on loopback, gone without a trace afterwards.
///
/// It has its own data directory, ports, Erlang cookie, user and random password, no plugins and no name server
/// (decision 0004). When this process dies in whatever way, its guardian kills the node and removes its directory.
public final class LocalBroker: Sendable {
    private struct State {
        var node: ChildProcess
        var isStopped = false
    }

    private let launcher: NodeLauncher
    private let logger: Logger
    private let interruption: StopFlag
    private let state: Mutex<State>

    /// How long a node may take to accept logins.
    private static let startLimit = Duration.seconds(120)

    /// How long a node may take to end in good order, and how long one that was killed.
    private static let stopLimit = Duration.seconds(5)

    /// How often other ports are tried when somebody took the first ones.
    private static let mostAttempts = 3

    private init(_ launcher: NodeLauncher, node: ChildProcess, logger: Logger, _ interruption: StopFlag) {
        self.launcher = launcher
        self.logger = logger
        self.interruption = interruption
        state = Mutex(State(node: node))
    }

    deinit {
        stop()
    }

    /// Where to connect, with the credentials.
    public var address: BrokerAddress { launcher.address }

    /// Where to connect with TLS, if the node was given a certificate.
    package var encryptedAddress: BrokerAddress? { launcher.encryptedAddress }

    /// The number of the node's process, for measurements.
    public var processIdentifier: Int32 { state.withLock { $0.node.identifier } }

    /// Whether the node's process is there.
    public var isRunning: Bool { state.withLock { $0.node.isRunning } }

    /// The private directory with the node's log; it disappears with the node.
    public var directory: String { launcher.directory.path }

    /// Starts a node and waits until it lets clients in: some seconds.
    ///
    /// - Parameters:
    ///   - logger: Where progress goes, at level `info` and `debug`.
    ///   - interruption: Ends the waiting, and the node, when it is raised.
    /// - Returns: The node, which runs until `stop` or until the last reference is gone.
    /// - Throws: `MessagingError` with `configuration` when RabbitMQ is not installed, or `unreachable` when the node
    ///   does not start or is not waited for.
    public static func start(logger: Logger, interruption: StopFlag = StopFlag()) async throws -> LocalBroker {
        try await start(logger: logger, certificate: nil, interruption: interruption)
    }

    /// Starts a node, also with TLS on its second port, from programs in given directories.
    package static func start(
        logger: Logger,
        certificate: ServerCertificate?,
        searchPath: String? = nil,
        interruption: StopFlag = StopFlag()
    ) async throws -> LocalBroker {
        try await DedicatedThread.run(named: "broker start") {
            let installation = try ServerInstallation.find(in: searchPath)
            for _ in 0..<mostAttempts {
                let launcher = try NodeLauncher(installation: installation, certificate: certificate)
                if let broker = try start(launcher, logger: logger, interruption) { return broker }
            }
            throw MessagingError(.unreachable, "other programs take the ports of the private RabbitMQ node; try again")
        }
    }

    /// Starts a node on ports that were free; answers `nil` when somebody took one in the meantime.
    private static func start(
        _ launcher: NodeLauncher,
        logger: Logger,
        _ interruption: StopFlag
    ) throws(MessagingError) -> LocalBroker? {
        let begin = ContinuousClock.now
        logger.info("a private RabbitMQ node starts", metadata: ["port": "\(launcher.address.port)"])
        let node: ChildProcess
        do throws(MessagingError) {
            node = try launcher.startNode()
        } catch {
            launcher.directory.remove()
            throw error
        }
        let broker = LocalBroker(launcher, node: node, logger: logger, interruption)
        do throws(MessagingError) {
            try launcher.awaitReady(node, within: startLimit, interruption)
        } catch {
            let hasPortConflict = launcher.hasPortConflict
            // It has nothing to keep, and a node that is starting takes its time to end in order.
            broker.kill()
            broker.stop()
            if hasPortConflict { return nil }
            throw error
        }
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        logger.info("the private RabbitMQ node is ready", metadata: ["seconds": "\((seconds * 10).rounded() / 10)"])
        return broker
    }

    /// Ends the node and removes its directory; waits for both, at most some seconds.
    ///
    /// Safe to call twice.
    public func stop() {
        let node: ChildProcess? = state.withLock { state in
            defer { state.isStopped = true }
            return state.isStopped ? nil : state.node
        }
        guard let node else { return }
        end(node)
        launcher.directory.remove()
    }

    private func end(_ node: ChildProcess) {
        node.send(SIGTERM)
        if node.wait(within: Self.stopLimit) { return }
        logger.debug("the private RabbitMQ node has to be killed")
        kill(node)
    }

    private func kill(_ node: ChildProcess) {
        node.send(SIGKILL)
        _ = node.wait(within: Self.stopLimit)
    }
}

/// What fault tests do to a node.
extension LocalBroker {
    /// Kills the node's process (SIGKILL) and waits for its end; its data and ports stay reserved for `restart`.
    public func kill() {
        let node = state.withLock { $0.node }
        kill(node)
    }

    /// Starts the node again with the same ports, users and data; ends it first if it runs.
    ///
    /// - Throws: `MessagingError` with `unreachable` when it does not start, or after `stop`.
    public func restart() async throws {
        try await DedicatedThread.run(named: "broker start") { [self] in
            let (old, isStopped) = state.withLock { ($0.node, $0.isStopped) }
            guard !isStopped else { throw MessagingError(.unreachable, "the private RabbitMQ node has been stopped") }
            end(old)
            let node = try launcher.startNode()
            state.withLock { $0.node = node }
            try launcher.awaitReady(node, within: Self.startLimit, interruption)
        }
    }

    /// Runs `rabbitmqctl` against the node and waits for its end: about half a second.
    ///
    /// - Parameter arguments: Such as `["set_vm_memory_high_watermark", "0.4"]`.
    /// - Returns: What it printed.
    /// - Throws: `MessagingError` with `unreachable` when it fails.
    @discardableResult
    public func control(_ arguments: [String]) async throws -> String {
        try await DedicatedThread.run(named: "rabbitmqctl") { [launcher] in try launcher.control(arguments) }
    }
}
