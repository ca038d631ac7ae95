import NeuralLearning
import TabularLearning
import Testing

@Suite("A replay memory")
struct ReplayTests {
    private func transition(_ number: Int) -> Transition {
        Transition(
            features: [Float(number)],
            action: number % 2,
            partialReturn: Float(number),
            discount: 0.5,
            nextFeatures: [Float(number) + 1]
        )
    }

    private func memory(_ rule: ReplayRule, capacity: Int = 4, adding count: Int) -> ReplayMemory {
        var memory = ReplayMemory(capacity: capacity, featureCount: 1, rule: rule)
        for number in 0..<count { memory.add(transition(number)) }
        return memory
    }

    @Test("keeps the newest")
    func ring() {
        let memory = memory(.uniform, adding: 6)
        #expect(memory.count == 4)
        #expect((0..<4).map { memory[$0] } == [4, 5, 2, 3].map(transition))
    }

    @Test("finds a place in proportion to its priority, and no place of none")
    func sums() {
        var sums = PrioritySum(capacity: 5)
        for (place, value) in [3, 0, 2, 1, 4].enumerated() { sums.set(place, UInt64(value)) }
        #expect(sums.total == 10)
        #expect((0..<10).map { sums.place(of: $0) } == [0, 0, 0, 2, 2, 3, 4, 4, 4, 4])
        sums.set(0, 0)
        #expect(sums.total == 7 && sums.place(of: 0) == 2)
    }

    @Test("draws by priority, and corrects for it by (N p)^−β")
    func priorities() {
        var memory = memory(.prioritized(exponent: 1, correction: 0.4), adding: 4)
        memory.note(errors: [3, 1, 1, 1], of: [0, 1, 2, 3], exponent: 1)
        var (random, counts) = (SplitMix64(state: 1), [0, 0, 0, 0])
        for _ in 0..<1000 { for place in memory.draw(6, &random) { counts[place] += 1 } }
        // Exactly half of the whole is the first one's, and each of its parts is drawn from once.
        #expect((2990...3010).contains(counts[0]) && counts[1...].allSatisfy { (900...1100).contains($0) })
        let weights = memory.weights(of: [0, 1], beta: 0.5)
        #expect(weights[1] == 1)
        #expect((weights[0] - 0.577_350_3).magnitude < 1e-5)
    }

    @Test("gives what was never drawn the greatest priority so far")
    func news() {
        var memory = memory(.prioritized(exponent: 1, correction: 1), adding: 3)
        memory.note(errors: [9, 0, 0], of: [0, 1, 2], exponent: 1)
        memory.add(transition(3))
        let weights = memory.weights(of: [0, 3], beta: 1)
        #expect(weights == [1, 1])
    }

    @Test("is not led astray by an error that is no number")
    func brokenErrors() {
        var memory = memory(.prioritized(exponent: 1, correction: 1), adding: 3)
        memory.note(errors: [.infinity, .nan, 1e30], of: [0, 1, 2], exponent: 0.6)
        var random = SplitMix64(state: 1)
        #expect(memory.draw(8, &random).allSatisfy { $0 < 3 })
    }

    @Test(
        "makes transitions of n steps; behind an end nothing follows, behind a cut something does",
        arguments: [true, false]
    )
    func windows(isTerminal: Bool) {
        var window = StepWindow(stepCount: 2, discount: 0.5)
        var found: [Transition] = []
        for (number, ending) in [StepWindow.Ending.none, .none, isTerminal ? .terminal : .cut].enumerated() {
            window.take([Float(number)], 0, Float(number + 1), next: [Float(number) + 10], ending) { found.append($0) }
        }
        #expect(found.map(\.features) == [[0], [1], [2]])
        #expect(found.map(\.partialReturn) == [2, 3.5, 3])
        #expect(found.map(\.discount) == (isTerminal ? [0.25, 0, 0] : [0.25, 0.25, 0.5]))
        #expect(found.map(\.nextFeatures) == [[11], [12], [12]])
    }
}
