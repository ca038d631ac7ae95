import Configuration
import Testing

@Suite("A setting that is none")
struct UnknownSettingTests {
    private func failure(_ file: String, _ arguments: [String] = ["train", "maze"]) -> String {
        do {
            _ = try TestTree.effective(arguments + ["--config", "run.yaml"], file: file)
            return "no failure"
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "in a file is named with its line and the nearest right spelling",
        arguments: [
            ("stpes: 5", "1: unknown key 'stpes'; did you mean 'steps'?"),
            ("steps: 1\ncheckpoint_every: 5", "2: unknown key 'checkpoint_every'; did you mean 'checkpoint-every'?"),
            ("no-evaluation: true", "1: unknown key 'no-evaluation'; did you mean 'evaluation'?"),
            ("trian:\n  steps: 5", "1: unknown section 'trian'; did you mean 'train'?"),
            ("train:\n  wait: 5", "2: unknown key 'wait' of train"),
            ("table:\n  export:\n    formt: x", "3: unknown key 'formt' of table export; did you mean 'format'?"),
            ("zebra: 1", "1: unknown key 'zebra'"),
            ("config: x", "1: unknown key 'config'"),
        ]
    )
    func unknownKey(_ file: String, _ sentence: String) {
        let failure = failure(file)
        #expect(failure.hasSuffix(sentence), "\(failure)")
    }

    @Test(
        "and what is no setting at all is said",
        arguments: [
            ("steps: [1, 2]", "takes one value"), ("steps:", "has no value"), ("- a\n- b", "key: value"),
            ("steps: 1\nsteps: 2", "steps"), ("replay: [a, [b]]", "plain values"), ("a: b: c", "not YAML"),
        ]
    )
    func malformed(_ file: String, _ words: String) {
        let failure = failure(file)
        #expect(failure.contains(words) && failure != "no failure", "\(failure)")
    }

    @Test("a positional value that looks like an option is refused")
    func disguised() {
        #expect(failure("scenario: --all", ["train"]).contains("1: '--all' is no scenario"))
    }

    @Test("an empty file sets nothing", arguments: ["", "# nothing\n", "---\n"])
    func empty(_ file: String) throws {
        let effective = try TestTree.effective(["worker", "--config", "run.yaml"], file: file)
        #expect(effective.arguments == ["worker"])
    }

    @Test("in the environment is nobody's business where Kubernetes or Docker put it there for a service of that name")
    func services() throws {
        let variables = [
            "SHARDQ_MASTER_SERVICE_HOST": "10.96.0.11", "SHARDQ_MASTER_SERVICE_PORT": "9100",
            "SHARDQ_MASTER_SERVICE_PORT_METRICS": "9100", "SHARDQ_MASTER_PORT": "tcp://10.96.0.11:9100",
            "SHARDQ_MASTER_PORT_9100_TCP": "tcp://10.96.0.11:9100", "SHARDQ_MASTER_PORT_9100_TCP_PROTO": "tcp",
            "SHARDQ_MASTER_PORT_9100_TCP_PORT": "9100", "SHARDQ_MASTER_PORT_9100_TCP_ADDR": "10.96.0.11",
            // A service called shardq-steps: the name of a setting, and none.
            "SHARDQ_STEPS_PORT": "udp://10.96.0.12:53",
        ]
        #expect(try TestTree.effective(["worker"], environment: variables).arguments == ["worker"])
        #expect(try TestTree.effective(["worker"], environment: variables).strangers == [])
        // Somebody else's, whoever that is; not a slip of the pen.
        let other = try TestTree.effective(["worker"], environment: ["SHARDQ_MASTER_PORT": "9100"])
        #expect(other.arguments == ["worker"] && other.strangers == ["SHARDQ_MASTER_PORT"])
    }

    @Test("in the environment is named with the nearest right name")
    func unknownVariable() {
        let failure = #expect(throws: ConfigurationFailure.self) {
            try TestTree.effective(["worker"], environment: ["SHARDQ_STPES": "5"])
        }
        #expect(failure?.description == "the variable SHARDQ_STPES is no setting; did you mean SHARDQ_STEPS?")
        let password = #expect(throws: ConfigurationFailure.self) {
            try TestTree.effective(["worker"], environment: ["SHARDQ_AMQP_PASWORD": "hunter2"])
        }
        #expect(password?.description.contains("SHARDQ_AMQP_PASSWORD?") ?? false)
        #expect(!(password?.description.contains("hunter2") ?? true))
    }
}
