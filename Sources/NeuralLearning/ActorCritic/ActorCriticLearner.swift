public import TabularLearning

/// An actor that gives forces and one or two critics that say what they are worth: DDPG and TD3.
///
/// Everything is a function of the settings, as of a `DQNLearner`: noise is addressed by environment step and update.
public struct ActorCriticLearner<World: ContinuousWorld>: NetworkLearner {
    /// A network that learns, and what follows it.
    struct Pair: Sendable {
        var online: [Vector]
        var target: [Vector]
        var optimizer: Optimizer

        init(_ shape: NetworkShape, seed: UInt64, _ settings: ActorCriticSettings) {
            online = shape.initialParameters(seed: seed)
            target = online
            optimizer = Optimizer(
                .adam,
                stepSize: settings.stepSize,
                normLimit: settings.normLimit,
                vectorCount: shape.vectorCount
            )
        }

        /// Moves the target: θ⁻ ← θ⁻ + τ (θ − θ⁻).
        mutating func follow(_ share: Float) {
            Self.move(&target, towards: online, share)
        }

        private static func move(_ target: inout [Vector], towards online: [Vector], _ share: Float) {
            let values = online.span
            var targets = target.mutableSpan
            for index in 0..<targets.count { targets[index] += (values[index] - targets[index]) * share }
        }
    }

    /// The settings.
    public let settings: ActorCriticSettings
    /// The actor.
    public let shape: NetworkShape
    let criticShape: NetworkShape
    let world: World

    var actor: Pair
    var critics: [Pair]
    var memory: ReplayMemory

    var state: World.State
    var window: StepWindow
    /// What lasts of the noise.
    var lasting: [Float]
    var elapsed = 0
    var episodeReturn = 0.0

    /// How far it has come.
    public internal(set) var course = LearningCourse()
    /// The actor at the best evaluation so far.
    public internal(set) var best: [Vector]

    private var pendingUpdates = 0
    private var isActorDue = false
    private var isEvaluationDue = false
    /// The places of the minibatch that is out.
    private var drawn: [Int] = []

    private var pass: NetworkPass
    private var features: [Float] = []
    private var forces: [Float] = []
    private let exploration: CounterBasedRandom
    private let starts: CounterBasedRandom
    private let draws: CounterBasedRandom
    private let smoothing: CounterBasedRandom

    /// Begins.
    ///
    /// - Parameters:
    ///   - world: Where it lives.
    ///   - settings: Without an `objection`.
    public init(_ world: World, _ settings: ActorCriticSettings) {
        precondition(settings.objection == nil, "settings that go together")
        (self.world, self.settings) = (world, settings)
        shape = settings.shape(features: world.featureCount, actions: world.forceCount)
        criticShape = settings.criticShape(features: world.featureCount, forces: world.forceCount)
        actor = Pair(shape, seed: settings.seed, settings)
        critics = (0..<(settings.isTwin ? 2 : 1)).map { [criticShape] number in
            Pair(criticShape, seed: SplitMix64.mix(settings.seed &+ UInt64(number) &+ 1), settings)
        }
        best = actor.online
        memory = ReplayMemory(
            capacity: settings.capacity,
            featureCount: world.featureCount,
            forceCount: world.forceCount,
            rule: .uniform
        )
        window = StepWindow(stepCount: settings.stepCount, discount: settings.discount)
        lasting = Array(repeating: 0, count: world.forceCount)
        pass = NetworkPass(shape)
        exploration = CounterBasedRandom(seed: settings.seed, stream: .exploration)
        starts = CounterBasedRandom(seed: settings.seed, stream: .start)
        draws = CounterBasedRandom(seed: settings.seed, stream: .replay)
        smoothing = CounterBasedRandom(seed: settings.seed, stream: .smoothing)
        var random = starts.generator(lane: 0, step: 0)
        state = world.start(&random)
    }

    /// Actor and critics.
    public var learning: [(shape: NetworkShape, parameters: [Vector])] {
        [(shape, actor.online)] + critics.map { (criticShape, $0.online) }
    }

    /// What computes slices.
    public var computer: ActorCriticComputer {
        ActorCriticComputer(actor: shape, critic: criticShape, criticCount: critics.count)
    }

    /// The parameters that the slices of now are computed with.
    public var parameters: ActorCriticParameters {
        ActorCriticParameters(
            actor: actor.online,
            critics: critics.map(\.online),
            targetActor: actor.target,
            targetCritics: critics.map(\.target)
        )
    }

    /// Steps the world until something is to be done, or for long enough.
    public mutating func next() -> LearnerTask<ActorCriticSlice> {
        for count in 0... {
            if isActorDue { return .update(slices(of: .actor)) }
            if pendingUpdates > 0 {
                var random = draws.generator(lane: 0, step: updateCount)
                drawn = memory.draw(settings.batchSize, &random)
                return .update(slices(of: .critics))
            }
            if isEvaluationDue { return .evaluate }
            if stepsTaken >= settings.steps { return .finished }
            if count == 10_000 { break }
            step()
        }
        return .pause
    }

    /// Whether it is between two bouts, with nothing out: where a run can be written down.
    public var isBetweenBouts: Bool { pendingUpdates == 0 && !isEvaluationDue }

    private mutating func step() {
        features.removeAll(keepingCapacity: true)
        world.observe(state, into: &features)
        choose()
        let (reward, isTerminal) = world.step(&state, forces)
        course.stepsTaken += 1
        elapsed += 1
        episodeReturn += reward
        let ending: StepWindow.Ending = isTerminal ? .terminal : elapsed >= world.stepLimit ? .cut : .none
        var next: [Float] = []
        world.observe(state, into: &next)
        window.take(features, 0, forces: forces, Float(reward), next: next, ending) { memory.add($0) }
        if ending != .none {
            course.end(episodeReturn)
            (elapsed, episodeReturn) = (0, 0)
            for index in lasting.indices { lasting[index] = 0 }
            var random = starts.generator(lane: 0, step: episodeCount)
            state = world.start(&random)
        }
        if stepsTaken >= settings.warmUp, stepsTaken.isMultiple(of: settings.trainEvery),
            memory.count >= settings.batchSize
        {
            pendingUpdates = settings.updatesAtOnce
        }
        isEvaluationDue = stepsTaken.isMultiple(of: settings.evaluateEvery)
    }

    /// The actor's forces with noise, or in the beginning none of the actor's.
    private mutating func choose() {
        var random = exploration.generator(lane: 0, step: stepsTaken)
        let isWarmingUp = stepsTaken < settings.warmUp
        if isWarmingUp {
            for index in forces.indices { forces[index] = 0 }
            while forces.count < world.forceCount { forces.append(0) }
        } else {
            pass.run(actor.online, features)
            pass.forces(of: 0, into: &forces)
        }
        for index in forces.indices {
            var noise: Float
            switch settings.noise {
            case .normal where isWarmingUp: noise = Float(2 * random.nextUnit() - 1)
            case .normal(let deviation): noise = deviation * Float(random.nextNormal())
            case .lasting(let deviation):
                // √(1 − 0.98²) of what is new keeps σ what it is.
                noise = lasting[index] * 0.98
                noise += (0.198_997_49 * deviation) * Float(random.nextNormal())
                lasting[index] = noise
            }
            forces[index] = min(max(forces[index] + noise, -1), 1)
        }
    }

    private func slices(of part: ActorCriticSlice.Part) -> [ActorCriticSlice] {
        let rows = settings.batchSize / DQNSettings.sliceCount
        return (0..<DQNSettings.sliceCount).map { index in
            var slice = ActorCriticSlice()
            slice.part = part
            for place in (index * rows)..<((index + 1) * rows) {
                slice.add(memory[drawn[place]])
                if part == .critics, settings.smoothing > 0 { slice.noises += noises(UInt64(place)) }
            }
            return slice
        }
    }

    /// The noise on the target's forces in a row of the minibatch.
    private func noises(_ row: UInt64) -> [Float] {
        var random = smoothing.generator(lane: row, step: updateCount)
        let bound = 2.5 * settings.smoothing
        return (0..<world.forceCount).map { _ in
            min(max(settings.smoothing * Float(random.nextNormal()), -bound), bound)
        }
    }

    /// Takes the gradients of the critics' slices or the actor's, in their order, and updates.
    ///
    /// - Throws: `LearningFailure` when numbers are none any more.
    public mutating func take(_ gradients: consuming [[SliceGradient]]) throws(LearningFailure) {
        precondition(pendingUpdates > 0 && gradients.count == DQNSettings.sliceCount, "all slices of a minibatch")
        let all = gradients
        if isActorDue {
            try update(&actor, all.map { $0[0] })
            actor.follow(settings.targetShare)
            for index in critics.indices { critics[index].follow(settings.targetShare) }
            isActorDue = false
        } else {
            for index in critics.indices { try update(&critics[index], all.map { $0[index] }) }
            isActorDue = (updateCount + 1).isMultiple(of: UInt64(settings.actorEvery))
        }
        guard !isActorDue else { return }
        course.updateCount += 1
        pendingUpdates -= 1
    }

    private func update(_ pair: inout Pair, _ gradients: [SliceGradient]) throws(LearningFailure) {
        guard gradients.allSatisfy({ $0.errors.allSatisfy(\.isFinite) }) else { throw course.failure("value") }
        var slices = gradients
        var gradient = GradientTree.sum(&slices)
        let share = 1 / Float(settings.batchSize)
        for index in gradient.indices { gradient[index] *= share }
        pair.optimizer.apply(&gradient, to: &pair.online)
        guard areFinite(pair.online) else { throw course.failure("parameter") }
    }

    /// What the policy of now is worth, over the episodes by which all moments of the run are compared.
    public func evaluate() -> Double {
        ForcedEpisodes(world, shape, seed: settings.seed, stream: .selection)
            .meanReturn(actor.online, episodes: settings.evaluationEpisodes)
    }

    /// Notes what `evaluate` gave, and keeps the parameters where none were better.
    public mutating func note(meanReturn: Double) {
        precondition(isEvaluationDue, "an evaluation that was asked for")
        isEvaluationDue = false
        if course.note(meanReturn: meanReturn) { best = actor.online }
    }

    /// The mean return of other episodes by the best policy.
    public func meanReturn(episodes: Int, stream: CounterBasedRandom.Stream) -> Double {
        ForcedEpisodes(world, shape, seed: settings.seed, stream: stream).meanReturn(best, episodes: episodes)
    }
}
