import ClassicWorlds
import NeuralLearning
import TabularLearning
import Testing

@Suite("A policy by advantages")
struct A2CTests {
    /// Four steps an episode; the first of three actions gives 1.
    private struct Choice: VectorWorld {
        let featureCount = 1
        let actionCount = 3
        let stepLimit = 4

        func start(_ random: inout SplitMix64) -> Int { 0 }
        func step(_ state: inout Int, _ action: Int) -> (reward: Double, isTerminal: Bool) {
            (action == 0 ? 1 : 0, false)
        }
        func observe(_ state: Int, into features: inout [Float]) { features.append(1) }
        func save(_ state: Int, to writer: inout WordWriter) { writer.write(state) }
        func restore(from reader: inout WordReader) throws(WordReader.Failure) -> Int { try reader.integer() }
    }

    private static var settings: A2CSettings {
        var settings = A2CSettings()
        (settings.hiddenCounts, settings.laneCount, settings.horizon) = ([20, 16], 16, 10)
        (settings.steps, settings.evaluateEvery, settings.evaluationEpisodes) = (4_800, 1_000, 2)
        settings.entropyShare = 0.01
        return settings
    }

    private func finished<World: VectorWorld>(
        _ learner: A2CLearner<World>,
        threads: Int = 1,
        atSteps: (UInt64, (A2CLearner<World>) -> Void)? = nil
    ) throws -> A2CLearner<World> {
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

    private func areEqual<World>(_ one: A2CLearner<World>, _ other: A2CLearner<World>) -> Bool {
        one.learning.map(\.parameters) == other.learning.map(\.parameters) && one.best == other.best
            && one.course == other.course && one.saved == other.saved
    }

    @Test("has the same parameters however many threads compute its slices")
    func threads() throws {
        let world = ControlWorld(CartPole())
        let one = try finished(A2CLearner(world, Self.settings))
        #expect(one.updateCount == 30 && one.curve.map(\.steps) == [1120, 2080, 3040, 4000])
        for count in [2, 3, 8] {
            #expect(areEqual(try finished(A2CLearner(world, Self.settings), threads: count), one))
        }
    }

    @Test("goes on from what was saved to the same parameters")
    func resume() throws {
        let world = ControlWorld(MountainCar())
        var words: [UInt32] = []
        let whole = try finished(A2CLearner(world, Self.settings), atSteps: (2_000, { words = $0.saved.words }))
        var second = A2CLearner(world, Self.settings)
        try second.restore(SavedSections(words))
        #expect(second.stepsTaken == 2_080)
        #expect(areEqual(try finished(second, threads: 2), whole))
    }

    @Test("does not go on from less than was saved")
    func foreignState() throws {
        let learner = A2CLearner(ControlWorld(CartPole()), Self.settings)
        let words = learner.saved.words
        for count in stride(from: 0, to: words.count, by: 97) {
            var copy = learner
            #expect(throws: WordReader.Failure.self) { try copy.restore(SavedSections(Array(words.prefix(count)))) }
        }
    }

    @Test("goes on from words of which some are others, or does not: without a trap")
    func damagedState() throws {
        var words: [UInt32] = []
        let beginning = A2CLearner(ControlWorld(CartPole()), Self.settings)
        _ = try finished(beginning, atSteps: (2_000, { words = $0.saved.words }))
        Damage.check(beginning, words)
    }

    @Test("learns which action gives most, and what an episode without an end is worth")
    func choice() throws {
        var settings = Self.settings
        (settings.steps, settings.discount, settings.stepSize) = (48_000, 0.5, 5e-3)
        settings.entropyShare = 0
        let learner = try finished(A2CLearner(Choice(), settings))
        #expect(learner.meanReturn(episodes: 1, stream: .start) == 4)
        var (pass, values) = (NetworkPass(learner.learning[1].shape), [Float]())
        pass.run(learner.learning[1].parameters, [1])
        pass.values(of: 0, into: &values)
        // 1 + 1/2 + 1/4 + …: what was cut goes on.
        #expect((values[0] - 2).magnitude < 0.1, "\(values)")
    }

    @Test("moves the probabilities by advantage and entropy, and the values to the returns")
    func gradients() throws {
        let shape = NetworkShape(inputCount: 1, hiddenCounts: [], outputCount: 2)
        let valueShape = NetworkShape(inputCount: 1, hiddenCounts: [], outputCount: 1)
        func parameters(_ shape: NetworkShape, _ biases: [Float]) throws -> [Vector] {
            let zeros = Array(repeating: Float(0), count: biases.count)
            return try #require(
                shape.parameters(from: [
                    NamedArray(name: "layer-0-weights", rowCount: 1, columnCount: biases.count, values: zeros),
                    NamedArray(name: "layer-0-bias", rowCount: 1, columnCount: biases.count, values: biases),
                ])
            )
        }
        var slice = A2CSlice()
        slice.add([1], 1, advantage: 3, return: 5)
        let pair = A2CParameters(policy: try parameters(shape, [0, 0]), value: try parameters(valueShape, [1]))
        var computer = A2CComputer(policy: shape, value: valueShape, entropyShare: 0)
        let result = computer.gradient(of: slice, pair)
        #expect(shape.arrays(of: result[0].gradient)[1].values == [1.5, -1.5])
        #expect(valueShape.arrays(of: result[1].gradient)[1].values == [-4] && result[1].errors == [4])
        // Entropy is greatest where both are alike, and pulls there from elsewhere.
        let other = A2CParameters(policy: try parameters(shape, [2, 0]), value: pair.value)
        var entropic = A2CComputer(policy: shape, value: valueShape, entropyShare: 1)
        var without = A2CSlice()
        without.add([1], 1, advantage: 0, return: 5)
        #expect(
            shape.arrays(of: entropic.gradient(of: without, pair)[0].gradient)[1].values.allSatisfy {
                $0.magnitude < 1e-7
            }
        )
        let pull = shape.arrays(of: entropic.gradient(of: without, other)[0].gradient)[1].values
        // p (log p + H) for p = 1/(1 + e⁻²).
        #expect((pull[0] - 0.20998717).magnitude < 1e-6 && (pull[1] + 0.20998717).magnitude < 1e-6, "\(pull)")
    }

    @Test("names the option that is out of range")
    func objections() {
        func objection(_ change: (inout A2CSettings) -> Void) -> String {
            var settings = A2CSettings()
            change(&settings)
            return settings.objection ?? ""
        }
        #expect(objection { _ in } == "")
        #expect(objection { $0.laneCount = 12 }.hasPrefix("--lanes 12:"))
        #expect(objection { $0.horizon = .max }.hasPrefix("--horizon 9223372036854775807:"))
        #expect(objection { $0.traceDecay = .nan }.hasPrefix("--trace-decay nan:"))
        #expect(objection { $0.entropyShare = -1 }.hasPrefix("--entropy -1.0:"))
        #expect(objection { $0.steps = 0 }.hasPrefix("--steps 0:"))
        #expect(objection { $0.evaluateEvery = 0 }.hasPrefix("--evaluate-every 0:"))
    }
}
