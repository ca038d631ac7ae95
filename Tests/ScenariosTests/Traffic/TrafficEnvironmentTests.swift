internal import Scenarios
internal import TabularLearning
internal import Testing

@Suite("The traffic environment")
struct TrafficEnvironmentTests {
    private static func scenario(_ change: (inout TrafficScenario) -> Void = { _ in }) -> TrafficScenario {
        var scenario = TrafficScenario.grid(2, 2)
        scenario.episodeSeconds = 300
        change(&scenario)
        return scenario
    }

    private static func randomActions(for batch: StepBatch, random: inout SplitMix64) -> [UInt8] {
        (0..<batch.decisionCount).map { ActionMask.pick(from: batch.queries.masks[$0], random: random.next() >> 32) }
    }

    @Test("keeps the contract of environments, with separate tables, a shared one and every kind of state")
    func contract() throws {
        let changing = try SignalReward("delay-change,pressure=0.1")
        let kinds = try VehicleKind.kinds("bus=0.1,emergency=0.01", weights: "bus=20", priority: "emergency")
        let scenarios = [
            Self.scenario(), Self.scenario { $0.sharesTable = false }, Self.scenario { $0.layout = .crossing },
            TrafficScenario(layout: .arterial, pattern: .platoons),
            Self.scenario {
                $0.observation.detail = .strongestOther
                $0.observation.greenAges = [15, 30]
            },
            Self.scenario {
                $0.reward = changing
                $0.observation.detail = .strongestOther
                $0.observation.neighborBins = [3, 10]
                $0.observation.seesFullExits = true
            },
            Self.scenario { $0.kinds = kinds },
        ]
        for scenario in scenarios {
            let checker = EnvironmentChecker(seed: 4) { scenario.makeEnvironment(replicas: 3..<5, seed: 2) }
            #expect(checker.findings(steps: 150) == [])
        }
    }

    @Test("gives a replica the same life whatever cohort it is in", arguments: [nil, "bus=0.1,emergency=0.01"])
    func grouping(kinds: String?) throws {
        let kinds = try kinds.map { try VehicleKind.kinds($0, weights: "bus=20", priority: "emergency") }
        let scenario = Self.scenario { $0.kinds = kinds ?? [] }
        var together = scenario.makeEnvironment(replicas: 0..<3, seed: 5)
        var alone = scenario.makeEnvironment(replicas: 2..<3, seed: 5)
        var (batch, aloneBatch) = (StepBatch(), StepBatch())
        together.begin(&batch)
        alone.begin(&aloneBatch)
        for step in 0..<130 {
            let own = (0..<batch.decisionCount).filter { batch.queries.lanes[$0] >= 8 }
            #expect(own.map { batch.queries.lanes[$0] - 8 } == Array(aloneBatch.queries.lanes.prefix(own.count)))
            #expect(own.map { batch.queries.states[$0] } == Array(aloneBatch.queries.states.prefix(own.count)))
            #expect(own.map { batch.queries.masks[$0] } == Array(aloneBatch.queries.masks.prefix(own.count)))
            // The choice depends on the state alone.
            func choose(_ batch: StepBatch) -> [UInt8] {
                (0..<batch.decisionCount).map {
                    let random = SplitMix64.mix(batch.queries.states[$0] &+ UInt64(step)) >> 32
                    return ActionMask.pick(from: batch.queries.masks[$0], random: random)
                }
            }
            try together.step(choose(batch), &batch)
            try alone.step(choose(aloneBatch), &aloneBatch)
        }
    }

    @Test("decides in what a controller sees, whatever the network and however far the detectors see")
    func views() throws {
        let scenarios = [
            Self.scenario(), Self.scenario { $0.geometry.length = 50 },
            Self.scenario { $0.observation.detectorDistance = 0 },
            TrafficScenario(network: try OddNetworks.manyWays(), demand: .steady(700)),
            TrafficScenario(network: try OddNetworks.row(of: 23), demand: .steady(300)),
        ]
        for scenario in scenarios {
            let encoder = scenario.makeEncoder()
            var environment = scenario.makeEnvironment(replicas: 2..<3, seed: 5)
            var simulation = TrafficSimulation(
                network: try scenario.makeNetwork(),
                demand: scenario.demand,
                timing: scenario.timing,
                replica: 2,
                seed: 5
            )
            var (batch, random) = (StepBatch(), SplitMix64(state: 6))
            environment.begin(&batch)
            for _ in 0..<59 {
                let due = simulation.network.intersections.indices.filter { simulation.canDecide($0) }
                try #require(batch.queries.lanes == due.map { UInt32($0) })
                let views = due.map { intersection in
                    simulation.view(
                        of: intersection,
                        envelope: scenario.envelope,
                        detectorSeconds: scenario.detectorSeconds
                    )
                }
                try #require(batch.queries.states == views.map { encoder.state(of: $0) })
                try #require(batch.queries.masks == views.map(\.choices))
                let actions = Self.randomActions(for: batch, random: &random)
                for (intersection, action) in zip(due, actions) {
                    simulation.request(phase: Int(action), at: intersection)
                }
                simulation.advance(seconds: scenario.decisionInterval)
                try environment.step(actions, &batch)
            }
        }
    }

    @Test("makes a change one transition of two intervals, and keeping one of one")
    func durations() throws {
        var environment = Self.scenario().makeEnvironment(replicas: 0..<1, seed: 1)
        var batch = StepBatch()
        var random = SplitMix64(state: 1)
        environment.begin(&batch)
        var seen: Set<UInt8> = []
        for _ in 0..<55 {
            let phases = environment.space.stride(ofFactor: 0)
            try environment.step(Self.randomActions(for: batch, random: &random), &batch)
            for index in 0..<batch.transitions.count {
                let phase = batch.transitions.states[index] / phases % 4
                let changes = UInt64(batch.transitions.actions[index]) != phase
                #expect(batch.transitions.durations[index] == (changes ? 2 : 1))
                seen.insert(batch.transitions.durations[index])
            }
        }
        #expect(seen == [1, 2])
    }

    @Test("rewards an interval with the vehicles that wait, divided by the scale")
    func rewards() throws {
        // Only one street has traffic, so its phase stays and every interval is a transition.
        let scenario = Self.scenario {
            $0.layout = .crossing
            $0.demand = TrafficDemand(periods: [.init(seconds: 300, northSouth: 1700, eastWest: 0)])
        }
        var environment = scenario.makeEnvironment(replicas: 0..<1, seed: 1)
        var batch = StepBatch()
        environment.begin(&batch)
        var sum = 0.0
        while batch.episodeReturns.isEmpty {
            #expect(batch.queries.masks == [0b01])
            try environment.step([0], &batch)
            sum += Double(try #require(batch.transitions.rewards.first))
            #expect(batch.transitions.durations == [1])
        }
        let queue = try #require(environment.gauges.first { $0.name == "mean queue" }).value
        #expect(queue > 0.05)
        #expect((sum + queue * 300 / 5 / 10).magnitude < 1e-4)
        #expect((sum - batch.episodeReturns[0]).magnitude < 1e-4)
    }

    @Test("discounts the later intervals of a hold")
    func discounting() throws {
        func rewards(discount: Float) throws -> [Float] {
            var environment = Self.scenario { $0.discount = discount }.makeEnvironment(replicas: 0..<1, seed: 1)
            var batch = StepBatch()
            var random = SplitMix64(state: 1)
            var rewards: [Float] = []
            environment.begin(&batch)
            for _ in 0..<50 {
                try environment.step(Self.randomActions(for: batch, random: &random), &batch)
                for index in 0..<batch.transitions.count where batch.transitions.durations[index] == 2 {
                    rewards.append(batch.transitions.rewards[index])
                }
            }
            return rewards
        }
        let (first, half, both) = try (rewards(discount: 0), rewards(discount: 0.5), rewards(discount: 1))
        #expect(half.count > 20)
        for index in half.indices {
            #expect((half[index] - (first[index] + both[index]) / 2).magnitude < 1e-5)
        }
        #expect(first != both)
    }

    @Test("cuts an episode off with an extra query for each lane that could decide")
    func truncation() throws {
        var environment = Self.scenario().makeEnvironment(replicas: 0..<2, seed: 1)
        var batch = StepBatch()
        var random = SplitMix64(state: 1)
        environment.begin(&batch)
        for _ in 0..<60 {
            #expect(batch.episodeReturns.isEmpty)
            #expect(batch.queries.count == batch.decisionCount)
            try environment.step(Self.randomActions(for: batch, random: &random), &batch)
        }
        #expect(batch.episodeReturns.count == 2)
        #expect(batch.episodeReturns.allSatisfy { $0 < 0 })
        #expect(batch.decisionCount == 8, "after a reset everybody decides")
        #expect(batch.queries.count > batch.decisionCount)
        let extra = (batch.decisionCount..<batch.queries.count).map { Int32($0) }
        #expect(batch.transitions.bootstraps == extra, "none bootstraps on the new episode, none is terminal")
    }

    @Test("refuses saved words that do not fit")
    func damagedWords() {
        let scenario = Self.scenario()
        let environment = scenario.makeEnvironment(replicas: 0..<2, seed: 1)
        var writer = WordWriter()
        environment.save(to: &writer)
        for length in [0, 1, writer.words.count / 2, writer.words.count - 1] {
            var copy = environment
            var reader = WordReader(Array(writer.words.prefix(length)))
            #expect(throws: WordReader.Failure.self) { try copy.restore(from: &reader) }
        }
        var smaller = scenario.makeEnvironment(replicas: 0..<1, seed: 1)
        #expect(throws: WordReader.Failure.self) {
            var reader = WordReader(writer.words)
            try smaller.restore(from: &reader)
            try reader.finish()
        }
    }
}
