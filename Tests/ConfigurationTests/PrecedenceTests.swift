import Configuration
import Testing

@Suite("Arguments before variables before the file before defaults")
struct PrecedenceTests {
    private static let file = """
        steps: 1e6
        checkpoint-every: 30s
        wait: 5
        train:
          steps: 2000
          replay: [a, b c]
        """

    private func origin(_ key: String, _ effective: EffectiveConfiguration) -> EffectiveConfiguration.Origin? {
        effective.settings.first { $0.key == key }?.origin
    }

    private func values(_ key: String, _ effective: EffectiveConfiguration) -> [String]? {
        effective.settings.first { $0.key == key }?.values
    }

    @Test("each setting comes from the first place that has it")
    func order() throws {
        let effective = try TestTree.effective(
            ["train", "maze", "--config", "run.yaml", "--quiet", "--steps=7"],
            environment: ["SHARDQ_STEPS": "9", "SHARDQ_CHECKPOINT_EVERY": "4", "HOME": "/"],
            file: Self.file
        )
        #expect(
            effective.arguments == [
                "train", "--checkpoint-every=4", "--replay=a", "--replay=b c", "maze", "--quiet", "--steps=7",
            ]
        )
        #expect(origin("scenario", effective) == .argument("argument"))
        #expect(origin("steps", effective) == .argument("--steps") && values("steps", effective) == ["7"])
        #expect(origin("checkpoint-every", effective) == .variable("SHARDQ_CHECKPOINT_EVERY"))
        #expect(origin("broker", effective) == .standard && values("broker", effective) == ["memory"])
        #expect(values("replay", effective) == ["a", "b c"])
    }

    @Test("a section counts before what stands at the top, and only for its command")
    func sections() throws {
        let train = try TestTree.effective(["train", "maze", "--config", "run.yaml"], file: Self.file)
        #expect(train.arguments.contains("--steps=2000"))
        let worker = try TestTree.effective(["worker", "--config", "run.yaml"], file: Self.file)
        #expect(worker.arguments == ["worker", "--wait=5"])
    }

    @Test("the file that a variable names is read, unless an argument names one")
    func fileVariable() throws {
        let environment = ["SHARDQ_CONFIG": "/no/such/file"]
        #expect(throws: ConfigurationFailure.self) { try TestTree.effective(["worker"], environment: environment) }
        let effective = try TestTree.effective(
            ["worker", "--config", "run.yaml"],
            environment: environment,
            file: "wait: 8"
        )
        #expect(effective.arguments == ["worker", "--wait=8"])
    }

    @Test("flags are true or false, and a pair such as --evaluation and --no-evaluation is one setting")
    func flags() throws {
        let file = "quiet: true\nevaluation: false\nscenario: maze"
        let effective = try TestTree.effective(["train", "--config", "run.yaml"], file: file)
        #expect(effective.arguments == ["train", "maze", "--quiet", "--no-evaluation"])
        let overruled = try TestTree.effective(
            ["train", "--evaluation", "--config", "run.yaml"],
            environment: ["SHARDQ_QUIET": "0"],
            file: file
        )
        #expect(overruled.arguments == ["train", "maze", "--evaluation"])
        #expect(throws: ConfigurationFailure.self) {
            try TestTree.effective(["train", "--config", "run.yaml"], file: "quiet: maybe")
        }
    }

    @Test("short flags and what stands behind -- count as given")
    func shapes() throws {
        let effective = try TestTree.effective(
            ["train", "-q", "--", "maze"],
            environment: ["SHARDQ_SCENARIO": "traffic", "SHARDQ_QUIET": "false"]
        )
        #expect(effective.arguments == ["train", "-q", "--", "maze"])
    }

    @Test("a variable that the program reads by itself wins over the file and is not shown")
    func ownVariable() throws {
        let environment = ["SHARDQ_BROKER": "amqp://eve:hunter2@host", "SHARDQ_AMQP_PASSWORD": "hunter2"]
        let file = "broker: amqp://other"
        let worker = try TestTree.effective(["worker", "--config", "run.yaml"], environment: environment, file: file)
        #expect(worker.arguments == ["worker"])
        #expect(origin("broker", worker) == .variable("SHARDQ_BROKER"))
        #expect(!worker.text(program: "prog").contains("hunter2"))
        // Where the option has a default, the variable is only for those who ask for it.
        let train = try TestTree.effective(["train", "--config", "run.yaml"], environment: environment, file: file)
        #expect(train.arguments == ["train", "--broker=amqp://other"])
    }

    @Test("an empty variable, no command, and a call for help leave everything as it is")
    func untouched() throws {
        let environment = ["SHARDQ_WAIT": "5"]
        #expect(try TestTree.effective(["worker"], environment: ["SHARDQ_WAIT": ""]).arguments == ["worker"])
        #expect(try TestTree.effective(["--version"], environment: environment).arguments == ["--version"])
        #expect(try TestTree.effective([], environment: environment).arguments == [])
        let help = ["worker", "--help"]
        #expect(try TestTree.effective(help, environment: environment).arguments == help)
    }

    @Test("commands below commands have their settings")
    func nested() throws {
        let file = "table:\n  export:\n    format: json"
        let effective = try TestTree.effective(["table", "export", "x", "--config", "run.yaml"], file: file)
        #expect(effective.command == ["table", "export"])
        #expect(effective.arguments == ["table", "export", "--format=json", "x"])
    }

    @Test("positional arguments keep their order, wherever they come from")
    func positionals() throws {
        let environment = ["SHARDQ_TARGET": "b"]
        let one = try TestTree.effective(["table", "export", "a", "--format", "x"], environment: environment)
        #expect(one.arguments == ["table", "export", "a", "--format", "x", "--", "b"])
        let both = try TestTree.effective(
            ["table", "export", "--config", "run.yaml"],
            environment: environment,
            file: "folder: a"
        )
        #expect(both.arguments == ["table", "export", "a", "b"])
    }
}
