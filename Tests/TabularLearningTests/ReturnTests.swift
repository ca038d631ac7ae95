import TabularLearning
import Testing

/// Lanes whose transitions take one to three steps, and go on, end or are cut off at random; lane l is in states 10 l to 10 l + 9.
private struct Wanderers: Environment {
    let laneCount = 3
    private var random: SplitMix64
    private var places: [UInt64] = [0, 10, 20]
    private var actions: [UInt8] = [0, 0, 0]
    private var remaining = [0, 0, 0]
    private var durations: [UInt8] = [1, 1, 1]

    init(seed: UInt64) { random = SplitMix64(state: seed) }

    var space: StateSpace { StateSpace(factors: [.init("place", count: 30)], actions: ["a", "b", "c"]) }
    var gauges: [Gauge] { [] }

    mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        for lane in 0..<laneCount { batch.decide(lane: lane, state: places[lane]) }
    }

    mutating func step(_ chosen: [UInt8], _ batch: inout StepBatch) {
        let deciders = batch.queries.lanes[..<batch.decisionCount]
        for (lane, action) in zip(deciders, chosen) {
            actions[Int(lane)] = action
            durations[Int(lane)] = UInt8(1 + random.nextIndex(below: 3))
            remaining[Int(lane)] = Int(durations[Int(lane)])
        }
        batch.removeAll()
        var cut: [(transition: Int, lane: Int, state: UInt64)] = []
        for lane in 0..<laneCount {
            remaining[lane] -= 1
            guard remaining[lane] == 0 else { continue }
            let next = UInt64(10 * lane + random.nextIndex(below: 10))
            let ending = random.nextIndex(below: 8)
            batch.transition(
                lane: lane,
                state: places[lane],
                action: actions[lane],
                reward: Float(random.nextIndex(below: 9)) - 4,
                bootstrap: ending == 0 ? StepBatch.Transitions.terminal : Int32(batch.decisionCount)
            )
            batch.transitions.durations.append(durations[lane])
            if ending == 1 { cut.append((batch.transitions.count - 1, lane, next)) }
            places[lane] = ending < 2 ? UInt64(10 * lane) : next
            batch.decide(lane: lane, state: places[lane])
        }
        for entry in cut {
            batch.transitions.bootstraps[entry.transition] = Int32(batch.queries.count)
            batch.queries.states.append(entry.state)
            batch.queries.lanes.append(UInt32(entry.lane))
        }
    }
}

@Suite("Returns over several steps")
struct ReturnTests {
    /// A transition of a lane, and what is known of it when all is over.
    private struct Step {
        enum Ending { case goesOn, terminal, cut }

        var state: UInt64
        var action: UInt8
        var isGreedy: Bool
        var reward: Double
        var discount: Double
        var value: Double
        var ending: Ending
    }

    private struct Update: Equatable {
        var state: UInt64
        var action: UInt8
        var target: Double
    }

    private static func parameters(_ name: String) throws -> LearningParameters {
        var parameters = LearningParameters(
            discount: 0.9,
            stepSize: .constant(0.5),
            epsilon: .constant(0.4),
            update: try #require(UpdateRule(rawValue: name))
        )
        parameters.fit()
        return parameters
    }

    /// Runs a learner on answers out of a hat; gives each lane's transitions, and its updates in their order.
    private static func play(_ name: String) throws -> (steps: [[Step]], updates: [[Update]]) {
        var random = SplitMix64(state: 77)
        var learner = CohortLearner(
            index: 0,
            of: 1,
            environment: Wanderers(seed: 5),
            parameters: try parameters(name),
            seed: 3,
            plannedSteps: 400
        )
        var (steps, updates) = ([[Step]](repeating: [], count: 3), [[Update]](repeating: [], count: 3))
        var greedy: [Int: UInt8] = [:]
        while !learner.isFinished {
            learner.answers.resize(to: learner.queries.count)
            for index in 0..<learner.queries.count {
                learner.answers.values[index] = Float(random.nextIndex(below: 2001)) / 100 - 10
                learner.answers.actions[index] = UInt8(random.nextIndex(below: 3))
            }
            let (batch, values, chosen) = (learner.lastStep, learner.answers.values, learner.answers.actions)
            for index in 0..<batch.transitions.count {
                let lane = Int(batch.transitions.lanes[index])
                let bootstrap = Int(batch.transitions.bootstraps[index])
                let duration = batch.transitions.durations[index]
                steps[lane].append(
                    Step(
                        state: batch.transitions.states[index],
                        action: batch.transitions.actions[index],
                        isGreedy: greedy[lane] == batch.transitions.actions[index],
                        reward: Double(batch.transitions.rewards[index]),
                        discount: (0..<duration).reduce(1) { power, _ in power * 0.9 },
                        value: bootstrap < 0 ? 0 : Double(values[bootstrap]),
                        ending: bootstrap < 0 ? .terminal : bootstrap < batch.decisionCount ? .goesOn : .cut
                    )
                )
            }
            for index in 0..<batch.decisionCount { greedy[Int(batch.queries.lanes[index])] = chosen[index] }
            try learner.advance()
            for index in 0..<learner.updates.count {
                let state = learner.updates.states[index]
                let (action, target) = (learner.updates.columns[index], learner.updates.targets[index])
                updates[Int(state) / 10].append(Update(state: state, action: action, target: Double(target)))
            }
        }
        return (steps, updates)
    }

    /// The returns of a lane by their definition: Σ (1 − λ) λⁿ⁻¹ G⁽ⁿ⁾, and what is left of the weights on the last.
    private static func expected(_ steps: [Step], lambda: Double, most: Int, isCut: Bool) -> [Update] {
        var updates: [Update] = []
        for first in steps.indices {
            var (gathered, discount, total, weight) = (0.0, 1.0, 0.0, 1.0)
            for (count, last) in (first..<steps.count).enumerated() {
                let step = steps[last]
                gathered += discount * step.reward
                discount *= step.discount
                let whole = gathered + discount * step.value
                let isLast =
                    step.ending != .goesOn || count + 1 == most || lambda == 0
                    || (isCut && last + 1 < steps.count && !steps[last + 1].isGreedy)
                if isLast {
                    updates.append(
                        Update(state: steps[first].state, action: steps[first].action, target: total + weight * whole)
                    )
                    break
                }
                total += weight * (1 - lambda) * whole
                weight *= lambda
            }
        }
        return updates
    }

    @Test(
        "are those of the definition, whatever ends them, with transitions of several time steps",
        arguments: [
            ("n-step-sarsa:1", 1, 1, false), ("n-step-sarsa:3", 1, 3, false), ("n-step-sarsa:255", 1, 255, false),
            ("n-step-q-learning:3", 1, 3, true), ("n-step-q-learning:255", 1, 255, true),
            ("sarsa-lambda:0.8:6", 0.8, 6, false), ("q-lambda:0.8:6", 0.8, 6, true), ("q-lambda:1:9", 1, 9, true),
            ("naive-q-lambda:0.8:6", 0.8, 6, false), ("naive-q-lambda:0:6", 0, 6, false),
        ] as [(String, Double, Int, Bool)]
    )
    func definition(_ name: String, _ lambda: Double, _ most: Int, _ isCut: Bool) throws {
        let (steps, updates) = try Self.play(name)
        #expect(steps.allSatisfy { $0.count > 150 && $0.count { $0.isGreedy } > 40 && $0.count { !$0.isGreedy } > 40 })
        for lane in 0..<3 {
            let expected = Self.expected(steps[lane], lambda: lambda, most: most, isCut: isCut)
            #expect(expected.count > steps[lane].count - 60)
            #expect(updates[lane].map(\.state) == expected.map(\.state))
            #expect(updates[lane].map(\.action) == expected.map(\.action))
            for (update, expected) in zip(updates[lane], expected) {
                #expect(abs(update.target - expected.target) < 1e-4)
            }
        }
    }

    @Test("with λ = 1 are those of n steps, and of all steps Monte Carlo's, bit for bit")
    func whole() throws {
        for (one, other) in [("sarsa-lambda:1:5", "n-step-sarsa:5"), ("q-lambda:1:5", "n-step-q-learning:5")] {
            #expect(try Self.play(one).updates == Self.play(other).updates)
        }
        let rules = ["n-step-sarsa:255", "sarsa-lambda:1:255"].compactMap(UpdateRule.init)
        let tables = try rules.map { try RuleTests.table($0, epsilon: 0.6) { $0.discount = 0.5 } }
        #expect(tables[0].cells == tables[1].cells)
        #expect(tables[0].cells.contains { $0.visitCount > 20 })
    }

    @Test("an average is subtracted k times from what takes k steps, and moves with the errors that were acted on")
    func average() throws {
        for (name, greedyOnly) in [
            ("r-learning:0.1", true), ("differential-sarsa:0.1", false), ("rvi-q-learning:7", false),
        ] {
            let hasReference = name == "rvi-q-learning:7"
            var random = SplitMix64(state: 8)
            var learner = CohortLearner(
                index: 0,
                of: 1,
                environment: Wanderers(seed: 6),
                parameters: try Self.parameters(name),
                seed: 3,
                plannedSteps: 200
            )
            var (average, moves, count) = (Float(0), 0, 0)
            var acted: [Int: (value: Float, greedy: UInt8)] = [:]
            while !learner.isFinished {
                learner.answers.resize(to: learner.queries.count)
                for index in 0..<learner.queries.count {
                    learner.answers.values[index] = Float(random.nextIndex(below: 2001)) / 100 - 10
                    learner.answers.actions[index] = UInt8(random.nextIndex(below: 3))
                }
                let (batch, answers) = (learner.lastStep, learner.answers)
                if hasReference, let value = answers.values.last {
                    #expect(learner.queries.states.last == 7)
                    average = value
                }
                try learner.advance()
                for index in 0..<learner.updates.count {
                    let (transitions, lane) = (batch.transitions, Int(batch.transitions.lanes[index]))
                    let next =
                        transitions.bootstraps[index] < 0 ? 0 : answers.values[Int(transitions.bootstraps[index])]
                    let target = transitions.rewards[index] - Float(transitions.durations[index]) * average + next
                    #expect(learner.updates.targets[index] == target)
                    let before = try #require(acted[lane])
                    count += 1
                    guard !hasReference else { continue }
                    guard !greedyOnly || before.greedy == transitions.actions[index] else { continue }
                    average += 0.1 * (target - before.value)
                    moves += 1
                }
                for index in 0..<batch.decisionCount {
                    acted[Int(batch.queries.lanes[index])] = (answers.values[index], answers.actions[index])
                }
            }
            #expect(greedyOnly ? (100..<count - 50).contains(moves) : moves == (hasReference ? 0 : count))
            #expect(count > 250)
        }
    }

    @Test("what waits and what is remembered goes on after a checkpoint in the same bits", arguments: UpdateRule.names)
    func saved(_ name: String) throws {
        let parameters = try Self.parameters(name)
        func fresh() -> CohortLearner {
            let world = CorridorEnvironment(length: 6, limit: 9, lanes: 3)
            return CohortLearner(
                index: 0,
                of: 1,
                environment: world,
                parameters: parameters,
                seed: 3,
                plannedSteps: 60
            )
        }
        var whole = SerialReference(learners: [fresh()], parameters: parameters)
        for _ in 0..<23 { _ = try whole.runRound() }
        let saved = RunState(round: whole.round, answered: whole.learners, table: whole.table).saved
        let state = try RunState(round: whole.round, restoring: [fresh()], from: saved, table: whole.table)
        var other = SerialReference(state, parameters: parameters)
        try whole.run()
        try other.run()
        #expect(whole.table.cells == other.table.cells)
        #expect(whole.statistics == other.statistics)
    }
}
