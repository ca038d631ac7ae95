internal import Foundation
internal import Messaging
internal import RabbitMQMessaging
internal import Testing

@Suite struct `The file of credentials` {
    private static let text = """
        # broker, user, password
        broker:5672 ann first
        broker:5671 ann second

        broker:5672 bob with blanks # and more\r
        [::1]:5672 carol  led by a blank
        """

    /// Makes a home with the file in it, and reads an address there.
    private func address(
        _ argument: String,
        text: String = text,
        permissions: Int = 0o600,
        folder: String = ".config",
        variables: (_ home: String) -> [String: String] = { ["HOME": $0] }
    ) throws -> BrokerAddress {
        let home = FileManager.default.temporaryDirectory.appending(path: "shardq-home-\(UUID())")
        defer { try? FileManager.default.removeItem(at: home) }
        let directory = home.appending(path: "\(folder)/shardq")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let file = directory.appending(path: "credentials").path
        try #require(
            FileManager.default.createFile(
                atPath: file,
                contents: Data(text.utf8),
                attributes: [.posixPermissions: permissions]
            )
        )
        return try BrokerAddress(argument: argument, environment: variables(home.path))
    }

    @Test func `gives a broker the first line with its host and port`() throws {
        #expect(try address("amqp://broker").credentials == BrokerCredentials(user: "ann", password: "first"))
        #expect(try address("amqps://broker").credentials == BrokerCredentials(user: "ann", password: "second"))
        #expect(try address("amqp://[::1]").credentials.user == "carol")
    }

    @Test func `gives a user that is named the line of that user`() throws {
        let bob = BrokerCredentials(user: "bob", password: "with blanks # and more")
        #expect(try address("amqp://bob@broker").credentials == bob)
        #expect(try address("amqp://broker") { ["HOME": $0, "SHARDQ_AMQP_USER": "bob"] }.credentials == bob)
    }

    @Test func `gives its passwords to no other broker, port or user`() throws {
        #expect(try address("amqp://broken").credentials == .guest)
        #expect(try address("amqp://broker:5673").credentials == .guest)
        let error = #expect(throws: MessagingError.self) { try address("amqp://carol@broker") }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("'broker:5672 carol PASSWORD'") == true, "\(error?.message ?? "")")
    }

    @Test func `is read where the variables of user and password are empty, and so is the password's own file`() throws
    {
        let empty = ["SHARDQ_AMQP_USER": "", "SHARDQ_AMQP_PASSWORD": "", "SHARDQ_AMQP_PASSWORD_FILE": ""]
        let ann = BrokerCredentials(user: "ann", password: "first")
        #expect(try address("amqp://broker") { empty.merging(["HOME": $0]) { $1 } }.credentials == ann)
        let file = FileManager.default.temporaryDirectory.appending(path: "shardq-password-\(UUID())").path
        try Data("from the file\n".utf8).write(to: URL(filePath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let found = try address("amqp://ann@broker") {
            ["HOME": $0, "SHARDQ_AMQP_PASSWORD": "", "SHARDQ_AMQP_PASSWORD_FILE": file]
        }
        #expect(found.credentials == BrokerCredentials(user: "ann", password: "from the file"))
        let error = #expect(throws: MessagingError.self) {
            try BrokerAddress(argument: nil, environment: ["SHARDQ_BROKER": ""])
        }
        #expect(error?.message.contains("no broker") == true)
    }

    @Test func `is read only where the environment has no password`() throws {
        let variables = ["SHARDQ_AMQP_USER": "ann", "SHARDQ_AMQP_PASSWORD": "variable"]
        let found = try address("amqp://broker", permissions: 0o644) { variables.merging(["HOME": $0]) { $1 } }
        #expect(found.credentials == BrokerCredentials(user: "ann", password: "variable"))
    }

    @Test func `lies in XDG_CONFIG_HOME where that is set`() throws {
        let found = try address("amqp://broker", folder: "elsewhere") {
            ["HOME": "/nonexistent", "XDG_CONFIG_HOME": "\($0)/elsewhere"]
        }
        #expect(found.credentials.user == "ann")
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o666])
    func `is refused when others may touch it, with the command to run`(permissions: Int) throws {
        let error = #expect(throws: MessagingError.self) { try address("amqp://broker", permissions: permissions) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("chmod 600 '") == true, "\(error?.message ?? "")")
    }

    @Test(arguments: ["broker:5672 ann", "broker:5672  secret", "broker:5672", " broker:5672 ann secret"])
    func `is refused by line number when a line makes no sense, and is not quoted`(line: String) throws {
        let error = #expect(throws: MessagingError.self) { try address("amqp://broker", text: "\n" + line) }
        #expect(error?.message.contains("line 2") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("secret") == false)
    }

    @Test func `is refused when it is too large or not text`() throws {
        let large = String(repeating: "#\n", count: 1 << 15) + "#"
        let error = #expect(throws: MessagingError.self) { try address("amqp://broker", text: large) }
        #expect(error?.message.contains("64 KiB") == true, "\(error?.message ?? "")")
        #expect(try address("amqp://broker", text: "").credentials == .guest)
    }
}
