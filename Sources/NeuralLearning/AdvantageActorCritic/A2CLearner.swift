public import TabularLearning

/// A policy that is followed where it did better than a network of values expected: A2C.
///
/// Everything is a function of the settings: choices are addressed by lane and step of the lanes, slices are made of lanes.
public struct A2CLearner<World: VectorWorld>: NetworkLearner {
    /// A network that learns.
    struct Part: Sendable {
        var online: [Vector]
        var optimizer: Optimizer
    }

    /// A world and the episode in it.
    struct Lane: Sendable {
        var state: World.State
        var elapsed = 0
        var episodeReturn = 0.0
    }

    /// A step of a lane, until the next update.
    private struct Step: Sendable {
        var features: [Float]
        var action: Int
        var reward: Float
        var ending: StepWindow.Ending
        /// Where an episode was cut: what is seen there.
        var cut: [Float] = []
    }

    /// The settings.
    public let settings: A2CSettings
    /// The policy.
    public let shape: NetworkShape
    let valueShape: NetworkShape
    let world: World

    var policy: Part
    var value: Part
    var lanes: [Lane]

    /// How far it has come.
    public internal(set) var course = LearningCourse()
    /// The policy at the best evaluation so far.
    public internal(set) var best: [Vector]

    /// The steps of each lane.
    private var seen: [[Step]] = []
    private var isUpdateDue = false
    private var isEvaluationDue = false

    private var pass: NetworkPass
    private var valuePass: NetworkPass
    private var outputs: [Float] = []
    private let choices: CounterBasedRandom
    private let starts: CounterBasedRandom

    /// Begins.
    ///
    /// - Parameters:
    ///   - world: Where it lives.
    ///   - settings: Without an `objection`.
    public init(_ world: World, _ settings: A2CSettings) {
        precondition(settings.objection == nil, "settings that go together")
        (self.world, self.settings) = (world, settings)
        shape = settings.shape(features: world.featureCount, actions: world.actionCount)
        valueShape = settings.shape(features: world.featureCount, actions: 1)
        func part(_ shape: NetworkShape, seed: UInt64) -> Part {
            Part(
                online: shape.initialParameters(seed: seed),
                optimizer: Optimizer(
                    settings.optimizer,
                    stepSize: settings.stepSize,
                    normLimit: settings.normLimit,
                    vectorCount: shape.vectorCount
                )
            )
        }
        policy = part(shape, seed: settings.seed)
        value = part(valueShape, seed: SplitMix64.mix(settings.seed &+ 1))
        best = policy.online
        (pass, valuePass) = (NetworkPass(shape), NetworkPass(valueShape))
        choices = CounterBasedRandom(seed: settings.seed, stream: .exploration)
        starts = CounterBasedRandom(seed: settings.seed, stream: .start)
        lanes = (0..<settings.laneCount).map { [starts] lane in
            var random = starts.generator(lane: UInt64(lane), step: 0)
            return Lane(state: world.start(&random))
        }
        seen = Array(repeating: [], count: settings.laneCount)
    }

    /// Policy and values.
    public var learning: [(shape: NetworkShape, parameters: [Vector])] {
        [(shape, policy.online), (valueShape, value.online)]
    }

    /// What computes slices.
    public var computer: A2CComputer {
        A2CComputer(policy: shape, value: valueShape, entropyShare: settings.entropyShare)
    }

    /// The parameters that the slices of now are computed with.
    public var parameters: A2CParameters { A2CParameters(policy: policy.online, value: value.online) }

    /// Steps all lanes until something is to be done.
    public mutating func next() -> LearnerTask<A2CSlice> {
        if isEvaluationDue { return .evaluate }
        if !isUpdateDue {
            if stepsTaken >= settings.steps { return .finished }
            for _ in 0..<settings.horizon { step() }
            isUpdateDue = true
        }
        return .update(slices())
    }

    /// Whether it is between two updates, with nothing out: where a run can be written down.
    public var isBetweenBouts: Bool { !isUpdateDue && !isEvaluationDue }

    /// Moves every lane on by a step.
    private mutating func step() {
        var features: [Float] = []
        for lane in lanes { world.observe(lane.state, into: &features) }
        pass.run(policy.online, features)
        let (now, width) = (stepsTaken / UInt64(settings.laneCount), world.featureCount)
        for index in lanes.indices {
            pass.values(of: index, into: &outputs)
            var random = choices.generator(lane: UInt64(index), step: now)
            let action = Softmax.draw(outputs, &random)
            let (reward, isTerminal) = world.step(&lanes[index].state, action)
            lanes[index].elapsed += 1
            lanes[index].episodeReturn += reward
            var step = Step(
                features: Array(features[(index * width)..<((index + 1) * width)]),
                action: action,
                reward: Float(reward),
                ending: isTerminal ? .terminal : lanes[index].elapsed >= world.stepLimit ? .cut : .none
            )
            if step.ending == .cut { world.observe(lanes[index].state, into: &step.cut) }
            seen[index].append(step)
            guard step.ending != .none else { continue }
            course.end(lanes[index].episodeReturn)
            var start = starts.generator(lane: UInt64(index), step: now + 1)
            lanes[index] = Lane(state: world.start(&start))
        }
        course.stepsTaken += UInt64(lanes.count)
    }

    /// What was seen, lane by lane, with what it was worth.
    private mutating func slices() -> [A2CSlice] {
        let lanesOfSlice = settings.laneCount / DQNSettings.sliceCount
        return (0..<DQNSettings.sliceCount).map { number in
            var slice = A2CSlice()
            for lane in (number * lanesOfSlice)..<((number + 1) * lanesOfSlice) { add(lane, to: &slice) }
            return slice
        }
    }

    /// δ = r + γ V(s′) − V(s), A = δ + γ λ A′, from the last step back; what follows an end is nothing, and a cut begins anew.
    private mutating func add(_ lane: Int, to slice: inout A2CSlice) {
        let steps = seen[lane]
        var inputs = steps.flatMap(\.features)
        world.observe(lanes[lane].state, into: &inputs)
        for step in steps { inputs += step.cut }
        valuePass.run(value.online, inputs)
        var values: [Float] = []
        for row in 0..<valuePass.rowCount {
            valuePass.values(of: row, into: &outputs)
            values.append(outputs[0])
        }
        var (advantages, cutPlace) = (Array(repeating: Float(0), count: steps.count), values.count)
        var later = Float(0)
        for index in steps.indices.reversed() {
            var next = values[index + 1]
            switch steps[index].ending {
            case .none: break
            case .terminal: (next, later) = (0, 0)
            case .cut:
                cutPlace -= 1
                (next, later) = (values[cutPlace], 0)
            }
            let error = steps[index].reward + settings.discount * next - values[index]
            later = error + (settings.discount * settings.traceDecay) * later
            advantages[index] = later
        }
        for (index, step) in steps.enumerated() {
            slice.add(
                step.features,
                step.action,
                advantage: advantages[index],
                return: advantages[index] + values[index]
            )
        }
    }

    /// Takes the gradients of the slices that `next` gave, in their order, and updates.
    ///
    /// - Throws: `LearningFailure` when numbers are none any more.
    public mutating func take(_ gradients: consuming [[SliceGradient]]) throws(LearningFailure) {
        precondition(isUpdateDue && gradients.count == DQNSettings.sliceCount, "all slices of an update")
        let all = gradients
        try update(&policy, all.map { $0[0] })
        try update(&value, all.map { $0[1] })
        for lane in seen.indices { seen[lane].removeAll(keepingCapacity: true) }
        course.updateCount += 1
        isUpdateDue = false
        let stride = UInt64(settings.laneCount * settings.horizon)
        isEvaluationDue = stepsTaken / settings.evaluateEvery > (stepsTaken - stride) / settings.evaluateEvery
    }

    private func update(_ part: inout Part, _ gradients: [SliceGradient]) throws(LearningFailure) {
        guard gradients.allSatisfy({ $0.errors.allSatisfy(\.isFinite) }) else { throw course.failure("value") }
        var slices = gradients
        var gradient = GradientTree.sum(&slices)
        let share = 1 / Float(settings.laneCount * settings.horizon)
        for index in gradient.indices { gradient[index] *= share }
        part.optimizer.apply(&gradient, to: &part.online)
        guard areFinite(part.online) else { throw course.failure("parameter") }
    }

    /// What the policy of now is worth without chance, over the episodes by which all moments of the run are compared.
    public func evaluate() -> Double {
        GreedyEpisodes(world, shape, seed: settings.seed, stream: .selection)
            .meanReturn(policy.online, episodes: settings.evaluationEpisodes)
    }

    /// Notes what `evaluate` gave, and keeps the parameters where none were better.
    public mutating func note(meanReturn: Double) {
        precondition(isEvaluationDue, "an evaluation that was asked for")
        isEvaluationDue = false
        if course.note(meanReturn: meanReturn) { best = policy.online }
    }

    /// The mean return of other episodes by the best policy.
    public func meanReturn(episodes: Int, stream: CounterBasedRandom.Stream) -> Double {
        GreedyEpisodes(world, shape, seed: settings.seed, stream: stream).meanReturn(best, episodes: episodes)
    }
}
