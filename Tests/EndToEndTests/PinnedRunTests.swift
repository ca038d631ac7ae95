import Foundation
import Testing

/// What must not change: runs whose digests were written down, and files that a release has written.
@Suite("What was pinned stays")
struct PinnedRunTests {
    /// A run and the digest it ends in.
    struct Pin: Sendable, CustomTestStringConvertible {
        let digest: String
        let arguments: [String]
        var testDescription: String { arguments.joined(separator: " ") }

        /// A line of the table: a digest, then arguments.
        init(_ line: Substring) {
            let words = line.split(separator: " ").map {
                $0.replacingOccurrences(of: "{root}", with: PinnedRunTests.root.path)
            }
            digest = words.first ?? ""
            arguments = Array(words.dropFirst())
        }
    }

    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let fixtures = root.appendingPathComponent("Tests/Fixtures")

    static let pins: [Pin] = {
        let table = fixtures.appendingPathComponent("pinned-digests.txt")
        let text = (try? String(contentsOf: table, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { Pin($0) }
    }()

    @Test("the table of digests has every scenario that learns without other programs")
    func table() {
        let scenarios: Set = ["maze", "synthetic", "traffic", "junction", "routing"]
        #expect(Set(Self.pins.compactMap(\.arguments.first)) == scenarios)
        #expect(Self.pins.count > 12)
    }

    @Test("a run ends in the digest that was written down", arguments: pins)
    func digest(_ pin: Pin) async throws {
        let layout = pin.arguments.contains("--broker") ? [] : ["--broker", "none"]
        #expect(try await LayoutDigestTests.digest(pin.arguments, layout) == pin.digest)
    }

    @Test(
        "a policy folder of the first release can be read, and its evaluation ends in the figures of its report",
        arguments: [
            ("maze", "485c52031c53b5db0bc43fc1f3102513b78979d6280b364dd5f2b46e6a1964c7", []),
            (
                "traffic", "af5dcf9f46e3434971495c30e27a5206e0823310ac9a3f63458086c5e5d40c5a",
                ["--controllers", "fixed", "--seeds", "2"]
            ),
        ]
    )
    func policy(_ scenario: String, _ digest: String, _ options: [String]) async throws {
        let folder = Self.fixtures.appendingPathComponent("first-release/\(scenario)")
        #expect(try await Program.run(["table", "digest", folder.path]).output == "\(digest)\n")
        #expect(try await Program.run(["table", "show", folder.path]).exitCode == 0)
        try await Program.withFolder { output in
            let arguments = ["evaluate", scenario, "--policy", folder.path, "--output", output.path] + options
            let result = try await Program.run(arguments)
            #expect(result.exitCode == 0, "\(result.error)")
            for folder in [folder, output] {
                #expect(try Self.figures(in: folder)["scenario"] as? String == scenario)
            }
            let (then, now) = (try Self.figures(in: folder), try Self.figures(in: output))
            for part in ["scenario", "seeds", "title"] {
                #expect(try #require(then[part] as? NSObject) == now[part] as? NSObject, "\(part)")
            }
            let differences = try [then, now].map { try #require($0["differences"] as? [[String: NSObject]]) }
            let isOne = (then["seeds"] as? [NSObject])?.count == 1
            #expect(differences[0].map { isOne ? Self.withoutInterval($0) : $0 } == differences[1])
            // Later releases may measure more; what was measured stays.
            let controllers = try [then, now].map {
                try #require($0["controllers"] as? [String: [String: [String: NSObject]]])
            }
            #expect(Set(controllers[0].keys) == Set(controllers[1].keys))
            for (name, metrics) in controllers[0] {
                for (metric, figure) in metrics {
                    let isOne = (figure["values"] as? [NSObject])?.count == 1
                    let kept = isOne ? Self.withoutInterval(figure) : figure
                    #expect(controllers[1][name]?[metric] == kept, "\(name): \(metric)")
                }
            }
            // The curve of the training, which `learning.json` keeps, is in the report.
            let pages = try [folder, output].map {
                try String(contentsOf: $0.appendingPathComponent("evaluation.md"), encoding: .utf8)
            }
            #expect(pages[0].contains("Training of learned"))
            // The first table may have got columns, and the sentence below it names; everything else stays.
            let heads = ["| learned against", "Training of learned"]
            let kept = pages[0].split(separator: "\n").drop { line in !heads.contains { line.hasPrefix($0) } }
            #expect(kept.count > 3)
            let lines = Set(pages[1].split(separator: "\n").map(String.init))
            // One exact value has no interval; the first release printed one of no width.
            let expected = kept.map { String($0).replacing("        0 … 0 |", with: "            – |") }
            for line in expected { #expect(lines.contains(line), "\(line)") }
        }
    }

    /// The first release wrote an interval of no width for a single value.
    private static func withoutInterval(_ figure: [String: NSObject]) -> [String: NSObject] {
        figure.filter { !["lower", "upper"].contains($0.key) }
    }

    @Test("a policy of the first release is what the same run learns today")
    func sameRun() async throws {
        let release = Self.fixtures.appendingPathComponent("first-release")
        try await Program.withFolder { folder in
            let arguments = ["train", "synthetic", "--states", "16", "--steps", "2000", "--broker", "none"]
            let result = try await Program.run(arguments + ["--no-evaluation", "--output", folder.path])
            #expect(result.exitCode == 0, "\(result.error)")
            for name in ["action-values.npy", "visit-counts.npy", "learning.json"] {
                let then = try Data(contentsOf: release.appendingPathComponent("synthetic/\(name)"))
                #expect(try Data(contentsOf: folder.appendingPathComponent(name)) == then, "\(name)")
            }
            // The names of states and actions have come since; everything else stays.
            func manifest(in folder: URL) throws -> NSMutableDictionary {
                let data = try Data(contentsOf: folder.appendingPathComponent("policy.json"))
                return try #require(
                    try JSONSerialization.jsonObject(with: data, options: .mutableContainers) as? NSMutableDictionary
                )
            }
            let now = try manifest(in: folder)
            #expect(now["space"] != nil)
            now["space"] = nil
            #expect(now == (try manifest(in: release.appendingPathComponent("synthetic"))))
        }
    }

    private static func figures(in folder: URL) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appendingPathComponent("evaluation.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}
