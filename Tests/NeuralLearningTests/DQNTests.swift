import ClassicWorlds
import NeuralLearning
import TabularLearning
import Testing

@Suite("A deep Q-network")
struct DQNTests {
    /// Three places in a row; the last one is the end and gives 1.
    private struct Corridor: VectorWorld {
        let featureCount = 3
        let actionCount = 2
        let stepLimit = 8

        func start(_ random: inout SplitMix64) -> Int { random.nextIndex(below: 3) }

        func step(_ place: inout Int, _ action: Int) -> (reward: Double, isTerminal: Bool) {
            place += action == 1 ? 1 : place > 0 ? -1 : 0
            return place == 3 ? (1, true) : (0, false)
        }

        func observe(_ place: Int, into features: inout [Float]) {
            for index in 0..<3 { features.append(index == place ? 1 : 0) }
        }

        func save(_ place: Int, to writer: inout WordWriter) { writer.write(place) }

        func restore(from reader: inout WordReader) throws(WordReader.Failure) -> Int { try reader.integer() }
    }

    private static var everything: DQNSettings {
        var settings = DQNSettings()
        settings.hiddenCounts = [20, 16]
        settings.isDueling = true
        settings.stepCount = 3
        settings.batchSize = 32
        settings.capacity = 300
        settings.replay = .prioritized(exponent: 0.6, correction: 0.4)
        (settings.warmUp, settings.targetEvery) = (100, 90)
        settings.epsilon = .linear(initial: 1, final: 0.1, steps: 400)
        (settings.steps, settings.evaluateEvery, settings.evaluationEpisodes) = (700, 200, 3)
        return settings
    }

    private func finished<World: VectorWorld>(
        _ learner: DQNLearner<World>,
        threads: Int = 1,
        atSteps: (UInt64, (DQNLearner<World>) throws -> Void)? = nil
    ) throws -> DQNLearner<World> {
        var learner = learner
        let settings = learner.settings
        let team = SliceTeam(
            threads: threads,
            SliceComputer(learner.shape, isDouble: settings.isDouble, loss: settings.loss)
        )
        var seen: UInt64 = 0
        while true {
            if let atSteps, learner.isBetweenBouts, learner.stepsTaken >= atSteps.0, seen < atSteps.0 {
                try atSteps.1(learner)
                seen = learner.stepsTaken
            }
            switch learner.next() {
            case .update(let slices): try learner.take(team.gradients(of: slices, learner.parameters))
            case .evaluate: learner.note(meanReturn: learner.evaluate())
            case .pause: break
            case .finished: return learner
            }
        }
    }

    @Test("has the same parameters however many threads compute its slices")
    func threads() throws {
        let world = ControlWorld(CartPole())
        let one = try finished(DQNLearner(world, Self.everything))
        #expect(one.updateCount == 604 && one.curve.map(\.steps) == [200, 400, 600])
        for count in [2, 3, 8] {
            let other = try finished(DQNLearner(world, Self.everything), threads: count)
            #expect(other.online == one.online && other.best == one.best && other.curve == one.curve)
        }
    }

    @Test("goes on from what was saved to the same parameters")
    func resume() throws {
        let world = ControlWorld(MountainCar())
        var words: [UInt32] = []
        let whole = try finished(DQNLearner(world, Self.everything), atSteps: (301, { words = $0.saved.words }))
        var second = DQNLearner(world, Self.everything)
        try second.restore(SavedSections(words))
        #expect(second.stepsTaken >= 301 && second.stepsTaken < 700)
        let resumed = try finished(second, threads: 2)
        #expect(resumed.online == whole.online && resumed.best == whole.best && resumed.curve == whole.curve)
        #expect(resumed.saved == whole.saved)
    }

    @Test("does not go on from what another run saved, or from less than it saved")
    func foreignState() throws {
        let learner = DQNLearner(ControlWorld(CartPole()), Self.everything)
        var settings = Self.everything
        settings.hiddenCounts = [20]
        var other = DQNLearner(ControlWorld(CartPole()), settings)
        #expect(throws: WordReader.Failure.self) { try other.restore(learner.saved) }
        let words = learner.saved.words
        for count in stride(from: 0, to: words.count, by: 97) {
            var copy = learner
            #expect(throws: WordReader.Failure.self) { try copy.restore(SavedSections(Array(words.prefix(count)))) }
        }
    }

    /// What a learner saved, with other words in one of its parts.
    private func changed(
        _ saved: SavedSections,
        _ name: String,
        _ change: (inout [UInt32]) -> Void
    ) throws -> SavedSections {
        var (rest, result) = (saved, SavedSections())
        for section in saved.names {
            var words = try rest.take(section)
            if section == name { change(&words) }
            result.add(section, words)
        }
        return result
    }

    @Test("does not go on from a decay, a return or a count that cannot have been")
    func savedNumbers() throws {
        let learner = DQNLearner(ControlWorld(CartPole()), Self.everything)
        func expectRefusal(of saved: SavedSections) {
            var copy = learner
            #expect(throws: WordReader.Failure.self) { try copy.restore(saved) }
        }
        func progress(updates: UInt64, recent: Double, returned: Double) -> [UInt32] {
            var writer = WordWriter()
            for count in [1, updates, 0] { writer.write(count) }
            writer.write([recent])
            writer.write([1, 0] as [UInt64])
            writer.write([returned])
            return writer.words
        }
        // The decays are at the end, two words each; all ones are no number.
        for place in [2, 4] {
            expectRefusal(
                of: try changed(learner.saved, "optimizer") { words in
                    for index in 0..<2 { words[words.count - place + index] = .max }
                }
            )
        }
        var copy = learner
        try copy.restore(
            changed(learner.saved, "progress") { $0 = progress(updates: 0, recent: 1, returned: 1) }
        )
        for words in [
            progress(updates: .max, recent: 1, returned: 1), progress(updates: 0, recent: .infinity, returned: 1),
            progress(updates: 0, recent: 1, returned: .nan),
        ] {
            expectRefusal(of: try changed(learner.saved, "progress") { $0 = words })
        }
    }

    @Test("learns what a corridor is worth", arguments: [false, true])
    func corridor(isPlain: Bool) throws {
        var settings = Self.everything
        if isPlain {
            (settings.isDouble, settings.isDueling, settings.stepCount) = (false, false, 1)
            (settings.replay, settings.loss) = (.uniform, .squared)
        }
        settings.stepSize = 3e-3
        (settings.discount, settings.steps) = (0.5, 1500)
        // All at random, so that the steps after the first are not always those of the policy: one step each is exact.
        settings.stepCount = 1
        let learner = try finished(DQNLearner(Corridor(), settings))
        var (pass, values) = (NetworkPass(learner.shape), [Float]())
        pass.run(learner.online, [1, 0, 0, 0, 1, 0, 0, 0, 1])
        // To the left, to the right.
        for (row, expected) in [[0.125, 0.25], [0.125, 0.5], [0.25, 1]].enumerated() {
            pass.values(of: row, into: &values)
            for (one, other) in zip(values, expected) {
                #expect((Double(one) - other).magnitude < 0.06, "\(row): \(values)")
            }
        }
        #expect(learner.curve.last?.meanReturn == 1)
    }

    @Test("goes on from words of which some are others, or does not: without a trap")
    func damagedState() throws {
        let world = ControlWorld(CartPole())
        var words: [UInt32] = []
        _ = try finished(DQNLearner(world, Self.everything), atSteps: (300, { words = $0.saved.words }))
        Damage.check(DQNLearner(world, Self.everything), words)
    }

    @Test("says that its numbers are none any more")
    func divergence() throws {
        var learner = DQNLearner(ControlWorld(CartPole()), Self.everything)
        guard case .update(let slices) = learner.next() else { throw LearningFailure(description: "no update") }
        var computer = SliceComputer(learner.shape, isDouble: true, loss: .huber)
        let parameters = learner.parameters
        var gradients = slices.map { computer.gradient(of: $0, parameters) }
        gradients[5][0].errors[1] = .nan
        #expect(throws: LearningFailure.self) { try learner.take(gradients) }
    }

    @Test("says so of parameters too, before anybody evaluates them")
    func divergenceOfParameters() throws {
        var learner = DQNLearner(ControlWorld(CartPole()), Self.everything)
        guard case .update(let slices) = learner.next() else { throw LearningFailure(description: "no update") }
        var computer = SliceComputer(learner.shape, isDouble: true, loss: .huber)
        let parameters = learner.parameters
        var gradients = slices.map { computer.gradient(of: $0, parameters) }
        gradients[5][0].gradient[1][3] = .infinity
        #expect(throws: LearningFailure.self) { try learner.take(gradients) }
    }

    @Test("lets the target network choose, or the other one where it is double")
    func targets() throws {
        let shape = NetworkShape(inputCount: 1, hiddenCounts: [], outputCount: 2)
        func parameters(_ biases: [Float]) throws -> [Vector] {
            try #require(
                shape.parameters(from: [
                    NamedArray(name: "layer-0-weights", rowCount: 1, columnCount: 2, values: [0, 0]),
                    NamedArray(name: "layer-0-bias", rowCount: 1, columnCount: 2, values: biases),
                ])
            )
        }
        let pair = ParameterPair(online: try parameters([1, 2]), target: try parameters([8, 4]))
        var slice = MinibatchSlice()
        slice.add(
            Transition(features: [1], action: 0, partialReturn: 3, discount: 0.5, nextFeatures: [1]),
            weight: 0.5
        )
        slice.add(Transition(features: [1], action: 1, partialReturn: 3, discount: 0, nextFeatures: [1]), weight: 1)
        var single = SliceComputer(shape, isDouble: false, loss: .squared)
        var double = SliceComputer(shape, isDouble: true, loss: .squared)
        let (one, other) = (single.gradient(of: slice, pair)[0], double.gradient(of: slice, pair)[0])
        #expect(one.errors == [3 + 4 - 1, 1] && other.errors == [3 + 2 - 1, 1])
        #expect(shape.arrays(of: one.gradient)[1].values == [-3, -1])
    }

    @Test("names the option that is out of range")
    func objections() {
        func objection(_ change: (inout DQNSettings) -> Void) -> String {
            var settings = DQNSettings()
            change(&settings)
            return settings.objection ?? ""
        }
        #expect(DQNSettings().objection == nil)
        #expect(objection { $0.batchSize = 60 }.hasPrefix("--batch 60:"))
        #expect(objection { $0.capacity = 32 }.hasPrefix("--memory 32:"))
        #expect(objection { $0.warmUp = 60_000 }.hasPrefix("--warm-up 60000:"))
        #expect(objection { $0.stepSize = .nan }.hasPrefix("--step-size nan:"))
        #expect(objection { $0.hiddenCounts = [0] }.hasPrefix("--hidden 0:"))
        #expect(objection { $0.replay = .prioritized(exponent: 2, correction: 1) }.hasPrefix("--prioritized 2.0:1.0:"))
        // None of these may reach a range, a conversion or a sum that traps.
        #expect(objection { $0.steps = 0 }.hasPrefix("--steps 0:"))
        #expect(objection { $0.batchSize = 2_000_000 }.hasPrefix("--batch 2000000:"))
        #expect(objection { $0.batchSize = -8 }.hasPrefix("--batch -8:"))
        #expect(objection { $0.stepCount = -100 }.hasPrefix("--n-step -100:"))
        #expect(objection { $0.batchSize = .max - 7 }.hasPrefix("--batch 9223372036854775800:"))
        #expect(objection { $0.batchSize = .min }.hasPrefix("--batch -9223372036854775808:"))
        // What a file of settings could not be written with, or not be learned with.
        #expect(objection { $0.normLimit = .infinity }.hasPrefix("--clip inf:"))
        #expect(objection { $0.normLimit = .nan }.hasPrefix("--clip nan:"))
        #expect(objection { $0.optimizer = .momentum(1.5) }.hasPrefix("--optimizer:"))
    }
}
