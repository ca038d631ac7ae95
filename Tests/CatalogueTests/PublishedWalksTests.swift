import DecisionProcesses
import PublishedFigures
import Scenarios
import TabularLearning
import Testing
import shardq

/// The textbook's walks, with the figures that a program of the same rules measured over many seeds.
@Suite("Walks of the textbooks, as published", .timeLimit(.minutes(5)))
struct PublishedWalksTests {
    /// A run of a scenario, and the sums of returns and the numbers of episodes that are known at its marks.
    private struct Walk {
        var reference: SerialReference
        var world: any Environment

        init(
            _ name: String,
            _ rule: String,
            seed: UInt64,
            lanes: Int = 1,
            options: [String] = [],
            _ change: (inout LearningParameters) -> Void = { _ in }
        ) throws {
            let scenario = try PublishedWalksTests.scenario(name, options)
            var parameters = scenario.defaults.parameters
            parameters.update = try #require(UpdateRule(rawValue: rule))
            change(&parameters)
            world = try scenario.makeWorld(replicas: 0..<lanes, seed: seed)
            let learner = CohortLearner(
                index: 0,
                of: 1,
                environment: world,
                parameters: parameters,
                seed: seed,
                plannedSteps: 100_000_000
            )
            reference = SerialReference(learners: [learner], parameters: parameters)
        }

        /// Goes on until so many episodes are over, and gives the sum of their returns and how many they are.
        mutating func after(episodes: UInt64) throws -> (sum: Double, count: Double) {
            while reference.learners[0].statistics.episodes < episodes { _ = try reference.runRound() }
            return tally
        }

        /// The same until so many steps are taken.
        mutating func after(steps: UInt64) throws -> (sum: Double, count: Double) {
            while reference.learners[0].stepsTaken < steps { _ = try reference.runRound() }
            return tally
        }

        private var tally: (sum: Double, count: Double) {
            let statistics = reference.learners[0].statistics
            return (statistics.episodeReturnSum, Double(statistics.episodes))
        }

        /// The mean return of the episodes from one mark to another.
        mutating func meanReturn(from first: UInt64, to last: UInt64) throws -> Double {
            let (one, other) = (try after(episodes: first), try after(episodes: last))
            return (other.sum - one.sum) / (other.count - one.count)
        }

        /// How many steps the greedy policy takes to the goal, at most `limit`.
        func greedyPath(limit: Int) throws -> Int {
            var (world, batch) = (world, StepBatch())
            world.begin(&batch)
            let (table, count) = (reference.table, reference.table.actionCount)
            for step in 1...limit {
                let start = Int(batch.queries.states[0]) * count
                let row = table.cells[start..<(start + count)].map(\.value)
                try world.step([UInt8(row.firstIndex(of: row.max() ?? 0) ?? 0)], &batch)
                if !batch.episodeReturns.isEmpty { return step }
            }
            return limit
        }
    }

    private static func scenario(_ name: String, _ options: [String]) throws -> any Scenario {
        guard options.isEmpty else { return try ProcessFacts(name, options).world }
        return try #require(Catalogue.samples.first { $0.name == name }).scenario
    }

    /// A rule's returns of the first hundred episodes and of the other four hundred.
    struct Cliff: Sendable {
        let rule: String
        let first, rest: Figure
        let staleness: LearningParameters.Staleness

        init(
            _ rule: String,
            _ first: Figure,
            _ rest: Figure,
            _ staleness: LearningParameters.Staleness = .fresh
        ) {
            (self.rule, self.first, self.rest, self.staleness) = (rule, first, rest, staleness)
        }
    }

    @Test(
        "cliff walking: the return of the episodes 1 to 100 and 101 to 500 while learning, with fresh values and a round old",
        arguments: [
            Cliff("sarsa", Figure(-71.45, within: 0.41), Figure(-27.66, within: 0.23)),
            Cliff("q-learning", Figure(-80.90, within: 0.43), Figure(-49.98, within: 0.22)),
            Cliff("expected-sarsa", Figure(-56.16, within: 0.21), Figure(-21.04, within: 0.06)),
            Cliff("double-q-learning", Figure(-105.41, within: 1.34), Figure(-26.78, within: 0.37)),
            Cliff("sarsa", Figure(-71.6, within: 0.7), Figure(-27.65, within: 0.39), .oneRound),
            Cliff("q-learning", Figure(-82.2, within: 0.7), Figure(-49.97, within: 0.35), .oneRound),
            Cliff("expected-sarsa", Figure(-57.3, within: 0.3), Figure(-20.97, within: 0.10), .oneRound),
            Cliff("double-q-learning", Figure(-110.4, within: 2.3), Figure(-26.63, within: 0.57), .oneRound),
        ]
    )
    func cliff(_ published: Cliff) throws {
        let returns = try (1...UInt64(60)).map { seed in
            var walk = try Walk("cliff-walking", published.rule, seed: seed) { $0.staleness = published.staleness }
            return (try walk.meanReturn(from: 0, to: 100), try walk.meanReturn(from: 100, to: 500))
        }
        let (first, rest) = (Figure(returns.map(\.0)), Figure(returns.map(\.1)))
        #expect(first.distance(to: published.first) < 3, "\(first)")
        #expect(rest.distance(to: published.rest) < 3, "\(rest)")
    }

    @Test(
        "cliff walking: sixteen lanes with values a round old, the last four fifths of 8000 episodes",
        arguments: [
            ("sarsa", Figure(-25.60, within: 0.08)), ("q-learning", Figure(-50.68, within: 0.09)),
            ("expected-sarsa", Figure(-20.71, within: 0.02)),
            // −31.4 where each table draws among its best actions; the lowest of them, as here, is better.
            ("double-q-learning", Figure(-28.43, within: 1.03)),
        ] as [(String, Figure)]
    )
    func manyLanes(_ rule: String, _ published: Figure) throws {
        let returns = try (1...UInt64(80)).map { seed in
            var walk = try Walk("cliff-walking", rule, seed: seed, lanes: 16) { $0.staleness = .oneRound }
            return try walk.meanReturn(from: 1600, to: 8000)
        }
        let measured = Figure(returns)
        #expect(measured.distance(to: published) < 3, "\(measured)")
    }

    @Test(
        "cliff walking by step size: the first hundred and the second half of 1000 episodes",
        arguments: [
            ("expected-sarsa", 1, -44.2, -20.94), ("sarsa", 0.1, -139.6, -21.8), ("sarsa", 1, -69.1, -197),
            ("q-learning", 0.1, -150.5, -49.5), ("q-learning", 1, -74.1, -51.1),
            ("double-q-learning", 0.4, -107.7, -24.1),
        ] as [(String, Float, Double, Double)]
    )
    func stepSizes(_ rule: String, _ stepSize: Float, _ first: Double, _ last: Double) throws {
        let seeds = 20
        let returns = try (1...UInt64(seeds)).map { seed in
            var walk = try Walk("cliff-walking", rule, seed: seed) { $0.stepSize = .constant(stepSize) }
            return (try walk.meanReturn(from: 0, to: 100), try walk.meanReturn(from: 500, to: 1000))
        }
        let (measured, later) = (Figure(returns.map(\.0)), Figure(returns.map(\.1)))
        #expect(measured.distance(to: Figure(first, of: 100, spreadAs: measured, of: seeds)) < 3, "\(measured)")
        #expect(later.distance(to: Figure(last, of: 100, spreadAs: later, of: seeds)) < 3, "\(later)")
    }

    @Test(
        "cliff walking: returns that end where an action was not greedy are worth what Watkins's traces are, and others not"
    )
    func cut() throws {
        func returns(_ rule: String) throws -> (first: Figure, later: Figure) {
            let returns = try (1...UInt64(60)).map { seed in
                var walk = try Walk("cliff-walking", rule, seed: seed)
                return (try walk.meanReturn(from: 0, to: 100), try walk.meanReturn(from: 100, to: 500))
            }
            return (Figure(returns.map(\.0)), Figure(returns.map(\.1)))
        }
        let (cut, naive) = (try returns("q-lambda:0.9:44"), try returns("naive-q-lambda:0.9:44"))
        #expect(cut.later.distance(to: Figure(-29.49, within: 0.46)) < 3, "\(cut)")
        #expect(naive.later.mean < cut.later.mean - 15, "\(naive) \(cut)")
        // Traces are at −64.60 by then: they change values with every step, a return when it is known. This is what the comparing
        // program gets with returns.
        #expect(cut.first.distance(to: Figure(-104.44, within: 1.35)) < 3, "\(cut)")
    }

    /// Episodes in the first 8000 steps, their length in the steps 20,000 to 40,000, and how many of 100 seeds find the shortest way.
    struct Wind: Sendable {
        let rule: String
        var options: [String] = []
        let episodes: Figure
        var length: Figure?
        let shortest: Int
        let found: Double
    }

    @Test(
        "windy gridworld: episodes of the first 8000 steps, their length later, and how often the shortest way is found",
        arguments: [
            Wind(
                rule: "sarsa",
                episodes: Figure(158.9, within: 2.0),
                length: Figure(19.26, within: 0.09),
                shortest: 15,
                found: 0.34
            ),
            Wind(
                rule: "q-learning",
                episodes: Figure(197.1, within: 0.5),
                length: Figure(17.06, within: 0.01),
                shortest: 15,
                found: 1
            ),
            Wind(
                rule: "q-learning",
                options: ["--moves", "king"],
                episodes: Figure(319.9, within: 1.7),
                shortest: 7,
                found: 1
            ),
        ]
    )
    func windy(_ published: Wind) throws {
        let seeds = 16
        let walks = try (1...UInt64(seeds)).map { seed in
            var walk = try Walk("windy-gridworld", published.rule, seed: seed, options: published.options) {
                // The next action is chosen before the update, as in the book's box of SARSA.
                $0.staleness = .oneRound
            }
            let early = try walk.after(steps: 8000)
            let (from, to) = (try walk.after(steps: 20_000), try walk.after(steps: 40_000))
            let path = try walk.greedyPath(limit: 200)
            return (early.count, (from.sum - to.sum) / (to.count - from.count), path)
        }
        let (episodes, length) = (Figure(walks.map(\.0)), Figure(walks.map(\.1)))
        let found = Figure(share: Double(walks.count { $0.2 == published.shortest }) / Double(seeds), of: seeds)
        #expect(episodes.distance(to: published.episodes) < 3, "\(episodes)")
        if let known = published.length { #expect(length.distance(to: known) < 3, "\(length)") }
        #expect(found.distance(to: Figure(share: published.found, of: 100)) < 3, "\(found)")
        #expect(walks.allSatisfy { $0.2 >= published.shortest })
    }

    @Test("a slippery cliff: its optimum, −64.709, and −65.2 ± 0.5 learned in a million steps")
    func slippery() throws {
        let process = SlipperyCliff.process
        let solution = ExactSolution(process, discount: 1)
        #expect((solution.values[SlipperyCliff.start] + 64.709).magnitude < 5e-4)
        let returns = try (1...UInt64(4)).map { seed in
            let parameters = LearningParameters(
                discount: 0.99,
                stepSize: .visitCount(horizon: 99, minimum: 0),
                epsilon: .constant(0.1),
                staleness: .fresh,
                ties: .random
            )
            let learner = CohortLearner(
                index: 0,
                of: 1,
                environment: SlipperyCliff(seed: seed),
                parameters: parameters,
                seed: seed,
                plannedSteps: 1_000_000
            )
            var reference = SerialReference(learners: [learner], parameters: parameters)
            try reference.run()
            let controller = Controller("learned", in: process, policy: solution.policy(of: reference.table))
            return solution.values(of: controller)[SlipperyCliff.start]
        }
        let measured = Figure(returns)
        #expect(measured.distance(to: Figure(-65.2, within: 0.5)) < 3, "\(returns)")
        #expect(returns.allSatisfy { $0 <= -64.709 + 5e-4 })
    }
}

/// Gymnasium's slippery cliff: a move goes where it is meant with a third, and to either side of that with a third.
private struct SlipperyCliff: Environment {
    static let start = 36
    static let process = DecisionProcess(
        stateCount: 48,
        actionCount: 4,
        mask: { $0 > 36 ? 0 : 0b1111 },
        outcomes: { cell, action in
            [3, 0, 1].map { turn in
                let (row, column) = (cell / 12, cell % 12)
                let next =
                    switch (action + turn) % 4 {
                    case 0: max(0, row - 1) * 12 + column
                    case 1: row * 12 + min(11, column + 1)
                    case 2: min(3, row + 1) * 12 + column
                    default: row * 12 + max(0, column - 1)
                    }
                let isCliff = (37...46).contains(next)
                return .init(
                    probability: 1 / 3.0,
                    reward: isCliff ? -100 : -1,
                    next: isCliff ? start : next == 47 ? nil : next
                )
            }
        }
    )

    private var random: SplitMix64
    private var place = Self.start

    init(seed: UInt64) { random = SplitMix64(state: SplitMix64.mix(seed)) }

    var laneCount: Int { 1 }
    var space: StateSpace {
        StateSpace(factors: [.init("cell", count: 48)], actions: ["up", "right", "down", "left"])
    }
    var gauges: [Gauge] { [] }

    mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        batch.decide(lane: 0, state: UInt64(place))
    }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        batch.removeAll()
        let outcome = Self.process.outcomes[Self.process.draw(Int(actions[0]), in: place, unit: random.nextUnit())]
        batch.transition(
            state: UInt64(place),
            action: actions[0],
            reward: Float(outcome.reward),
            bootstrap: outcome.next == nil ? StepBatch.Transitions.terminal : 0
        )
        place = outcome.next ?? Self.start
        batch.decide(lane: 0, state: UInt64(place))
    }
}
