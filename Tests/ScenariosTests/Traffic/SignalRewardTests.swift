internal import Scenarios
internal import TabularLearning
internal import Testing

@Suite("What a signal is rewarded with")
struct SignalRewardTests {
    @Test("is read as it is typed, and written so again")
    func text() throws {
        #expect(try SignalReward("waiting") == .delay)
        let reward = try SignalReward("queue=0.5,longest-wait=0.01,delay-change")
        #expect(reward.parts.map(\.term) == [.queue, .longestWait, .delayChange])
        #expect(reward.parts.map(\.weight) == [0.5, 0.01, 1])
        #expect(reward.text == "queue=0.5,longest-wait=0.01,delay-change")
        #expect(try SignalReward(reward.text) == reward)
    }

    @Test(
        "is refused with the part that is wrong",
        arguments: [
            ("quue", "did you mean queue"), ("", "there is no reward \"\""), ("queue=", "is no number"),
            ("queue=x", "the weight x of queue"), ("queue=0", "is 0"), ("queue=nan", "is 0 or beyond"),
            ("queue=inf", "beyond"), ("queue,queue=2", "twice"), ("queue,", "there is no reward"),
        ]
    )
    func refusal(text: String, words: String) {
        #expect { try SignalReward(text) } throws: { "\($0)".contains(words) }
    }

    @Test("adds the terms up as they are defined")
    func terms() throws {
        var figures = JunctionFigures()
        figures.waiting = -0.7
        (figures.queue, figures.pressure, figures.longestWait) = (6, -4, 90)
        func reward(_ text: String) throws -> Float {
            var meter = RewardMeter(try SignalReward(text), scale: 10, laneCount: 2)
            return meter.reward(figures, lane: 1)
        }
        #expect(try reward("waiting") == -0.7)
        #expect(try reward("queue") == -0.6)
        #expect(try reward("pressure") == 0.4)
        #expect(try reward("longest-wait") == -9)
        #expect(try reward("waiting=2,queue=-1") == -0.7 * 2 + 0.6)
        var meter = RewardMeter(try SignalReward("delay-change"), scale: 10, laneCount: 2)
        #expect(meter.reward(figures, lane: 1) == -0.7)
        figures.waiting = -0.2
        #expect(meter.reward(figures, lane: 1) == -0.2 - (-0.7 as Float), "half a vehicle less")
        #expect(meter.reward(figures, lane: 0) == -0.2, "another junction has its own past")
        meter.reset()
        #expect(meter.reward(figures, lane: 1) == -0.2, "an episode begins without anybody waiting")
    }

    @Test("is measured on the roads of the junction")
    func figures() throws {
        var scenario = TrafficScenario.grid(1, 2)
        scenario.demand = .steady(1200)
        let wanted = RewardMeter(try SignalReward("queue,pressure,longest-wait"), scale: 1, laneCount: 2).wanted
        let network = try scenario.makeNetwork()
        var simulation = TrafficSimulation(
            network: network,
            demand: scenario.demand,
            timing: scenario.timing,
            replica: 0,
            seed: 3
        )
        for _ in 0..<60 {
            simulation.advance(seconds: 5)
            for junction in 0..<2 {
                let roads = network.roads.indices
                let before = roads.filter { network.roads[$0].destination == junction }
                let movements = network.intersections[junction].movements
                let behind = roads.filter { road in movements.contains { network.movements[$0].nextRoad == road } }
                let outside = network.entries.enumerated().filter { before.contains($0.element) }
                    .reduce(0) { $0 + simulation.backlog(ofEntry: $1.offset) }
                let queue = movements.reduce(0) { $0 + simulation.queue(ofMovement: $1) }
                let wait = movements.map { simulation.redWait(ofMovement: $0) }.max()
                let figures = simulation.figures(at: junction, for: wanted, waitingUnit: 1)
                #expect(figures.queue == queue)
                #expect(figures.longestWait == wait)
                #expect(
                    figures.pressure
                        == outside + before.reduce(0) { $0 + simulation.occupancy(ofRoad: $1) }
                        - behind.reduce(0) { $0 + simulation.occupancy(ofRoad: $1) }
                )
                let others = network.movements.indices.filter { movement in
                    !movements.contains(movement) && network.movements[movement].nextRoad.map(before.contains) == true
                }
                #expect(!others.isEmpty)
                #expect(
                    Int(simulation.neighborQueue(of: junction))
                        == others.reduce(0) { $0 + simulation.queue(ofMovement: $1) }
                )
            }
        }
        #expect(simulation.neighborQueue(of: 0) > 0)
    }

    @Test("adds up over an episode of the environment to what the terms say")
    func returns() throws {
        var scenario = TrafficScenario.grid(1, 1)
        scenario.episodeSeconds = 600
        scenario.reward = try SignalReward("delay-change")
        var environment = scenario.makeEnvironment(replicas: 0..<1, seed: 2)
        var batch = StepBatch()
        environment.begin(&batch)
        while batch.episodeReturns.isEmpty {
            try environment.step(batch.queries.masks.prefix(batch.decisionCount).map { _ in 0 }, &batch)
        }
        // Changes add up to the last delay, below nothing; the delay itself to far more.
        let changes = try #require(batch.episodeReturns.first)
        #expect(changes < 0)
        scenario.reward = .delay
        environment = scenario.makeEnvironment(replicas: 0..<1, seed: 2)
        batch = StepBatch()
        environment.begin(&batch)
        while batch.episodeReturns.isEmpty {
            try environment.step(batch.queries.masks.prefix(batch.decisionCount).map { _ in 0 }, &batch)
        }
        let delay = try #require(batch.episodeReturns.first)
        #expect(delay < 10 * changes)
    }
}
