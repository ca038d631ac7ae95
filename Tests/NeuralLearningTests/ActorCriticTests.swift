import ClassicWorlds
import NeuralLearning
import TabularLearning
import Testing

@Suite("An actor with its critics")
struct ActorCriticTests {
    /// One step each, for which a force f gives −(f − 1/2)².
    private struct Aim: ContinuousWorld {
        let featureCount = 1
        let forceCount = 1
        let stepLimit = 4

        func start(_ random: inout SplitMix64) -> Int { 0 }

        func step(_ state: inout Int, _ forces: [Float]) -> (reward: Double, isTerminal: Bool) {
            let miss = Double(forces[0]) - 0.5
            return (-miss * miss, true)
        }

        func observe(_ state: Int, into features: inout [Float]) { features.append(1) }
        func save(_ state: Int, to writer: inout WordWriter) { writer.write(state) }
        func restore(from reader: inout WordReader) throws(WordReader.Failure) -> Int { try reader.integer() }
    }

    private static func short(_ settings: ActorCriticSettings) -> ActorCriticSettings {
        var settings = settings
        (settings.hiddenCounts, settings.batchSize, settings.capacity) = ([20, 16], 32, 300)
        (settings.warmUp, settings.steps, settings.stepCount) = (100, 500, 2)
        (settings.evaluateEvery, settings.evaluationEpisodes) = (200, 2)
        settings.noise = .lasting(0.2)
        return settings
    }

    static let presets = [short(.ddpg), short(.td3)]

    private func finished<World: ContinuousWorld>(
        _ learner: ActorCriticLearner<World>,
        threads: Int = 1,
        atSteps: (UInt64, (ActorCriticLearner<World>) -> Void)? = nil
    ) throws -> ActorCriticLearner<World> {
        var learner = learner
        let team = SliceTeam(threads: threads, learner.computer)
        var isSeen = false
        while true {
            if let atSteps, !isSeen, learner.isBetweenBouts, learner.stepsTaken >= atSteps.0 {
                atSteps.1(learner)
                isSeen = true
            }
            switch learner.next() {
            case .update(let slices): try learner.take(team.gradients(of: slices, learner.parameters))
            case .evaluate: learner.note(meanReturn: learner.evaluate())
            case .pause: break
            case .finished: return learner
            }
        }
    }

    private func areEqual<World>(_ one: ActorCriticLearner<World>, _ other: ActorCriticLearner<World>) -> Bool {
        one.learning.map(\.parameters) == other.learning.map(\.parameters) && one.best == other.best
            && one.course == other.course && one.saved == other.saved
    }

    @Test("has the same parameters however many threads compute its slices", arguments: presets)
    func threads(settings: ActorCriticSettings) throws {
        let world = ControlWorld(Pendulum())
        let one = try finished(ActorCriticLearner(world, settings))
        #expect(one.updateCount == 401 && one.curve.map(\.steps) == [200, 400])
        #expect(one.learning.count == (settings.isTwin ? 3 : 2))
        for count in [2, 3, 8] {
            #expect(areEqual(try finished(ActorCriticLearner(world, settings), threads: count), one))
        }
    }

    @Test("goes on from what was saved to the same parameters", arguments: presets)
    func resume(settings: ActorCriticSettings) throws {
        let world = ControlWorld(MountainCarContinuous())
        var words: [UInt32] = []
        let whole = try finished(ActorCriticLearner(world, settings), atSteps: (301, { words = $0.saved.words }))
        var second = ActorCriticLearner(world, settings)
        try second.restore(SavedSections(words))
        #expect(second.stepsTaken >= 301 && second.stepsTaken < 500)
        #expect(areEqual(try finished(second, threads: 2), whole))
    }

    @Test("does not go on from what another run saved, or from less than it saved")
    func foreignState() throws {
        let world = ControlWorld(Pendulum())
        let learner = ActorCriticLearner(world, Self.presets[0])
        var other = ActorCriticLearner(world, Self.presets[1])
        #expect(throws: WordReader.Failure.self) { try other.restore(learner.saved) }
        let words = learner.saved.words
        for count in stride(from: 0, to: words.count, by: 97) {
            var copy = learner
            #expect(throws: WordReader.Failure.self) { try copy.restore(SavedSections(Array(words.prefix(count)))) }
        }
    }

    @Test("finds the force that gives most", arguments: [ActorCriticSettings.ddpg, .td3])
    func aim(settings: ActorCriticSettings) throws {
        var settings = settings
        (settings.hiddenCounts, settings.activation, settings.batchSize) = ([16], .tanh, 32)
        (settings.stepSize, settings.steps, settings.warmUp, settings.evaluateEvery) = (5e-3, 2_000, 200, 100)
        let learner = try finished(ActorCriticLearner(Aim(), settings))
        #expect(learner.meanReturn(episodes: 1, stream: .start) > -0.02)
    }

    @Test("follows the lesser of two critics, and nothing behind an end")
    func targets() throws {
        let shape = NetworkShape(inputCount: 1, hiddenCounts: [], outputCount: 1)
        let criticShape = NetworkShape(inputCount: 2, hiddenCounts: [], outputCount: 1)
        func parameters(_ shape: NetworkShape, _ weights: [Float], _ bias: Float) throws -> [Vector] {
            try #require(
                shape.parameters(from: [
                    NamedArray(name: "layer-0-weights", rowCount: weights.count, columnCount: 1, values: weights),
                    NamedArray(name: "layer-0-bias", rowCount: 1, columnCount: 1, values: [bias]),
                ])
            )
        }
        let actor = try parameters(shape, [0], 0)
        let critics = [try parameters(criticShape, [0, 2], 1), try parameters(criticShape, [0, 0], 0)]
        let targets = [try parameters(criticShape, [0, 4], 8), try parameters(criticShape, [0, 4], 6)]
        var slice = ActorCriticSlice()
        for discount in [0.5, 0] as [Float] {
            slice.add(
                Transition(
                    features: [1],
                    action: 0,
                    forces: [0.5],
                    partialReturn: 3,
                    discount: discount,
                    nextFeatures: [1]
                )
            )
        }
        // The noise that is allowed by 1 alone.
        slice.noises = [3, 0]
        var computer = ActorCriticComputer(actor: shape, critic: criticShape, criticCount: 2)
        let pair = ActorCriticParameters(actor: actor, critics: critics, targetActor: actor, targetCritics: targets)
        let gradients = computer.gradient(of: slice, pair)
        // 3 + (6 + 4) / 2 − 2, 3 − 2; 3 + (6 + 4) / 2 − 0, 3 − 0.
        #expect(gradients.map(\.errors) == [[6, 1], [8, 3]])
        #expect(criticShape.arrays(of: gradients[0].gradient)[0].values == [-7, -3.5])
        slice.part = .actor
        // Two rows of −dQ/da · (1 − tanh² 0) = −2.
        let actors = computer.gradient(of: slice, pair)
        #expect(shape.arrays(of: actors[0].gradient).map(\.values) == [[-4], [-4]])
    }

    @Test("goes on from words of which some are others, or does not: without a trap", arguments: presets)
    func damagedState(settings: ActorCriticSettings) throws {
        let world = ControlWorld(Pendulum())
        var words: [UInt32] = []
        _ = try finished(ActorCriticLearner(world, settings), atSteps: (300, { words = $0.saved.words }))
        Damage.check(ActorCriticLearner(world, settings), words)
    }

    @Test("says that its numbers are none any more")
    func divergence() throws {
        var learner = ActorCriticLearner(ControlWorld(Pendulum()), Self.presets[1])
        guard case .update(let slices) = learner.next() else { throw LearningFailure(description: "no update") }
        var computer = learner.computer
        let parameters = learner.parameters
        var gradients = slices.map { computer.gradient(of: $0, parameters) }
        gradients[5][1].gradient[1][3] = .infinity
        #expect(throws: LearningFailure.self) { try learner.take(gradients) }
    }

    @Test("names the option that is out of range")
    func objections() {
        func objection(_ change: (inout ActorCriticSettings) -> Void) -> String {
            var settings = ActorCriticSettings.td3
            change(&settings)
            return settings.objection ?? ""
        }
        #expect(objection { _ in } == "")
        #expect(objection { $0.learner = "sac" }.hasPrefix("--learner sac:"))
        #expect(objection { $0.actorEvery = 0 }.hasPrefix("--actor-every 0:"))
        #expect(objection { $0.smoothing = .nan }.hasPrefix("--smoothing nan:"))
        #expect(objection { $0.noise = .normal(-1) }.hasPrefix("--noise -1.0:"))
        #expect(objection { $0.targetShare = 0 }.hasPrefix("--target-share 0.0:"))
        #expect(objection { $0.batchSize = 60 }.hasPrefix("--batch 60:"))
        #expect(objection { $0.warmUp = 60_000 }.hasPrefix("--warm-up 60000:"))
        #expect(objection { $0.steps = 0 }.hasPrefix("--steps 0:"))
        #expect(objection { $0.batchSize = .min }.hasPrefix("--batch -9223372036854775808:"))
    }
}
