import MasterNode
import Rounds
import SimulatedCluster
import TabularLearning
import Testing
import TurnOrders

/// How fast orders of turns are where things take their time, on a simulated clock.
@Suite("Orders of turns with jitter")
struct JitterTests {
    private static func run(_ order: TurnOrder, cohorts: Int, _ stepping: TrainingPlan.Stepping) -> SimulatedRun {
        var run = SimulatedRun()
        run.hasMasks = false
        run.checkpointRounds = nil
        run.partition = .hash
        (run.workers, run.shards, run.cohorts, run.lanes, run.steps) = (4, 4, cohorts, 32, 100)
        (run.order, run.stepping) = (order, stepping)
        return run
    }

    private static func rate(_ run: SimulatedRun, _ times: TimedCluster.Times) throws -> Double {
        var cluster = try TimedCluster(run, times, seed: 1)
        let played = cluster.play()
        let result = try #require(played)
        if let ledger = result.master.ledger { #expect(ledger.lost + ledger.duplicated == 0) }
        return result.rate
    }

    /// The ticks of a round that nothing waits for: of one cohort alone.
    private static func roundTime(_ stepping: TrainingPlan.Stepping) throws -> UInt64 {
        UInt64(1000 / (try rate(run(.strict, cohorts: 1, stepping), .init())))
    }

    /// The rate of an order with jitter, as a share of that without.
    private static func share(
        _ order: TurnOrder,
        cohorts: Int,
        _ stepping: TrainingPlan.Stepping,
        _ disturb: (inout TimedCluster.Times) -> Void
    ) throws -> Double {
        var times = TimedCluster.Times()
        let run = run(order, cohorts: cohorts, stepping)
        let quiet = try rate(run, times)
        disturb(&times)
        return try rate(run, times) / quiet
    }

    @Test("messages that are late by up to two round times leave nine tenths of the rate to enough cohorts")
    func messages() throws {
        let jitter = 2 * (try Self.roundTime(.inline))
        for order in [TurnOrder.strict, .bounded(by: 2), .free] {
            let share = try Self.share(order, cohorts: 24, .inline) { $0.messageJitter = jitter }
            // Mailboxes keep their order, so answers are complete in the order of the questions and no order waits.
            #expect(share >= 0.9, "\(order): \(share)")
        }
        let few = try Self.share(.free, cohorts: 4, .inline) { $0.messageJitter = jitter }
        #expect(few < 0.5, "no order is faster than its answers: \(few)")
    }

    @Test("worlds that are late by up to two round times leave bounded:2 nine tenths of the rate, and strict less")
    func worlds() throws {
        let jitter = 2 * (try Self.roundTime(.apart))
        func share(_ order: TurnOrder) throws -> Double {
            try Self.share(order, cohorts: 16, .apart) { $0.worldJitter = jitter }
        }
        let (strict, bounded) = (try share(.strict), try share(.bounded(by: 2)))
        #expect(bounded >= 0.9 && strict < bounded - 0.05, "strict \(strict), bounded:2 \(bounded)")
    }

    @Test("a worker that is slow for good bounds every order alike")
    func slowWorker() throws {
        let strict = try Self.share(.strict, cohorts: 16, .inline) { $0.slowness = 10 }
        for order in [TurnOrder.bounded(by: 2), .free] {
            let share = try Self.share(order, cohorts: 16, .inline) { $0.slowness = 10 }
            #expect(strict < 0.9 && abs(share - strict) < 0.1, "strict \(strict), \(order) \(share)")
        }
    }
}
