import Scenarios
import TabularLearning
import Testing
import TimeTravel

@Suite("A run without something", .timeLimit(.minutes(5)))
struct WhatIfTests {
    /// Actions by chance and no worth of what follows, so that a target is the reward and nobody's way depends on the table.
    private static func blind(_ kind: SmallRun.Kind, _ rule: String, _ staleness: Int) -> SmallRun {
        var run = SmallRun(kind: kind, rule: rule, staleness: staleness)
        (run.isBlind, run.steps) = (true, 80)
        return run
    }

    private static func shape(of run: SmallRun) -> RunShape {
        RunShape(
            laneCount: run.lanes,
            agentCount: run.scenario.lanesPerReplica,
            cohortCount: run.cohorts,
            laneSteps: run.steps * UInt64(run.lanes)
        )
    }

    private static func replay(_ run: SmallRun, without texts: [String] = []) throws -> RunReplay {
        let omissions = try texts.map {
            try Omission(parsing: $0, shape: shape(of: run), space: run.scenario.space)
        }
        return RunReplay(try run.beginning, parameters: run.parameters, watching: .all, omitting: omissions)
    }

    private static func end(_ replay: RunReplay) throws -> (table: ActionValueTable, updates: [AppliedUpdate]) {
        var (replay, updates) = (replay, [AppliedUpdate]())
        while !replay.isFinished {
            try replay.runRound()
            updates += replay.applied
        }
        return (replay.table, updates)
    }

    @Test("in which nothing is left out ends in the same bits, by every rule", arguments: UpdateRule.names)
    func nothing(_ rule: String) throws {
        for kind in SmallRun.Kind.allCases {
            var run = SmallRun(kind: kind, rule: rule, staleness: 1)
            run.steps = 30
            var reference = SerialReference(try run.beginning, parameters: run.parameters)
            try reference.run()
            // No reward is so great, and the whole of the run is looked through for one.
            #expect(try Self.end(Self.replay(run, without: ["reward > 1e30"])).table.bits == reference.table.bits)
        }
    }

    @Test(
        "keeps all other updates, in their order, where nobody's way depends on the table",
        arguments: UpdateRule.names
    )
    func fold(_ rule: String) throws {
        let more: [(SmallRun.Kind, Int)] =
            ["q-learning", "double-q-learning", "n-step-sarsa", "sarsa-lambda"].contains(rule)
            ? [(.grid, 1), (.packets, 1), (.maze, 4)] : []
        for (kind, staleness) in [(.maze, 1)] + more {
            let run = Self.blind(kind, rule, staleness)
            // An average is learned from all rewards, and a return that is cut asks the table what was greedy.
            // So does a policy that is made of what was learned.
            guard run.parameters.update.rule.ownExploration == nil else { continue }
            guard run.parameters.update.average == nil, run.parameters.update.returns?.isCut != true else { continue }
            let whole = try Self.end(Self.replay(run))
            let lane = run.lanes / 2
            let agents = run.scenario.lanesPerReplica
            let busiest = Dictionary(grouping: whole.updates, by: \.state).max {
                ($0.value.count, $1.key) < ($1.value.count, $0.key)
            }
            let state = try #require(busiest?.key)
            let median = whole.updates.map(\.target).sorted()[whole.updates.count / 2]
            let steps = UInt64(run.lanes) * 30...UInt64(run.lanes) * 60
            typealias Judge = (AppliedUpdate, AppliedUpdate.Origin) -> Bool
            var cases: [(String, Judge)] = []
            func add(_ text: String, _ isOmitted: @escaping Judge) { cases.append((text, isOmitted)) }
            add("lane \(lane)") { $1.lane == lane }
            add("lanes 0-\(lane)") { $1.lane <= lane }
            add("simulation 1") { $1.lane / agents == 1 }
            add("cohort 1") { $1.lane >= run.lanes / 2 }
            add("steps \(steps.lowerBound)-\(steps.upperBound)") { (31...60).contains($1.stepOfLane) }
            add("state \(state)") { update, _ in update.state == state }
            add("action 1, state \(state)") { update, _ in update.state == state && update.action == 1 }
            add("reward >= \(median)") { $1.reward >= median }
            // Of a return only its last state is known afterwards.
            if run.parameters.update.returns == nil { add("end") { $1.nextState == nil } }
            if agents > 1 { add("agent 1") { $1.lane % agents == 1 } }
            for (text, isOmitted) in cases {
                let kept = try whole.updates.filter { try !isOmitted($0, #require($0.origin)) }
                var cells = try run.fresh.cells
                let width = whole.table.width
                for update in kept {
                    let start = Int(update.state) * width
                    var row = Array(cells[start..<(start + width)])
                    let column = update.plane * whole.table.actionCount + update.action
                    run.parameters.move(&row, column, toward: update.target, actionCount: whole.table.actionCount)
                    cells.replaceSubrange(start..<(start + width), with: row)
                }
                let without = try Self.end(Self.replay(run, without: [text]))
                #expect(without.updates.count == kept.count, "\(run), without \(text)")
                #expect(without.updates.map(\.target) == kept.map(\.target), "\(run), without \(text)")
                let bits = cells.map { UInt64($0.value.bitPattern) << 32 | UInt64($0.visitCount) }
                #expect(without.table.bits == bits, "\(run), without \(text)")
            }
        }
    }

    @Test(
        "does not hear of the rewards of what is left out in its average",
        arguments: ["differential-sarsa", "r-learning"]
    )
    func average(_ rule: String) throws {
        // Whoever waits is rewarded below nothing at every step.
        let run = SmallRun(kind: .grid, rule: rule, staleness: 1)
        // With an average of nothing, a target is the reward and what follows.
        func firstAverages(without texts: [String]) throws -> [Float] {
            let updates = try Self.end(Self.replay(run, without: texts)).updates
            return try (0..<run.cohorts).map { cohort in
                let first = try #require(updates.first { $0.cohort == cohort && ($0.origin?.stepOfLane ?? 0) > 60 })
                let origin = try #require(first.origin)
                return origin.reward + origin.bootstrap - first.target
            }
        }
        #expect(try firstAverages(without: ["steps 0-\(60 * run.lanes)"]).allSatisfy { $0 == 0 })
        #expect(try firstAverages(without: []).allSatisfy { $0 != 0 })
    }

    @Test(
        "of a period is the same from a checkpoint before it",
        arguments: ["q-learning", "n-step-sarsa", "sarsa-lambda"]
    )
    func fromCheckpoint(_ rule: String) throws {
        for staleness in [0, 1, 4] {
            let run = SmallRun(kind: .maze, rule: rule, staleness: staleness)
            let lanes = UInt64(run.lanes)
            let omission = try Omission(
                parsing: "steps \(100 * lanes)-\(150 * lanes)",
                shape: Self.shape(of: run),
                space: run.scenario.space
            )
            #expect(omission.stepsBefore == 100)
            var before = RunReplay(try run.beginning, parameters: run.parameters)
            while before.round < 100 { try before.runRound() }
            let cut = RunState(round: 100, answered: before.learners, table: before.table)
            let restored = try RunState(round: 100, restoring: run.learners, from: cut.saved, table: before.table)
            let part = try Self.end(RunReplay(restored, parameters: run.parameters, omitting: [omission]))
            let whole = try Self.end(RunReplay(try run.beginning, parameters: run.parameters, omitting: [omission]))
            let untouched = try Self.end(RunReplay(try run.beginning, parameters: run.parameters))
            #expect(part.table.bits == whole.table.bits && whole.table.bits != untouched.table.bits)
        }
    }

    @Test("changes the decisions that a comparison of the tables lists, with their margins")
    func decisions() {
        func table(_ rows: [[(Float, UInt32)]]) -> ActionValueTable {
            var table = ActionValueTable(rowCount: rows.count, actionCount: 2, initialValue: 0)
            table.replaceCells(from: 0, with: rows.joined().map { .init(value: $0.0, visitCount: $0.1) })
            return table
        }
        let comparison = DecisionComparison(
            table([
                [(1, 2), (0.5, 1)], [(1, 1), (3, 9)], [(1, 1), (1, 1)], [(5, 1), (0, 0)], [(0, 0), (0, 0)],
                [(9, 0), (1, 4)],
            ]),
            table([
                [(1, 2), (1.5, 1)], [(2, 5), (0, 0)], [(1, 9), (1, 1)], [(0, 0), (0, 0)], [(1, 1), (0, 0)],
                [(9, 2), (1, 4)],
            ]),
            by: .qLearning
        )
        #expect(comparison.comparedCount == 4)
        #expect(comparison.missing == [3] && comparison.added == [4])
        let changes = comparison.changes.map {
            [Int($0.state), $0.action, $0.otherAction, Int($0.visits), Int($0.otherVisits)]
        }
        #expect(changes == [[1, 1, 0, 10, 5], [5, 1, 0, 4, 6], [0, 0, 1, 3, 3]])
        #expect(comparison.changes.map(\.margin) == [2, nil, 0.5])
        #expect(comparison.changes.map(\.otherMargin) == [nil, 8, 0.5])
    }

    @Test(
        "is not made of words that name nothing",
        arguments: [
            ("", "nothing"), ("lane 3,", "nothing"), ("lane", "no lane"), ("lane x", "no lane"), ("lane 48", "0 to 47"),
            ("lane -1", "no lane"), ("lanes 5-3", "no lane"), ("lanes 1-2-3", "no lane"), ("agent 0", "name lanes"),
            ("simulation 48", "0 to 47"), ("cohort 2", "0 to 1"), ("steps 10", "no period"),
            ("steps 10-10", "no period"),
            ("steps 0-99999", "11520"), ("steps 1-47", "multiples of 48"), ("state 999999", "0 to"),
            ("action jump", "jump"),
            ("end 3", "alone"), ("reward", "no reward"), ("reward < much", "no reward"), ("reward < nan", "no reward"),
            ("rewards < 3", "rewards"), ("neighbour 3", "neighbour"),
        ]
    )
    func refused(_ text: String, _ word: String) {
        let run = SmallRun(kind: .maze, rule: "q-learning", staleness: 1)
        let error = #expect(throws: OmissionError.self) {
            try Omission(parsing: text, shape: Self.shape(of: run), space: run.scenario.space)
        }
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    }
}
