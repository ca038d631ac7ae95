import Scenarios
import TabularLearning
import Testing
import TimeTravel

@Suite("A run that is done once more", .timeLimit(.minutes(5)))
struct ReplayTests {
    @Test(
        "its updates, one after another, make the bits of 300 random rows of the reference",
        arguments: SmallRun.all + SmallRun.replaying
    )
    func folds(_ run: SmallRun) throws {
        var reference = SerialReference(try run.beginning, parameters: run.parameters)
        try reference.run()
        var replay = RunReplay(try run.beginning, parameters: run.parameters, watching: .all)
        var random = SplitMix64(state: run.seed)
        let visited = (0..<UInt64(replay.table.rowCount)).filter { state in
            reference.table.row(of: state).contains { $0.visitCount > 0 }
        }
        // Rows that were visited, and some that were not.
        let states = Set((0..<290).map { _ in visited[Int(random.next() % UInt64(visited.count))] } + (0..<10))
        var histories = states.sorted().map { RowHistory(of: $0, in: replay.table) }
        var count: UInt64 = 0
        while !replay.isFinished {
            try replay.runRound()
            count += UInt64(replay.applied.count)
            let byState = Dictionary(grouping: replay.applied, by: \.state)
            for index in histories.indices {
                if let updates = byState[histories[index].state] { histories[index].add(updates) }
            }
        }
        #expect(replay.table.bits == reference.table.bits)
        #expect(count == reference.statistics.transitions && count > 1000)
        let powers = (0..<255).reduce(into: [Float(1)]) { powers, _ in
            powers.append(powers[powers.count - 1] * run.parameters.discount)
        }
        var (targets, replayed) = (0, 0)
        for history in histories {
            #expect(history.makes(rowOf: reference.table, with: run.parameters), "state \(history.state)")
            // The transition that is named for an update is the one that its target was made of.
            guard run.parameters.update.average == nil else { continue }
            for update in history.updates {
                let origin = try #require(update.origin)
                guard origin.transitionCount == 1 else { continue }
                var target = origin.reward
                if origin.nextState != nil { target += powers[Int(origin.duration)] * origin.bootstrap }
                #expect((target + 0).bitPattern == update.target.bitPattern)
                #expect(origin.lane < run.lanes)
                targets += 1
                replayed += origin.isReplayed ? 1 : 0
            }
        }
        #expect(targets > 300 || run.parameters.update.remembersLanes)
        // Two of three, where each transition is learned from again twice.
        #expect(run.replay == "none" ? replayed == 0 : replayed > targets / 2)
    }

    @Test(
        "a return of several steps is that of the transition it names and those of the lane after it",
        arguments: [0, 1, 7]
    )
    func returns(_ staleness: Int) throws {
        // Over all kinds: a packet goes on in another lane, where no return of several steps follows it.
        var longest = 0
        for kind in SmallRun.Kind.allCases {
            let run = SmallRun(kind: kind, rule: "n-step-sarsa", staleness: staleness)
            let discount = run.parameters.discount
            var replay = RunReplay(try run.beginning, parameters: run.parameters, watching: .all)
            var lanes: [Int: [(origin: AppliedUpdate.Origin, target: Float)]] = [:]
            while !replay.isFinished {
                try replay.runRound()
                for update in replay.applied {
                    let origin = try #require(update.origin)
                    lanes[origin.lane, default: []].append((origin, update.target))
                }
            }
            for updates in lanes.values {
                for (index, update) in updates.enumerated() {
                    var (gathered, weight) = (Float(0), Float(1))
                    let count = update.origin.transitionCount
                    // The last ones of a lane still wait for their returns when the run is over.
                    guard index + count <= updates.count else { continue }
                    for place in index..<(index + count) {
                        let origin = updates[place].origin
                        let power = (0..<origin.duration).reduce(Float(1)) { power, _ in power * discount }
                        if place < index + count - 1 {
                            gathered += weight * origin.reward
                            weight *= power
                        } else if update.origin.nextState == nil {
                            gathered += weight * origin.reward
                        } else {
                            gathered += weight * (origin.reward + power * update.origin.bootstrap)
                        }
                    }
                    #expect(
                        gathered == update.target,
                        "\(run), lane \(update.origin.lane), \(update.origin.stepOfLane)"
                    )
                    longest = max(longest, count)
                }
            }
        }
        #expect(longest > 1)
    }

    @Test("a list that lacks an update, or has another target, does not fold")
    func tampered() throws {
        let run = SmallRun(kind: .maze, rule: "q-learning", staleness: 1)
        var replay = RunReplay(try run.beginning, parameters: run.parameters, watching: .all)
        var all: [AppliedUpdate] = []
        let begin = replay.table
        while !replay.isFinished {
            try replay.runRound()
            all += replay.applied
        }
        let state = try #require(Dictionary(grouping: all, by: \.state).max { $0.value.count < $1.value.count }?.key)
        let mine = all.filter { $0.state == state }
        func makes(_ updates: [AppliedUpdate]) -> Bool {
            var history = RowHistory(of: state, in: begin)
            history.add(updates)
            return history.makes(rowOf: replay.table, with: run.parameters)
        }
        #expect(makes(mine) && mine.count > 10)
        #expect(!makes(Array(mine.dropFirst())) && !makes(Array(mine.dropLast())))
        var other = mine
        other[mine.count / 2].target += 1
        #expect(!makes(other))
    }

    @Test("after the clock's round the table is that of a run that was stopped at the step", arguments: [0, 1, 2, 7])
    func stopped(_ staleness: Int) throws {
        // What is copied or backed up belongs to the step whose updates come before it.
        let runs = SmallRun.Kind.allCases.map { SmallRun(kind: $0, rule: "q-learning", staleness: staleness) }
        let names = ["target-q-learning:3"]
        let others = names.map { SmallRun(kind: .maze, rule: $0, staleness: staleness) }
        for var run in runs + others {
            run.steps = 60
            let clock = RoundClock(
                staleness: run.parameters.staleness,
                laneCount: run.lanes,
                laneSteps: run.steps * UInt64(run.lanes)
            )
            for step in [0, 1, 2, 31, 59, 60] as [UInt64] {
                var reference = SerialReference(try run.beginning, parameters: run.parameters)
                while reference.learners[0].stepsTaken < step { _ = try reference.runRound() }
                reference.stopEarly()
                try reference.run()

                let round = clock.round(applying: step * UInt64(run.lanes))
                var replay = RunReplay(try run.beginning, parameters: run.parameters)
                while replay.round < round { try replay.runRound() }
                #expect(replay.table.bits == reference.table.bits, "\(run), step \(step)")
                #expect(clock.laneSteps(appliedAfter: round) == step * UInt64(run.lanes))
                #expect(replay.isFinished == (step == 60))
            }
        }
    }

    @Test("from a checkpoint it comes to the same tables, and says which origins it cannot know", arguments: [0, 1, 7])
    func fromCheckpoint(_ staleness: Int) throws {
        let run = SmallRun(kind: .maze, rule: "double-q-learning", staleness: staleness)
        var whole = RunReplay(try run.beginning, parameters: run.parameters, watching: .all)
        while whole.round < 100 { try whole.runRound() }
        let cut = RunState(round: 100, answered: whole.learners, table: whole.table)
        let restored = try RunState(round: 100, restoring: run.learners, from: cut.saved, table: whole.table)
        var part = RunReplay(restored, parameters: run.parameters, watching: .all)
        while !whole.isFinished {
            try whole.runRound()
            try part.runRound()
            let isKnown = part.round > 100 + UInt64(max(0, staleness - 1))
            #expect(part.applied.allSatisfy { ($0.origin != nil) == isKnown })
            if isKnown { #expect(part.applied == whole.applied) }
            #expect(part.applied.map(\.after) == whole.applied.map(\.after))
        }
        #expect(part.isFinished && part.table.bits == whole.table.bits)
    }
}
