import Foundation
import HTTPTransport
import RunFilms
import RunPages
import TabularLearning
import Testing
import TimeTravel

@Suite("Films and the past on the page of runs")
struct PastPageTests {
    private let page = RunPage(version: "1.2.3")

    private func answer(_ path: String) -> (status: Int, text: String) {
        let answer = page.respond(to: HTTPRequest(path: path))
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    /// What is there when it has been made.
    private func made(_ path: String) async -> String {
        var text = answer(path).text
        while text.contains(#""state":"waiting""#) || text.contains(#""state":"making""#) {
            await Task.yield()
            text = answer(path).text
        }
        return text
    }

    private func withRun(_ body: (RunFolder) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shardq-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(RunFolder(folder.path))
    }

    private static let space = StateSpace(factors: [.init("row", count: 2)], actions: ["a", "b"])

    private static func policy(_ digest: String, value: Float, past: Offer<RunPast>? = nil) -> ShownPolicy {
        var table = ActionValueTable(rowCount: 2, actionCount: 2, initialValue: 0)
        table.replaceCells(from: 0, with: [.init(value: value, visitCount: 3)])
        let scenery = LateScenery {
            Scenery(stage: Array(#"{"kind":"test"}"#.utf8), actors: ["one"], seeds: 1...2) { actor, seed, reel in
                try reel.keep("0", Array("[\"\(actor)\",\(seed)]".utf8))
                try reel.keep("to/1", Array("[]".utf8))
            }
        }
        return ShownPolicy(
            table: table,
            space: space,
            digest: digest,
            source: "a test",
            plan: nil,
            explanation: { "\($0)" },
            scenery: .ready(scenery),
            past: past ?? .missing("not now")
        )
    }

    private static func update(_ before: Float, _ after: Float, end: Bool) -> AppliedUpdate {
        AppliedUpdate(
            round: 3,
            cohort: 0,
            state: 0,
            action: 1,
            plane: 0,
            target: after + 1,
            stepSize: 0.5,
            before: .init(value: before, visitCount: 1),
            after: .init(value: after, visitCount: 2),
            origin: .init(stepOfLane: 4, lane: 7, reward: -1, duration: 1, nextState: end ? nil : 1, bootstrap: 2.5)
        )
    }

    private static func story(_ step: UInt64) -> UpdateStory {
        UpdateStory(
            [update(0, 1, end: true), update(1, 2, end: false)],
            of: 0,
            1,
            in: space,
            stepsAtOnce: 10,
            hasPlanes: false,
            verdict: "checked up to \(step)"
        )
    }

    private static let past = RunPast(
        span: .init(steps: 100, seconds: 2.5),
        past: { step, pace in
            try pace(0.5)
            return PastPageTests.policy("d\(step)", value: Float(step))
        },
        why: { _, _, step, _ in PastPageTests.story(step) }
    )

    @Test("a film comes in pieces, of those who act there and of seeds that there are")
    func film() async throws {
        try await withRun { folder in
            page.put([folder.read()], policies: [.ready(Self.policy("d", value: 1))])
            #expect(await made("/api/runs/0/scenery") == #"{"kind":"test"}"#)
            let status = await made("/api/runs/0/films/one/2")
            #expect(status.contains(#""state":"ready""#) && status.contains(#""pieces":1"#))
            #expect(answer("/api/runs/0/films/one/2/0").text == #"["one",2]"#)
            #expect(answer("/api/runs/0/films/one/2/to/1").text == "[]")
            #expect(answer("/api/runs/0/films/one/2/1").status == 404)
            #expect(await made("/api/runs/0/films/two/1").contains("nobody is called two"))
            #expect(await made("/api/runs/0/films/one/3").contains("seed 3 is none"))
            for path in ["films", "films/one", "films/one/x", "films/one/-1/0"] {
                #expect(answer("/api/runs/0/\(path)").status == 404, "\(path)")
            }
        }
    }

    @Test("a table of the past is made when somebody asks for it, and its rows are told as those of the present")
    func past() async throws {
        try await withRun { folder in
            page.put([folder.read()], policies: [.ready(Self.policy("d", value: 1, past: .ready(Self.past)))])
            #expect(answer("/api/runs/0/past").text == #"{"seconds":2.5,"steps":100}"#)
            #expect(answer("/api/runs/0/past/40/policy").status == 404)
            #expect(await made("/api/runs/0/past/40").contains(#""state":"ready""#))
            #expect(answer("/api/runs/0/past/40/policy").text.contains(#""digest":"d40""#))
            #expect(answer("/api/runs/0/past/40/states/0").text.contains(#""values":[40,null]"#))
            #expect(answer("/api/runs/0/past/40/states/2").status == 404)
            #expect(answer("/api/runs/0/past/101").status == 404 && answer("/api/runs/0/past/x").status == 404)
            for path in ["blame/2/0", "blame/0/2", "blame/0", "else"] {
                #expect(answer("/api/runs/0/past/40/\(path)").status == 404, "\(path)")
            }
        }
    }

    @Test("the updates of a value are told as sentences, the latest first")
    func blame() async throws {
        try await withRun { folder in
            page.put([folder.read()], policies: [.ready(Self.policy("d", value: 1, past: .ready(Self.past)))])
            let text = await made("/api/runs/0/past/40/blame/0/1")
            #expect(text.contains(#""subject":"State 0 (row 0), action b""#) && text.contains("checked up to 40"))
            let lines = Self.story(40).lines
            #expect(lines.map(\.step) == [40, 40] && lines.map(\.after) == ["2", "1"])
            #expect(
                lines[0].words == "Lane 7 did b here and got -1, then came to state 1 (row 1), worth 2.5. "
                    + "The target was 3, 2 above the value; α = 0.5 of that was taken."
            )
            #expect(lines[1].words.hasPrefix("Lane 7 did b here and got -1; there it ended. The target was 2,"))
        }
    }

    @Test("what is not there is told with its reason")
    func missing() throws {
        try withFolder { folder in
            page.put([folder.read()], policies: [.ready(Self.policy("d", value: 1))])
            #expect(answer("/api/runs/0/past").text.contains("not now"))
            #expect(answer("/api/runs/0/past/3").text.contains("not now"))
            #expect(answer("/api/runs/0/life").text.contains(#""events":[]"#))
        }
    }
}
