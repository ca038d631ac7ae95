public import TabularLearning

/// A deep Q-network that learns in one world: a value without threads, which says what is to be computed and takes what came of it.
///
/// Everything is a function of the settings. Random numbers are addressed by environment step and update; minibatches are cut into
/// slices by place, and gradients of slices are added in a fixed tree: who computes a slice, and when, changes no bit.
public struct DQNLearner<World: VectorWorld>: NetworkLearner {
    /// The settings.
    public let settings: DQNSettings
    /// The network.
    public let shape: NetworkShape
    let world: World

    /// The parameters that learn.
    public internal(set) var online: [Vector]
    var target: [Vector]
    var targetVersion: UInt64 = 0
    var optimizer: Optimizer
    var memory: ReplayMemory

    var state: World.State
    var window: StepWindow
    var elapsed = 0
    var episodeReturn = 0.0

    /// How far it has come.
    public internal(set) var course = LearningCourse()

    var pendingUpdates = 0
    var isEvaluationDue = false
    /// The places of the minibatch that is out.
    var drawn: [Int] = []

    /// The parameters of the best evaluation so far, the later of equal ones; those of the beginning before the first.
    public internal(set) var best: [Vector]

    private var pass: NetworkPass
    private var features: [Float] = []
    private var values: [Float] = []
    private let exploration: CounterBasedRandom
    private let starts: CounterBasedRandom
    private let draws: CounterBasedRandom

    /// Begins.
    ///
    /// - Parameters:
    ///   - world: Where it lives.
    ///   - settings: Without an `objection`.
    public init(_ world: World, _ settings: DQNSettings) {
        precondition(settings.objection == nil, "settings that go together")
        (self.world, self.settings) = (world, settings)
        shape = settings.shape(features: world.featureCount, actions: world.actionCount)
        online = shape.initialParameters(seed: settings.seed)
        (target, best) = (online, online)
        optimizer = Optimizer(
            settings.optimizer,
            stepSize: settings.stepSize,
            normLimit: settings.normLimit,
            vectorCount: shape.vectorCount
        )
        memory = ReplayMemory(capacity: settings.capacity, featureCount: world.featureCount, rule: settings.replay)
        window = StepWindow(stepCount: settings.stepCount, discount: settings.discount)
        pass = NetworkPass(shape)
        exploration = CounterBasedRandom(seed: settings.seed, stream: .exploration)
        starts = CounterBasedRandom(seed: settings.seed, stream: .start)
        draws = CounterBasedRandom(seed: settings.seed, stream: .replay)
        var random = starts.generator(lane: 0, step: 0)
        state = world.start(&random)
    }

    /// The one network.
    public var learning: [(shape: NetworkShape, parameters: [Vector])] { [(shape, online)] }

    /// What computes slices.
    public var computer: SliceComputer {
        SliceComputer(shape, isDouble: settings.isDouble, loss: settings.loss)
    }

    /// The parameters that the next update is computed with.
    public var parameters: ParameterPair {
        ParameterPair(online: online, target: target)
    }

    /// The steps after which control is given back in any case.
    private static var mostStepsAtOnce: Int { 10_000 }

    /// Steps the world until something is to be done, or for long enough.
    public mutating func next() -> LearnerTask<MinibatchSlice> {
        for count in 0... {
            if pendingUpdates > 0 { return .update(drawMinibatch()) }
            if isEvaluationDue { return .evaluate }
            if stepsTaken >= settings.steps { return .finished }
            if count == Self.mostStepsAtOnce { break }
            step()
        }
        return .pause
    }

    /// Whether it is between two bouts, with nothing out: where a run can be written down.
    public var isBetweenBouts: Bool { pendingUpdates == 0 && !isEvaluationDue }

    private mutating func step() {
        features.removeAll(keepingCapacity: true)
        world.observe(state, into: &features)
        let action = choose()
        let (reward, isTerminal) = world.step(&state, action)
        course.stepsTaken += 1
        elapsed += 1
        episodeReturn += reward
        let ending: StepWindow.Ending = isTerminal ? .terminal : elapsed >= world.stepLimit ? .cut : .none
        var next: [Float] = []
        world.observe(state, into: &next)
        window.take(features, action, Float(reward), next: next, ending) { memory.add($0) }
        if ending != .none { endEpisode() }
        if stepsTaken.isMultiple(of: settings.targetEvery) {
            target = online
            targetVersion += 1
        }
        if stepsTaken >= settings.warmUp, stepsTaken.isMultiple(of: settings.trainEvery),
            memory.count >= settings.batchSize
        {
            pendingUpdates = settings.updatesAtOnce
        }
        isEvaluationDue = stepsTaken.isMultiple(of: settings.evaluateEvery)
    }

    private mutating func choose() -> Int {
        var random = exploration.generator(lane: 0, step: stepsTaken)
        if random.nextUnit() < settings.epsilon.value(at: stepsTaken) {
            return random.nextIndex(below: world.actionCount)
        }
        pass.run(online, features)
        return pass.greedyAction(of: 0, scratch: &values)
    }

    private mutating func endEpisode() {
        course.end(episodeReturn)
        (elapsed, episodeReturn) = (0, 0)
        var random = starts.generator(lane: 0, step: episodeCount)
        state = world.start(&random)
    }

    private mutating func drawMinibatch() -> [MinibatchSlice] {
        var random = draws.generator(lane: 0, step: updateCount)
        drawn = memory.draw(settings.batchSize, &random)
        let weights = memory.weights(of: drawn, beta: correction)
        let rows = settings.batchSize / DQNSettings.sliceCount
        return (0..<DQNSettings.sliceCount).map { index in
            var slice = MinibatchSlice()
            for place in (index * rows)..<((index + 1) * rows) {
                slice.add(memory[drawn[place]], weight: weights[place])
            }
            return slice
        }
    }

    /// β, which comes to 1 at the end of the run.
    private var correction: Double {
        guard case .prioritized(_, let correction) = settings.replay else { return 0 }
        return correction + (1 - correction) * (Double(stepsTaken) / Double(settings.steps))
    }

    /// Takes the gradients of the slices that `next` gave, in their order, and updates.
    ///
    /// - Throws: `LearningFailure` when errors are no numbers any more.
    public mutating func take(_ gradients: consuming [[SliceGradient]]) throws(LearningFailure) {
        precondition(pendingUpdates > 0 && gradients.count == DQNSettings.sliceCount, "all slices of a minibatch")
        var slices = gradients.map { $0[0] }
        let errors = slices.flatMap(\.errors)
        guard errors.allSatisfy(\.isFinite) else { throw course.failure("value") }
        var gradient = GradientTree.sum(&slices)
        let share = 1 / Float(settings.batchSize)
        for index in gradient.indices { gradient[index] *= share }
        optimizer.apply(&gradient, to: &online)
        // Now and not by the errors of the next update: an evaluation may come first, and the last update has no next one.
        guard areFinite(online) else { throw course.failure("parameter") }
        if case .prioritized(let exponent, _) = settings.replay {
            memory.note(errors: errors, of: drawn, exponent: exponent)
        }
        course.updateCount += 1
        pendingUpdates -= 1
    }

    /// What the greedy policy of now is worth, over the episodes by which all moments of the run are compared.
    public func evaluate() -> Double {
        GreedyEpisodes(world, shape, seed: settings.seed, stream: .selection)
            .meanReturn(online, episodes: settings.evaluationEpisodes)
    }

    /// Notes what `evaluate` gave, and keeps the parameters where none were better.
    public mutating func note(meanReturn: Double) {
        precondition(isEvaluationDue, "an evaluation that was asked for")
        isEvaluationDue = false
        if course.note(meanReturn: meanReturn) { best = online }
    }

    /// The mean return of other episodes by the best policy.
    public func meanReturn(episodes: Int, stream: CounterBasedRandom.Stream) -> Double {
        GreedyEpisodes(world, shape, seed: settings.seed, stream: stream).meanReturn(best, episodes: episodes)
    }
}
