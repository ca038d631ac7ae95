internal import Foundation
internal import Testing

/// Networks that the program learns, in one process and by several; a second or some each.
@Suite("Training networks")
struct NetworkTests {
    /// A short run of each learner.
    struct Run: Sendable, CustomStringConvertible {
        let scenario: String
        let learner: String
        let options: [String]

        var description: String { learner }

        func arguments(_ more: [String]) -> [String] {
            [scenario, "--learner", learner] + options + more
        }

        static let all = [
            Run(
                scenario: "cart-pole",
                learner: "dqn",
                options: [
                    "--steps", "500", "--warm-up", "100", "--batch", "32", "--evaluate-every", "250",
                    "--evaluation-episodes", "1", "--dueling", "--n-step", "3", "--prioritized", "0.6:0.4",
                ]
            ),
            Run(
                scenario: "cart-pole",
                learner: "a2c",
                options: ["--steps", "20000", "--evaluate-every", "10000", "--evaluation-episodes", "1"]
            ),
            Run(scenario: "pendulum", learner: "ddpg", options: continuous),
            Run(scenario: "pendulum", learner: "td3", options: continuous),
        ]

        private static let continuous = [
            "--steps", "450", "--warm-up", "200", "--batch", "32", "--hidden", "32", "--evaluate-every", "200",
            "--evaluation-episodes", "1",
        ]
    }

    private static let shown = ["--quiet", "--json"]

    private static func digest(_ result: Program.Result) throws -> String {
        try #require(try RecoveryTests.object(result)["weightsDigest"] as? String)
    }

    /// Checks that all slices of a run with workers were counted, and none of them got lost.
    private static func expectSlices(_ object: [String: Any], workers: Int) throws {
        #expect(object["workers"] as? Int == workers)
        let (theirs, here) = (object["slicesOfWorkers"] as? Int, object["slicesHere"] as? Int)
        let count = try #require(theirs) + #require(here)
        #expect(count > 0 && count.isMultiple(of: 8))
    }

    @Test(
        "ends in one digest by a thread, three threads, three workers in memory and two through RabbitMQ",
        arguments: Run.all
    )
    func layouts(_ run: Run) async throws {
        let alone = try await RecoveryTests.object(Program.run(["train"] + run.arguments(Self.shown)))
        #expect(alone["learner"] as? String == run.learner && alone["broker"] as? String == "none")
        #expect(alone["updates"] as? Int ?? 0 > 100 && alone["workers"] == nil)
        let digest = try #require(alone["weightsDigest"] as? String)
        let threads = try await Program.run(["train"] + run.arguments(Self.shown + ["--threads", "3"]))
        #expect(try Self.digest(threads) == digest)
        let memory = try await Program.run(
            ["train"] + run.arguments(Self.shown + ["--broker", "memory", "--workers", "3"])
        )
        #expect(try Self.digest(memory) == digest)
        try Self.expectSlices(RecoveryTests.object(memory), workers: 3)
        try await BrokerRun.with { broker in
            let train = try broker.startTraining(run.arguments(Self.shown + ["--workers", "2"]))
            let result = try await train.wait()
            #expect(try Self.digest(result) == digest)
            try Self.expectSlices(RecoveryTests.object(result), workers: 2)
        }
    }

    /// What a run that is met on its way has: as many steps as it takes.
    private static func long(_ steps: Int) -> [String] {
        [
            "cart-pole", "--learner", "dqn", "--steps", "\(steps)", "--warm-up", "100", "--batch", "32", "--hidden",
            "16",
            "--evaluate-every", "\(steps / 20)", "--evaluation-episodes", "1",
        ]
    }

    private static func undisturbed(_ steps: Int) async throws -> String {
        try await digest(Program.run(["train"] + long(steps) + shown))
    }

    @Test(
        "goes on without a step back when workers are killed, told to end, or asleep",
        .timeLimit(.minutes(5)),
        arguments: [SIGKILL, SIGTERM, SIGSTOP]
    )
    func lostWorkers(_ signal: Int32) async throws {
        try await LongEnough.run(steps: 4_000) { steps, _ in
            try await BrokerRun.with { broker in
                let train = try broker.startTraining(
                    Self.long(steps) + ["--json", "--workers", "2", "--answer-within", "1"]
                )
                try await train.underWay(after: "10%")
                let workers = train.children.filter { !RecoveryTests.isGuardian($0) }
                try LongEnough.require(!workers.isEmpty, "the run had ended")
                for worker in workers { kill(worker, signal) }
                let result = try await train.wait()
                let expected = try await Self.undisturbed(steps)
                #expect(try Self.digest(result) == expected)
                let words =
                    switch signal {
                    case SIGKILL: ["is gone", "takes its place"]
                    // Who is told to go is not replaced.
                    case SIGTERM: ["goes;"]
                    default: ["has not answered within"]
                    }
                for word in words {
                    try LongEnough.require(result.error.contains(word), "nobody was missed (\(word))")
                }
            }
        }
    }

    @Test(
        "is learned by workers that are started by hand, of which one goes and another comes",
        .timeLimit(.minutes(5))
    )
    func workersByHand() async throws {
        try await LongEnough.run(steps: 4_000) { steps, _ in
            try await BrokerRun.with { broker in
                let first = try broker.startWorker("a")
                let train = try broker.startTraining(
                    Self.long(steps) + ["--json", "--workers", "1", "--run", broker.name]
                )
                try await train.underWay(after: "10%")
                first.send(SIGTERM)
                let second = try broker.startWorker("b")
                let result = try await train.wait()
                let expected = try await Self.undisturbed(steps)
                #expect(try Self.digest(result) == expected)
                try LongEnough.require(result.error.contains("worker a goes;"), "nobody was missed")
                let end = try await first.wait()
                #expect(end.exitCode == 0, "\(end.error)")
                // It was let go, or has come too late.
                second.send(SIGTERM)
                let other = try await second.wait()
                #expect([0, 143].contains(other.exitCode), "\(other.error)")
            }
        }
    }

    @Test("goes on alone when its private node is killed, and ends in the same digest", .timeLimit(.minutes(5)))
    func lostBroker() async throws {
        try await LongEnough.run(steps: 4_000) { steps, _ in
            let train = Node(
                try Program.start(["train"] + Self.long(steps) + ["--json", "--broker", "local", "--workers", "2"])
            )
            defer { train.end() }
            try await train.underWay(after: "10%")
            for child in train.children where !RecoveryTests.isGuardian(child) { kill(child, SIGKILL) }
            let result = try await train.wait()
            let expected = try await Self.undisturbed(steps)
            #expect(try Self.digest(result) == expected)
            try LongEnough.require(result.error.contains("the run goes on without workers"), "no loss was felt")
        }
    }

    @Test(
        "is interrupted with workers, and goes on with others and with threads to the same digest",
        .timeLimit(.minutes(5))
    )
    func resume() async throws {
        try await LongEnough.run(steps: 4_000) { steps, folder in
            try await BrokerRun.with { broker in
                let first = try broker.startTraining(
                    Self.long(steps) + ["--output", folder.path, "--replace", "--workers", "3"]
                )
                try await first.underWay(after: "10%")
                first.send(SIGTERM)
                let interrupted = try await first.wait()
                try LongEnough.require(interrupted.exitCode != 0, "the run had ended")
                #expect(interrupted.exitCode == 143, "\(interrupted.error)")
                let second = Node(
                    try Program.start([
                        "train", "--resume", folder.path, "--broker", "memory", "--workers", "5",
                    ])
                )
                defer { second.end() }
                try await second.underWay(after: "%")
                second.send(SIGINT)
                let again = try await second.wait()
                try LongEnough.require(again.exitCode != 0, "the run had ended")
                #expect(again.exitCode == 130, "\(again.error)")
                let third = try await Program.run(["train", "--resume", folder.path, "--threads", "2"] + Self.shown)
                let expected = try await Self.undisturbed(steps)
                #expect(try Self.digest(third) == expected)
            }
        }
    }

    @Test("says how far it is, and what came of it, where nobody asked for quiet")
    func words() async throws {
        let result = try await Program.run(["train"] + Run.all[0].arguments(["--broker", "memory"]))
        #expect(result.exitCode == 0)
        #expect(result.errorLines.contains { $0.hasPrefix("50%, 250 steps, ") && $0.contains("return ") })
        #expect(result.output.hasPrefix("cart-pole: 500 steps, 404 updates, "))
        #expect(result.output.contains("weights digest ") && result.output.contains("policy digest  "))
        #expect(result.output.contains("2 workers computed 3232 slices of minibatches, this process 0"))
    }

    @Test("is not resumed under another learner's name, and refuses what a layout does not have")
    func refusals() async throws {
        try await Program.withFolder { folder in
            let run = Run.all[3]
            let trained = try await Program.run(["train"] + run.arguments(Self.shown + ["--output", folder.path]))
            #expect(trained.exitCode == 0, "\(trained.error)")
            for learner in ["ddpg", "dqn", "a2c"] {
                let result = try await Program.run(["train", "--learner", learner, "--resume", folder.path])
                #expect(result.exitCode == 64, "\(result.error)")
                #expect(result.error.contains("--learner"), "\(result.error)")
            }
        }
        let run = Run.all[0]
        for (options, word) in [
            (["--workers", "2"], "--workers 2: --broker none has no workers"),
            (["--answer-within", "2"], "--answer-within 2: --broker none has no workers"),
            (["--broker", "memory", "--threads", "2"], "--threads 2: with --broker memory workers compute"),
            (["--broker", "memory", "--workers", "0"], "--workers 0: 1 to 1024"),
            (["--broker", "memory", "--run", "one"], "--run one: workers from elsewhere need --broker amqp://HOST"),
            (
                ["--broker", "memory", "--hidden", "2048,2048"],
                "--broker memory: a message to or from a worker would have"
            ),
        ] {
            let result = try await Program.run(["train"] + run.arguments(options))
            #expect(result.exitCode == 64 && result.error.contains(word), "\(result.error)")
        }
    }
}
