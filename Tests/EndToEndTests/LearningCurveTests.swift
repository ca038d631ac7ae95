import Foundation
import Testing

@Suite("Learning curves")
struct LearningCurveTests {
    private static let run = [
        "train", "traffic", "--rows", "1", "--columns", "2", "--steps", "400000", "--no-evaluation",
    ]

    @Test("the curve is the same in every layout and after a resume")
    func layouts() async throws {
        try await Program.withFolder { folder in
            var curves: [Data] = []
            for (name, layout) in [
                ("serial", ["--broker", "none"]), ("threads", ["--workers", "2", "--shards", "3"]),
            ] {
                let output = folder.appendingPathComponent(name)
                _ = try await Program.json(Self.run + layout + ["--output", output.path])
                curves.append(try Data(contentsOf: output.appendingPathComponent("learning.csv")))
            }
            let output = folder.appendingPathComponent("resumed")
            let checkpoints = ["--checkpoint-every", "100", "--keep-checkpoints", "1000"]
            _ = try await Program.json(Self.run + ["--output", output.path] + checkpoints)
            // As if it had been killed behind its second checkpoint.
            let names = try FileManager.default.contentsOfDirectory(atPath: output.path + "/checkpoints").sorted()
            #expect(names.count > 3)
            for name in names where name == "finished" || names.firstIndex(of: name) ?? 0 > 2 {
                try FileManager.default.removeItem(atPath: "\(output.path)/checkpoints/\(name)")
            }
            try FileManager.default.removeItem(at: output.appendingPathComponent("learning.csv"))
            _ = try await Program.json(["train", "--resume", output.path, "--no-evaluation", "--broker", "none"])
            curves.append(try Data(contentsOf: output.appendingPathComponent("learning.csv")))
            #expect(curves[0].count > 500)
            #expect(curves.allSatisfy { $0 == curves[0] })
        }
    }
}
