import Foundation
import Testing

@Suite("Evaluate")
struct EvaluateTests {
    /// A small problem: four junctions, ten minutes, two seeds.
    private static let small = [
        "evaluate", "traffic", "--rows", "2", "--columns", "2", "--seconds", "600", "--seeds", "2",
    ]

    private static let documentation: String = {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return (try? String(contentsOf: root.appendingPathComponent("docs/cli.md"), encoding: .utf8)) ?? ""
    }()

    @Test("classical controllers are compared without a policy, with tables, data, pictures and one page")
    func baselines() async throws {
        try await Program.withFolder { folder in
            let output = folder.appendingPathComponent("it's new").path
            let result = try await Program.run(Self.small + ["--output", output])
            #expect(result.exitCode == 0, "\(result.error)")
            for name in ["fixed", "webster", "actuated", "sotl", "longest-queue", "greedy", "max-pressure"] {
                #expect(result.output.contains("\n\(name) "))
            }
            #expect(result.output.contains("violations"))
            for file in ["report.html", "evaluation.md", "evaluation.tex", "evaluation.csv", "evaluation.json"] {
                #expect(FileManager.default.fileExists(atPath: output + "/" + file), "\(file)")
            }
            let charts = try FileManager.default.contentsOfDirectory(atPath: output + "/charts")
            for name in ["delay-by-controller", "queue-over-time", "time-space-fixed", "network-fixed"] {
                #expect(charts.contains("\(name).csv") && charts.contains("\(name).json"), "\(name)")
            }
            let page = try String(contentsOfFile: output + "/report.html", encoding: .utf8)
            #expect(!page.contains("http:") && !page.contains("https:") && !page.contains("src="))
            #expect(page.contains("--seconds 600") && page.contains("shardq 0.1.0"))
        }
    }

    @Test("without gnuplot everything but pictures of pixels is there, and one line says how to get them")
    func withoutGnuplot() async throws {
        try await Program.withFolder { folder in
            let arguments = Self.small + ["--controllers", "fixed", "--output", folder.path]
            let result = try await Program.run(arguments, environment: ["PATH": "/nowhere"])
            #expect(result.exitCode == 0)
            #expect(result.errorLines.count == 1 && result.error.contains("install gnuplot"))
            let charts = try FileManager.default.contentsOfDirectory(
                atPath: folder.appendingPathComponent("charts").path
            )
            for form in ["csv", "json", "svg", "pdf"] { #expect(charts.contains("queue-over-time.\(form)")) }
            #expect(!charts.contains { $0.hasSuffix(".png") })
        }
    }

    @Test("the object of --json has the documented keys")
    func result() async throws {
        let result = try await Program.json(
            Self.small + ["--controllers", "fixed,max-pressure", "--fail-unless", "max-pressure <= 10 * fixed"]
        )
        let controllers = try #require(result["controllers"] as? [String: [String: [String: Any]]])
        #expect(Set(controllers.keys) == ["fixed", "max-pressure"])
        let delay = try #require(controllers["fixed"]?["delay"])
        let differences = try #require(result["differences"] as? [[String: Any]])
        let conditions = try #require(result["conditions"] as? [[String: Any]])
        #expect((differences.count, conditions.count) == (1, 1))
        #expect(conditions[0]["holds"] as? Bool == true)
        for key in [result.keys, delay.keys, differences[0].keys, conditions[0].keys].joined() {
            #expect(Self.documentation.contains("`\(key)`"), "docs/cli.md does not name \(key)")
        }
    }

    @Test("a condition that does not hold is exit code 3, with the figures that decided")
    func conditions() async throws {
        let arguments = Self.small + ["--controllers", "fixed,greedy"]
        let failed = try await Program.run(
            arguments + ["--fail-unless", "greedy <= fixed", "--fail-unless", "gridlocks(greedy) < 0"]
        )
        #expect(failed.exitCode == 3)
        #expect(failed.output.contains("greedy"))
        #expect(failed.error.contains("gridlocks(greedy) < 0: gridlocks 0 against 0: does not hold"))
        let held = try await Program.run(arguments + ["--fail-unless", "violations(greedy) <= 0"])
        #expect(held.exitCode == 0)
        #expect(held.error.contains(": holds"))
    }

    @Test(
        "what makes no sense is refused before anything is run",
        arguments: [
            (["--fail-unless", "fixed"], "there is no <= or <"),
            (["--fail-unless", "fixed <= learned"], "no contender learned"),
            (["--fail-unless", "speed(fixed) <= 1"], "no metric speed"),
            (["--controllers", "fixed,max-presure"], "did you mean max-pressure?"),
            (["--controllers", "fixed,fixed"], "fixed twice"), (["--controllers", "learned"], "--policy brings"),
            (["--seconds", "3"], "60 seconds"), (["--seeds", "1"], "2 to 10000"), (["--rows", "0"], "rows"),
            (["--policy", "/nowhere"], "--rows comes from the policy's folder"),
        ]
    )
    func refusals(_ arguments: [String], _ reason: String) async throws {
        let result = try await Program.run(Self.small + arguments)
        #expect(result.exitCode == 64)
        #expect(result.error.contains(reason), "\(result.error)")
        #expect(result.output.isEmpty)
    }

    @Test("a learned signal policy is evaluated, explained and exported")
    func policy() async throws {
        try await Program.withFolder { folder in
            let run = folder.appendingPathComponent("run").path
            let trained = try await Program.json(
                ["train", "traffic", "--rows", "1", "--columns", "2", "--steps", "100000", "--output", run]
            )
            let learning = try #require(trained["learning"] as? [String: Any])
            #expect((learning["rows"] as? [[Any]])?.isEmpty == false)
            for key in learning.keys {
                #expect(Self.documentation.contains("`\(key)`"), "docs/cli.md does not name \(key)")
            }

            let output = folder.appendingPathComponent("evaluation").path
            let evaluated = try await Program.json(
                ["evaluate", "traffic", "--policy", run, "--seeds", "2", "--controllers", "fixed", "--output", output]
            )
            let facts = try #require((evaluated["policies"] as? [[String: Any]])?.first)
            #expect(facts["tableDigest"] as? String == trained["tableDigest"] as? String)
            for key in facts.keys {
                #expect(Self.documentation.contains("`\(key)`"), "docs/cli.md does not name \(key)")
            }
            let page = try String(contentsOfFile: output + "/report.html", encoding: .utf8)
            #expect(page.contains("learning curve"))
            #expect(page.contains(trained["tableDigest"] as? String ?? "?"))

            let show = try await Program.run(["table", "show", run, "--state", "0"]).output
            #expect(show.contains("waiting ahead [vehicle-s]") && show.contains("The fallback rule"))
            let decisions = try await Program.run(["table", "export", run, "--format", "decisions"]).output
            #expect(decisions.hasPrefix("state,phase,vehicles for north-south through"))
            #expect(decisions.contains(",east-west left,"))
            let programs = try await Program.run(["table", "export", run, "--format", "sumo"]).output
            let document = try XMLCheck(programs)
            #expect(document.count(of: "tlLogic") == 2)
            #expect(document.count(of: "phase") == 24)
        }
    }

    /// The names of a document's elements; throws where it is not well formed.
    private struct XMLCheck {
        private let names: [String]

        init(_ text: String) throws {
            let comments = text.replacing(/<!--(?s:.*?)-->/, with: "")
            try #require(!comments.contains("<!--"))
            names = comments.matches(of: /<([A-Za-z]+)[^>]*>/).map { String($0.output.1) }
            #expect(comments.count { $0 == "<" } == comments.count { $0 == ">" })
        }

        func count(of name: String) -> Int { names.count { $0 == name } }
    }
}
