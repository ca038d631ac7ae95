internal import Scenarios
internal import TabularLearning
internal import Testing

@Suite("Maze: learning against the exact solution")
struct MazeLearningTests {
    @Test("Value iteration solves a corridor by hand")
    func corridor() throws {
        let maze = try MazeScenario(layout: MazeLayout(parsing: "S.G"), slip: 0)
        let exact = ValueIteration(maze, discount: 0.5)
        #expect(exact.actionValues == [0.25, 0.5, 0.25, 0.25, 0.5, 1, 0.5, 0.25, 0, 0, 0, 0])
    }

    @Test("Value iteration satisfies the Bellman equation with slip")
    func bellman() throws {
        let maze = MazeScenario()
        let exact = ValueIteration(maze, discount: 0.98)
        for cell in exact.decisionCells {
            for move in 0..<4 {
                let backup = [(0, 0.9), (1, 0.05), (3, 0.05)].reduce(0.0) { sum, outcome in
                    let next = maze.layout.destination(
                        of: MazeLayout.Move.allCases[(move + outcome.0) % 4],
                        from: cell
                    )
                    let value = maze.layout.cells[next] == .goal ? 1 : 0.98 * exact.stateValue(of: next)
                    return sum + outcome.1 * value
                }
                #expect(abs(exact.actionValues[cell * 4 + move] - backup) < 1e-13)
            }
        }
        // The same number from an independent implementation in another language.
        #expect(abs(exact.stateValue(of: maze.layout.start) - 0.522_086_405_045_912) < 1e-12)
    }

    @Test("The exact value of the best policy is the optimum, and of a policy that never moves on, 0")
    func evaluating() {
        let exact = ValueIteration(MazeScenario(slip: 0), discount: 0.98)
        let best = (0..<256).map { cell in
            UInt8((0..<4).max { exact.actionValues[cell * 4 + $0] < exact.actionValues[cell * 4 + $1] } ?? 0)
        }
        let values = exact.stateValues(ofPolicy: best)
        #expect(exact.decisionCells.allSatisfy { abs(values[$0] - exact.stateValue(of: $0)) < 1e-12 })
        #expect(exact.stateValues(ofPolicy: Array(repeating: 0, count: 256))[0] == 0)
    }

    @Test("After 1,000,000 steps with the defaults Q is within 0.005 of Q*, the policy within 1 %", arguments: 1...3)
    func accuracy(seed: UInt64) throws {
        let maze = MazeScenario()
        let exact = ValueIteration(maze, discount: 0.98)
        let table = try Self.train(maze, seed: seed, steps: 1_000_000)
        #expect(exact.meanSquaredError(of: table) <= 0.005 * 0.005)
        let value = exact.stateValues(ofPolicy: ValueIteration.greedyPolicy(of: table))[maze.layout.start]
        #expect(value >= 0.99 * exact.stateValue(of: maze.layout.start))
    }

    @Test("Without slip the learned policy is optimal", arguments: 1...3)
    func optimality(seed: UInt64) throws {
        let maze = MazeScenario(slip: 0)
        let exact = ValueIteration(maze, discount: 0.98)
        let table = try Self.train(maze, seed: seed, steps: 1_000_000)
        let values = exact.stateValues(ofPolicy: ValueIteration.greedyPolicy(of: table))
        #expect(exact.decisionCells.allSatisfy { abs(values[$0] - exact.stateValue(of: $0)) < 1e-9 })
    }

    private static func train(_ maze: MazeScenario, seed: UInt64, steps: Int) throws -> ActionValueTable {
        let (defaults, lanes) = (maze.defaults, maze.defaults.lanes)
        let perStep = lanes * defaults.cohorts
        let learners = (0..<defaults.cohorts).map { cohort in
            CohortLearner(
                index: cohort,
                of: defaults.cohorts,
                environment: maze.makeEnvironment(replicas: (cohort * lanes)..<((cohort + 1) * lanes), seed: seed),
                parameters: defaults.parameters,
                seed: seed,
                plannedSteps: UInt64((steps + perStep - 1) / perStep)
            )
        }
        var reference = SerialReference(learners: learners, parameters: defaults.parameters)
        try reference.run()
        return reference.table
    }
}
