import Foundation
import MasterNode
import Messaging
import SimulatedCluster
import TabularLearning
import Testing
import TurnOrders

@Suite("Orders of turns")
struct TurnOrderTests {
    static let orders: [TurnOrder] = [.bounded(by: 1), .bounded(by: 2), .bounded(by: 8), .free]

    private static func run(_ order: TurnOrder, stepping: TrainingPlan.Stepping = .automatic) -> SimulatedRun {
        var run = SimulatedRun()
        (run.cohorts, run.shards, run.lanes, run.steps) = (4, 4, 3, 40)
        run.checkpointRounds = nil
        run.hasMasks = false
        run.order = order
        run.stepping = stepping
        return run
    }

    private static func finish(_ run: SimulatedRun, workers: Int = 2, seed: UInt64) throws -> Master {
        var cluster = SimulatedCluster(run, workerCount: workers, seed: seed)
        guard case .finished(let master) = cluster.play() else {
            throw MasterFailure(.configuration, "seed \(seed) does not end: \(cluster.reports)")
        }
        return master
    }

    @Test("bounded:0 is the strict order, bit for bit, whatever is ready first", arguments: [1, 2, 3] as [UInt64])
    func boundOfZero(_ seed: UInt64) throws {
        for stepping in [TrainingPlan.Stepping.inline, .apart] {
            let run = Self.run(.bounded(by: 0), stepping: stepping)
            let master = try Self.finish(run, seed: seed)
            #expect(try master.table?.cells == run.referenceTable().cells)
            #expect(master.turns.ages.counts.filter { $0 > 0 }.count == 1 && master.turns.ages.most == 3)
        }
    }

    @Test("a log replays to the same bits with 1, 2 and 4 workers, and in one thread", arguments: orders)
    func replay(_ order: TurnOrder) throws {
        var orderings: Set<TurnLog> = []
        for seed in 1...8 as ClosedRange<UInt64> {
            var run = Self.run(order, stepping: seed % 2 == 0 ? .apart : .inline)
            let master = try Self.finish(run, seed: seed)
            let log = try #require(master.turns.log)
            orderings.insert(log)
            let ledger = try #require(master.ledger)
            #expect(ledger.lost == 0 && ledger.duplicated == 0)
            #expect(try run.table(of: log).cells == master.table?.cells)
            run.script = log
            run.checkpointRounds = 7
            for workers in [1, 2, 4] {
                run.workers = workers
                run.stepping = workers == 2 ? .apart : .automatic
                let again = try Self.finish(run, workers: workers, seed: seed + 100)
                #expect(again.table?.cells == master.table?.cells, "\(order), seed \(seed), \(workers) workers")
                #expect(again.turns.log == log && again.turns.ages == master.turns.ages)
            }
        }
        // It would prove nothing if all runs had the same order.
        #expect(orderings.count > 4)
    }

    @Test("a replay goes on behind a loss, and ends in the bits of its log")
    func replayThroughFaults() throws {
        var run = Self.run(.bounded(by: 2))
        run.steps = 120
        // With cuts on the way, as the replay has them.
        run.checkpointRounds = 10
        let first = try Self.finish(run, seed: 3)
        run.script = first.turns.log
        #expect(run.script?.count == 4 * 122)
        var rollbacks = 0
        for seed in 1...30 as ClosedRange<UInt64> {
            let faults = [
                Fault(.killWorker, before: 300), Fault(.killMaster, before: 900), Fault(.cutMaster, before: 1500),
            ]
            var cluster = SimulatedCluster(run, workerCount: 3, seed: seed, faults)
            guard case .finished(let master) = cluster.play() else {
                Issue.record("seed \(seed) does not end: \(cluster.reports)")
                continue
            }
            #expect(master.table?.cells == first.table?.cells && master.turns.log == run.script, "seed \(seed)")
            rollbacks += cluster.rollbackCount
        }
        #expect(rollbacks > 30)
    }

    @Test("no cohort begins more than K rounds ahead of the slowest", arguments: [1, 2, 3])
    func bound(_ bound: Int) throws {
        var mostAhead = 0
        for seed in 1...20 as ClosedRange<UInt64> {
            let log = try #require(try Self.finish(Self.run(.bounded(by: bound)), seed: seed).turns.log)
            var counts = Array(repeating: 0, count: log.cohortCount)
            var cursor = log.cursor
            while let cohort = cursor.next {
                let ahead = counts[cohort] - (counts.min() ?? 0)
                #expect(ahead <= bound)
                mostAhead = max(mostAhead, ahead)
                counts[cohort] += 1
                cursor.advance()
            }
            #expect(Set(counts).count == 1, "all have the same number of turns")
        }
        #expect(mostAhead == bound, "the bound is reached")
    }

    @Test("checkpoints and tables of the curve are cuts at which all cohorts are at the same round", arguments: orders)
    func cuts(_ order: TurnOrder) throws {
        for seed in 1...10 as ClosedRange<UInt64> {
            var run = Self.run(order)
            run.checkpointRounds = 6
            run.evaluationRounds = RoundMarks(first: 4, distance: 5)
            var cluster = SimulatedCluster(run, workerCount: 2, seed: seed)
            guard case .finished(let master) = cluster.play() else {
                Issue.record("seed \(seed) does not end")
                continue
            }
            let log = try #require(master.turns.log)
            // One that is due while the table of the curve is on its way is left out, as in the strict order.
            #expect(cluster.checkpointCount >= 4)
            #expect(cluster.evaluated.keys.sorted().prefix(7) == [4, 9, 14, 19, 24, 29, 34])
            for (round, tables) in cluster.evaluated where round < 41 {
                let prefix = try #require(log.prefix(rounds: round), "round \(round) is no cut")
                let table = try run.table(of: prefix)
                #expect(tables.first?.cells == table.cells, "\(order), seed \(seed), round \(round)")
            }
        }
    }

    @Test("the log of another run is found out and ends the replay")
    func foreignLog() throws {
        let log = try #require(try Self.finish(Self.run(.free), seed: 1).turns.log)
        for steps in [39, 41] as [UInt64] {
            var run = Self.run(.free)
            run.steps = steps
            run.script = log
            var cluster = SimulatedCluster(run, workerCount: 2, seed: 1)
            guard case .failed(let reason) = cluster.play() else {
                Issue.record("\(steps) steps")
                continue
            }
            #expect(reason.contains("it is the log of another run"))
        }
    }

    @Test("ages that are counted on the way are those that the log tells", arguments: orders)
    func ages(_ order: TurnOrder) throws {
        let master = try Self.finish(Self.run(order), seed: 5)
        let log = try #require(master.turns.log)
        var ages = TurnAges()
        log.forEachAge { _, _, age in ages.note(turns: age, updates: 0) }
        #expect(ages.counts == master.turns.ages.counts && ages.most == master.turns.ages.most)
        #expect(ages.turnCount == log.count && master.turns.ages.meanUpdates > 0)
        #expect(ages.counts.count { $0 > 0 } > 1)
    }

    // MARK: - Logs and their files

    private static func log(_ cohortCount: Int, _ turns: [Int]) -> TurnLog {
        var log = TurnLog(cohortCount: cohortCount)
        for turn in turns { log.append(turn) }
        return log
    }

    @Test("a log gives back what it took, and a strict one takes three bytes")
    func logs() throws {
        var random = SplitMix64(state: 7)
        for cohortCount in [1, 2, 3, 17, 1024] {
            for length in [0, 1, 2, 500] {
                let turns = (0..<length).map { _ in random.nextIndex(below: cohortCount) }
                let log = Self.log(cohortCount, turns)
                var cursor = log.cursor
                var read: [Int] = []
                while let next = cursor.next {
                    read.append(next)
                    cursor.advance()
                }
                #expect(read == turns)
                #expect(TurnLog(words: log.words) == log)
                let record = TurnRecord(log, order: .free, runIdentity: "0123", isComplete: true)
                #expect(try TurnRecord(record.data) == record)
            }
        }
        let strict = Self.log(4, (0..<4000).map { $0 % 4 })
        #expect(strict.words.count == 4, "cohorts, turns, bytes, and two bytes")
        #expect(strict.prefix(rounds: 7) == Self.log(4, (0..<28).map { $0 % 4 }))
        #expect(Self.log(2, [0, 0, 1, 1]).prefix(rounds: 1) == nil && strict.prefix(rounds: 1001) == nil)
        var levels: [UInt64] = []
        Self.log(2, [0, 0, 1, 1, 0, 1]).forEachLevel {
            levels.append($0)
            return true
        }
        #expect(levels == [0, 2, 3])
    }

    @Test("a file that is cut off, has a bit changed or something behind it is refused")
    func damagedFiles() {
        let log = Self.log(3, [0, 2, 1, 1, 0, 0, 2, 2, 1])
        let data = TurnRecord(log, order: .bounded(by: 2), runIdentity: "fedc", isComplete: false).data
        for length in 0..<data.count {
            #expect(throws: TurnRecord.Failure.self, "\(length) bytes") { try TurnRecord(data.prefix(length)) }
        }
        for bit in 0..<(8 * data.count) {
            var changed = data
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: TurnRecord.Failure.self, "bit \(bit)") { try TurnRecord(changed) }
        }
        #expect(throws: TurnRecord.Failure.self) { try TurnRecord(data + Data([0])) }
    }

    @Test("words that no log is written as are none")
    func damagedWords() {
        let words = Self.log(3, [0, 2, 1, 1, 0, 0, 2, 2, 1]).words
        for index in words.indices {
            for bit in 0..<32 {
                var changed = words
                changed[index] ^= 1 << UInt32(bit)
                if let log = TurnLog(words: changed) { #expect(log.words == changed) }
            }
            #expect(TurnLog(words: Array(words.prefix(index))) == nil)
        }
        #expect(TurnLog(words: [0, 0, 1, 0]) == nil && TurnLog(words: [3, .max, 9, .max, .max, .max]) == nil)
    }

    @Test("orders are read as they are written, and nothing else is")
    func arguments() {
        for order in Self.orders + [.strict, .bounded(by: 0), .bounded(by: 65_535)] {
            #expect(TurnOrder(argument: order.argument) == order)
        }
        let others = ["", "Strict", "bounded", "bounded:", "bounded:-1", "bounded:65536", "bounded:+1", "bounded:01"]
        for text in others + ["free:1"] {
            #expect(TurnOrder(argument: text) == nil, "\(text)")
        }
        #expect(TurnOrder.bounded(by: 0).isStrict && !TurnOrder.bounded(by: 1).isStrict && !TurnOrder.free.isStrict)
    }
}
