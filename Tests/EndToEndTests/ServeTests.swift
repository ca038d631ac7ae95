import Foundation
import LoopbackSocket
import Messaging
import Testing

/// Policies served by a real process over HTTP.
@Suite("shardq serve", .timeLimit(.minutes(5)))
struct ServeTests {
    private static let learned = [
        ["maze", "--steps", "60000", "--lanes", "64"],
        ["traffic", "--rows", "1", "--columns", "2", "--steps", "40000"],
        ["routing", "--steps", "36000"],
    ]

    private static func train(_ arguments: [String], into folder: String) async throws {
        let rest = ["--broker", "none", "--no-evaluation", "--quiet", "--replace", "--output", folder]
        let result = try await Program.run(["train"] + arguments + rest)
        try #require(result.exitCode == 0, "\(result.error)")
    }

    /// Serves a folder while a body asks.
    private static func serving(
        _ folder: String,
        _ options: [String] = [],
        _ body: (Connection) async throws -> Void
    ) async throws {
        let server = Node(try Program.start(["serve", folder, "--port", "0"] + options))
        defer { server.end() }
        try await server.wait(forError: "at http://")
        let port = server.errorSoFar.firstMatch(of: /at http:\/\/127\.0\.0\.1:(\d+)/).flatMap { UInt16($0.1) }
        try await body(Connection(port: try #require(port)))
        server.send(SIGTERM)
        let result = try await server.wait()
        #expect(result.exitCode == 0, "\(result.error)")
    }

    @Test("decides in every visited state as `table show` does", arguments: learned)
    func decisions(_ arguments: [String]) async throws {
        try await Program.withFolder { folder in
            try await Self.train(arguments, into: folder.path)
            let rows = try await Self.rows(of: folder.path)
            let states = rows.compactMap { $0["state"] as? Int }
            #expect(states.count > 20)
            try await Self.serving(folder.path, ["--name", "m"]) { connection in
                let infer = "/v2/models/m/infer"
                for start in stride(from: 0, to: states.count, by: 1000) {
                    let part = Array(states[start..<min(start + 1000, states.count)])
                    let tensor: [String: Any] = [
                        "name": "state", "shape": [part.count], "datatype": "INT64", "data": part,
                    ]
                    let answer = try connection.ask(infer, ["inputs": [tensor]])
                    let outputs = try #require(answer["outputs"] as? [[String: Any]], "\(answer)")
                    let actions = try #require(outputs.first { $0["name"] as? String == "action" }?["data"] as? [Int])
                    let sources = try #require(
                        outputs.first { $0["name"] as? String == "source" }?["data"] as? [String]
                    )
                    #expect(actions.count == part.count && Set(sources) == ["table"])
                    let space = try #require(
                        (try connection.ask("/v2/models/m")["parameters"] as? [String: Any])?["actions"] as? [String]
                    )
                    let shown = rows[start..<(start + part.count)].compactMap { $0["greedyAction"] as? String }
                    #expect(actions.map { space[$0] } == shown)
                }
            }
        }
    }

    /// The states that were visited, as the table is exported.
    private static func rows(of folder: String) async throws -> [[String: Any]] {
        let table = try await Program.run(["table", "export", folder, "--format", "json"])
        return try #require(JSONSerialization.jsonObject(with: Data(table.output.utf8)) as? [[String: Any]])
    }

    @Test("serves what its folder gets under load: no request is lost, none is answered by two policies")
    func reload() async throws {
        try await Program.withFolder { folder in
            let maze = Self.learned[0]
            try await Self.train(maze, into: folder.path)
            let log = folder.appendingPathComponent("feedback.jsonl").path
            try await Self.serving(folder.path, ["--name", "m", "--reload-every", "0.1", "--feedback", log]) {
                connection in
                // Walls are states too, in which nobody ever decides.
                let known = try await Self.rows(of: folder.path).prefix(64).compactMap { $0["state"] as? Int }
                let states: [String: Any] = [
                    "name": "state", "shape": [known.count], "datatype": "INT64", "data": known,
                ]
                let first = try #require(try connection.ask("/decide", ["state": known[0]])["policy"] as? String)
                let another = Task { try await Self.train(maze + ["--seed", "2"], into: folder.path) }
                var (digests, count, left) = (Set<String>(), 1, 200)
                while left > 0 {
                    // Each is answered: a lost one would be an error here.
                    let answer = try connection.ask("/v2/models/m/infer", ["inputs": [states]])
                    let version = try #require(answer["model_version"] as? String, "\(answer)")
                    let outputs = try #require(answer["outputs"] as? [[String: Any]])
                    let policies = outputs.first { $0["name"] as? String == "policy" }?["data"] as? [String]
                    #expect(Set(policies ?? []) == [version])
                    digests.insert(version)
                    count += known.count
                    if version != first { left -= 1 }
                }
                try await another.value
                #expect(digests.count == 2)
                #expect(
                    try connection.ask("/v2/models/m/versions/\(first)/infer", ["inputs": [states]])["model_version"]
                        as? String == first
                )
                count += known.count
                let records = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
                #expect(records.count == count)
            }
        }
    }

    @Test("a broken folder changes nothing, and is told; others are refused")
    func brokenFolder() async throws {
        try await Program.withFolder { folder in
            try await Self.train(Self.learned[0], into: folder.path)
            try await Self.serving(folder.path, ["--name", "m", "--reload-every", "0.1"]) { connection in
                let known = try #require(try await Self.rows(of: folder.path).first?["state"])
                let first = try #require(try connection.ask("/decide", ["state": known])["policy"] as? String)
                let values = folder.appendingPathComponent("action-values.npy")
                var data = try Data(contentsOf: values)
                data[data.count - 2] ^= 0x10
                try data.write(to: values)
                while !(try connection.text("/metrics").contains(#"reloads_total{outcome="failed"} 1"#)) {
                    await Task.yield()
                }
                #expect(try connection.ask("/decide", ["state": known])["policy"] as? String == first)
                #expect(try connection.text("/healthz", host: "evil.example").contains("403"))
            }
            let result = try await Program.run(["serve", folder.path, "--port", "0"])
            #expect(result.exitCode == 65 && result.errorLines.count == 1)
            let open = try await Program.run(["serve", folder.path, "--address", "0.0.0.0"])
            #expect(open.exitCode == 64 && open.error.contains("--token-file"))
        }
    }
}

/// A connection that is kept, over which one request after another is sent.
private final class Connection {
    private let socket: LoopbackSocket
    private let port: UInt16
    private var bytes: [UInt8] = []

    init(port: UInt16) throws {
        self.port = port
        socket = try LoopbackSocket(port: port, patience: 60)
    }

    /// Asks with a body, or reads, and takes the answer as an object.
    func ask(_ path: String, _ body: [String: Any]? = nil) throws -> [String: Any] {
        let answer = try exchange(
            path,
            try body.map { try JSONSerialization.data(withJSONObject: $0) },
            host: "localhost"
        )
        return try #require(JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any], "\(answer)")
    }

    /// The status line and the body.
    func text(_ path: String, host: String = "localhost") throws -> String {
        let answer = try exchange(path, nil, host: host)
        return answer.head + answer.body
    }

    private func exchange(_ path: String, _ body: Data?, host: String) throws -> (head: String, body: String) {
        let head =
            "\(body == nil ? "GET" : "POST") \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nContent-Length: \(body?.count ?? 0)\r\n\r\n"
        try socket.send(Array(head.utf8) + Array(body ?? Data()))
        while bytes.firstRange(of: Array("\r\n\r\n".utf8)) == nil { try socket.receive(appendingTo: &bytes) }
        let end = try #require(bytes.firstRange(of: Array("\r\n\r\n".utf8)))
        let text = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let length = try #require(text.firstMatch(of: /(?i)content-length: (\d+)/).flatMap { Int($0.1) })
        while bytes.count < end.upperBound + length { try socket.receive(appendingTo: &bytes) }
        let answer = String(decoding: bytes[end.upperBound..<(end.upperBound + length)], as: UTF8.self)
        bytes.removeSubrange(..<(end.upperBound + length))
        return (text, answer)
    }
}
