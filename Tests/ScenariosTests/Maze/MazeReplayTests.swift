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

    /// The mean length of the third episode.
    private static func thirdEpisode(_ replay: String) throws -> Double {
        let maze = try MazeScenario(parsing: TextbookMazes.dyna, slip: 0)
        var lengths = 0.0
        for seed in 1...30 as ClosedRange<UInt64> {
            var run = try run(maze, replay, seed: seed, steps: 20_000, stepSize: 0.1)
            var ends: [UInt64] = []
            while ends.count < 3, try run.runRound() {
                if run.statistics.episodes > UInt64(ends.count) { ends.append(run.learners[0].stepsTaken) }
            }
            try #require(ends.count == 3)
            lengths += Double(ends[2] - ends[1])
        }
        return lengths / 30
    }

    @Test("Dyna maze: with 50 updates a step the third episode has at most 20 steps, without any hundreds")
    func dynaMaze() throws {
        let planned = try Self.thirdEpisode("dyna-q:50")
        #expect((14...20).contains(planned), "\(planned)")
        #expect(try Self.thirdEpisode("none") > 150)
    }

    /// The mean of what was gathered by the end, of 60 seeds, and its standard error.
    private static func gathered(_ text: String, _ replay: String, steps: UInt64) throws -> (
        mean: Double, error: Double
    ) {
        let maze = try MazeScenario(parsing: text, slip: 0)
        let sums = try (1...60 as ClosedRange<UInt64>).map { seed in
            var run = try run(maze, replay, seed: seed, steps: steps, stepSize: 1)
            try run.run()
            return run.statistics.rewardSum
        }
        let mean = sums.reduce(0, +) / 60
        return (mean, (sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 59 / 60).squareRoot())
    }

    @Test(
        "when the world changes the bonus finds out, by more than two standard errors of both",
        arguments: [("blocking", 10, 3000), ("shortcut", 50, 6000)] as [(String, Int, UInt64)]
    )
    func changes(_ maze: String, _ count: Int, _ steps: UInt64) throws {
        let text = maze == "blocking" ? TextbookMazes.blocking : TextbookMazes.shortcut
        let plain = try Self.gathered(text, "dyna-q:\(count)", steps: steps)
        let curious = try Self.gathered(text, "dyna-q-plus:\(count):0.001", steps: steps)
        #expect(curious.mean - 2 * curious.error > plain.mean + 2 * plain.error, "\(curious) \(plain)")
    }
}
