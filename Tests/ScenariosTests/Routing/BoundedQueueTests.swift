internal import Scenarios
internal import TabularLearning
internal import Testing

@Suite("Bounded router queues")
struct BoundedQueueTests {
    @Test("what is offered is refused, dropped, delivered or in the network, and no queue outgrows its room")
    func conservation() {
        var network = PacketNetwork(Self.scenario(load: 4, capacity: 5, .bl94), replica: 0, seed: 6)
        var controller = ShortestPathController(network.topology)
        let random = CounterBasedRandom(seed: 6, stream: .controller)
        for _ in 0..<3_000 {
            network.run(&controller, ticks: 1, random: random)
            let counts = network.statistics
            #expect(
                counts.offered == counts.refused + counts.dropped + counts.delivered + network.liveCount
            )
            #expect(network.queueLengths.allSatisfy { $0 <= 5 })
        }
        #expect(network.statistics.dropped > 0)
    }

    /// Two routers and a link: a queue's only arrivals are its router's own packets.
    @Test("a single queue drops the share that its Markov chain says", arguments: [(0.8, 1), (0.8, 3), (1.5, 4)])
    func singleQueue(utilisation: Double, capacity: Int) {
        var scenario = Self.scenario(load: 2 * utilisation, capacity: capacity, .tick)
        scenario.network = .pair
        var network = PacketNetwork(scenario, replica: 0, seed: 2)
        var controller = ShortestPathController(network.topology)
        network.run(&controller, ticks: 300_000, random: CounterBasedRandom(seed: 2, stream: .controller))
        let counts = network.statistics
        let expected = Self.droppedShare(arrivals: utilisation, capacity: capacity)
        #expect(abs(Double(counts.dropped) / Double(counts.offered) - expected) < 0.02 * expected)
    }

    @Test("a drop costs the sender the queue's room besides the hop, and the transition bootstraps")
    func dropCost() {
        var scenario = Self.scenario(load: 4, capacity: 3, .bl94)
        scenario.rule = .qRouting
        var environment = RoutingEnvironment(scenario, replicas: 0..<2, seed: 1)
        var twin = [0, 1].map { [scenario] in PacketNetwork(scenario, replica: $0, seed: 1) }
        var batch = StepBatch()
        environment.begin(&batch)
        var dropCount = 0
        for _ in 0..<500 {
            let actions = Array(repeating: UInt8(0), count: batch.decisionCount)
            let sent = twin.map(\.pending)
            var expected: [Float] = []
            for replica in 0..<2 {
                twin[replica].forward(Array(repeating: UInt8(0), count: sent[replica].count))
                for (position, entry) in sent[replica].enumerated() {
                    let isDropped = twin[replica].lastDrops.contains(position)
                    expected.append(-Float(entry.wait + 1) - (isDropped ? 3 : 0))
                    dropCount += isDropped ? 1 : 0
                }
            }
            environment.step(actions, &batch)
            #expect(batch.transitions.rewards == expected)
            let bootstraps = zip(sent.joined(), batch.transitions.bootstraps)
            #expect(
                bootstraps.allSatisfy { entry, bootstrap in
                    let next = NetworkTopology.grid6x6.neighbors[entry.router][0]
                    return (next == entry.destination) == (bootstrap == StepBatch.Transitions.terminal)
                }
            )
        }
        #expect(dropCount > 0)
        #expect(environment.statistics.map(\.dropped).reduce(0, +) >= dropCount)
    }

    @Test("a neighbour that was asked first could not foresee a drop: the entry is taught its cost on top")
    func dropCostAfterAsking() {
        var scenario = Self.scenario(load: 4, capacity: 3, .bl94)
        scenario.rule = .fullEcho
        var environment = RoutingEnvironment(scenario, replicas: 0..<1, seed: 1)
        var twin = PacketNetwork(scenario, replica: 0, seed: 1)
        var batch = StepBatch()
        environment.begin(&batch)
        var dropCount = 0
        for tick in 0..<500 {
            let (actions, sent) = (Array(repeating: UInt8(0), count: batch.decisionCount), twin.pending)
            twin.forward(actions)
            environment.step(actions, &batch)
            guard tick > 0 else { continue }
            let expected = twin.lastDrops.map { -Float(sent[$0].wait + 1 + 3) }
            #expect(Array(batch.transitions.rewards.prefix(expected.count)) == expected)
            let answers = twin.pending.map { twin.topology.neighbors[$0.router].count }.reduce(0, +)
            #expect(batch.transitions.count == expected.count + answers)
            dropCount += expected.count
        }
        #expect(dropCount > 0)
    }

    @Test("the environment keeps the contract with bounded queues", arguments: RoutingScenario.Rules.allCases)
    func contract(rules: RoutingScenario.Rules) {
        let scenario = Self.scenario(load: 3, capacity: 2, rules)
        let checker = EnvironmentChecker(seed: 3) { scenario.makeEnvironment(replicas: 0..<2, seed: 5) }
        #expect(checker.findings(steps: 300) == [])
    }

    @Test("a saved network with any one word changed is restored or refused, and steps on without a trap")
    func damage() throws {
        let scenario = Self.scenario(load: 2, capacity: nil, .bl94)
        var environment = RoutingEnvironment(scenario, replicas: 0..<1, seed: 4)
        var batch = StepBatch()
        environment.begin(&batch)
        for _ in 0..<60 { environment.step(Array(repeating: 0, count: batch.decisionCount), &batch) }
        var writer = WordWriter()
        environment.save(to: &writer)
        var refusals = 0
        // The packets and queues; the 4,096 words of the histogram after them are counts.
        for index in 0..<(writer.words.count - 4_096 - 17) {
            var words = writer.words
            words[index] ^= [1, 0xFFFF_FFFF, 0x40][index % 3]
            var reader = WordReader(words)
            var other = RoutingEnvironment(scenario, replicas: 0..<1, seed: 4)
            do {
                try other.restore(from: &reader)
            } catch {
                refusals += 1
                continue
            }
            other.begin(&batch)
            for _ in 0..<20 { other.step(Array(repeating: 0, count: batch.decisionCount), &batch) }
        }
        #expect(refusals > 0)
    }

    private static func scenario(load: Double, capacity: Int?, _ rules: RoutingScenario.Rules) -> RoutingScenario {
        var scenario = RoutingScenario()
        scenario.load = load
        scenario.rules = rules
        scenario.queueCapacity = capacity
        return scenario
    }

    /// The stationary share of Poisson arrivals that find no room, one departure a tick after them.
    private static func droppedShare(arrivals mean: Double, capacity: Int) -> Double {
        var probabilities = [exponential(-mean)]
        for count in 1..<60 { probabilities.append((probabilities.last ?? 0) * mean / Double(count)) }
        // What a tick leaves behind: 0..<capacity packets.
        var left = [1.0] + Array(repeating: 0, count: capacity - 1)
        var dropped = 0.0
        for _ in 0..<5_000 {
            var next = Array(repeating: 0.0, count: capacity)
            dropped = 0
            for (queued, probability) in left.enumerated() {
                for (count, chance) in probabilities.enumerated() {
                    next[max(0, min(capacity, queued + count) - 1)] += probability * chance
                    dropped += probability * chance * Double(max(0, queued + count - capacity))
                }
            }
            left = next
        }
        return dropped / mean
    }
}
