import Configuration
import Testing

@Suite("A command that chooses among its subcommands")
struct ChoiceTests {
    @Test(
        "takes the choice from wherever it stands among the arguments",
        arguments: [
            (["walk", "--steps", "5"], ["walk", "--steps", "5"]),
            (["--steps", "5", "walk"], ["walk", "--steps", "5"]),
            (["--steps=5", "-q", "walk", "--slip", "0"], ["walk", "--steps=5", "-q", "--slip", "0"]),
            (["--quiet", "--", "walk"], ["walk", "--quiet", "--"]),
            (["--steps", "walk", "walk"], ["walk", "--steps", "walk"]),
            // What nobody knows is left to the parser, which says so.
            (["--stpes", "5", "walk"], ["walk", "--stpes", "5"]), (["--stpes", "5"], ["plain", "--stpes", "5"]),
            (["--resume", "walk"], ["plain", "--resume", "walk"]), ([], ["plain"]),
        ]
    )
    func places(_ arguments: [String], _ effective: [String]) throws {
        #expect(try TestTree.effective(["measure"] + arguments).arguments == ["measure"] + effective)
    }

    @Test("takes it from a variable or the file, with arguments first, and shows where it comes from")
    func origins() throws {
        let file = "measure:\n  scenario: drive\n  walk:\n    slip: 0.5\n  drive:\n    rows: 3\n"
        let ofFile = try TestTree.effective(["measure", "--steps", "5", "--config", "run.yaml"], file: file)
        #expect(ofFile.arguments == ["measure", "drive", "--rows=3", "--steps", "5"])
        #expect(ofFile.command == ["measure"] && ofFile.settings.first?.key == "scenario")
        #expect(ofFile.settings.first?.values == ["drive"])
        let ofVariable = try TestTree.effective(
            ["measure", "--config", "run.yaml"],
            environment: ["SHARDQ_SCENARIO": "walk"],
            file: file
        )
        #expect(ofVariable.arguments == ["measure", "walk", "--slip=0.5"])
        let ofArgument = try TestTree.effective(
            ["measure", "drive", "--config", "run.yaml"],
            environment: ["SHARDQ_SCENARIO": "walk"],
            file: file
        )
        #expect(ofArgument.arguments == ["measure", "drive", "--rows=3"])
        #expect(ofArgument.settings.first?.origin == .argument("argument"))
    }

    @Test(
        "refuses a choice that there is not, with the nearest that there is",
        arguments: [
            (["measure", "wlak"], nil as String?, "'wlak' is no scenario; did you mean 'walk'?"),
            (["measure", "plain"], nil, "'plain' is no scenario"),
            (
                ["measure", "--config", "run.yaml"], "scenario: drvie",
                ":1: 'drvie' is no scenario; did you mean 'drive'?"
            ),
        ]
    )
    func unknown(_ arguments: [String], _ file: String?, _ sentence: String) throws {
        let failure = #expect(throws: ConfigurationFailure.self) { try TestTree.effective(arguments, file: file) }
        #expect(
            failure?.description.contains(sentence) == true && failure?.isUsage == true,
            "\(failure?.description ?? "")"
        )
        #expect(failure?.description.contains("there are walk, drive") == true)
    }

    @Test("refuses what belongs to another choice, whether it is an argument, a variable or a line of the file")
    func foreign() throws {
        let failures = [
            #expect(throws: ConfigurationFailure.self) { try TestTree.effective(["measure", "walk", "--rows", "3"]) },
            #expect(throws: ConfigurationFailure.self) {
                try TestTree.effective(["measure", "walk"], environment: ["SHARDQ_ROWS": "3"])
            },
            #expect(throws: ConfigurationFailure.self) {
                try TestTree.effective(["measure", "walk", "--config", "run.yaml"], file: "steps: 5\nrows: 3\n")
            },
        ]
        for failure in failures {
            #expect(failure?.foreign?.option == "--rows" && failure?.foreign?.values == ["3"])
            #expect(failure?.foreign?.owners == ["drive"] && failure?.foreign?.chosen == "walk")
        }
        // Where nothing is chosen there is no owner that could be meant, and what else is set tells what was.
        let none = #expect(throws: ConfigurationFailure.self) {
            try TestTree.effective(["measure", "--resume", "x", "--rows", "3"])
        }
        #expect(none?.foreign?.chosen == nil && none?.foreign?.set == ["resume"])
        let hidden = #expect(throws: ConfigurationFailure.self) {
            try TestTree.effective(["measure", "walk", "--resume", "x"])
        }
        #expect(hidden?.foreign?.owners == [] && hidden?.foreign?.values == ["x"])
    }

    @Test("leaves alone what is set for every command and is meant for one that chooses nothing")
    func shared() throws {
        let file = "run: grid\nsteps: 5\n"
        let walk = try TestTree.effective(["measure", "walk", "--config", "run.yaml"], file: file)
        #expect(walk.arguments == ["measure", "walk", "--steps=5"])
        let variable = try TestTree.effective(["measure", "walk"], environment: ["SHARDQ_RUN": "grid"])
        #expect(variable.arguments == ["measure", "walk"])
        // What is set for this command alone is meant for it.
        #expect(throws: ConfigurationFailure.self) { try TestTree.effective(["measure", "walk", "--run", "grid"]) }
        #expect(throws: ConfigurationFailure.self) {
            try TestTree.effective(["measure", "walk", "--config", "run.yaml"], file: "measure:\n  run: grid\n")
        }
        // No other command has this one.
        #expect(throws: ConfigurationFailure.self) {
            try TestTree.effective(["measure", "walk"], environment: ["SHARDQ_RESUME": "x"])
        }
    }

    @Test("leaves alone what is set for the others in their own sections, and flags that are off")
    func sections() throws {
        let file = "night: false\nmeasure:\n  drive:\n    rows: 3\n"
        let effective = try TestTree.effective(["measure", "walk", "--config", "run.yaml"], file: file)
        #expect(effective.arguments == ["measure", "walk"])
    }

    @Test("a choice that help does not list can be made by whoever knows of it")
    func hidden() throws {
        let arguments = ["measure", "plain", "--resume", "runs/a"]
        let effective = try TestTree.effective(arguments, listing: "plain")
        #expect(effective.settings.first { $0.key == "resume" }?.values == ["runs/a"])
        #expect(throws: ConfigurationFailure.self) { try TestTree.effective(arguments) }
    }
}
