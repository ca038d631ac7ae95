import TabularLearning
import Testing

/// A corridor's learner with one lane, answered by hand.
private struct ByHand {
    var learner: CohortLearner

    init(_ replay: String, cells: Int = 9, stepSize: Float = 0.5) throws {
        let parameters = LearningParameters(
            discount: 0.5,
            stepSize: .constant(stepSize),
            epsilon: .constant(0),
            replay: try #require(Replay(rawValue: replay))
        )
        learner = CohortLearner(
            index: 0,
            of: 1,
            environment: CorridorEnvironment(length: cells, limit: 100, lanes: 1),
            parameters: parameters,
            seed: 4,
            plannedSteps: 50
        )
    }

    /// Answers all questions, the greedy action of each being the one to the right, and gives the updates that follow.
    mutating func advance(_ values: [Float]) throws -> [[Float]] {
        try #require(learner.queries.count == values.count)
        learner.answers.resize(to: values.count)
        for index in values.indices {
            (learner.answers.values[index], learner.answers.actions[index]) = (values[index], 1)
        }
        try learner.advance()
        let updates = learner.updates
        return (0..<updates.count).map { [Float(updates.states[$0]), Float(updates.columns[$0]), updates.targets[$0]] }
    }
}

@Suite("Experience that is learned from again: by numbers computed by hand")
struct ReplayTests {
    static let forms = [
        "uniform:40:3", "prioritized:40:3", "prioritized:7:2:1:1", "dyna-q:4", "dyna-q-plus:4:0.01",
        "prioritized-sweeping:4", "uniform:1:1",
    ]

    @Test("what is written is read again, and what is wrong is said")
    func names() throws {
        for text in [
            "none", "uniform", "uniform:5:2", "prioritized:100:4:0.5:1.0", "dyna-q:50", "prioritized-sweeping",
        ] {
            #expect(Replay(rawValue: text)?.rawValue == text)
        }
        #expect(Replay(rawValue: "uniform:100000")?.rawValue == "uniform" && Replay(rawValue: "dyna-q")?.count == 10)
        for text in [
            "", "uniform:0", "uniform:5:0", "uniform:5:2:1", "dyna-q:x", "prioritized:5:1:2", "none:1", "uniform:",
        ] {
            #expect(Replay(rawValue: text) == nil, "\(text)")
        }
        #expect(Replay.complaint(about: "dyna").hasPrefix("not one of none, uniform, prioritized, dyna-q, "))
        #expect(
            Replay.complaint(about: "dyna-q:0")
                == "not dyna-q:COUNT with COUNT (10; 1 to 1000): updates a step of a lane"
        )
        #expect(Replay.complaint(about: "none:1") == "which has no numbers behind a colon")
    }

    @Test("a rule that learns from what is done now is refused, with those that can be had")
    func refusals() throws {
        let uniform = try #require(Replay(rawValue: "uniform"))
        let prioritized = try #require(Replay(rawValue: "prioritized"))
        for rule in UpdateRule.all.map(UpdateRule.init(_:)) {
            let objection = uniform.objection(to: rule)
            #expect((objection == nil) == rule.rule.learnsOffPolicy, "\(rule.rawValue)")
            #expect(objection?.contains("use q-learning, double-q-learning, ") != false)
            #expect((prioritized.objection(to: rule) == nil) == (rule.rule.learnsOffPolicy && rule.planeCount == 1))
            #expect(Replay.none.objection(to: rule) == nil)
            // Returns and averages are formed of what follows at once.
            if rule.remembersLanes { #expect(!rule.rule.learnsOffPolicy) }
        }
    }

    @Test("uniform: r + γ max of each draw's own question, and the world's step comes first")
    func uniform() throws {
        var run = try ByHand("uniform:1:2")
        #expect(try run.advance([0]) == [])
        // A decision in cell 1, and twice the bootstrap of the only transition that is remembered: 0 → 1.
        #expect(run.learner.queries.states == [1, 1, 1] && run.learner.lastStep.decisionCount == 1)
        #expect(try run.advance([8, 4, 2]) == [[0, 1, 4], [0, 1, 2], [0, 1, 1]])
        #expect(run.learner.queries.states == [2, 2, 2] && run.learner.statistics.decisions == 2)
        #expect(try run.advance([8, 4, 2]) == [[1, 1, 4], [1, 1, 2], [1, 1, 1]])
        #expect(run.learner.statistics.transitions == 6 && run.learner.statistics.rewardedTransitions == 3)
    }

    @Test("the end is remembered as an end, and its reward is counted once")
    func terminal() throws {
        var run = try ByHand("uniform:1:2", cells: 2)
        #expect(try run.advance([0]) == [])
        #expect(run.learner.queries.states == [0])
        #expect(try run.advance([8]) == [[0, 1, 1], [0, 1, 1], [0, 1, 1]])
        #expect(run.learner.statistics.rewardSum == 1 && run.learner.statistics.episodeReturnSum == 2)
    }

    @Test("prioritized: a value is asked for as the greatest of its action alone, and what is drawn often counts less")
    func prioritized() throws {
        var run = try ByHand("prioritized:2:1:1:1")
        #expect(try run.advance([0]) == [])
        #expect(run.learner.queries.states == [1, 1, 0] && run.learner.queries.masks == [0b11, 0b11, 0b10])
        // Error 1 − 0 of the only one: its weight is 1.
        #expect(try run.advance([8, 2, 0]) == [[0, 1, 4], [0, 1, 1]])
        // Now there are two with the priority 2²⁰ + 1.
        let state = run.learner.queries.states[2]
        #expect(state <= 1 && run.learner.queries.states == [2, state + 1, state])
        // Error 3: three times the other's, nearly.
        let updates = try run.advance([0, 8, 1])
        #expect(updates == [[1, 1, 0], [Float(state), 1, 4]])
        let sums = try #require(run.learner.experience?.priorities)
        #expect(sums.sorted() == [1 << 20 + 1, 3 << 20 + 1] || sums.contains(3 << 20 + 1))
    }

    @Test("the weights for importance are (N P)⁻ᵝ over the largest, and places come as often as their priorities say")
    func sums() throws {
        for (correction, expected) in [(Float(1), Float(1) / 3), (0.5, (Float(1) / 3).squareRoot()), (0, 1)] {
            var sums = PrioritySums(capacity: 5, exponent: 1, correction: correction)
            sums.set(0, to: 100)
            sums.set(1, to: 900)
            sums.set(1, to: 300)
            #expect(abs(sums.share(of: 1) - expected) < 1e-6 && sums.share(of: 0) == 1)
            #expect(sums.probability(of: 0) == 0.25 && sums.largest == PrioritySums.one + 1)
            var random = SplitMix64(state: 3)
            let ones = (0..<40_000).count { _ in sums.place(random.next()) == 1 }
            #expect(abs(ones - 30_000) < 400)
            #expect(sums.place(0) == 0 && sums.place(.max) == 1)
        }
        // √ of 16 and 4 in units of 1/16.
        var sums = PrioritySums(capacity: 2, exponent: 0.5, correction: 0)
        sums.set(0, to: 16)
        sums.set(1, to: 4)
        #expect(abs(sums.probability(of: 0) - 2.0 / 3) < 1e-12)
    }

    @Test("an error is a priority in units of 2⁻²⁰ and one, however large it is")
    func priorities() {
        #expect(PrioritySums.priority(of: 0) == 1 && PrioritySums.priority(of: -0.5) == 1 << 19 + 1)
        #expect(PrioritySums.priority(of: 4095) == 4095 << 20 + 1)
        for error: Float in [4096, 1e30, .greatestFiniteMagnitude, -.infinity, .nan] {
            #expect(PrioritySums.priority(of: error) == .max, "\(error)")
        }
        #expect(SweepQueue.priority(of: 0) == 0 && SweepQueue.priority(of: 1) == 1 << 20)
    }

    @Test("Dyna-Q: what came last of each pair; with the bonus κ √τ, and pairs nobody has tried lead back for nothing")
    func dyna() throws {
        var run = try ByHand("dyna-q:2")
        for values: [Float] in [[0], [0, 0, 0], [0, 0, 0]] { _ = try run.advance(values) }
        #expect(run.learner.experience?.count == 3)
        var plus = try ByHand("dyna-q-plus:1:0.25")
        #expect(plus.learner.experience?.count == 2)
        _ = try plus.advance([0])
        #expect(plus.learner.experience?.count == 4)
        for step in 2...20 {
            let (draw, count) = (plus.learner.lastStep.transitions, plus.learner.queries.count)
            let (state, action) = (draw.states[1], draw.actions[1])
            // To the left was never tried; to the right was tried when the lane stood there, in step `state` + 1.
            let untried = action == 0 || state == UInt64(step - 1)
            let age = untried ? Double(step - 1) : Double(step - 2) - Double(state)
            #expect(draw.rewards[1] == 0.25 * Float(age).squareRoot(), "\(step) \(state) \(action)")
            if step == 9 { return }
            _ = try plus.advance(Array(repeating: 0, count: count))
        }
    }

    @Test("sweeping: the most wrong come first, of equal ones the lower cell; what leads there is known")
    func queue() {
        var queue = SweepQueue(stateCount: 4)
        for cell in [9, 4, 7, 2] { queue.add(cell: cell) }
        for (place, priority) in [(0, 5), (1, 5), (2, 8), (3, 1), (3, 5), (2, 3)] as [(Int, UInt32)] {
            queue.raise(place, to: priority)
        }
        #expect((0..<5).map { _ in queue.pop() } == [2, 3, 1, 0, nil])
        queue.raise(1, to: 1)
        #expect(queue.pop() == 1 && queue.pop() == nil)
        func leading(to state: UInt64) -> Set<Int> {
            var (found, place) = (Set<Int>(), queue.first(to: state))
            while let one = place { (_, place) = (found.insert(one), queue.next(behind: one)) }
            return found
        }
        for place in 0..<4 { queue.link(place, to: 1) }
        queue.unlink(3, from: 1)
        queue.unlink(0, from: 1)
        #expect(leading(to: 1) == [1, 2] && leading(to: 0).isEmpty)
        queue.link(0, to: 0)
        queue.unlink(2, from: 1)
        queue.unlink(1, from: 1)
        #expect(leading(to: 1).isEmpty && leading(to: 0) == [0])
    }

    @Test("sweeping: a step's own pair first, then as far as a state is worth something else what leads to it")
    func sweeping() throws {
        var run = try ByHand("prioritized-sweeping:1:0.001")
        #expect(try run.advance([0]) == [])
        // The decision; the bootstrap, the value of the pair and the greatest of its state.
        #expect(run.learner.queries.states == [1, 1, 0, 0] && run.learner.queries.masks == [0b11, 0b11, 0b10, 0b11])
        #expect(try run.advance([0, 0, 0, 0]) == [[0, 1, 0], [0, 1, 0]])
        // From 1 to 2, which is worth 4: 1 rises from 1 to 2, and what leads there is wrong by 0.5.
        #expect(run.learner.queries.states == [2, 2, 1, 1])
        #expect(try run.advance([4, 4, 1, 1]) == [[1, 1, 2], [1, 1, 2]])
        let waiting = try #require(run.learner.experience?.priorities)
        // The step from 2 has been taken out, 1 is wrong by 1 itself.
        #expect(waiting == [1 << 19, 1 << 20, 0])
    }

    // MARK: The memory

    private static func learner(_ replay: String, lanes: Int = 3, steps: UInt64 = 60) throws -> (
        CohortLearner, LearningParameters
    ) {
        let parameters = LearningParameters(
            discount: 0.9,
            stepSize: .visitCount(horizon: 10, minimum: 0.05),
            epsilon: .constant(0.3),
            ties: .random,
            replay: try #require(Replay(rawValue: replay))
        )
        let learner = CohortLearner(
            index: 0,
            of: 1,
            environment: CorridorEnvironment(length: 6, limit: 9, lanes: lanes),
            parameters: parameters,
            seed: 8,
            plannedSteps: steps
        )
        return (learner, parameters)
    }

    @Test("a run that is put back at any round goes on to the same bits", arguments: forms)
    func resumes(_ replay: String) throws {
        let (fresh, parameters) = try Self.learner(replay)
        var whole = SerialReference(learners: [fresh], parameters: parameters)
        try whole.run()
        var run = SerialReference(learners: [fresh], parameters: parameters)
        for _ in 0..<30 {
            _ = try run.runRound()
            var again = SerialReference(
                try RunState(
                    round: run.round,
                    restoring: [fresh],
                    from: SavedSections(of: [run.learners[0].saved]),
                    table: run.table
                ),
                parameters: parameters
            )
            #expect(again.learners[0].saved == run.learners[0].saved)
            try again.run()
            #expect(again.table.cells == whole.table.cells)
        }
        // And what is learned again is in the count of what a table has taken.
        #expect(whole.statistics.transitions == whole.table.updateCount)
        #expect(whole.statistics.transitions > whole.statistics.decisions)
        let plain = try Self.learner("none")
        var other = SerialReference(learners: [plain.0], parameters: plain.1)
        try other.run()
        #expect(other.table.cells != whole.table.cells && other.statistics.transitions == 180)
    }

    @Test("a memory that was not this run's is refused and traps nowhere", arguments: forms)
    func damaged(_ replay: String) throws {
        let (fresh, parameters) = try Self.learner(replay)
        var run = SerialReference(learners: [fresh], parameters: parameters)
        for _ in 0..<20 { _ = try run.runRound() }
        var sections = run.learners[0].saved
        let words = try sections.take("replay")
        var refused = 0
        for index in words.indices {
            for value in [0, 1, 255, .max, words[index] ^ 1] as [UInt32] where value != words[index] {
                var damaged = sections
                var other = words
                other[index] = value
                damaged.add("replay", other)
                var learner = fresh
                do {
                    try learner.restore(damaged)
                    // Another memory that there may be: it is worked with.
                    var state = SerialReference(
                        RunState(round: run.round, answered: [learner], table: run.table),
                        parameters: parameters
                    )
                    for _ in 0..<3 { _ = try? state.runRound() }
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > words.count)
        #expect(throws: WordReader.Failure.self) {
            var learner = fresh
            try learner.restore(sections)
        }
    }

    @Test("no more is remembered than was said, and what that takes is known before")
    func bounds() throws {
        var (learner, parameters) = try Self.learner("uniform:40:3", steps: 500)
        var run = SerialReference(learners: [learner], parameters: parameters)
        while try run.runRound() { #expect(run.learners[0].experience?.count ?? 0 <= 40) }
        #expect(run.learners[0].experience?.count == 40)
        (learner, parameters) = try Self.learner("dyna-q", steps: 500)
        run = SerialReference(learners: [learner], parameters: parameters)
        try run.run()
        // In the last cell nothing is done.
        #expect(run.learners[0].experience?.count == 10)
        let space = StateSpace(factors: [.init("cell", count: 1000)], actions: ["a", "b"])
        let bytes = [
            "none", "uniform:1000", "prioritized:1000", "prioritized:1024:1:1:0", "dyna-q", "dyna-q-plus",
            "prioritized-sweeping",
        ]
        .map { Replay(rawValue: $0)?.bytes(for: space) }
        #expect(bytes == [0, 32_000, 68_768, 53_248, 72_000, 88_000, 136_000])
        let vast = StateSpace(factors: [.init("a", count: 1 << 31), .init("b", count: 1 << 31)], actions: ["a", "b"])
        #expect(Replay(rawValue: "dyna-q")?.bytes(for: vast) == .max)
        #expect(MemoryLayout<RememberedTransition>.stride == 32)
    }
}

@Suite("Priorities on a cliff walked blindly (Schaul et al. 2016, §3.1)")
struct BlindCliffwalkTests {
    /// All transitions of all sequences of right and wrong actions in `length` states; the right one is action 0.
    private static func transitions(_ length: Int) -> [(state: Int, isRight: Bool)] {
        (0..<length).flatMap { state in
            // As many of 2ᴺ sequences come through a state, half of them on the right.
            let count = 1 << (length - state - 1)
            return (0..<count).map { _ in (state, true) } + (0..<count).map { _ in (state, false) }
        }
    }

    /// The updates until the mean squared error is below 10⁻³, step size 1/4, γ = 1 − 1/N.
    private static func updates(_ length: Int, exponent: Float, seed: UInt64) -> Int {
        let transitions = transitions(length)
        var sums = PrioritySums(capacity: transitions.count, exponent: exponent, correction: 0)
        for place in transitions.indices { sums.set(place, to: PrioritySums.one) }
        let discount = 1 - 1 / Float(length)
        var random = SplitMix64(state: seed)
        var values = (0..<(2 * length)).map { _ in Float(random.nextUnit() - 0.5) * 0.34 }
        let exact = (0..<length).map { state in
            (0..<(length - 1 - state)).reduce(Float(1)) { value, _ in value * discount }
        }
        for update in 1...4_000_000 {
            let place = sums.place(random.next())
            let (state, isRight) = transitions[place]
            let next = state + 1 == length ? 1 : discount * max(values[2 * state + 2], values[2 * state + 3])
            let cell = 2 * state + (isRight ? 0 : 1)
            let error = (isRight ? next : 0) - values[cell]
            values[cell] += error / 4
            if exponent > 0 { sums.set(place, to: PrioritySums.priority(of: error)) }
            guard update % 16 == 0 else { continue }
            var sum: Float = 0
            for state in 0..<length {
                let (right, wrong) = (values[2 * state] - exact[state], values[2 * state + 1])
                sum += right * right + wrong * wrong
            }
            if sum / Float(2 * length) < 1e-3 { return update }
        }
        return .max
    }

    @Test("of 14 states with all 32,766 transitions: at least 8 times fewer updates than uniform draws")
    func fourteen() {
        #expect(Self.transitions(14).count == 32_766)
        let seeds = (1...5 as ClosedRange<UInt64>)
        let uniform = seeds.map { Self.updates(14, exponent: 0, seed: $0) }.sorted()[2]
        let prioritized = seeds.map { Self.updates(14, exponent: 0.7, seed: $0) }.sorted()[2]
        // Published: 430,168 and 38,968, of ten seeds.
        #expect((300_000...600_000).contains(uniform), "\(uniform)")
        #expect((25_000...55_000).contains(prioritized), "\(prioritized)")
        #expect(uniform >= 8 * prioritized)
    }
}
