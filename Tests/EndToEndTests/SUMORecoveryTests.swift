internal import Foundation
internal import Messaging
internal import Testing

private let hasSUMO = ["sumo", "netgenerate"]
    .allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }

/// A run in SUMO, whose way back into an episode is all that the episode has done so far.
@Suite("A run in SUMO", .enabled(if: hasSUMO, "apt-get install sumo"))
struct SUMORecoveryTests {
    /// Decisions of an episode of an hour, one every five seconds.
    private static let roundsOfEpisode = 720

    @Test(
        "that goes back late in an episode answers while SUMO takes its time to start, and ends in the undisturbed digest",
        .timeLimit(.minutes(5))
    )
    func lateRollback() async throws {
        try await LongEnough.run(steps: 2 * Self.roundsOfEpisode) { steps, folder in
            let gate = folder.appendingPathComponent("gate"), waiting = folder.appendingPathComponent("waiting")
            let traffic = try await Self.traffic(in: folder, steps: steps, simulator: Self.simulator(in: folder))
            try await BrokerRun.with { run in
                let kept = ["--checkpoint-every", "50", "--output", folder.appendingPathComponent("run").path]
                let train = try run.startTraining(traffic + kept + ["--metrics-port", "0", "--verbose"])
                try await train.underWay(after: "round=\(Self.roundsOfEpisode - 220)")
                try Data().write(to: gate)
                for worker in train.children where !RecoveryTests.isGuardian(worker) { kill(worker, SIGKILL) }
                try await Overdue.await("a SUMO of the way back", within: .seconds(180)) {
                    try LongEnough.require(!train.hasEnded, "the run had ended")
                    return FileManager.default.fileExists(atPath: waiting.path)
                }
                // SUMO does not begin all that time. On a busy machine an answer may take longer than the question waits.
                let address = try Self.address(in: train.errorSoFar)
                let place = "http://\(address)/healthz"
                try await Overdue.await("an answer of the master", within: .seconds(180)) {
                    try Program.start(["health", place]).wait().exitCode == 0
                }
                try FileManager.default.removeItem(at: gate)

                let result = try await RecoveryTests.object(train.wait())
                #expect(result["rollbacks"] as? Int ?? 0 >= 1)
                let undisturbed = try await RecoveryTests.object(
                    Program.run(["train"] + traffic + ["--broker", "none"])
                )
                #expect(result["tableDigest"] as? String == undisturbed["tableDigest"] as? String)
            }
        }
    }

    /// Makes a crossing with a light, vehicles for it, and the arguments of a run, one step a round.
    private static func traffic(in folder: URL, steps: Int, simulator: URL) async throws -> [String] {
        let (net, routes) = (folder.appendingPathComponent("net.xml"), folder.appendingPathComponent("routes.xml"))
        let size = ["--grid", "--grid.number", "1", "--grid.length", "200", "--grid.attach-length", "200"]
        let made = try await DedicatedThread.run(named: "netgenerate") {
            try Program.start(
                size + ["--default-junction-type", "traffic_light", "--output-file", net.path, "--no-warnings"],
                program: URL(fileURLWithPath: "/usr/bin/netgenerate")
            ).wait()
        }
        try #require(made.exitCode == 0, "\(made.error)")
        let flows = [("left0A0", "A0right0"), ("top0A0", "A0bottom0")].enumerated().map { index, ends in
            #"<flow id="\#(index)" begin="0" end="3600" from="\#(ends.0)" to="\#(ends.1)" vehsPerHour="300"/>"#
        }
        try Data("<routes>\(flows.joined())</routes>".utf8).write(to: routes)
        return [
            "traffic", "--simulator", "sumo", "--sumo-binary", simulator.path, "--net", net.path, "--routes",
            routes.path, "--steps", "\(steps)", "--lanes", "1", "--cohorts", "1", "--no-evaluation", "--quiet",
            "--json",
        ]
    }

    /// Writes a program that is SUMO, except that it does not begin while there is a file `gate`, and says so by one `waiting`.
    private static func simulator(in folder: URL) throws -> URL {
        let program = folder.appendingPathComponent("simulator")
        let text = """
            #!/bin/sh
            while [ -e '\(folder.path)/gate' ]; do touch '\(folder.path)/waiting'; sleep 0.1; done
            exec sumo "$@"
            """
        try Data(text.utf8).write(to: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        return program
    }

    /// Where a node answers, as it has said itself.
    private static func address(in text: String) throws -> String {
        let after = try #require(text.range(of: "metrics and health at http://")).upperBound
        return String(text[after...].prefix { $0 != "/" })
    }
}
