import HTTPTransport
import Monitoring
import Synchronization
import TabularLearning
import Testing

import PolicyServing

/// Numbers in their order.
final class Draws: Sendable {
    private let left: Mutex<[Double]>
    init(_ draws: [Double]) { left = Mutex(draws) }
    func next() -> Double { left.withLock { $0.isEmpty ? 0 : $0.removeFirst() } }
}

@Suite("A server of policies")
struct ServerTests {
    @Test("swaps between requests: each answer is one version's, and former ones answer by their digests")
    func reload() throws {
        let server = Sample.server(try Sample.policy("a"))
        let api = Sample.api(server)
        let before = server.present
        try server.put(try Sample.policy("b", shift: 100), as: .current)
        // A request that began before ends with what it began with.
        let rows = (0..<11).map { [JSONValue.Member("state", .number(Double($0)))] }
        #expect(Set(try server.decide(rows, version: nil, before).map(\.policy)) == ["a"])
        #expect(Set(try server.decide(rows, version: nil, server.present).map(\.policy)) == ["b"])
        #expect(api.ask("/decide", ["state": 0]).json["policy"] == "b")
        #expect(api.ask("/v2/models/sample").json["versions"] == ["b", "a"])
        let body: JSONValue = ["inputs": [["name": "state", "shape": [1], "datatype": "INT64", "data": [0]]]]
        #expect(api.ask("/v2/models/sample/versions/a/infer", body).json["model_version"] == "a")
        #expect(api.ask("/v2/models/sample/versions/c/infer", body).status == 404)
        for digest in ["c", "d", "e"] { try server.put(try Sample.policy(digest), as: .current) }
        #expect(server.present.versions.map(\.digest) == ["e", "d", "c", "b"])
        try server.put(try Sample.policy("c"), as: .current)
        #expect(server.present.versions.map(\.digest) == ["c", "e", "d", "b"])
    }

    @Test("swaps under load mix no versions")
    func load() async throws {
        let server = Sample.server(try Sample.policy("0"))
        let rows = (0..<11).map { [JSONValue.Member("state", .number(Double($0)))] }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    var mixed = 0
                    for _ in 0..<2000 {
                        let decisions = try server.decide(rows, version: nil, server.present)
                        if Set(decisions.map(\.policy)).count != 1 { mixed += 1 }
                    }
                    return mixed
                }
            }
            for digest in 1...200 { try server.put(try Sample.policy("\(digest)", shift: Float(digest)), as: .current) }
            for try await mixed in group { #expect(mixed == 0) }
        }
    }

    @Test("answers through a queue what it answers over HTTP, and refuses with the same words")
    func questions() throws {
        let api = Sample.api(Sample.server(try Sample.policy()))
        func ask(_ type: String, _ body: JSONValue?) -> HTTPResponse {
            api.respond(toQuestion: type, body: body.map { $0.bytes })
        }
        let tensor: JSONValue = ["inputs": [["name": "state", "shape": [1], "datatype": "INT64", "data": [0]]]]
        for (type, path, body) in [
            ("", "/decide", ["state": 3]), ("decide", "/decide", ["state": 3]), ("decide", "/decide", ["stat": 3]),
            ("infer", "/v2/models/sample/infer", tensor), ("reward", "/reward", ["reward": 1]),
        ] as [(String, String, JSONValue)] {
            #expect(ask(type, body) == api.respond(to: HTTPRequest(method: "POST", path: path, body: body.bytes)))
        }
        #expect(ask("decice", ["state": 3]).status == 404 && ask("metrics", [:]).status == 404)
        #expect(ask("decide", nil).status == 413)
    }

    @Test("takes no policy whose actions are others")
    func otherActions() throws {
        let server = Sample.server(try Sample.policy())
        let other = StateSpace(factors: [.init("row", count: 12)], actions: ["left", "right", "stay"])
        #expect(throws: RequestFault.self) { try server.put(try Sample.policy("b", space: other), as: .current) }
        #expect(server.digest == "a")
    }

    @Test("lets a canary decide at its places, asks a shadow beside, and counts both")
    func roles() throws {
        let registry = PrometheusRegistry()
        let server = Sample.server(
            try Sample.policy("a", places: ["north", "south"]),
            canaryPlaces: ["south"],
            metrics: ServingMetrics(factory: registry)
        )
        try server.put(try Sample.policy("b", shift: 100, places: ["north", "south"]), as: .canary)
        try server.put(try Sample.policy("s", shift: 100), as: .shadow)
        let api = Sample.api(server)
        let seen: [JSONValue] = [
            ["state": 0, "place": "north"], ["state": 0, "place": "south"], ["state": 0],
            ["state": 5, "place": "north"],
        ]
        let digests = seen.map { api.ask("/decide", $0).json["policy"]?.text }
        #expect(digests == ["a", "b", "a", "a"])
        #expect(
            api.ask("/decide", ["state": 0, "place": "nroth"]).json["error"]?.text?.contains("did you mean north?")
                ?? false
        )
        let text = registry.exposition
        for line in [
            #"shardq_serve_decisions_total{role="current"} 3"#, #"shardq_serve_decisions_total{role="canary"} 1"#,
            #"shardq_serve_fallback_total{reason="unvisited"} 1"#, #"shardq_serve_fallback_total{reason="stale"} 0"#,
            // The shadow knows no places, so that only the observation without one can be compared.
            #"shardq_serve_shadow_total{outcome="differs"} 1"#, #"shardq_serve_shadow_total{outcome="failed"} 3"#,
            #"shardq_serve_requests_total{outcome="answered"} 4"#, #"shardq_serve_requests_total{outcome="refused"} 1"#,
        ] { #expect(text.contains(line + "\n"), "\(line)\n\(text)") }
    }

    @Test("writes what was decided as lines that a learner can read, and nothing of what was refused")
    func feedback() throws {
        let lines = Mutex<[String]>([])
        let server = Sample.server(
            try Sample.policy(),
            feedback: { record in lines.withLock { $0.append(String(decoding: record.line, as: UTF8.self)) } }
        )
        let api = Sample.api(server)
        _ = api.ask("/decide", ["row": 1, "light": "red", "time": 999])
        _ = api.ask("/decide", ["row": 9, "light": "red"])
        _ = api.ask("/decide", ["row": 1, "light": "blue"])
        _ = api.ask("/explain?row=1&light=red")
        let written = lines.withLock { $0 }
        #expect(written.count == 2 && written.allSatisfy { $0.last == "\n" })
        let first = try JSONReader.value(of: Array(written[0].utf8))
        #expect(first["observation"] == ["row": 1, "light": "red", "time": 999])
        #expect(first["time"] == 1000 && first["state"] == 4 && first["propensity"] == 1 && first["policy"] == "a")
        let second = try JSONReader.value(of: Array(written[1].utf8))
        #expect(second["reason"] == "out-of-range" && second["state"] == .null && second["action"] == 1)
    }
}
