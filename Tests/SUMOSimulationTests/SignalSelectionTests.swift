import SUMOSimulation
import Scenarios
import Testing

@Suite("Lights of a SUMO network")
struct SignalSelectionTests {
    private static func links(_ count: Int) -> [[SUMOSignal.Connection]] {
        (0..<count).map { [SUMOSignal.Connection(from: "in_\($0)", to: "out_\($0)")] }
    }

    private static func select(_ states: [String], links count: Int = 2) throws -> SUMOSignal {
        try SUMOSignal.select(
            name: "J",
            program: states.map { SUMOSignal.ProgramPhase(seconds: 30, state: $0) },
            links: links(count)
        )
    }

    @Test("yellow and all-red phases are left out, equal ones merged")
    func filter() throws {
        let signal = try Self.select(["Gr", "yr", "rr", "rG", "ry", "Gr", "yr", "rr"])
        #expect(signal.phases.map(\.state) == ["Gr", "rG"])
        #expect(signal.phases.map(\.seconds) == [60, 30])
    }

    @Test("a light that has nothing to choose from is left alone")
    func uncontrolled() throws {
        for states in [["Gg", "yy"], ["rr"], ["OO", "oo"]] {
            let failure = #expect(throws: SUMOFailure.self) { try Self.select(states) }
            #expect(failure?.code == .unusable)
            #expect(failure?.description.contains("nothing to choose from") == true)
        }
    }

    @Test("links that go after a stop need no green; lights beyond the links are kept")
    func stopThenGo() throws {
        let signal = try Self.select(["sGr", "srG"], links: 2)
        #expect(signal.phases.map(\.state) == ["sGr", "srG"])
    }

    @Test(
        "what does not fit is refused with the light and the phase",
        arguments: [
            (["Gr", "rGr"], "phase 1 of its program has 3 lights where phase 0 has 2"),
            (["G", "r"], "phase 0 of its program has 1 lights for 2 links"),
            (["Gr", "r?"], "phase 1 of its program shows '?', which is no light"),
            (["Gr", "gr", "yG"], "link 1 from lane in_1 has green in no phase without yellow"),
        ]
    )
    func refusals(_ states: [String], _ reason: String) {
        let failure = #expect(throws: SUMOFailure.self) { try Self.select(states) }
        #expect(failure?.description == reason)
        #expect(failure?.code == .unusable)
    }

    @Test("sixteen green phases can be chosen from, seventeen cannot")
    func manyPhases() throws {
        func select(_ count: Int) throws -> SUMOSignal {
            let states = (0..<count).map { index in String((0..<count).map { $0 == index ? "G" : "r" }) }
            return try Self.select(states, links: count)
        }
        #expect(try select(9).phases.count == 9)
        #expect(try select(16).phases.count == 16)
        #expect(throws: SUMOFailure.self) { try select(17) }
    }

    @Test("a link that always blinks gives way and goes: it needs no green, one that blinks only at times does")
    func blinking() throws {
        let signal = try Self.select(["oGr", "orG"], links: 3)
        #expect(signal.phases.map(\.state) == ["oGr", "orG"])
        let failure = #expect(throws: SUMOFailure.self) { try Self.select(["oGr", "rrG"], links: 3) }
        #expect(failure?.code == .unusable)
    }

    @Test("a change shows yellow where green is lost, then red, and leads to the next green")
    func program() throws {
        let signal = try Self.select(["GGrr", "rGGr", "rrrg"], links: 4)
        let program = SignalProgram(signal, yellow: 2, allRed: 1)
        let first = program.phases[program.change(from: 0, to: 1)]
        #expect(first.state == "yGrr")
        #expect(first.seconds == 2)
        let second = program.phases[try #require(first.next)]
        #expect(second.state == "rGrr")
        #expect(second.seconds == 1)
        #expect(second.next == 1)
        #expect(program.phases[program.change(from: 2, to: 0)].state == "rrry")
        #expect(program.change(from: 1, to: 1) == 1)
        #expect(program.phases.prefix(3).allSatisfy { $0.next == nil })
    }

    @Test("a change that can be held has a second of all-red beside it, one without yellow and all-red has none")
    func holds() throws {
        let signal = try Self.select(["GGrr", "rGGr", "rrrg"], links: 4)
        let program = SignalProgram(signal, yellow: 2, allRed: 0, canHold: true)
        let hold = program.phases[try #require(program.hold(from: 0, to: 1))]
        #expect(hold.seconds == 1 && hold.state == "rGrr" && hold.next == 1)
        #expect(program.admits("rGrr", from: 0, to: 1, isChanging: true))
        #expect(!program.admits("rGrr", from: 0, to: 1, isChanging: false))
        #expect(program.longestChange == 2)
        #expect(program.hold(from: 1, to: 1) == nil)
        #expect(SignalProgram(signal, yellow: 2, allRed: 0).hold(from: 0, to: 1) == nil)
        #expect(SignalProgram(signal, yellow: 0, allRed: 0, canHold: true).hold(from: 0, to: 1) == nil)
        // What changes begin with is the same with it and without.
        let plain = SignalProgram(signal, yellow: 2, allRed: 0)
        for (from, to) in [(0, 1), (1, 2), (2, 0)] {
            let (one, other) = (plain.change(from: from, to: to), program.change(from: from, to: to))
            #expect(plain.phases[one] == program.phases[other])
        }
    }

    @Test("a green that ends at once for who comes after its maximum is not too long, one that goes on is")
    func lateComer() {
        var timing = SignalTiming()
        (timing.maximumGreen, timing.yellow, timing.allRed) = (60, 2, 0)
        let envelope = SafetyEnvelope(timing: timing, interval: 1)
        // Nobody waited for 60 s; who comes then is seen a second later and sees two seconds of change.
        #expect(!envelope.isTooLong(shownFor: 63, longestWait: 3, allRed: 0))
        #expect(envelope.isTooLong(shownFor: 63, longestWait: 4, allRed: 0))
        #expect(!envelope.isTooLong(shownFor: 62, longestWait: 60, allRed: 0))
        #expect(!envelope.isTooLong(shownFor: 63, longestWait: 60, allRed: 1))
        #expect(envelope.isTooLong(shownFor: 64, longestWait: 5, allRed: 1))
    }

    @Test("without yellow and all-red the next green follows at once")
    func suddenChange() throws {
        let signal = try Self.select(["Gr", "rG"])
        let program = SignalProgram(signal, yellow: 0, allRed: 0)
        #expect(program.change(from: 0, to: 1) == 1)
        #expect(SignalProgram(signal, yellow: 0, allRed: 2).phases.count == 4)
    }

    @Test("links and programs that do not have their shape are refused")
    func malformedAnswers() throws {
        let links = TraCIValue.compound([
            .integer(2), .integer(1), .stringList(["a_0", "b_0", ":x"]), .integer(0),
        ])
        #expect(try SUMONetwork.links(links, of: "J") == [[.init(from: "a_0", to: "b_0", inside: [":x"])], []])
        let broken: [TraCIValue] = [
            .integer(1), .compound([]), .compound([.integer(1)]), .compound([.integer(1), .integer(9)]),
            .compound([.integer(1), .integer(1), .string("a")]), .compound([.integer(1), .integer(-1)]),
        ]
        for value in broken { #expect(throws: SUMOFailure.self) { try SUMONetwork.links(value, of: "J") } }
        #expect(throws: SUMOFailure.self) {
            try SUMONetwork.program("0", among: .compound([.compound([.string("0")])]), of: "J")
        }
        #expect(try SUMONetwork.program("0", among: .compound([]), of: "J").isEmpty)
    }

    @Test("a lane inside a junction names the next one, the last names none, anything else is refused")
    func insideLanes() throws {
        func link(_ next: TraCIValue) -> [TraCIValue] {
            [
                .string("out_0"), next, .unsignedByte(1), .unsignedByte(1), .unsignedByte(0), .string("m"),
                .string("l"), .double(9),
            ]
        }
        func successor(_ parts: [TraCIValue]) throws -> String? {
            try SUMONetwork.successor(.compound(parts), of: ":J_0_0")
        }
        #expect(try successor([.integer(1)] + link(.string(":J_1_0"))) == ":J_1_0")
        #expect(try successor([.integer(1)] + link(.string(""))) == nil)
        #expect(try successor([.integer(0)]) == nil)
        for parts in [[], [.integer(1)], [.integer(-1)], [.string("x")], [.integer(2)] + link(.string(":y"))] {
            #expect(throws: SUMOFailure.self) { try successor(parts) }
        }
        #expect(throws: SUMOFailure.self) { try SUMONetwork.successor(.integer(1), of: ":J_0_0") }
    }

    @Test("vehicles that stand inside the junction keep the phases in which their links are green")
    func clearing() throws {
        // Through, left and the left from the other side; one left of the other axis, and one from its other side; a right
        // turn that goes after a stop.
        let links = (0..<6).map { [SUMOSignal.Connection(from: "in_\($0)", to: "out_\($0)", inside: [":\($0)"])] }
        let states = ["Gggrrs", "rGGrrs", "rrrggs", "rrrGGs"]
        let signal = try SUMOSignal.select(
            name: "J",
            program: states.map { .init(seconds: 30, state: $0) },
            links: links
        )
        let insides = Dictionary(uniqueKeysWithValues: (0..<6).map { (":\($0)", $0) })
        let lanes = SignalLanes(signal, indices: [:], insides: insides)
        func phases(_ standing: Int...) -> UInt64 {
            lanes.clearingPhases(standing: (0..<6).map { standing.contains($0) })
        }
        #expect(phases() == 0)
        // A single turn gets away in the yellow.
        #expect(phases(1) == 0)
        #expect(phases(0, 1) == 0b0001)
        #expect(phases(1, 2) == 0b0011)
        #expect(phases(3, 4) == 0b1100)
        // Who goes after a stop neither counts nor wants green.
        #expect(phases(1, 5) == 0)
        #expect(phases(1, 2, 5) == 0b0011)
        // Every phase has green for one of both: the choice is free.
        #expect(phases(1, 3) == 0)
        // None has green for all: those that have it for most.
        #expect(phases(1, 2, 3) == 0b0011)
        #expect(phases(0, 1, 3, 4) == 0b1101)
    }

    @Test("journeys count every vehicle: arrived, under way, never entered")
    func journeys() {
        let text = """
            <!-- <tripinfo id="x" depart="1" timeLoss="100"/> -->
            <tripinfos>
            <tripinfo id="a&amp;b" depart="10.00" departDelay="2.00" arrival="60.00" duration="50.00" timeLoss="20.00" waitingTime="8.00" waitingCount="2"/>
            <tripinfo id="b" depart="20.00" departDelay="0.00" arrival="-1.00" duration="40.00" timeLoss="30.00" waitingTime="30.00" waitingCount="1"/>
            <tripinfo id="c" depart="-1" departDelay="70.00" arrival="-1.00" duration="0.00" timeLoss="0.00" waitingTime="0.00" waitingCount="0"/>
            </tripinfos>
            """
        let trips = TripStatistics(parsing: Array(text.utf8))
        #expect((trips.demanded, trips.entered, trips.arrived) == (3, 2, 1))
        #expect(trips.delay == 122)
        #expect(trips.travel == 90)
        #expect(trips.waiting == 38)
        #expect(trips.stops == 3)
    }

    @Test("a text that is cut off anywhere is read without a trap")
    func cutJourneys() {
        let text = Array("<tripinfos><tripinfo id='a' depart=\"1\" timeLoss='2'/><tripinfo depart=\"2\"".utf8)
        for count in 0...text.count {
            #expect(TripStatistics(parsing: Array(text[..<count])).demanded <= 2)
        }
    }
}
