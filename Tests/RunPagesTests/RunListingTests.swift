import Foundation
import Provenance
import RunPages
import Testing

@Suite("A list of runs in a terminal")
struct RunListingTests {
    private func withRuns(_ count: Int, named name: (Int) -> String, _ body: ([RunSnapshot]) throws -> Void) throws {
        try withFolder { folder in
            for number in 1...count {
                let path = "\(folder.path)/\(name(number))"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                let policy = #"""
                    {"tableDigest": "digest\#(number)abcdef", "policy": {"seed": \#(number), "plannedSteps": 8000512,
                     "scenario": {"name": "x", "settings": {"slip": \#(number % 2), "same": 1}}}}
                    """#
                try Data(policy.utf8).write(to: URL(fileURLWithPath: path + "/policy.json"))
                let outcome = #"""
                    {"title": "t", "warnings": [], "controllers": {"learned": {"delay": {"unit": "s", "mean": \#(number),
                     "lower": 0.5, "upper": 1.5, "values": [1, 2]}}}, "differences": [{"controller": "learned", "baseline": "b",
                     "metric": "delay", "unit": "s", "mean": 1, "lower": 0, "upper": 2, "verdict": "undecided"}]}
                    """#
                try Data(outcome.utf8).write(to: URL(fileURLWithPath: path + "/evaluation.json"))
            }
            try body(folder.runs.map { $0.read() })
        }
    }

    @Test("has a row for each run, and each value of a setting that differs with those that have it")
    func rows() throws {
        try withRuns(3, named: { "run-\($0)" }) { runs in
            let lines = RunListing(runs).text(width: 80).split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines[0] == "run    state       steps  delay [s]     digest")
            #expect(lines[2] == "run-2  unrecorded  –      2.00 ± 0.500  digest2a")
            #expect(
                lines[4...] == [
                    "", "They differ in", "  seed 1: run-1; 2: run-2; 3: run-3", "  slip 1: run-1, run-3; 0: run-2",
                ]
            )
        }
    }

    @Test("no line is longer than the terminal is wide, however long names are", arguments: [20, 40, 80, 200])
    func width(_ width: Int) throws {
        let long = String(repeating: "long-name-", count: 20)
        try withRuns(12, named: { "\(long)\($0)" }) { runs in
            for line in RunListing(runs).text(width: width).split(separator: "\n") {
                #expect(line.count <= width, "\(line)")
            }
        }
    }

    @Test("a name cannot move the cursor of a terminal")
    func controlCharacters() throws {
        try withRuns(1, named: { "a\u{1B}[2Jb\($0)" }) { runs in
            let text = RunListing(runs).text(width: 80)
            #expect(text.contains("a?[2Jb1") && !text.contains("\u{1B}"))
        }
    }

    @Test("the same as objects has every setting and every figure of what was learned")
    func json() throws {
        try withRuns(2, named: { "run-\($0)" }) { runs in
            let json = RunListing(runs).json
            let objects = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
            #expect(objects.count == 2 && (objects[1]["settings"] as? [String: String])?["seed"] == "2")
            #expect(((objects[1]["evaluation"] as? [String: [String: Any]])?["delay"]?["mean"] as? Double) == 2)
        }
    }
}
