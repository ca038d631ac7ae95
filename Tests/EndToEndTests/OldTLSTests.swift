internal import Dispatch
internal import Foundation
internal import Messaging
internal import Testing

@Suite struct `A server that speaks only old TLS` {
    /// What a system's OpenSSL configuration may say at its most careless: every version, every algorithm.
    private static let careless = """
        openssl_conf = all
        [all]
        ssl_conf = ssl
        [ssl]
        system_default = careless
        [careless]
        MinProtocol = TLSv1
        CipherString = ALL:@SECLEVEL=0

        """

    @Test(.timeLimit(.minutes(5)), arguments: ["-tls1", "-tls1_1"])
    func `is refused even where the system's configuration allows it`(version: String) async throws {
        try await Program.withFolder { folder in
            let configuration = folder.appendingPathComponent("openssl.cnf").path
            try Data(Self.careless.utf8).write(to: URL(fileURLWithPath: configuration))
            let environment = ["OPENSSL_CONF": configuration]
            let request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
            let names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "server.key", "-out", "server.pem"]
            #expect(try await Self.openssl(request + names, in: folder) == 0)

            let server = try OpenSSL(
                ["s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-key", "server.key", "-www", version],
                in: folder,
                environment: environment
            )
            defer { server.end() }
            let port = try await server.port()
            let place = "127.0.0.1:\(port)"
            // OpenSSL's own client comes in: what refuses the server below is not the system.
            let client = ["s_client", "-connect", place, "-CAfile", "server.pem", "-verify_return_error"]
            #expect(try await Self.openssl(client, in: folder, environment: environment) == 0)

            let authority = folder.appendingPathComponent("server.pem").path
            let result = try await Program.run(
                ["worker", "--run", "x", "--broker", "amqps://\(place)?cacertfile=\(authority)"],
                environment: environment
            )
            #expect(result.exitCode == 78, "\(result.error)")
            #expect(result.error.contains("TLS 1.2") && result.error.contains(place), "\(result.error)")
            #expect(result.errorLines.count == 1, "\(result.error)")
        }
    }

    private static func openssl(
        _ arguments: [String],
        in folder: URL,
        environment: [String: String] = [:]
    ) async throws -> Int32 {
        let program = try OpenSSL(arguments, in: folder, environment: environment)
        return try await DedicatedThread.run(named: "openssl") { program.wait() }
    }
}

/// The program `openssl`, started; ended by its number.
private final class OpenSSL: Sendable {
    private let process = Process()
    private let output = Pipe()

    init(_ arguments: [String], in folder: URL, environment: [String: String]) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// Where it accepts connections, once it has said so.
    func port() async throws -> Int {
        try await DedicatedThread.run(named: "openssl") { [self] in
            var text = ""
            while true {
                let bytes = output.fileHandleForReading.availableData
                try #require(!bytes.isEmpty, "openssl ended: \(text)")
                text += String(decoding: bytes, as: UTF8.self)
                guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("ACCEPT ") }),
                    text.contains("\n")
                else { continue }
                return try #require(line.split(separator: ":").last.flatMap { Int($0) }, "\(line)")
            }
        }
    }

    func wait() -> Int32 {
        _ = try? output.fileHandleForReading.readToEnd()
        process.waitUntilExit()
        return process.terminationStatus
    }

    func end() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
}
