internal import Foundation
internal import ScenarioFiles
internal import Scenarios
internal import Testing

@Suite("Road networks in YAML")
struct RoadNetworkFileTests {
    /// The example of the documentation.
    static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../docs/examples/station-road.yaml").standardized

    private static func exampleText() throws -> String { try String(contentsOf: example, encoding: .utf8) }

    private static func message(_ text: String) -> String {
        do throws(NetworkFileError) {
            _ = try RoadNetworkFile(parsing: text, file: "net.yaml")
            return ""
        } catch {
            return error.description
        }
    }

    /// The message for the example with one piece of text replaced.
    private static func message(replacing old: String, by new: String) throws -> String {
        let text = try exampleText()
        #expect(text.contains(old))
        return message(text.replacingOccurrences(of: old, with: new))
    }

    @Test("The example of the documentation is a scenario that can be simulated")
    func exampleNetwork() throws {
        let file = try RoadNetworkFile(readingFrom: Self.example.path)
        let scenario = file.scenario
        try scenario.check()
        #expect(scenario.lanesPerReplica == 2)
        #expect(file.network.intersections.map(\.name) == ["high-street", "ring"])
        #expect(file.network.movements.count == 16)
        #expect(file.demand.periods.map(\.seconds) == [900, 900, 900, 900])
        #expect(file.demand.periods[1].entries == [450, 450, 500, 700, 900])
        let outbound = try #require(file.network.roads.first { $0.name == "station-outbound" })
        #expect(outbound.travelTime == 25)
        #expect(outbound.storage == 92, "two lanes of 46")
        let through = try #require(file.network.movements.first { $0.name == "station-west.through" })
        #expect(through.saturationFlow == 3600)
        #expect(through.nextRoad.map { file.network.roads[$0].name } == "station-outbound")
        let right = try #require(file.network.movements.first { $0.name == "high-north.right" })
        #expect((right.share - 0.2).magnitude < 1e-12, "what the others leave over")
        var simulation = TrafficSimulation(
            network: file.network,
            demand: file.demand,
            timing: scenario.timing,
            replica: 0,
            seed: 1
        )
        for second in 0..<3600 {
            for index in 0..<2 where second % 25 == 0 && simulation.canDecide(index) {
                let next = (simulation.phase(of: index) + 1) % simulation.phaseCount(of: index)
                simulation.request(phase: next, at: index)
            }
            simulation.advance(seconds: 1)
        }
        #expect(simulation.counters.left > 2000)
    }

    @Test("Conflicts can be listed where arms and turns do not tell them")
    func listedConflicts() throws {
        let text = """
            intersections:
              x:
                phases: {one: [a], two: [b]}
                conflicts: [[a, b]]
            roads:
              a: {to: x, arm: north, demand: 300, movements: {straight: {}}}
              b: {to: x, arm: north, demand: 300, movements: {merge: {}, slip: {share: 0.5}}}
            """
        let network = try RoadNetworkFile(parsing: text, file: "net.yaml").network
        #expect(network.intersections[0].conflicts == [0b110, 0b001, 0b001])
        #expect(network.movements[1].share == 0.5)
        let together = text.replacingOccurrences(of: "two: [b]", with: "two: [b, a]")
        #expect(Self.message(together).contains("phase two of intersection x gives green to"))
    }

    @Test("A key that is spelled wrong is named with its line, its place and the right spelling")
    func misspelledKeys() throws {
        #expect(
            try Self.message(
                replacing: "    length: 350\n    movements:\n      left: {share: 0.5}",
                by: "    lenght: 350\n    movements:\n      left: {share: 0.5}"
            )
            .hasPrefix("net.yaml:53: roads, road station-outbound: there is no key \"lenght\"; did you mean length?")
        )
        #expect(
            try Self.message(replacing: "demand:\n  period", by: "demnd:\n  period").contains("did you mean demand?")
        )
        #expect(
            try Self.message(replacing: "through: {share: 0.9, lanes: 2}", by: "through: {shore: 0.9}")
                .contains(
                    "road ring-north: movements, movement through: there is no key \"shore\"; did you mean share?"
                )
        )
    }

    @Test("A name that nothing has is named with the right spelling")
    func misspelledNames() throws {
        #expect(
            try Self.message(replacing: "to: station-inbound, share", by: "to: station-inbond, share")
                .contains("there is no road \"station-inbond\"; did you mean station-inbound?")
        )
        #expect(
            try Self.message(replacing: "station: [station-outbound]", by: "station: [station-outbound.lift]")
                .contains("there is no movement \"station-outbound.lift\"; did you mean station-outbound.left?")
        )
        #expect(
            try Self.message(replacing: "to: ring\n    arm: north", by: "to: rang\n    arm: north").contains(
                "did you mean ring?"
            )
        )
    }

    @Test("Values that make no sense are refused with what would be right")
    func badValues() throws {
        func expect(_ old: String, _ new: String, _ words: String, at location: SourceLocation = #_sourceLocation)
            throws
        {
            let message = try Self.message(replacing: old, by: new)
            #expect(message.hasPrefix("net.yaml") && message.contains(words), "\(message)", sourceLocation: location)
            #expect(!message.contains("\n"), "\(message)", sourceLocation: location)
        }
        try expect("length: 200", "length: long", "needs a number of 10 to 30000, not \"long\"")
        try expect("arm: east", "arm: up", "knows no \"up\", but north, east, south, west")
        try expect("left: {share: 0.1}", "left: {share: 0.9}", "shares that add up to 1")
        try expect("arrivals: poisson", "arrivals: fish", "knows no \"fish\"")
        try expect("[700, 700, 900, 700]", "[700, 700]", "2 periods where another road has 4")
        try expect("[700, 700, 900, 700]", "[700, -1, 900, 700]", "0 to 3600, not \"-1\"")
        try expect("      station-left:", "      station-through:", "station-through")
        try expect(
            "station-left: [station-west.left, station-inbound.left]",
            "station-left: [station-west.left]",
            "no phase"
        )
        try expect("high: [high-north, high-south]", "high: [high-north, station-west]", "which conflict")
        try expect("    from: high-street\n", "", "needs the key \"from\"")
        try expect("    from: ring\n", "    from: high-street\n", "needs \"from: ring\"")
        try expect("arm: south\n    speed", "arm: north\n    speed", "two roads from the north")
    }

    @Test("What is no YAML, or none of this kind, is refused in one line")
    func otherTexts() {
        let texts = [
            "", "[", "\t", "a: b: c", "- 1\n- 2", "intersections: 3", "&a [*a]", "roads: {}\nintersections: {}",
            String(repeating: "[", count: 100_000), String(repeating: "a: {", count: 20_000), "\u{0}", "x: !!binary 3",
            "intersections: {x: {phases: {p: []}}}\nroads: {r: {to: x, arm: east, demand: 1, movements: {}}}",
        ]
        for text in texts {
            let message = Self.message(text)
            #expect(message.hasPrefix("net.yaml:"), "\(text.prefix(40))")
            #expect(!message.contains("\n"), "\(message)")
        }
    }

    @Test("A file that is missing is named")
    func missingFile() {
        #expect {
            try RoadNetworkFile(readingFrom: "/nowhere/net.yaml")
        } throws: { error in
            "\(error)" == "/nowhere/net.yaml: there is no such file"
        }
    }

    @Test("No damaged example traps: it is read, or refused in one line")
    func damagedExamples() throws {
        let characters = Array(try Self.exampleText())
        var refused = 0
        for index in stride(from: 0, to: characters.count, by: 7) {
            for replacement in ["", "\n", "9", "-", ":"] {
                var damaged = characters
                damaged.replaceSubrange(index...index, with: Array(replacement))
                let message = Self.message(String(damaged))
                if !message.isEmpty { refused += 1 }
                try #require(!message.contains("\n"), "\(message)")
            }
        }
        #expect(refused > 100)
    }
}
