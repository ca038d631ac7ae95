import TabularLearning
import Testing

@Suite("Tiles")
struct TileTests {
    private static let line = StateSpace(factors: [.init("x", count: 4)], actions: ["a", "b"])

    @Test("of two grids over a line are two levels wide and displaced by one")
    func line() {
        let coding = TileCoding(Self.line, tilingCount: 2)
        // Levels 0 1 | 2 3 of the first, 0 | 1 2 | 3 of the second; there is room for three tiles in each.
        #expect(coding.space.factors.map(\.levelCount) == [2, 3])
        #expect((0..<4).map { coding.rows(of: $0) } == [[0, 3], [0, 4], [1, 4], [1, 5]])
    }

    @Test("are displaced by 1, 3, 5 parts of a tile in the first, second, third factor")
    func asymmetry() {
        let cube = StateSpace(factors: (0..<3).map { .init("x\($0)", count: 8) }, actions: ["a"])
        let coding = TileCoding(cube, tilingCount: 4)
        // The second grid: (3 + 1) / 4, (3 + 3) / 4, (3 + 5 mod 4) / 4; the third: (3 + 2) / 4, (3 + 6 mod 4) / 4, (3 + 10 mod 4) / 4.
        let levels = coding.rows(of: cube.index([3, 3, 3])).map { coding.space.levels(of: $0) }
        #expect(levels == [[0, 0, 0, 0], [1, 1, 1, 1], [2, 1, 1, 1], [3, 1, 1, 1]])
        let low = coding.rows(of: cube.index([2, 1, 2])).map { coding.space.levels(of: $0) }
        #expect(low == [[0, 0, 0, 0], [1, 0, 1, 0], [2, 1, 0, 1], [3, 1, 0, 1]])
    }

    @Test("neighbouring states share all grids but as many as the steps between them, up to a tile's width")
    func generalization() {
        let line = StateSpace(factors: [.init("x", count: 64)], actions: ["a"])
        let coding = TileCoding(line, tilingCount: 8)
        for distance in 0...9 {
            let (one, other) = (coding.rows(of: 20), coding.rows(of: 20 + UInt64(distance)))
            #expect(zip(one, other).count { $0 == $1 } == max(0, 8 - distance))
        }
    }

    @Test("every state's rows are rows of the table, of one grid the state itself", arguments: [1, 2, 3, 8])
    func bounds(tilingCount: Int) {
        let space = StateSpace(factors: [.init("x", count: 5), .init("y", count: 7)], actions: ["a"])
        let coding = TileCoding(space, tilingCount: tilingCount)
        var seen = Set<UInt64>()
        for state in 0..<space.stateCount {
            let rows = coding.rows(of: state)
            #expect(rows.count == tilingCount && rows.allSatisfy { $0 < coding.space.stateCount })
            #expect(rows.map { coding.space.levels(of: $0)[0] } == Array(0..<tilingCount))
            if tilingCount == 1 { #expect(rows == [state]) }
            seen.formUnion(rows)
        }
        #expect(tilingCount > 1 || seen.count == Int(space.stateCount))
    }

    @Test("that would not fit, or are too many, are refused")
    func limits() {
        let wide = StateSpace(factors: (0..<4).map { .init("x\($0)", count: 10_000) }, actions: ["a", "b"])
        #expect(TileCoding.finding(wide, tilingCount: 4) != nil)
        #expect(TileCoding.finding(wide, tilingCount: 256) != nil)
        for count in [0, -1, 257] { #expect(TileCoding.finding(Self.line, tilingCount: count) != nil) }
        #expect(TileCoding.finding(Self.line, tilingCount: 256) == nil)
    }

    @Test("sums are of all grids, in their order, whatever a float holds of a part")
    func sums() {
        let coding = TileCoding(Self.line, tilingCount: 2)
        var values: [Float] = []
        coding.sum([1, 10, 2, 20, 0x1p24, 5, 1, 6], to: &values)
        #expect(values == [3, 30, 0x1p24, 11])
        var table = ActionValueTable(rowCount: 6, actionCount: 2, initialValue: 0)
        table.replaceCells(from: 2 * 1, with: [.init(value: 0.5, visitCount: 1)])
        table.replaceCells(from: 2 * 4, with: [.init(value: 0.25, visitCount: 1)])
        #expect(coding.values(of: 2, in: table) == [0.75, 0])
    }

    @Test("an update moves each tile by its share of the error, by numbers computed by hand")
    func byHand() throws {
        // One lane goes right along 4 levels under 2 grids: from 0 to 1 to 2, then the end with reward 1; alpha 1/2, no discount.
        let parameters = LearningParameters(
            discount: 1,
            stepSize: .constant(0.5),
            epsilon: .constant(0),
            staleness: .fresh
        )
        let learner = CohortLearner(
            index: 0,
            of: 1,
            environment: TiledLine(),
            parameters: parameters,
            seed: 1,
            plannedSteps: 6
        )
        var reference = SerialReference(learners: [learner], parameters: parameters)
        try reference.run()
        // First way: 0 → 1 → 2 teach 0; then δ = 1 at state 2: its tiles 1 and 4 become 1/2 × 1/2 = 1/4 each.
        // Second way: at 0, tiles 0 and 3: Q(1) = w0 + w4 = 1/4, δ = 1/4: both 1/16. At 1, tiles 0 and 4: Q = 1/16 + 1/4 = 5/16,
        // Q(2) = 1/2, δ = 3/16, half of which is shared: 1/16 + 3/64 = 7/64 and 1/4 + 3/64 = 19/64. At 2: Q = 1/4 + 19/64 = 35/64,
        // δ = 29/64: 1/4 + 29/256 = 93/256 and 19/64 + 29/256 = 105/256.
        let expected = [28, 93, 0, 16, 105, 0].map { Float($0) / 256 }
        #expect(reference.table.cells.map(\.value) == expected)
        #expect(reference.table.cells.map(\.visitCount) == [4, 2, 0, 2, 4, 0])
        #expect(reference.statistics.transitions == 12)
    }

    @Test("cannot be had with rules of several values, moves of their own, averages, replay, or a first value")
    func objections() {
        var parameters = LearningParameters(discount: 0.9, stepSize: .constant(0.1), epsilon: .constant(0))
        #expect(TileCoding.objection(to: parameters) == nil)
        for name in ["double-q-learning", "hysteretic", "r-learning", "target-q-learning", "actor-critic"] {
            parameters.update = UpdateRule(rawValue: name) ?? .qLearning
            #expect(TileCoding.objection(to: parameters)?.contains(name) == true)
        }
        parameters.update = .qLearning
        parameters.replay = Replay(rawValue: "uniform:20:2") ?? .none
        #expect(TileCoding.objection(to: parameters)?.contains("uniform") == true)
        parameters.replay = .none
        parameters.initialValue = 1
        #expect(TileCoding.objection(to: parameters)?.contains("1.0") == true)
    }
}

/// A lane that goes from level 0 to 2 of 4 and then ends with a reward of 1, whatever it does.
private struct TiledLine: Environment {
    private var place: UInt64 = 0

    var space: StateSpace { StateSpace(factors: [.init("x", count: 4)], actions: ["on"]) }
    var tiles: TileCoding? { TileCoding(space, tilingCount: 2) }
    var laneCount: Int { 1 }
    var gauges: [Gauge] { [] }

    mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        batch.decide(lane: 0, state: place)
    }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        let (state, isEnd) = (place, place == 2)
        place = isEnd ? 0 : place + 1
        batch.removeAll()
        batch.transition(
            state: state,
            action: 0,
            reward: isEnd ? 1 : 0,
            bootstrap: isEnd ? StepBatch.Transitions.terminal : 0
        )
        batch.decide(lane: 0, state: place)
    }
}
