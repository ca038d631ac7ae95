internal import ChildProcesses
internal import Foundation
internal import Messaging

/// The directory that holds everything a private node reads and writes; nobody else may look into it.
struct NodeDirectory: Sendable {
    let path: String

    /// The TCP ports of a node, all on loopback.
    struct Ports: Sendable {
        /// Where clients connect.
        let amqp: Int
        /// Where clients with TLS connect.
        let amqps: Int
        /// Where Erlang nodes, and thus rabbitmqctl, connect.
        let distribution: Int
    }

    /// Creates the directory with a configuration, an empty list of plugins and an Erlang cookie of its own.
    init(ports: Ports, credentials: BrokerCredentials, certificate: ServerCertificate?) throws(MessagingError) {
        do throws(ChildProcessFailure) {
            path = try Guardian.shared().newFolder("broker").path
        } catch {
            throw MessagingError(.configuration, "no private RabbitMQ node: \(error)")
        }
        // They go through shell scripts and Erlang's files of terms, which have no common way to quote them.
        guard path.allSatisfy({ !"'\"\\`$;&|<>(){}[]*?!~#\n\r\t".contains($0) }) else {
            throw MessagingError(
                .configuration,
                "the temporary folder of '\(path)' has a quote or another mark of the shell in its name, which RabbitMQ "
                    + "does not take: set TMPDIR to another for --broker local"
            )
        }
        do {
            let files = FileManager.default
            let ownerOnly: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
            for name in ["home", "data", "log"] {
                try files.createDirectory(
                    atPath: "\(path)/\(name)",
                    withIntermediateDirectories: false,
                    attributes: ownerOnly
                )
            }
        } catch {
            throw MessagingError(
                .configuration,
                "cannot create the directory '\(path)' for a private node; set TMPDIR to one that can be written"
            )
        }
        try write("[].\n", to: "enabled_plugins")
        try write(Self.randomText(bytes: 20), to: "home/.erlang.cookie", permissions: 0o400)
        try write(Self.configuration(ports, credentials, certificate), to: "advanced.config")
    }

    /// Erlang terms rather than rabbitmq.conf: they are read a second faster.
    private static func configuration(
        _ ports: Ports,
        _ credentials: BrokerCredentials,
        _ certificate: ServerCertificate?
    ) -> String {
        let tls = certificate.map { certificate in
            """
              {ssl_listeners, [{"127.0.0.1", \(ports.amqps)}]},
              {ssl_options, [{cacertfile, "\(certificate.authorityFile)"}, {certfile, "\(certificate.certificateFile)"},
                             {keyfile, "\(certificate.keyFile)"}, {verify, verify_peer},
                             {fail_if_no_peer_cert, \(certificate.asksClients)}]},

            """
        }
        return """
            [{rabbit, [
              {tcp_listeners, [{"127.0.0.1", \(ports.amqp)}]},
            \(tls ?? "")\
              {default_user, <<"\(credentials.user)">>},
              {default_pass, <<"\(credentials.password)">>},
              %% Nothing is kept on disk; a small temporary file system must not stop the node.
              {disk_free_limit, 0},
              {collect_statistics, none},
              %% A body of 256 KiB in one frame instead of three costs the client a sixth to a half less.
              {frame_max, \(AMQPConnection.largestFrame)},
              {reverse_dns_lookups, false}
            ]}].

            """
    }

    /// Removes it with all that is in it; helpers of a node that has just ended may write for a moment longer.
    func remove() {
        for _ in 0..<50 where FileManager.default.fileExists(atPath: path) {
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    private func write(_ text: String, to name: String, permissions: Int = 0o600) throws(MessagingError) {
        let isWritten = FileManager.default.createFile(
            atPath: "\(path)/\(name)",
            contents: Data(text.utf8),
            attributes: [.posixPermissions: permissions]
        )
        guard isWritten else {
            throw MessagingError(.configuration, "cannot write '\(path)/\(name)'; is the file system full?")
        }
    }

    /// Opens a file of the directory for output.
    func appending(to name: String) throws(MessagingError) -> FileHandle {
        let file = "\(path)/\(name)"
        if !FileManager.default.fileExists(atPath: file) { try write("", to: name) }
        guard let handle = FileHandle(forWritingAtPath: file) else {
            throw MessagingError(.configuration, "cannot write '\(file)'")
        }
        _ = try? handle.seekToEnd()
        return handle
    }

    /// The text of a file in the directory; empty when there is none.
    func text(of name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data(), as: UTF8.self)
    }

    /// The last line with words in it.
    func lastLine(of name: String) -> String {
        let lines = text(of: name).split(whereSeparator: \.isNewline)
        let last = lines.last { $0.contains(where: \.isLetter) } ?? "it said nothing"
        return last.trimmingCharacters(in: .whitespaces)
    }

    /// Text of hexadecimal digits from the system's random numbers.
    static func randomText(bytes count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in
            let byte = UInt8.random(in: 0...255, using: &generator)
            return String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }
}

/// What a private node shows to clients that connect with TLS; all PEM files.
package struct ServerCertificate: Sendable {
    /// The authorities whose clients it trusts.
    package var authorityFile: String
    /// Its certificate.
    package var certificateFile: String
    /// The certificate's key.
    package var keyFile: String
    /// Whether clients must show a certificate.
    package var asksClients: Bool

    /// Creates a certificate.
    package init(authorityFile: String, certificateFile: String, keyFile: String, asksClients: Bool = false) {
        self.authorityFile = authorityFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.asksClients = asksClients
    }
}
