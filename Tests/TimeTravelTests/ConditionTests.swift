import Scenarios
import TabularLearning
import Testing
import TimeTravel

@Suite("Conditions on a table", .timeLimit(.minutes(5)))
struct ConditionTests {
    private static let space = StateSpace(factors: [.init("cell", count: 50)], actions: ["left", "right (fast)"])

    @Test("are read with numbers and names")
    func reading() throws {
        func read(_ text: String) throws -> TableCondition { try TableCondition(parsing: text, space: Self.space) }
        #expect(try read("action(17) = 1").quantity == .action)
        #expect(try read("action(17)=right (fast)").number == 1)
        #expect(try read(" action ( 17 ) != left ").relation == .unequal)
        #expect(try read("value(3, left) > -0.5").quantity == .value(0))
        #expect(try read("value(3, right (fast)) <= 1e-3").quantity == .value(1))
        #expect(try read("value(3) < 2").quantity == .value(nil))
        #expect(try read("visits(49) >= 100").quantity == .visits(nil))
        #expect(try read("visits(49, 0) == 100").relation == .same)
        #expect(try read("visits(49, 0) == 100").state == 49)
        // What a value is compared with is as precise as a value.
        #expect(try read("value(3) = 0.1").number == Double(Float(0.1)))
    }

    @Test(
        "that make no sense are refused with the word that does not",
        arguments: [
            ("", "condition"), ("action(17)", "condition"), ("action = 2", "condition"), ("worth(3) > 1", "condition"),
            ("action(50) = 1", "0 to 49"), ("action(-1) = 1", "no state"),
            ("action(3) = up", "left"),
            ("action(3) > 1", "'>'"), ("value(3, up) > 1", "up"), ("value(3) > much", "much"),
            ("value(3) > nan", "nan"),
            ("action(3, 1) = 1", "condition"), ("action(3) x = 1", "condition"), ("visits() > 1", "condition"),
        ]
    )
    func refusing(_ text: String, _ word: String) {
        let error = #expect(throws: TableConditionError.self) { try TableCondition(parsing: text, space: Self.space) }
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    }

    @Test("are told from those on a whole policy by what stands in the brackets")
    func telling() {
        for text in ["action(17) = 1", " value ( 3, left) > 0", "visits() > 1", "action(-1) = 1"] {
            #expect(TableCondition.isMeant(by: text), "\(text)")
        }
        for text in ["learned <= fixed", "delay(learned) < 70", "value(learned) <= 3", "action = 2", "worth(3) > 1"] {
            #expect(!TableCondition.isMeant(by: text), "\(text)")
        }
    }

    @Test("come true when looking at every table of the run says so", arguments: ["q-learning", "double-q-learning"])
    func bruteForce(_ rule: String) throws {
        let run = SmallRun(kind: .grid, rule: rule, staleness: 1)
        var replay = RunReplay(try run.beginning, parameters: run.parameters, watching: .all)
        var tables = [replay.table]
        var visits: [UInt64: Int] = [:]
        while !replay.isFinished {
            try replay.runRound()
            tables.append(replay.table)
            for update in replay.applied { visits[update.state, default: 0] += 1 }
        }
        let space = run.scenario.space
        let busiest = visits.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map(\.key)
        let texts = busiest.flatMap { state in
            (0..<4).map { "action(\(state)) = \($0)" }
                + ["visits(\(state)) >= 30", "value(\(state)) > -2", "value(\(state), 1) < -1"]
        }
        var flickering = 0
        for text in texts {
            let condition = try TableCondition(parsing: text, space: space)
            let holds = tables.map { condition.holds(in: $0, by: run.parameters.update) }
            let since = (holds.lastIndex(of: false) ?? -1) + 1

            var watching = RunReplay(try run.beginning, parameters: run.parameters, watching: .one(condition.state))
            var history = ConditionHistory()
            history.note(
                condition.holds(in: watching.table, by: run.parameters.update),
                at: .init(round: 0, laneSteps: 0)
            )
            while !watching.isFinished {
                try watching.runRound()
                guard !watching.applied.isEmpty else { continue }
                history.note(
                    condition.holds(in: watching.table, by: run.parameters.update),
                    at: .init(round: watching.round, laneSteps: 0)
                )
            }
            #expect(history.since?.round == (since < tables.count ? UInt64(since) : nil), "\(text)")
            #expect(history.first?.round == holds.firstIndex(of: true).map { UInt64($0) }, "\(text)")
            let beginnings = holds.indices.count { holds[$0] && ($0 == 0 || !holds[$0 - 1]) }
            #expect(history.beginnings == beginnings, "\(text)")
            flickering += beginnings > 1 ? 1 : 0
        }
        #expect(flickering > 0)
    }

    @Test("two runs part at the first update that is another, and never if they are one")
    func parting() throws {
        let run = SmallRun(kind: .maze, rule: "sarsa", staleness: 1)
        func replay(_ run: SmallRun) throws -> RunReplay {
            RunReplay(try run.beginning, parameters: run.parameters, watching: .all)
        }
        func part(_ one: SmallRun, _ other: SmallRun) throws -> RunComparison.Parting? {
            var comparison = RunComparison(try replay(one), try replay(other))
            if let parting = comparison.partingAtBeginning { return parting }
            while !comparison.isOver {
                if let parting = try comparison.runRound() { return parting }
            }
            return nil
        }
        #expect(try part(run, run) == nil)
        var slower = run
        slower.stepSize = .constant(0.125)
        guard case .update(let round, let one?, let other?) = try part(run, slower) else {
            Issue.record("another step size parts them at an update")
            return
        }
        // Everything but the step size and what follows from it is equal.
        #expect(round >= 2 && one.origin == other.origin && one.target == other.target && one.before == other.before)
        #expect(one.stepSize != other.stepSize)
        // A value of 0 that is moved toward 0 by another step size is no parting.
        #expect(one.after.value != other.after.value)
        var longer = run
        longer.steps += 5
        guard case .end(_, firstIsOver: true)? = try part(run, longer) else {
            Issue.record("the longer one goes on")
            return
        }
        var elsewhere = run
        elsewhere.seed = 6
        #expect(try part(run, elsewhere) != nil)
    }
}
