internal import Foundation
internal import Testing

/// A scenario whose world can be neither written down nor put back.
@Suite("A run of a plant", .serialized)
struct PlantTests {
    private static func plant(_ steps: Int) -> [String] {
        ["synthetic", "--plant", "1", "--steps", "\(steps)", "--lanes", "64", "--quiet", "--json"]
    }

    @Test("kept by the log ends in the undisturbed digest when workers and broker are killed", .timeLimit(.minutes(5)))
    func killedNodeAndWorkers() async throws {
        try await LongEnough.run(steps: 400_000) { steps, folder in
            let log = ["--durability", "log", "--checkpoint-every", "0.3s", "--verbose", "--output", folder.path]
            let train = Node(try Program.start(["train"] + Self.plant(steps) + log + ["--broker", "local"]))
            defer { train.end() }
            try await train.underWay(after: "checkpoint written")
            for child in train.children where !RecoveryTests.isGuardian(child) { kill(child, SIGKILL) }
            let result = try RecoveryTests.object(try await train.wait())
            try LongEnough.require(result["rollbacks"] as? Int ?? 0 >= 1, "no loss was felt")
            let undisturbed = try RecoveryTests.object(
                await Program.run(["train"] + Self.plant(steps) + ["--broker", "none"])
            )
            #expect(result["tableDigest"] as? String == undisturbed["tableDigest"] as? String)
        }
    }

    @Test(
        "is refused where it would have to be put back, with what to do",
        arguments: [
            (["--broker", "memory"], "--durability log"),
            (["--broker", "none", "--output", "{folder}", "--checkpoint-every", "5"], "leave it out"),
            (
                ["--broker", "memory", "--durability", "log", "--output", "{folder}", "--resume-or-start"],
                "begin it anew"
            ),
        ]
    )
    func refusals(_ options: [String], remedy: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("plant-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let options = options.map { $0 == "{folder}" ? folder.path : $0 }
        let result = try await Program.run(["train"] + Self.plant(1000) + options)
        #expect(result.exitCode == 64 && result.error.contains(remedy), "\(result.error)")
    }
}
