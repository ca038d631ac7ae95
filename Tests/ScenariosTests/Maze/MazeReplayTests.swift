internal import PublishedFigures
internal import Scenarios
internal import TabularLearning
internal import Testing

/// Mazes of Sutton & Barto 2018, §8.2 and §8.3, as files have them.
enum TextbookMazes {
    /// Example 8.1: nine columns, six rows; 14 steps are the fewest.
    static let dyna = """
        start fixed
        limit 100000
        .......#G
        ..#....#.
        S.#....#.
        ..#......
        .....#...
        .........
        """

    /// Example 8.2: after 1000 steps the way on the right is blocked, and another opens on the left.
    static let blocking = """
        start fixed
        limit 100000
        ........G
        .........
        .........
        ########.
        .........
        ...S.....
        after 1000
        ........G
        .........
        .........
        .########
        .........
        ...S.....
        """

    /// Example 8.3: after 3000 steps a shorter way opens on the right.
    static let shortcut = """
        start fixed
        limit 100000
        ........G
        .........
        .........
        .########
        .........
        ...S.....
        after 3000
        ........G
        .........
        .........
        .#######.
        .........
        ...S.....
        """
}

@Suite("Mazes that change, and what is settled above them")
struct MazeTextTests {
    @Test("cells alone are a maze as ever; settings and stages are read and written down")
    func reading() throws {
        #expect(try MazeScenario(parsing: "S.G\n", slip: 0.1) == MazeScenario(layout: MazeLayout(parsing: "S.G")))
        let maze = try MazeScenario(parsing: TextbookMazes.blocking, slip: 0)
        #expect(maze.start == .fixed && maze.stepLimit == 100_000 && maze.earlier.map(\.lastStep) == [1000])
        #expect(maze.layout.text.contains("\n.########\n") && maze.earlier[0].layout.text.contains("\n########.\n"))
        try maze.check()
    }

    @Test("what is wrong is named with its line")
    func mistakes() {
        for (text, place) in [
            ("start here\nS.G", "maze, line 1: 'start here' is no setting"),
            ("limit 0\nS.G", "maze, line 1: 'limit 0' is no setting"),
            ("S.G\nlimit 5", "maze, line 2: 'limit 5' is no setting"),
            ("S.G\nafter 5\nS.G\nafter 5\nS.G", "maze, line 4: 'after 5' is no setting"),
            ("limit 5\nS.x", "maze, line 2, column 3: unknown character 'x'"),
            ("S.G\nafter 5\nS#G", "maze, line 3, column 1: walls close off"),
            ("S.G\nafter 5\nS..G", "maze, line 3: a maze that changes keeps its size, 1 lines of 3 columns"),
            ("S.G\nafter 5\n", "maze, line 3: the text is empty"),
            ("after 5\nS.G", "maze: the text is empty"),
        ] {
            #expect(throws: MazeError.self) { try MazeScenario(parsing: text, slip: 0) }
            do { _ = try MazeScenario(parsing: text, slip: 0) } catch {
                #expect(error.description.hasPrefix(place), "\(error.description)")
            }
        }
    }

    @Test("the wall stands until each lane has taken so many steps, also in an environment that is put back")
    func change() throws {
        let maze = try MazeScenario(parsing: "start fixed\nS#\n.G\nafter 3\nS.\n.G", slip: 0)
        let fresh = maze.makeEnvironment(replicas: 0..<1, seed: 1)
        var (environment, batch) = (fresh, StepBatch())
        environment.begin(&batch)
        for step in 1...6 {
            try environment.step([1], &batch)
            #expect(batch.queries.states == [step == 4 || step > 4 ? 1 : 0], "\(step)")
            var writer = WordWriter()
            environment.save(to: &writer)
            var again = fresh
            var reader = WordReader(writer.words)
            try again.restore(from: &reader)
            environment = again
        }
    }
}

@Suite("What is learned from again, on the mazes of the books")
struct MazeReplayTests {
    private static func run(
        _ maze: MazeScenario,
        _ replay: String,
        seed: UInt64,
        steps: UInt64,
        stepSize: Float,
        discount: Float = 0.95
    ) throws -> SerialReference {
        let parameters = LearningParameters(
            discount: discount,
            stepSize: .constant(stepSize),
            epsilon: .constant(0.1),
            staleness: .fresh,
            ties: .random,
            replay: try #require(Replay(rawValue: replay))
        )
        let learner = CohortLearner(
            index: 0,
            of: 1,
            environment: maze.makeEnvironment(replicas: 0..<1, seed: seed),
            parameters: parameters,
            seed: seed,
            plannedSteps: steps
        )
        return SerialReference(learners: [learner], parameters: parameters)
    }

    /// The lengths of the first fifty episodes of a seed.
    private static func lengths(_ replay: String, seed: UInt64) throws -> [Double] {
        let maze = try MazeScenario(parsing: TextbookMazes.dyna, slip: 0)
        var run = try run(maze, replay, seed: seed, steps: 1_000_000, stepSize: 0.1)
        var ends: [UInt64] = [0]
        while ends.count < 51, try run.runRound() {
            if run.statistics.episodes >= UInt64(ends.count) { ends.append(run.learners[0].stepsTaken) }
        }
        return zip(ends, ends.dropFirst()).map { Double($1 - $0) }
    }

    /// The mean lengths of episodes 2, 3, 5 and 31 to 50 of 300 seeds; of all but the last without intervals.
    struct Lengths: Sendable {
        let replay: String
        let second, third, fifth: Double
        let last: Figure
    }

    @Test(
        "Dyna maze: the lengths of episodes are the published ones; with 50 updates a step the third has at most 20 steps",
        arguments: [
            Lengths(replay: "none", second: 674, third: 506, fifth: 248, last: Figure(18.0, within: 0.2)),
            Lengths(replay: "dyna-q:5", second: 152, third: 64, fifth: 22.4, last: Figure(16.7, within: 0.1)),
            // 40.3 where the draws of a step come one after another; here all see the values before it.
            Lengths(replay: "dyna-q:50", second: 45.0, third: 17.8, fifth: 17.1, last: Figure(16.7, within: 0.16)),
        ]
    )
    func dynaMaze(_ published: Lengths) throws {
        let seeds = 60
        let lengths = try (1...UInt64(seeds)).map { try Self.lengths(published.replay, seed: $0) }
        for (episode, mean) in [(2, published.second), (3, published.third), (5, published.fifth)] {
            let measured = Figure(lengths.map { $0[episode - 1] })
            let known = Figure(mean, of: 300, spreadAs: measured, of: seeds)
            #expect(measured.distance(to: known) < 3, "episode \(episode): \(measured)")
            if published.replay == "dyna-q:50", episode == 3 { #expect(measured.mean <= 20, "\(measured)") }
        }
        let last = Figure(lengths.map { $0[30...].reduce(0, +) / 20 })
        #expect(last.distance(to: published.last) < 3, "\(last)")
    }

    private static let seeds: UInt64 = 24

    /// What was gathered at the change and at the end, of some seeds.
    private static func gathered(
        _ text: String,
        _ replay: String,
        change: UInt64,
        steps: UInt64
    ) throws -> (change: Figure, end: Figure) {
        let maze = try MazeScenario(parsing: text, slip: 0)
        let sums = try (1...Self.seeds as ClosedRange<UInt64>).map { seed in
            var run = try run(maze, replay, seed: seed, steps: steps, stepSize: 1)
            while run.learners[0].stepsTaken < change { _ = try run.runRound() }
            let before = run.statistics.rewardSum
            try run.run()
            return (before, run.statistics.rewardSum)
        }
        return (Figure(sums.map(\.0)), Figure(sums.map(\.1)))
    }

    /// How often the goal was reached at the change, of 100 seeds and without an interval, and at the end.
    struct Change: Sendable {
        let text: String
        let count: Int
        let change, steps: UInt64
        let plain, curious: (change: Double, end: Figure)
    }

    @Test(
        "when the world changes the bonus finds out, by more than two standard errors of both and as published",
        arguments: [
            Change(
                text: TextbookMazes.blocking,
                count: 10,
                change: 1000,
                steps: 3000,
                plain: (43.3, Figure(73.7, within: 7.1)),
                curious: (60.0, Figure(140.7, within: 1.8))
            ),
            Change(
                text: TextbookMazes.shortcut,
                count: 50,
                change: 3000,
                steps: 6000,
                plain: (128.1, Figure(292.2, within: 4.5)),
                // 136.4 and 363.2 where the draws of a step come one after another.
                curious: (133.7, Figure(360.0, within: 1.0))
            ),
        ]
    )
    func changes(_ maze: Change) throws {
        func run(_ replay: String) throws -> (change: Figure, end: Figure) {
            try Self.gathered(maze.text, replay, change: maze.change, steps: maze.steps)
        }
        let plain = try run("dyna-q:\(maze.count)")
        let curious = try run("dyna-q-plus:\(maze.count):0.001")
        for (measured, published) in [(plain, maze.plain), (curious, maze.curious)] {
            let early = Figure(published.change, of: 100, spreadAs: measured.change, of: Int(Self.seeds))
            #expect(measured.change.distance(to: early) < 3, "\(measured.change) \(published.change)")
            #expect(measured.end.distance(to: published.end) < 3, "\(measured.end)")
        }
        #expect(curious.end.mean - 2 * curious.end.error > plain.end.mean + 2 * plain.end.error, "\(curious) \(plain)")
    }
}
