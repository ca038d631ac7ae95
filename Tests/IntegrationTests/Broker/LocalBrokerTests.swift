internal import Foundation
internal import Logging
internal import Messaging
internal import MessagingTestSupport
internal import RabbitMQMessaging
internal import Testing

@Suite struct `A private broker` {
    @Test(.timeLimit(.minutes(5)))
    func `listens on loopback only`() async throws {
        let broker = try await SharedBroker.node
        let listeners = try listeningAddresses(of: broker.processIdentifier)
        // 127.0.0.1 in the kernel's notation: one port for clients, one for rabbitmqctl.
        #expect(listeners.count == 2)
        #expect(listeners.allSatisfy { $0.hasPrefix("0100007F:") }, "\(listeners)")
        #expect(listeners.contains("0100007F:" + String(broker.address.port, radix: 16, uppercase: true).leftPadded))
    }

    @Test(.timeLimit(.minutes(5)))
    func `keeps its secrets to its owner`() async throws {
        let broker = try await SharedBroker.node
        let files = FileManager.default
        for file in ["", "/advanced.config", "/home/.erlang.cookie"] {
            let attributes = try files.attributesOfItem(atPath: broker.directory + file)
            let permissions = try #require(attributes[.posixPermissions] as? Int)
            #expect(permissions & 0o077 == 0, "\(file) has mode \(String(permissions, radix: 8))")
        }
        let password = try #require(broker.address.credentialEnvironment["SHARDQ_AMQP_PASSWORD"])
        #expect(password.utf8.count >= 32)
        for view in ["cmdline", "environ"] {
            let path = "/proc/\(broker.processIdentifier)/\(view)"
            let bytes = try #require(files.contents(atPath: path))
            #expect(!bytes.isEmpty)
            #expect(!String(decoding: bytes, as: UTF8.self).contains(password), "\(path)")
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `leaves neither process nor file behind`() async throws {
        let (directory, process) = try await withBroker { broker in
            #expect(broker.isRunning)
            #expect(FileManager.default.fileExists(atPath: broker.directory))
            broker.stop()
            #expect(!broker.isRunning)
            return (broker.directory, broker.processIdentifier)
        }
        #expect(!FileManager.default.fileExists(atPath: directory))
        #expect(!FileManager.default.fileExists(atPath: "/proc/\(process)"))
        let commandLines = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { entry in
            Int(entry).flatMap { FileManager.default.contents(atPath: "/proc/\($0)/cmdline") }
        }
        #expect(!commandLines.contains { String(decoding: $0, as: UTF8.self).contains(directory) })
    }

    @Test func `is missed in one clear line where it is not installed`() async throws {
        let error = await #expect(throws: MessagingError.self) {
            try await LocalBroker.start(
                logger: Logger(label: "tests"),
                certificate: nil,
                searchPath: "/nonexistent:/dev"
            )
        }
        #expect(error?.code == .configuration)
        #expect(
            error?.message == "RabbitMQ is not installed: apt-get install rabbitmq-server, or use --broker memory"
        )
    }

    /// The addresses where a process listens, as `/proc/net/tcp` and `tcp6` write them.
    private func listeningAddresses(of process: Int32) throws -> [String] {
        let files = FileManager.default
        let descriptors = try files.contentsOfDirectory(atPath: "/proc/\(process)/fd")
        let links = descriptors.compactMap { try? files.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\($0)") }
        var addresses: [String] = []
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            let text = String(decoding: files.contents(atPath: table) ?? Data(), as: UTF8.self)
            for line in text.split(separator: "\n").dropFirst() {
                // Number, local address, remote address, state (0A: it listens), …, the socket's number.
                let columns = line.split(separator: " ")
                guard columns.count > 9, columns[3] == "0A", links.contains("socket:[\(columns[9])]") else { continue }
                addresses.append(String(columns[1]))
            }
        }
        return addresses
    }
}

extension String {
    /// Four digits, as the kernel writes ports.
    fileprivate var leftPadded: String { String(repeating: "0", count: max(0, 4 - count)) + self }
}
