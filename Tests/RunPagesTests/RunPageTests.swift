import Foundation
import HTTPTransport
import Provenance
import RunPages
import TabularLearning
import Testing

@Suite("The page of runs")
struct RunPageTests {
    private let page = RunPage(version: "1.2.3")

    private func text(_ path: String, method: String = "GET") -> String {
        String(decoding: page.respond(to: HTTPRequest(method: method, path: path)).body, as: UTF8.self)
    }

    private func status(_ path: String, method: String = "GET") -> Int {
        page.respond(to: HTTPRequest(method: method, path: path)).status
    }

    @Test("every file that one of its files names is part of the program")
    func files() throws {
        var pending: Set<String> = ["/"]
        var seen: Set<String> = []
        while let path = pending.popFirst() {
            let answer = page.respond(to: HTTPRequest(path: path))
            #expect(answer.status == 200 && !answer.body.isEmpty, "\(path)")
            #expect(RunPage.openPaths.contains(path))
            seen.insert(path)
            let text = String(decoding: answer.body, as: UTF8.self)
            let names =
                text.matches(of: /(?:from|href=|src=)\s*"\.?(\/[a-z]+\.[a-z]+)"/).map { String($0.1) }
            pending.formUnion(Set(names).subtracting(seen))
        }
        #expect(seen == RunPage.openPaths)
    }

    @Test("every answer forbids to load or send anything elsewhere", arguments: ["/", "/page.js", "/api/runs", "/no"])
    func headers(_ path: String) throws {
        let answer = page.respond(to: HTTPRequest(path: path))
        let policy = try #require(answer.headers["Content-Security-Policy"])
        #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'"))
        #expect(!policy.contains("unsafe") && !policy.contains("*") && policy.contains("frame-ancestors 'none'"))
        #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
        #expect(RunPage.refusal(403, "no").headers["Content-Security-Policy"] == policy)
    }

    @Test("the page needs no permission that the policy does not give")
    func inlineCode() {
        #expect(text("/").firstMatch(of: /<script(?![^>]*src=)|\sstyle=|\son[a-z]+=|https?:/) == nil)
        for path in RunPage.openPaths where path.hasSuffix(".js") {
            #expect(!text(path).contains("innerHTML") && !text(path).contains("eval("), "\(path)")
        }
    }

    @Test(
        "what is not there is said to be not there, and only questions are answered",
        arguments: [
            ("/api/runs/1/policy", "GET", 404), ("/api/runs/-1/policy", "GET", 404), ("/api/runs/x/policy", "GET", 404),
            ("/api/runs/0/else", "GET", 404), ("/api/runs/0/states/1/2", "GET", 404), ("/api", "GET", 404),
            ("/api/runs/0/learning/", "GET", 404), ("/../etc/passwd", "GET", 404), ("//", "GET", 404),
            ("/api/runs", "POST", 405), ("/", "DELETE", 405), ("/api/runs/0/record", "GET", 200),
            ("/api/runs/0/learning", "GET", 200), ("/api/comparison", "GET", 200),
        ] as [(String, String, Int)]
    )
    func paths(_ path: String, _ method: String, expected: Int) throws {
        try withFolder { folder in
            page.put([folder.read()], policies: [.none])
            #expect(status(path, method: method) == expected)
        }
    }

    @Test("the greedy policy's course has its intervals, and others as levels; another run's is left out")
    func greedyCourse() throws {
        try withFolder { folder in
            func write(_ text: String, _ name: String) throws {
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
            }
            func course(of run: String) -> String {
                #"{"runIdentity":"\#(run)","every":10,"figure":{"name":"delay","unit":"s","preference":"lower"},"points":["#
                    + #"{"laneSteps":10,"values":[4,6],"tableDigest":"aa"},{"laneSteps":20,"values":[3],"tableDigest":"bb"}]}"#
            }
            try RunRecord(runIdentity: "r").write(to: folder.path)
            let metric = #"{"delay":{"unit":"s","mean":7,"lower":6,"upper":8,"values":[7]}}"#
            let controllers = #"{"learned":\#(metric),"fixed":\#(metric)}"#
            try write(
                #"{"title":"t","controllers":\#(controllers),"differences":[],"warnings":[]}"#,
                "evaluation.json"
            )
            try write(course(of: "another"), "evaluations.json")
            page.put([folder.read()], policies: [.none])
            #expect(text("/api/runs/0/greedy").contains("--evaluate-every"))
            try write(course(of: "r"), "evaluations.json")
            page.put([folder.read()], policies: [.none])
            let answer = text("/api/runs/0/greedy")
            // t of one degree of freedom, 12.706, times the standard error of 4 and 6, which is 1.
            let ends = answer.matches(of: /"(lower|upper)":(-?[0-9.]+)/).compactMap { Double($0.2) }
            #expect(ends.count == 2 && abs(ends[0] + 7.706) < 0.001 && abs(ends[1] - 17.706) < 0.001, "\(answer)")
            #expect(answer.contains(#""levels":[{"name":"fixed","value":7}]"#))
            #expect(answer.contains(#""preference":"lower""#))
            #expect(answer.contains(#"{"laneSteps":20,"mean":3,"tableDigest":"bb"}"#) && answer.contains(#""seeds":1"#))
        }
    }

    /// Two factors, three actions; state 4 knows two of them, state 1 one.
    private var shown: ShownPolicy {
        let space = StateSpace(factors: [.init("row", count: 2), .init("column", count: 3)], actions: ["a", "b", "c"])
        var table = ActionValueTable(rowCount: 6, actionCount: 3, initialValue: 9)
        table.replaceCells(
            from: 12,
            with: [.init(value: -1, visitCount: 3), .init(value: 0.5, visitCount: 7), .init(value: 9, visitCount: 0)]
        )
        table.replaceCells(from: 5, with: [.init(value: 2, visitCount: 1)])
        return ShownPolicy(
            table: table,
            space: space,
            digest: "d1",
            source: "a test",
            plan: FloorPlan(columnCount: 3, places: Array(repeating: .open, count: 6), moves: FloorPlan.fourMoves),
            explanation: { "words of \($0)" }
        )
    }

    @Test("a policy is read when somebody has asked for it, and then its rows are told")
    func policy() throws {
        try withFolder { folder in
            page.put([folder.read()], policies: [.unread])
            #expect(page.wantedPolicies.isEmpty)
            #expect(text("/api/runs/0/policy").contains("is being read"))
            #expect(page.wantedPolicies == [folder.path])
            page.put([folder.read()], policies: [.ready(shown)])
            #expect(text("/api/runs").contains(#""policy":"a test d1""#))
            let row = text("/api/runs/0/states/4")
            #expect(row.contains(#""values":[-1,0.5,null]"#) && row.contains(#""visits":[3,7,0]"#))
            #expect(row.contains(#""greedy":1"#) && row.contains(#""margin":1.5"#) && row.contains(#""levels":[1,1]"#))
            #expect(row.contains("row 1, column 1") && row.contains("words of 4"))
            #expect(!text("/api/runs/0/states/0").contains("greedy"))
            #expect(status("/api/runs/0/states/6") == 404 && status("/api/runs/0/states/4x") == 404)
            #expect(status("/api/runs/0/states/99999999999999999999") == 404)
            let policy = text("/api/runs/0/policy")
            #expect(policy.contains(#""closest":[{"margin":1.5,"state":4,"visits":10}]"#))
            #expect(policy.contains(#""leastVisited":[{"state":1,"visits":1},{"margin":1.5,"state":4,"visits":10}]"#))
            #expect(policy.contains(#""visitedStates":2"#) && policy.contains(#""greedy":[null,2,null,null,1,null]"#))
        }
    }

    @Test("a policy that cannot be read is told with its reason")
    func unreadable() throws {
        try withFolder { folder in
            page.put([folder.read()], policies: [.unreadable("the file is cut short")])
            #expect(text("/api/runs/0/policy").contains("the file is cut short"))
            #expect(text("/api/runs/0/states/0").contains("the file is cut short"))
        }
    }
}

/// Does something with an empty folder.
func withFolder(_ body: (RunFolder) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shardq-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(RunFolder(folder.path + "/"))
}
