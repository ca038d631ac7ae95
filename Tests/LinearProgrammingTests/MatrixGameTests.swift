import LinearProgramming
import TabularLearning
import Testing

@Suite("Matrix games")
struct MatrixGameTests {
    private static func game(_ rows: [[Double]]) -> MatrixGame {
        MatrixGame(rowCount: rows.count, columnCount: rows[0].count) { rows[$0][$1] }
    }

    /// What both make sure of by their draws, whatever the other does.
    private static func guarantees(_ game: MatrixGame, _ rows: [[Double]]) -> (own: Double, other: Double) {
        let (x, y) = (game.rowStrategy, game.columnStrategy)
        let own = rows[0].indices.map { column in rows.indices.reduce(0) { $0 + x[$1] * rows[$1][column] } }
        let other = rows.map { row in row.indices.reduce(0) { $0 + row[$1] * y[$1] } }
        return (own.min() ?? .nan, other.max() ?? .nan)
    }

    @Test("those of the textbooks have their values and draws")
    func known() {
        let pennies = Self.game([[1, -1], [-1, 1]])
        #expect(pennies.value.magnitude < 1e-12)
        #expect(pennies.rowStrategy.allSatisfy { ($0 - 0.5).magnitude < 1e-12 })
        let scissors = Self.game([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
        #expect(scissors.value.magnitude < 1e-12)
        #expect((scissors.rowStrategy + scissors.columnStrategy).allSatisfy { ($0 - 1 / 3).magnitude < 1e-12 })
        // A saddle point: 2 is the least of its row and the largest of its column.
        let saddle = Self.game([[3, 2, 5], [1, 0, 9]])
        #expect(saddle.value == 2 && saddle.rowStrategy == [1, 0] && saddle.columnStrategy == [0, 1, 0])
        // x (3, 1), (0, 4): 3 x = x + 4 (1 − x), so x = 2 / 3 and the value is 2.
        let mixed = Self.game([[3, 1], [0, 4]])
        #expect((mixed.value - 2).magnitude < 1e-12 && (mixed.rowStrategy[0] - 2 / 3).magnitude < 1e-12)
    }

    @Test("both players make sure of the value, in games that were drawn, with equal entries too")
    func duality() {
        var random = Drawn(state: 3)
        for trial in 0..<3_000 {
            let (height, width) = (random.next(below: 8) + 1, random.next(below: 8) + 1)
            let bound: UInt64 = trial % 2 == 0 ? 4 : 1_000
            let rows = (0..<height).map { _ in (0..<width).map { _ in Double(random.next(below: bound)) - 300 } }
            let game = Self.game(rows)
            let (own, other) = Self.guarantees(game, rows)
            #expect((own - game.value).magnitude < 1e-7 && (other - game.value).magnitude < 1e-7, "\(rows)")
            #expect((game.rowStrategy.reduce(0, +) - 1).magnitude < 1e-9)
            #expect((game.columnStrategy.reduce(0, +) - 1).magnitude < 1e-9)
        }
    }

    @Test("glpsol finds the same values")
    func linearPrograms() throws {
        var random = Drawn(state: 11)
        let solver = try GLPKSolver()
        for _ in 0..<12 {
            let (height, width) = (random.next(below: 5) + 1, random.next(below: 5) + 1)
            let rows = (0..<height).map { _ in (0..<width).map { _ in Double(random.next(below: 50)) } }
            // The most v so that Σ x = 1 and no column pays less than v; entries are not below 0, so neither is v.
            var program = LinearProgram()
            let value = program.addColumn()
            let shares = rows.map { _ in program.addColumn() }
            program.objective = [.init(value, 1)]
            program.addRow(shares.map { .init($0, 1) }, .equal, 1)
            for column in 0..<width {
                let paid = zip(shares, rows).filter { $1[column] != 0 }.map { LinearProgram.Term($0, -$1[column]) }
                program.addRow([.init(value, 1)] + paid, .atMost, 0)
            }
            #expect((try solver.solve(program).objective - Self.game(rows).value).magnitude < 1e-6, "\(rows)")
        }
    }

    @Test("an entry that is no finite number is no reason to trap or to go on for ever")
    func infinite() {
        for entry in [Double.infinity, -.infinity, .nan] {
            let game = Self.game([[1, entry], [entry, 2]])
            #expect(game.rowStrategy.count == 2 && game.columnStrategy.count == 2)
        }
        #expect(Self.game([[1e300, -1e300], [-1e300, 1e300]]).rowStrategy.count == 2)
    }

    private struct Drawn {
        var state: UInt64

        mutating func next(below bound: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % bound)
        }
    }
}
