internal import Scenarios
internal import TabularLearning
internal import Testing

@Suite("Maze: holes, rough ground, rewards, generated mazes")
struct MazePayTests {
    private static let text = "start fixed\nlimit 40\ngoal 2\nhole -3\nrough -0.5\nstep -0.125\nS~.\nO#G"

    @Test("A text says what cells are and what they pay, and comes back as it was")
    func parsing() throws {
        let maze = try MazeScenario(parsing: Self.text, slip: 0)
        #expect(maze.layout.cells == [.open, .rough, .open, .hole, .wall, .goal])
        #expect(maze.layout.text == "S~.\nO#G")
        #expect(maze.layout.decisionCells == [0, 1, 2])
        #expect([maze.pay.goal, maze.pay.hole, maze.pay.rough, maze.pay.step] == [2, -3, -0.5, -0.125])
        #expect(!maze.isPlain)
        #expect(MazeScenario().isPlain)
    }

    @Test("Wrong settings are refused", arguments: ["hole x", "hole nan", "goal 2000000", "hole", "step 1 2"])
    func refusing(line: String) {
        #expect(throws: MazeError.self) { try MazeScenario(parsing: line + "\nSG", slip: 0) }
        #expect(throws: MazeError.self) { try MazeScenario(parsing: "SG\nhole -1", slip: 0) }
    }

    @Test("No way leads through a hole")
    func closedOff() {
        #expect(throws: MazeError(.goalUnreachable, line: 1, column: 1)) { try MazeLayout(parsing: "SOG") }
    }

    @Test("Value iteration is what a pencil finds, and the hole is worse than its way round")
    func byHand() throws {
        let exact = ValueIteration(try MazeScenario(parsing: Self.text, slip: 0), discount: 0.5)
        // From the last floor down to the goal, from rough ground on to it, from the start over rough ground.
        let last = 2 - 0.125
        let middle = -0.125 + 0.5 * last
        let first = -0.125 - 0.5 + 0.5 * middle
        #expect(exact.stateValue(of: 2) == last)
        #expect(exact.stateValue(of: 1) == middle)
        #expect(exact.actionValues[1] == first)
        #expect(exact.actionValues[2] == -3 - 0.125)
        // A wall above: one stays and pays for the step.
        #expect((exact.actionValues[0] - (-0.125 + 0.5 * exact.stateValue(of: 0))).magnitude < 1e-12)
        // Rough ground that one does not get away from costs each time.
        #expect((exact.actionValues[4] - (-0.625 + 0.5 * middle)).magnitude < 1e-12)
    }

    @Test("Lanes are paid by the cell they come to, and an episode's return is the sum")
    func walking() throws {
        var world = MazeEnvironment(try MazeScenario(parsing: Self.text, slip: 0), replicas: 0..<2, seed: 1)
        var batch = StepBatch()
        world.begin(&batch)
        world.step([1, 2], &batch)
        #expect(batch.transitions.rewards == [-0.625, -3.125])
        #expect(batch.transitions.bootstraps[1] == StepBatch.Transitions.terminal)
        #expect(batch.episodeReturns == [-3.125])
        world.step([1, 0], &batch)
        #expect(batch.transitions.rewards == [-0.125, -0.125])
        world.step([2, 0], &batch)
        #expect(batch.transitions.rewards == [1.875, -0.125])
        #expect(batch.episodeReturns == [-0.625 - 0.125 + 1.875])
        // Episodes of one step and of three, one of which ended at the goal.
        #expect(world.gauges.map(\.value) == [2, 0.5])
    }

    @Test("A generated maze has one way between any two rooms, and its seed makes it", arguments: [(3, 3), (21, 31)])
    func generating(rows: Int, columns: Int) {
        let maze = MazeLayout.generated(rows: rows, columns: columns, seed: 4)
        let rooms = (rows + 1) / 2 * ((columns + 1) / 2)
        // A tree: as many doors as rooms, less one; it is connected, since the goal is found in every part that was walked.
        #expect(maze.decisionCells.count + 1 == 2 * rooms - 1)
        var reached = [0]
        var isReached = Set(reached)
        while let cell = reached.popLast() {
            let next = MazeLayout.Move.allCases.map { maze.destination(of: $0, from: cell) }
            reached += next.filter { isReached.insert($0).inserted }
        }
        #expect(isReached.count == 2 * rooms - 1)
        #expect(maze == .generated(rows: rows, columns: columns, seed: 4))
        if rows > 3 { #expect(maze != .generated(rows: rows, columns: columns, seed: 5)) }
    }
}
