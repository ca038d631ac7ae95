import Evaluation
import Foundation
import SUMOSimulation
import Scenarios
import Testing

@Suite("Pedestrians at lights", .enabled(if: HandMadeNetwork.isPossible), .serialized)
struct PedestrianTests {
    /// Four arms with crossings on all of them.
    static func junction() throws -> SUMOInput {
        let arms = [("n", 0.0, 200.0), ("e", 200.0, 0.0), ("s", 0.0, -200.0), ("w", -200.0, 0.0)]
        let persons = [("p", "wc", "cn"), ("q", "sc", "cw")].map { id, from, to in
            "<personFlow id=\"\(id)\" begin=\"0\" end=\"3600\" period=\"20\" departPos=\"150\">"
                + "<walk from=\"\(from)\" to=\"\(to)\" arrivalPos=\"30\"/></personFlow>"
        }
        return try HandMadeNetwork.make(
            "walk",
            nodes: [HandMadeNetwork.node("c", 0, 0, "traffic_light")]
                + arms.map { HandMadeNetwork.node($0.0, $0.1, $0.2) },
            edges: arms.flatMap { arm, _, _ in
                [HandMadeNetwork.edge("\(arm)c", arm, "c"), HandMadeNetwork.edge("c\(arm)", "c", arm)]
            },
            routes: [("wc", "ce"), ("ec", "cn"), ("nc", "cw"), ("sc", "ce")].enumerated().map {
                HandMadeNetwork.flow("f\($0)", $1.0, $1.1, probability: 0.055)
            } + persons,
            options: ["--sidewalks.guess", "true", "--crossings.guess", "true", "--walkingareas", "true"]
        )
    }

    @Test("pedestrians wait no longer under any rule than 1.2 times what they wait under the network's own program")
    func waiting() throws {
        let input = try Self.junction()
        let network = try SUMONetwork(reading: input)
        let signal = try #require(network.signals.first)
        #expect(signal.crossings.count == 4)
        #expect(signal.crossings.allSatisfy { $0.areas.count == 2 && $0.clearance >= 5 })
        // The phases in which only pedestrians have lost their green are part of the change.
        #expect(signal.phases.count == 2)
        let names = ["stock", "actuated", "sotl", "longest-queue", "greedy", "max-pressure"]
        let results = try ShortLaneTests.run(input, names, seconds: 1800)
        let stock = try #require(results["stock"])
        #expect(stock.walks.count > 100)
        for name in names.dropFirst() {
            let result = try #require(results[name])
            #expect(result.meanWalk <= 1.2 * stock.meanWalk, "\(name): \(result.meanWalk) s, stock \(stock.meanWalk) s")
            #expect(result.lateWalk <= 1.2 * stock.lateWalk, "\(name): \(result.lateWalk) s, stock \(stock.lateWalk) s")
            #expect(result.violations?.total == 0, "\(name): \(result.starvation.incidents)")
        }
    }
}

@Suite("Intergreens of the network's own program")
struct IntergreenTests {
    private static func signal(_ program: [(Double, String)], crossings: Set<Int> = []) throws -> SUMOSignal {
        let links = (0..<(program[0].1.count)).map { link in
            crossings.contains(link)
                ? [SUMOSignal.Connection(from: ":J_c\(link)_0", to: ":J_w\(link)_0")]
                : [SUMOSignal.Connection(from: "in_\(link)", to: "out_\(link)")]
        }
        let phases = program.map { SUMOSignal.ProgramPhase(seconds: $0.0, state: $0.1) }
        return try SUMOSignal.select(name: "J", program: phases, links: links)
    }

    @Test("yellow and all-red are those that follow each green, rounded up to whole seconds")
    func own() throws {
        let signal = try Self.signal([(30, "Gr"), (3.5, "yr"), (2, "rr"), (20, "rG"), (4, "ry")])
        #expect(signal.phases.map(\.yellow) == [4, 4])
        #expect(signal.phases.map(\.allRed) == [2, 0])
        let program = SignalProgram(signal, yellow: 2, allRed: 0)
        #expect(program.changeTime(from: 0, to: 1) == 6)
        #expect(program.changeTime(from: 1, to: 0) == 4)
    }

    @Test("a program without anything between its greens has what the settings say")
    func none() throws {
        let signal = try Self.signal([(30, "Gr"), (30, "rG")])
        #expect(signal.phases.map(\.yellow) == [nil, nil])
        #expect(SignalProgram(signal, yellow: 2, allRed: 1).changeTime(from: 0, to: 1) == 3)
    }

    @Test("pedestrians have red for as long as in the program before anybody else gets green")
    func clearance() throws {
        let signal = try Self.signal(
            [(30, "GrG"), (5, "Grr"), (3, "yrr"), (30, "rGr"), (3, "ryr")],
            crossings: [2]
        )
        #expect(signal.phases.map(\.state) == ["GrG", "rGr"])
        #expect(signal.crossings.map(\.clearance) == [8])
        #expect(signal.crossings.map(\.longestRed) == [41])
        let program = SignalProgram(signal, yellow: 2, allRed: 0)
        let first = program.phases[program.change(from: 0, to: 1)]
        #expect((first.seconds, first.state) == (5, "Grr"))
        let second = program.phases[try #require(first.next)]
        #expect((second.seconds, second.state) == (3, "yrr"))
        #expect(program.changeTime(from: 0, to: 1) == 8)
        #expect(program.changeTime(from: 1, to: 0) == 3)
    }

    @Test("a program without crossings is written as before there were any")
    func saved() throws {
        var signal = try Self.signal([(30, "Gr"), (3, "yr"), (30, "rG"), (3, "ry")])
        for phase in signal.phases.indices { (signal.phases[phase].yellow, signal.phases[phase].allRed) = (nil, nil) }
        let text = String(decoding: try JSONEncoder().encode(signal), as: UTF8.self)
        #expect(!text.contains("yellow") && !text.contains("crossings"))
        #expect(try JSONDecoder().decode(SUMOSignal.self, from: Data(text.utf8)) == signal)
    }
}
