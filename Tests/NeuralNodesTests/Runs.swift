import ClassicWorlds
import NeuralLearning
import TabularLearning

/// Small runs of every learner, and where they end.
enum Runs {
    /// Double, dueling, n steps and priorities: everything that a deep Q-network has.
    static var dqn: DQNLearner<ControlWorld<CartPole>> {
        var settings = DQNSettings()
        (settings.hiddenCounts, settings.isDueling, settings.stepCount) = ([20, 16], true, 3)
        (settings.batchSize, settings.capacity) = (32, 300)
        settings.replay = .prioritized(exponent: 0.6, correction: 0.4)
        (settings.warmUp, settings.targetEvery) = (60, 50)
        settings.epsilon = .linear(initial: 1, final: 0.1, steps: 200)
        (settings.steps, settings.evaluateEvery, settings.evaluationEpisodes) = (300, 100, 1)
        return DQNLearner(ControlWorld(CartPole()), settings)
    }

    static func actorCritic(_ preset: ActorCriticSettings) -> ActorCriticLearner<ControlWorld<Pendulum>> {
        var settings = preset
        (settings.hiddenCounts, settings.batchSize, settings.warmUp) = ([20], 16, 50)
        (settings.capacity, settings.steps) = (100, 200)
        (settings.evaluateEvery, settings.evaluationEpisodes) = (100, 1)
        return ActorCriticLearner(ControlWorld(Pendulum()), settings)
    }

    static var a2c: A2CLearner<ControlWorld<CartPole>> {
        var settings = A2CSettings()
        (settings.hiddenCounts, settings.laneCount, settings.horizon) = ([20, 16], 16, 5)
        (settings.steps, settings.evaluateEvery, settings.evaluationEpisodes) = (8_000, 4_000, 1)
        settings.entropyShare = 0.01
        return A2CLearner(ControlWorld(CartPole()), settings)
    }

    /// Runs to the end, and lets somebody look at the learner between bouts.
    static func finish<Learner: NetworkLearner>(
        _ learner: Learner,
        look: (Learner) -> Void = { _ in },
        by compute: ([Learner.Computer.Slice], Learner.Computer.Parameters) throws -> [[SliceGradient]]
    ) throws -> Learner {
        var learner = learner
        while true {
            if learner.isBetweenBouts { look(learner) }
            switch learner.next() {
            case .update(let slices): try learner.take(compute(slices, learner.parameters))
            case .evaluate: learner.note(meanReturn: learner.evaluate())
            case .pause: break
            case .finished: return learner
            }
        }
    }

    /// Runs to the end on a thread.
    static func alone<Learner: NetworkLearner>(_ learner: Learner) throws -> Learner {
        let team = SliceTeam(threads: 1, learner.computer)
        return try finish(learner) { team.gradients(of: $0, $1) }
    }

    /// Whether two ended alike, to the last bit of all that is saved.
    static func areEqual<Learner: NetworkLearner>(_ one: Learner, _ other: Learner) -> Bool {
        one.learning.map(\.parameters) == other.learning.map(\.parameters) && one.best == other.best
            && one.saved == other.saved
    }
}
