internal import Foundation
internal import Logging
internal import Messaging
internal import MessagingTestSupport
internal import RabbitMQMessaging
internal import Testing

@Suite struct `An encrypted connection` {
    @Test(.timeLimit(.minutes(5)))
    func `verifies the broker and shows the client's certificate`() async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let stranger = try TestAuthority()
        defer { stranger.remove() }
        let certificate = ServerCertificate(
            authorityFile: authority.file("ca.pem"),
            certificateFile: authority.file("server.pem"),
            keyFile: authority.file("server.key"),
            asksClients: true
        )
        let broker = try await LocalBroker.start(logger: Logger(label: "tests"), certificate: certificate)
        defer { broker.stop() }

        var tls = TLSOptions()
        tls.authorityFile = authority.file("ca.pem")
        tls.certificateFile = authority.file("client.pem")
        tls.keyFile = authority.file("client.key")
        var address = try #require(broker.encryptedAddress)
        address.host = "localhost"
        address.tls = tls
        #expect(await code(at: address) == nil, "trusted both ways")

        address.host = "127.0.0.1"
        #expect(await code(at: address) == .configuration, "a name the certificate does not hold")
        address.tls?.verifiesPeer = false
        #expect(await code(at: address) == nil, "nobody asks for the name")
        address.host = "localhost"

        address.tls = tls
        address.tls?.authorityFile = stranger.file("ca.pem")
        #expect(await code(at: address) == .configuration, "another authority")
        address.tls?.authorityFile = nil
        #expect(await code(at: address) == .configuration, "the system's authorities")
        address.tls?.authorityFile = "/nonexistent.pem"
        #expect(await code(at: address) == .configuration, "no such file")

        address.tls = tls
        address.tls?.certificateFile = nil
        address.tls?.keyFile = nil
        #expect(await code(at: address) == .handshakeFailed, "no client certificate")
        address.tls = tls
        address.tls?.keyFile = stranger.file("client.key")
        #expect(await code(at: address) == .configuration, "another key")

        address.tls = tls
        address.port = broker.address.port
        #expect(await code(at: address) == .handshakeFailed, "no TLS there")
        address.tls = nil
        address.port = try #require(broker.encryptedAddress).port
        #expect(await code(at: address) == .unreachable, "TLS there")
    }

    @Test(.timeLimit(.minutes(5)))
    func `to an IP address asks the certificate for that address, not for a name`() async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let stranger = try TestAuthority()
        defer { stranger.remove() }
        let certificate = ServerCertificate(
            authorityFile: authority.file("ca.pem"),
            certificateFile: authority.file("address.pem"),
            keyFile: authority.file("address.key")
        )
        let broker = try await LocalBroker.start(logger: Logger(label: "tests"), certificate: certificate)
        defer { broker.stop() }

        var address = try #require(broker.encryptedAddress)
        address.tls?.authorityFile = authority.file("ca.pem")
        #expect(address.host == "127.0.0.1")
        #expect(await code(at: address) == nil, "the certificate holds it")
        address.tls?.authorityFile = stranger.file("ca.pem")
        #expect(await code(at: address) == .configuration, "another authority")
        address.tls?.authorityFile = authority.file("ca.pem")
        address.host = "localhost"
        #expect(
            await code(at: address) == .configuration,
            "the certificate's common name, but not its alternative name"
        )
    }

    /// Why a message cannot go round over an address; `nil` when it can.
    private func code(at address: BrokerAddress) async -> MessagingError.Code? {
        do {
            try await DedicatedThread.run(named: "tls") {
                let endpoint = try RabbitMQTransport(address: address, run: "tls").connect(as: "node")
                try endpoint.open(.replies)
                let body = [UInt32](0..<100_000)
                try endpoint.publish(Message(type: "a", correlation: 1, body: body), to: .replies)
                #expect(try endpoint.nextDelivery().message.body == body)
                endpoint.disconnect()
            }
            return nil
        } catch let error as MessagingError {
            return error.code
        } catch {
            Issue.record(error)
            return nil
        }
    }
}

/// An authority of one test with certificates for a server named localhost, for a client and for a server at 127.0.0.1,
/// all with the common name localhost; made by `openssl`.
private struct TestAuthority {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "shardq-tls-\(UUID())").path

    init() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        let script = """
            set -e
            openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-authority -keyout ca.key -out ca.pem
            for name in server client address; do
                openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout $name.key -out $name.csr
                case $name in address) holds=IP:127.0.0.1 ;; *) holds=DNS:localhost ;; esac
                printf "subjectAltName=$holds" >$name.ext
                openssl x509 -req -days 2 -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile $name.ext -out $name.pem
            done
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl must be installed: apt-get install openssl")
    }

    func file(_ name: String) -> String { "\(directory)/\(name)" }

    func remove() { try? FileManager.default.removeItem(atPath: directory) }
}
