internal import ChildProcesses
internal import Foundation
internal import Glibc
internal import LoopbackSocket
internal import Messaging

/// What it takes to start a private node, the first time and again.
struct NodeLauncher: Sendable {
    let installation: ServerInstallation
    let directory: NodeDirectory
    let ports: NodeDirectory.Ports
    let address: BrokerAddress
    let encryptedAddress: BrokerAddress?

    /// Programs are looked for here, for the node too.
    static var searchPath: String {
        ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    }

    /// Starts the node; it is not ready yet.
    func startNode() throws(MessagingError) -> ChildProcess {
        try start(
            installation.server,
            [],
            environment: NodeEnvironment.forServer(in: directory, ports: ports, path: Self.searchPath),
            output: Self.outputFile
        )
    }

    /// Starts one of RabbitMQ's programs, which will not outlive this process.
    private func start(
        _ program: String,
        _ arguments: [String],
        environment: [String: String],
        output: String
    ) throws(MessagingError) -> ChildProcess {
        let file = try directory.appending(to: output)
        do throws(ChildProcessFailure) {
            return try ChildProcess(
                program,
                arguments,
                environment: Guardian.shared().marking(environment),
                directory: directory.path,
                input: .nothing,
                output: file
            )
        } catch {
            throw MessagingError(.configuration, error.description)
        }
    }

    private static let outputFile = "log/output"

    /// Waits until the node lets a client in.
    ///
    /// - Throws: `MessagingError` with `unreachable` and the node's own last words.
    func awaitReady(
        _ node: ChildProcess,
        within limit: Duration,
        _ interruption: StopFlag
    ) throws(MessagingError) {
        let deadline = ContinuousClock.now + limit
        while true {
            do throws(MessagingError) {
                try AMQPConnection.open(address, as: "shardq readiness", heartbeat: 10).close()
                try requireEncryptedPort()
                return
            } catch {
                if ContinuousClock.now > deadline {
                    throw MessagingError(
                        .unreachable,
                        "the private RabbitMQ node did not let a client in within \(limit): \(error)"
                    )
                }
            }
            if node.wait(within: .milliseconds(50)) { throw startFailure() }
            if interruption.isRaised {
                throw MessagingError(.unreachable, "interrupted while the private RabbitMQ node started")
            }
        }
    }

    /// RabbitMQ 4 listens for TLS a moment later than at its other port.
    private func requireEncryptedPort() throws(MessagingError) {
        guard let encryptedAddress else { return }
        do {
            _ = try LoopbackSocket(port: UInt16(encryptedAddress.port), patience: 1)
        } catch {
            throw MessagingError(.unreachable, "nobody listens for TLS yet: \(error)")
        }
    }

    /// Runs rabbitmqctl against the node; up to five times where it has not reached the node within Erlang's seven seconds,
    /// as happens on a busy machine.
    func control(_ arguments: [String]) throws(MessagingError) -> String {
        var attempts = 5
        while true {
            let name = "log/control-\(NodeDirectory.randomText(bytes: 4))"
            let control = try start(
                installation.control,
                arguments,
                environment: NodeEnvironment.forControl(in: directory, ports: ports, path: Self.searchPath),
                output: name
            )
            // It is an Erlang node of its own, which takes a second or, where many start at once, minutes.
            let hasEnded = control.wait(within: .seconds(300))
            if hasEnded, control.status == 0 { return directory.text(of: name) }
            attempts -= 1
            guard hasEnded, control.status == Self.unreached, attempts > 0 else {
                control.send(SIGKILL)
                throw MessagingError(
                    .unreachable,
                    "rabbitmqctl \(arguments.first ?? "") failed: \(directory.lastLine(of: name))"
                )
            }
        }
    }

    /// What rabbitmqctl ends with where it has not reached the node: EX_UNAVAILABLE.
    private static let unreached: Int32 = 69

    /// Whether the node found one of its ports in use.
    var hasPortConflict: Bool {
        [Self.outputFile, "log/node.log"].contains { directory.text(of: $0).contains("eaddrinuse") }
    }

    private func startFailure() -> MessagingError {
        MessagingError(
            .unreachable,
            "the private RabbitMQ node ended while it started: \(directory.lastLine(of: Self.outputFile))"
        )
    }
}

extension NodeLauncher {
    /// Chooses ports, a user and a password, and writes the node's files.
    init(installation: ServerInstallation, certificate: ServerCertificate?) throws(MessagingError) {
        let free = try Self.freePorts(3)
        let ports = NodeDirectory.Ports(amqp: free[0], amqps: free[1], distribution: free[2])
        let credentials = BrokerCredentials(
            user: "shardq-\(NodeDirectory.randomText(bytes: 4))",
            password: NodeDirectory.randomText(bytes: 24)
        )
        let address = BrokerAddress(host: "127.0.0.1", port: ports.amqp, credentials: credentials)
        var encryptedAddress = address
        encryptedAddress.port = ports.amqps
        encryptedAddress.tls = TLSOptions()
        self.init(
            installation: installation,
            directory: try NodeDirectory(ports: ports, credentials: credentials, certificate: certificate),
            ports: ports,
            address: address,
            encryptedAddress: certificate == nil ? nil : encryptedAddress
        )
    }

    private static func freePorts(_ count: Int) throws(MessagingError) -> [Int] {
        do {
            return try LoopbackSocket.freePorts(count).map(Int.init)
        } catch {
            throw MessagingError(.configuration, "no private RabbitMQ node: \(error)")
        }
    }
}
