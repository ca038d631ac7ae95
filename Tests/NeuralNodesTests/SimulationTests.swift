import NeuralLearning
import NeuralNodes
import TabularLearning
import Testing

@Suite("A network that workers learn, simulated")
struct SimulationTests {
    private func check<Learner: NetworkLearner>(_ beginning: Learner, seeds: Range<UInt64>) throws {
        let alone = try Runs.alone(beginning)
        for seed in seeds {
            let count = [1, 2, 3, 4, 8, 11][Int(seed % 6)]
            var workers = SimulatedWorkers(beginning.computer, workers: count, faults: .all, seed: seed)
            let learner = try Runs.finish(beginning) { workers.gradients(of: $0, $1) }
            #expect(Runs.areEqual(learner, alone), "seed \(seed), \(count) workers")
            let statistics = workers.coordinator.statistics
            // It was no calm sea, and workers did their part.
            #expect(workers.faultCount > 20 && statistics.losses > 5 && statistics.slicesOfWorkers > 100)
            #expect(statistics.slicesOfWorkers + statistics.slicesHere == 8 * statistics.tasks)
        }
    }

    @Test("has the bits of one thread, whatever is killed, sleeps, goes, is lost or comes late: a deep Q-network")
    func dqn() throws { try check(Runs.dqn, seeds: 0..<12) }

    @Test("has the bits of one thread, whatever is killed, sleeps, goes, is lost or comes late: DDPG")
    func ddpg() throws { try check(Runs.actorCritic(.ddpg), seeds: 20..<26) }

    @Test("has the bits of one thread, whatever is killed, sleeps, goes, is lost or comes late: TD3")
    func td3() throws { try check(Runs.actorCritic(.td3), seeds: 30..<36) }

    @Test("has the bits of one thread, whatever is killed, sleeps, goes, is lost or comes late: A2C")
    func a2c() throws { try check(Runs.a2c, seeds: 40..<46) }

    /// Stops a run every so many steps, and goes on from each stop with other workers.
    private func checkResumed<Learner: NetworkLearner>(_ beginning: Learner, every: UInt64) throws {
        var saved: [SavedSections] = []
        var first = SimulatedWorkers(beginning.computer, workers: 3, faults: .all, seed: 1)
        func look(_ learner: Learner) {
            if learner.stepsTaken >= every * UInt64(saved.count + 1) { saved.append(learner.saved) }
        }
        let whole = try Runs.finish(beginning, look: look) { first.gradients(of: $0, $1) }
        #expect(saved.count > 3)
        for (index, sections) in saved.enumerated() {
            var learner = beginning
            try learner.restore(sections)
            var workers = SimulatedWorkers(learner.computer, workers: 1 + index, faults: .all, seed: UInt64(index))
            let resumed = try Runs.finish(learner) { workers.gradients(of: $0, $1) }
            #expect(Runs.areEqual(resumed, whole), "checkpoint \(index)")
        }
    }

    @Test("goes on from every checkpoint with another number of workers")
    func resume() throws {
        try checkResumed(Runs.dqn, every: 40)
        try checkResumed(Runs.actorCritic(.ddpg), every: 40)
        try checkResumed(Runs.actorCritic(.td3), every: 40)
        try checkResumed(Runs.a2c, every: 1_600)
    }

    @Test("leaves nothing to this process while nothing goes wrong")
    func calm() throws {
        let beginning = Runs.a2c
        for count in [1, 2, 5, 8] {
            var workers = SimulatedWorkers(
                beginning.computer,
                workers: count,
                faults: .none,
                answerLimit: .seconds(3600),
                seed: 3
            )
            workers.gather()
            let learner = try Runs.finish(beginning) { workers.gradients(of: $0, $1) }
            let statistics = workers.coordinator.statistics
            #expect(learner.updateCount == 100 && statistics.tasks == 100 && statistics.losses == 0)
            #expect(statistics.slicesHere == 0 && statistics.slicesOfWorkers == 800)
        }
    }
}
