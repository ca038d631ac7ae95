internal import Foundation
internal import Messaging
internal import RabbitMQMessaging
internal import Testing

@Suite struct `A broker's address` {
    /// An address as it stands in `SHARDQ_BROKER`, with other variables.
    private static func variable(
        _ url: String,
        environment: [String: String] = [:]
    ) throws(MessagingError) -> BrokerAddress {
        try BrokerAddress(argument: nil, environment: environment.merging(["SHARDQ_BROKER": url]) { $1 })
    }

    @Test func `has defaults for everything but the host`() throws {
        let address = try BrokerAddress(argument: "amqp://broker", environment: [:])
        #expect(address == BrokerAddress(host: "broker", port: 5672, virtualHost: "/", credentials: .guest))
        #expect(address.description == "amqp://broker:5672")
        #expect(try BrokerAddress(argument: "amqps://broker", environment: [:]).port == 5671)
        #expect(try BrokerAddress(argument: "AMQP://broker/", environment: [:]) == address)
    }

    @Test func `names host, port, virtual host and user, decoded`() throws {
        let address = try Self.variable("amqp://a%40b:p%2Fw%3A%25@10.0.0.7:999/%2Fteam%20one")
        #expect(address.host == "10.0.0.7")
        #expect(address.port == 999)
        #expect(address.virtualHost == "/team one")
        #expect(address.credentials == BrokerCredentials(user: "a@b", password: "p/w:%"))
        #expect(address.description == "amqp://10.0.0.7:999/%2Fteam%20one")
    }

    @Test func `keeps the brackets of IPv6 in its text only`() throws {
        let address = try BrokerAddress(argument: "amqp://[::1]:5673", environment: [:])
        #expect(address.host == "::1")
        #expect(address.port == 5673)
        #expect(address.description == "amqp://[::1]:5673")
    }

    @Test func `carries the options of TLS through its text`() throws {
        let text = "amqps://broker:5671/v?cacertfile=%2Fca.pem&certfile=c.pem&keyfile=k.pem&verify=verify_none"
        let address = try BrokerAddress(argument: text, environment: [:])
        var tls = TLSOptions()
        tls.authorityFile = "/ca.pem"
        tls.certificateFile = "c.pem"
        tls.keyFile = "k.pem"
        tls.verifiesPeer = false
        #expect(address.tls == tls)
        #expect(address.description == text)
        #expect(try BrokerAddress(argument: "amqps://broker", environment: [:]).tls == TLSOptions())
        #expect(TLSOptions().verifiesPeer)
    }

    @Test func `takes what it lacks of user and password from the environment`() throws {
        let environment = ["SHARDQ_AMQP_USER": "env", "SHARDQ_AMQP_PASSWORD": "secret"]
        #expect(
            try BrokerAddress(argument: "amqp://h", environment: environment).credentials
                == BrokerCredentials(user: "env", password: "secret")
        )
        #expect(
            try BrokerAddress(argument: "amqp://me@h", environment: environment).credentials
                == BrokerCredentials(user: "me", password: "secret")
        )
        #expect(
            try Self.variable("amqp://me:own@h", environment: environment).credentials
                == BrokerCredentials(user: "me", password: "own")
        )
    }

    @Test func `reads a password file up to the end of the first line`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "shardq-password-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try #require(FileManager.default.createFile(atPath: file, contents: Data("from file\r\nnot this\n".utf8)))
        let environment = ["SHARDQ_AMQP_USER": "env", "SHARDQ_AMQP_PASSWORD_FILE": file]
        let address = try BrokerAddress(argument: "amqp://h", environment: environment)
        #expect(address.credentials == BrokerCredentials(user: "env", password: "from file"))
    }

    @Test func `hands its credentials to a process that gets its text`() throws {
        let address = try Self.variable("amqp://me:own@h/v")
        let copy = try BrokerAddress(argument: address.description, environment: address.credentialEnvironment)
        #expect(copy == address)
    }

    @Test func `never shows the password`() throws {
        let address = try Self.variable("amqp://me:hunter2@h/v")
        var dumped = ""
        dump(address, to: &dumped)
        let shown = [address.description, "\(address.credentials)", String(reflecting: address), dumped]
        for text in shown { #expect(!text.contains("hunter2")) }
    }

    @Test(arguments: [
        ("broker:5672", "no scheme"),
        ("http://broker", "scheme is another"),
        ("amqp://", "names no host"),
        ("amqp://:5672", "names no host"),
        ("amqp://broker:0", "port is '0'"),
        ("amqp://broker:65536", "port is '65536'"),
        ("amqp://broker:abc", "port is no number"),
        ("amqp://broker:", "port is no number"),
        ("amqp://br oker", "blank"),
        ("amqp://[::1", "']' is missing"),
        ("amqp://[::1]5672", "no ':'"),
        ("amqp://broker/a/b", "write %2F"),
        ("amqp://broker/%G0", "write %25"),
        ("amqp://broker/%00", "zero byte"),
        ("amqp://broker/v#x", "'#'"),
        ("amqp://broker?verify=verify_none", "needs amqps"),
        ("amqps://broker?verify=no", "verify_peer or verify_none"),
        ("amqps://broker?cacertfile=", "no value"),
        ("amqps://broker?certfile=c", "belong together"),
        ("amqps://broker?colour=red", "none of cacertfile, certfile"),
    ])
    func `says what is wrong with it`(argument: String, reason: String) throws {
        let error = #expect(throws: MessagingError.self) { try BrokerAddress(argument: argument, environment: [:]) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("\n") == false)
    }

    @Test(arguments: [
        "amqp://me:hunter2@broker:99999", "amqp://me:hunter2/x@broker", "amqp://me:hunter2?x@broker",
        "http://me:hunter2@broker", "me:hunter2@broker", "amqp://me:hunter2%zz@broker", "amqp://me:hunter2@",
        "amqp://me:hun#ter2@broker", "amqp://me%3Ahunter2@broker/%", "amqp://me:hunter2",
        "amqp://broker?password=hunter2",
        "amqps://broker?hunter2=1", "amqps://broker?hunter2", "me:hunter2", "amqp:/me:hunter2@broker",
        "amqp:me:hunter2",
        "hunter2://broker", "amqp://me:hunter2%40broker", "amqp://broker/hunter2/x", "amqps://[::1]hunter2",
        "amqp://broker:5672:hunter2", "amqp://broker:5672/a#hunter2", "amqps://broker?cacertfile=a&hunter2",
        "amqp://me:hunter2@broker?verify=hunter2", "amqps://me:hunter2@broker?verify=hunter2",
    ])
    func `keeps the password out of its complaints`(argument: String) throws {
        for read in [{ try BrokerAddress(argument: argument, environment: [:]) }, { try Self.variable(argument) }] {
            let error = #expect(throws: MessagingError.self) { try read() }
            #expect(error?.code == .configuration)
            #expect(error?.message.contains("hun") == false, "\(error?.message ?? "")")
            #expect(error?.message.contains("ter2") == false, "\(error?.message ?? "")")
        }
    }

    @Test func `takes an encoded colon in a user for what it mostly is`() throws {
        let error = #expect(throws: MessagingError.self) {
            try BrokerAddress(argument: "amqp://me%3Ahunter2@broker", environment: ["SHARDQ_AMQP_PASSWORD": "other"])
        }
        #expect(error?.message.contains("encoded ':'") == true && error?.message.contains("hunter2") == false)
    }

    @Test func `does not wait for a pipe that somebody put in the place of a file`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "shardq-pipe-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let place = folder.appending(path: "shardq")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let pipe = place.appending(path: "credentials").path
        let status = unsafe mkfifo(pipe, 0o600)
        try #require(status == 0)
        for environment in [
            ["XDG_CONFIG_HOME": folder.path], ["SHARDQ_AMQP_USER": "me", "SHARDQ_AMQP_PASSWORD_FILE": pipe],
        ] {
            let error = #expect(throws: MessagingError.self) {
                try BrokerAddress(argument: "amqp://h", environment: environment)
            }
            #expect(error?.message.contains("pipe into which nobody writes") == true, "\(error?.message ?? "")")
        }
    }

    @Test func `holds no password when it is an argument, and says where one belongs`() throws {
        let error = #expect(throws: MessagingError.self) {
            try BrokerAddress(argument: "amqp://me:hunter2@broker", environment: ["SHARDQ_AMQP_PASSWORD": "other"])
        }
        #expect(error?.code == .configuration)
        for word in ["'amqp://…@broker'", "SHARDQ_AMQP_PASSWORD", "SHARDQ_BROKER", ".config/shardq/credentials"] {
            #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
        }
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test func `comes from SHARDQ_BROKER where there is no argument`() throws {
        let address = try Self.variable("amqps://me:own@h/v")
        #expect(address.credentials == BrokerCredentials(user: "me", password: "own"))
        #expect(address.description == "amqps://h:5671/v")
        let error = #expect(throws: MessagingError.self) { try BrokerAddress(argument: nil, environment: [:]) }
        #expect(error?.message.contains("--broker") == true && error?.message.contains("SHARDQ_BROKER") == true)
    }

    @Test(arguments: [
        (["SHARDQ_AMQP_USER": "env"], "no password"),
        (["SHARDQ_AMQP_PASSWORD_FILE": "/nonexistent/file"], "/nonexistent/file"),
        (["SHARDQ_AMQP_PASSWORD_FILE": "/dev/null"], "/dev/null"),
    ])
    func `says which variable is wrong`(environment: [String: String], reason: String) throws {
        let error = #expect(throws: MessagingError.self) {
            try BrokerAddress(argument: "amqp://h", environment: environment)
        }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }
}
