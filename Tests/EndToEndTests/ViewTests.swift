import Foundation
import LoopbackSocket
import Testing

/// Runs shown by a real process over HTTP, and listed in a terminal.
@Suite("shardq view and shardq runs", .timeLimit(.minutes(5)))
struct ViewTests {
    /// The whole answer to a question.
    private static func ask(_ path: String, port: UInt16, host: String = "localhost") throws -> String {
        let socket = try LoopbackSocket(port: port, patience: 60)
        try socket.send(Array("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n".utf8))
        var bytes: [UInt8] = []
        while (try? socket.receive(appendingTo: &bytes)) != nil {}
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("say of a run what its folder has, to nobody but those who may ask")
    func finishedRun() async throws {
        try await Program.withFolder { folder in
            let run = folder.path + "/one"
            let arguments = ["train", "maze", "--steps", "20k", "--broker", "none", "--no-evaluation", "--output", run]
            let training = try await Program.run(arguments)
            #expect(training.exitCode == 0 && training.error.contains("everything is in \(run): shardq view \(run)"))
            let digest = try #require(training.output.firstMatch(of: /[0-9a-f]{64}/)).output

            let listing = try await Program.run(["runs", folder.path])
            #expect(listing.output.contains("one  complete") && listing.output.contains(digest.prefix(8)))

            let server = Node(try Program.start(["view", folder.path, "--port", "0"]))
            defer { server.end() }
            try await server.wait(forError: "showing 1 run at http://")
            let found = server.errorSoFar.firstMatch(of: /at http:\/\/127\.0\.0\.1:(\d+)/).flatMap { UInt16($0.1) }
            let port = try #require(found)
            let runs = try Self.ask("/api/runs", port: port)
            #expect(runs.contains(#""tableDigest":"\#(digest)""#) && runs.contains(#""words":"Complete.""#))
            #expect(runs.contains(#""lost":0"#) && runs.contains("everything is written"))
            // A policy is read when somebody has asked for it.
            while try Self.ask("/api/runs/0/policy", port: port).contains("is being read") { await Task.yield() }
            let policy = try Self.ask("/api/runs/0/policy", port: port)
            #expect(policy.contains(#""digest":"\#(digest)""#) && policy.contains(#""plan":"#))
            #expect(try Self.ask("/api/runs/0/states/0", port: port).contains("row 0, column 0"))
            #expect(try Self.ask("/", port: port, host: "evil.example").hasPrefix("HTTP/1.1 403 "))
            server.send(SIGTERM)
            #expect(try await server.wait().exitCode == 0)
        }
    }

    @Test("refuse what is no folder, and steps that are no number, in a line that says what would be right")
    func refusals() async throws {
        let missing = try await Program.run(["view", "/nonexistent", "--port", "0"])
        #expect(missing.exitCode == 65 && missing.errorLines.count == 1, "\(missing.error)")
        let open = try await Program.run(["view", "/tmp", "--address", "0.0.0.0"])
        #expect(open.exitCode == 64 && open.error.contains("--token-file"), "\(open.error)")
        for steps in ["1x", "-5", "1.5"] {
            let result = try await Program.run(["train", "maze", "--steps", steps])
            #expect(result.exitCode == 64 && result.error.contains("8000000, 8M or 1e6"), "\(result.error)")
        }
    }
}
