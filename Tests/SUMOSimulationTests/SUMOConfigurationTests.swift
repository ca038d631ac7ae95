import Evaluation
import Foundation
import SUMOSimulation
import Scenarios
import TabularLearning
import Testing

@Suite("What a SUMO configuration sets", .enabled(if: SampleNetwork.isInstalled), .serialized)
struct SUMOConfigurationTests {
    private let user: ConfiguredNetwork

    init() throws { user = try ConfiguredNetwork("of a user") }

    private func figures(_ scenario: SUMOScenario, _ name: String = "greedy", seconds: Int = 150) throws -> SUMOMetrics
    {
        let evaluation = try SUMOEvaluation(scenario: scenario, seeds: [1], seconds: seconds)
        guard name != "stock" else { return try evaluation.run(.stock, seed: 1) }
        return try evaluation.run(.controller(evaluation.classical(websterGreens: []).named(name)), seed: 1)
    }

    @Test("times as text, samples, names, formats, another client and outputs change no figure and write no file")
    func inherited() throws {
        let outputs = """
            <additional>
            <inductionLoop id="l" lane="left0A0_0" pos="50" period="60" file="loop.xml"/>
            <edgeData id="e" file="edges.xml" period="60"/>
            <timedEvent type="SaveTLSStates" source="A0" dest="lights.xml"/>
            </additional>
            """
        try user.write(outputs, to: "watch it.add.xml")
        let options = """
            <H value="yes"/><precision value="0"/><output-prefix value="run1_"/><num-clients v="2"/>
            <device.tripinfo.probability value="0.2"/><device.tripinfo.deterministic value="true"/>
            <summary value="summary.xml"/><tripinfo value="mine.xml"/><fcd-output value="where.xml"/>
            <statistic-output value="sums.xml"/><error-log value="errors.txt"/><log value="log.txt"/>
            <save-state.times value="50"/><save-state.files value="state.xml"/><save-state.period value="20"/>
            <max-num-teleports value="0"/><time-to-teleport value="5"/><time-to-teleport.highways value="5"/>
            """
        let plain = try figures(try user.scenario())
        let other = try user.scenario(options, additional: "watch%20it.add.xml")
        let before = try FileManager.default.contentsOfDirectory(atPath: user.folder.path).sorted()
        #expect(try figures(other) == plain)
        #expect(try FileManager.default.contentsOfDirectory(atPath: user.folder.path).sorted() == before)
        // Some vehicles by name are a sample too.
        #expect(try figures(try user.scenario("<device.tripinfo.explicit value=\"f0.1\"/>")) == plain)
    }

    @Test("vehicles that would give up before they enter are waited for")
    func impatient() throws {
        try user.writeFlow(("top0A0", "A0bottom0"), perHour: 2400)
        let patient = try figures(try user.scenario(), "stock")
        #expect(patient.delay > 0)
        #expect(try figures(try user.scenario("<max-depart-delay value=\"3\"/>"), "stock") == patient)
    }

    @Test(
        "what cannot be overridden is refused with its name and the reason",
        arguments: [
            ("<mesosim value=\"true\"/>", "mesosim to true: a mesoscopic simulation has no lanes"),
            ("<tls.all-off value=\"on\"/>", "tls.all-off to on: lights that are off"),
            ("<step-length value=\"0.3\"/>", "step-length to 0.3: lights change at whole seconds"),
        ]
    )
    func refused(_ option: String, _ reason: String) throws {
        let failure = #expect(throws: SUMOFailure.self) { try user.scenario(option) }
        #expect(failure?.code == .badInput)
        #expect(failure?.description.contains(reason) == true)
    }

    @Test("steps that divide a second are fine, others are not, and only what is set is overridden")
    func options() throws {
        for step in ["1", "0.5", "0.1", "0.25"] { try SUMOConfiguration(["step-length": step]).check() }
        for step in ["2", "0.3", "0.7", "0", "-1"] {
            #expect(throws: SUMOFailure.self) { try SUMOConfiguration(["step-length": step]).check() }
        }
        #expect(SUMOConfiguration(["begin": "60", "threads": "2"]).overrides(journeys: nil).isEmpty)
        let formats = ["output.format": "csv", "personinfo-output": "p.xml", "tripinfo-output": "t.xml"]
        #expect(
            SUMOConfiguration(formats).overrides(journeys: "j.xml")
                == ["--output.format", "xml", "--personinfo-output", "j.xml"]
        )
        #expect(SUMOConfiguration(["device.ssm.file": "x"]).overrides(journeys: nil) == ["--device.ssm.file", "NUL"])
    }

    @Test("a vehicle type that declines to have its journey written is found out")
    func declined() throws {
        let type = "<vType id=\"t\"><param key=\"has.tripinfo.device\" value=\"false\"/></vType>"
        let flows = ["", "type=\"t\""].enumerated().map { index, type in
            "<flow id=\"f\(index)\" \(type) begin=\"0\" end=\"3600\" from=\"left0A0\" to=\"B0right0\" vehsPerHour=\"200\"/>"
        }
        try user.write("<routes>\(type)\(flows.joined())</routes>", to: "grid.rou.xml")
        let other = try user.scenario()
        let failure = #expect(throws: SUMOFailure.self) { try figures(other, "stock") }
        #expect(failure?.description.contains("journeys of") == true)
    }

    @Test("vehicles that come after the end of a run are none")
    func late() throws {
        try user.writeFlow(from: 7000, perHour: 200)
        let other = try user.scenario()
        let failure = #expect(throws: SUMOFailure.self) { try figures(other, "stock", seconds: 60) }
        #expect(failure?.description.hasPrefix("no vehicle wanted to enter") == true)
    }

    /// A program and a switch to it at a second.
    private func switching(at second: Int) -> String {
        let night = user.program(of: "A0", user.sample.network.signals[0].phases.map(\.state), named: "night")
        return """
            <additional>\(night)
            <WAUT id="w" startProg="0" refTime="0"><wautSwitch time="\(second)" to="night"/></WAUT>
            <wautJunction wautID="w" junctionID="A0"/></additional>
            """
    }

    @Test("a light that somebody else switches ends evaluation and training, with its name and the second")
    func outOfControl() throws {
        try user.write(switching(at: 40), to: "plan B.add.xml")
        // The same file as SUMO accepts it: by a synonym, with an escaped blank, through an entity.
        let head = "<!DOCTYPE configuration [<!ENTITY plan \"plan B\">]>"
        for name in ["plan%20B.add.xml", "plan B.add.xml"] {
            let other = try user.scenario("", additional: name)
            let failure = #expect(throws: SUMOFailure.self) { try figures(other) }
            #expect(failure?.code == .outOfControl)
            #expect(
                failure?.description.hasPrefix("light 'A0' is out of control at second 41: it follows program 'night'")
                    == true
            )
            #expect(try figures(other, "stock").trips.entered > 0)
        }
        try user.write(
            "\(head)<configuration><n v=\"grid.net.xml\"/><r v=\"grid.rou.xml\"/><a v=\"&plan;.add.xml\"/></configuration>",
            to: "entity.sumocfg"
        )
        var other = user.sample
        other.input = SUMOInput(network: user.path("entity.sumocfg"))
        var environment = try other.makeEnvironment(replicas: 0..<1, seed: 1)
        var batch = StepBatch()
        environment.begin(&batch)
        let failure = #expect(throws: EnvironmentFailure.self) {
            for _ in 0..<20 {
                try environment.step(
                    batch.queries.masks.prefix(batch.decisionCount).map { UInt8($0.trailingZeroBitCount) },
                    &batch
                )
            }
        }
        #expect(failure?.description.contains("light 'A0' is out of control at second 45") == true)
    }
}
