import MasterNode
import SimulatedCluster
import TabularLearning
import Testing

@Suite("Tables that are handed out to be evaluated")
struct EvaluationCutTests {
    /// The tables of the serial reference after the rounds of the marks.
    private func references(_ run: SimulatedRun, _ marks: RoundMarks) throws -> [UInt64: ActionValueTable] {
        var reference = SerialReference(run.beginning(), parameters: run.parameters)
        var tables: [UInt64: ActionValueTable] = [:]
        var goesOn = true
        while goesOn {
            goesOn = try reference.runRound()
            if marks.contains(reference.round) { tables[reference.round] = reference.table }
        }
        return tables
    }

    @Test(
        "are those of the run after each of their rounds, without a hole, beside checkpoints and whatever comes first",
        arguments: [
            (RoundMarks(first: 2, distance: 1), 5 as UInt64?, 1), (RoundMarks(first: 3, distance: 4), 5, 3),
            (RoundMarks(first: 5, distance: 5), 5, 2), (RoundMarks(first: 4, distance: 3), nil, 2),
        ]
    )
    func everyRound(_ marks: RoundMarks, _ checkpointRounds: UInt64?, _ cohorts: Int) throws {
        for stepping in [TrainingPlan.Stepping.inline, .apart] {
            var run = SimulatedRun()
            run.evaluationRounds = marks
            run.checkpointRounds = checkpointRounds
            run.cohorts = cohorts
            run.stepping = stepping
            let references = try references(run, marks)
            let final = try run.referenceTable()
            for seed in 1...40 as ClosedRange<UInt64> {
                var cluster = SimulatedCluster(run, seed: seed)
                guard case .finished(let master) = cluster.play() else {
                    Issue.record("seed \(seed) did not finish")
                    continue
                }
                #expect(master.table?.cells == final.cells)
                // The table of the last round is the one that is collected, and may come twice.
                let last = run.steps + 1
                let rounds = cluster.evaluated.keys.sorted().filter { $0 < last }
                #expect(rounds == references.keys.sorted().filter { $0 < last }, "seed \(seed)")
                for (round, tables) in cluster.evaluated {
                    #expect(tables.allSatisfy { $0.cells == references[round]?.cells }, "seed \(seed), round \(round)")
                }
            }
        }
    }

    @Test("are the same tables and as many where workers and broker are lost")
    func faults() throws {
        var run = SimulatedRun()
        let marks = RoundMarks(first: 2, distance: 3)
        run.evaluationRounds = marks
        let references = try references(run, marks)
        let final = try run.referenceTable()
        var repeated = 0
        for seed in 1...300 as ClosedRange<UInt64> {
            var cluster = SimulatedCluster(run, workerCount: 3, seed: seed, faultCount: Int(seed % 5), .init())
            guard case .finished(let master) = cluster.play() else { continue }
            #expect(master.table?.cells == final.cells)
            for (round, tables) in cluster.evaluated {
                repeated += tables.count - 1
                #expect(tables.allSatisfy { $0.cells == references[round]?.cells }, "seed \(seed), round \(round)")
            }
        }
        // It would prove nothing if nothing was done again.
        #expect(repeated > 20)
    }

    @Test("rounds of marks are counted from the first on")
    func marks() {
        let marks = RoundMarks(first: 3, distance: 4)
        #expect((0...12).filter { marks.contains(UInt64($0)) } == [3, 7, 11])
        #expect((0...8).map { marks.rounds(after: UInt64($0)) } == [3, 2, 1, 4, 3, 2, 1, 4, 3])
    }
}
