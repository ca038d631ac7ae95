internal import Scenarios
internal import TabularLearning
internal import Testing

@Suite("Maze environment")
struct MazeEnvironmentTests {
    @Test("Reaching the goal ends the episode with reward 1 and the lane starts again")
    func goal() throws {
        let maze = try MazeScenario(layout: MazeLayout(parsing: "S.G"), slip: 0, start: .fixed)
        var (environment, batch) = Self.begin(maze, replicas: 0..<1)
        try environment.step([1], &batch)
        #expect(batch.transitions.bootstraps == [0])
        #expect(batch.queries.states == [1])
        try environment.step([1], &batch)
        #expect(batch.transitions.states == [1])
        #expect(batch.transitions.rewards == [1])
        #expect(batch.transitions.bootstraps == [StepBatch.Transitions.terminal])
        #expect(batch.queries.states == [0])
        #expect(batch.episodeReturns == [1])
        #expect(environment.gauges.map(\.value) == [2, 1])
    }

    @Test("A cut episode bootstraps on the cell it had come to, asked for besides the new start")
    func truncation() throws {
        let maze = try MazeScenario(layout: MazeLayout(parsing: "S..G"), slip: 0, start: .fixed, stepLimit: 2)
        var (environment, batch) = Self.begin(maze, replicas: 0..<2)
        try environment.step([1, 0], &batch)
        try environment.step([1, 1], &batch)
        #expect(batch.decisionCount == 2)
        #expect(batch.queries.states == [0, 0, 2, 1])
        #expect(batch.queries.lanes == [0, 1, 0, 1])
        #expect(batch.transitions.bootstraps == [2, 3])
        #expect(batch.transitions.rewards == [0, 0])
        #expect(batch.episodeReturns == [0, 0])
        try environment.step([1, 1], &batch)
        #expect(batch.queries.states == [1, 1])
        #expect(batch.transitions.bootstraps == [0, 1])
    }

    @Test("Moves slip with the given probability, half to either side", arguments: [0, 0.1, 0.5, 1])
    func slipping(slip: Double) throws {
        let maze = try MazeScenario(
            layout: MazeLayout(parsing: "...\n.S.\n...\n##G\n##."),
            slip: slip,
            start: .fixed,
            stepLimit: 1
        )
        let lanes = 1_000
        var (environment, batch) = Self.begin(maze, replicas: 0..<lanes)
        var counts: [UInt64: Int] = [:]
        for _ in 0..<100 {
            try environment.step(Array(repeating: 0, count: lanes), &batch)
            for state in batch.queries.states[lanes...] { counts[state, default: 0] += 1 }
        }
        let total = 100.0 * Double(lanes)
        for (state, share) in [(UInt64(1), 1 - slip), (5, slip / 2), (3, slip / 2)] {
            let deviation = (share * (1 - share) * total).squareRoot()
            #expect(abs(Double(counts[state, default: 0]) - share * total) <= 4 * deviation)
        }
        #expect(Set(counts.keys).isSubset(of: [1, 3, 5]))
    }

    @Test("Random starts fall on every open cell about equally often and never on a goal")
    func randomStarts() throws {
        let maze = MazeScenario(slip: 0, start: .random, stepLimit: 1)
        let lanes = 2_260
        var (environment, batch) = Self.begin(maze, replicas: 0..<lanes)
        var counts = Array(repeating: 0, count: 256)
        for _ in 0..<50 {
            for state in batch.queries.states[..<lanes] { counts[Int(state)] += 1 }
            try environment.step(Array(repeating: 0, count: lanes), &batch)
        }
        let open = maze.layout.decisionCells
        #expect(open.count == 226)
        #expect(open.allSatisfy { abs(counts[$0] - 500) < 120 })
        #expect(counts.reduce(0, +) == open.reduce(0) { $0 + counts[$1] })
    }

    @Test("A replica's path depends on the seed and its number, not on its cohort")
    func replicas() throws {
        let all = try Self.paths(replicas: 0..<6, seed: 4)
        #expect(try Self.paths(replicas: 2..<5, seed: 4) == Array(all[2..<5]))
        #expect(try Self.paths(replicas: 0..<6, seed: 5) != all)
    }

    @Test("A restored environment continues as the saved one does")
    func restoring() throws {
        let maze = MazeScenario(stepLimit: 7)
        var (saved, batch) = Self.begin(maze, replicas: 3..<20)
        for step in 0..<30 { try saved.step(Self.actions(17, step: step), &batch) }
        var writer = WordWriter()
        saved.save(to: &writer)
        var restored = maze.makeEnvironment(replicas: 3..<20, seed: 9)
        var reader = WordReader(writer.words)
        try restored.restore(from: &reader)
        try reader.finish()
        var other = StepBatch()
        for step in 30..<60 {
            try saved.step(Self.actions(17, step: step), &batch)
            try restored.step(Self.actions(17, step: step), &other)
            #expect(other.queries.states == batch.queries.states)
            #expect(other.transitions.states == batch.transitions.states)
            #expect(other.transitions.bootstraps == batch.transitions.bootstraps)
            #expect(other.transitions.rewards == batch.transitions.rewards)
        }
        #expect(restored.gauges == saved.gauges)
    }

    @Test("Words that do not fit the maze are refused", arguments: [0, 1, 2, 3])
    func refusing(fault: Int) {
        var writer = WordWriter()
        writer.write(fault == 0 ? [UInt64(1), 2, 3] : [1, fault == 1 ? 256 : 2])
        writer.write(fault == 2 ? [UInt32(0), 100] : [0, 1])
        if fault != 3 { for _ in 0..<4 { writer.write(UInt64(0)) } }
        var environment = MazeEnvironment(MazeScenario(), replicas: 0..<2, seed: 1)
        var reader = WordReader(writer.words)
        #expect(throws: WordReader.Failure.self) { try environment.restore(from: &reader) }
    }

    private static func begin(
        _ maze: MazeScenario,
        replicas: Range<Int>
    ) -> (environment: any RestorableEnvironment, batch: StepBatch) {
        var environment = maze.makeEnvironment(replicas: replicas, seed: 9)
        var batch = StepBatch()
        environment.begin(&batch)
        return (environment, batch)
    }

    private static func actions(_ count: Int, step: Int) -> [UInt8] {
        (0..<count).map { UInt8(($0 * 5 + step * 3) % 4) }
    }

    /// [replicas][steps] states, all lanes moving right and down in turn.
    private static func paths(replicas: Range<Int>, seed: UInt64) throws -> [[UInt64]] {
        var environment = MazeScenario(stepLimit: 10).makeEnvironment(replicas: replicas, seed: seed)
        var batch = StepBatch()
        environment.begin(&batch)
        var paths = Array(repeating: [UInt64](), count: replicas.count)
        for step in 0..<40 {
            for lane in paths.indices { paths[lane].append(batch.queries.states[lane]) }
            try environment.step(Array(repeating: UInt8(1 + step % 2), count: replicas.count), &batch)
        }
        return paths
    }
}
