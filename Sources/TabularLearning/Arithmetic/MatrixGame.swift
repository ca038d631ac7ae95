/// A game of two players and one move each, in which one gets what the other loses.
///
/// The player of the rows gets an entry of the matrix, the player of the columns pays it. Both may draw their moves:
///
///     v = maxₓ minⱼ Σᵢ xᵢ Mᵢⱼ = minᵧ maxᵢ Σⱼ Mᵢⱼ yⱼ
///
/// Solved as a linear program by the simplex method on a condensed tableau: with entries moved and scaled to 1...2,
/// maximise Σ uⱼ where Σⱼ Bᵢⱼ uⱼ ≤ 1; then v is 1 / Σ u before it is moved back, y is v u, and x are the dual values.
/// Bland's rule keeps it from going round in circles. Additions and multiplications in a fixed order, nothing else:
/// the same bits everywhere, and no memory but its own.
///
/// Sources: von Neumann, 1928; Dantzig, *A Proof of the Equivalence of the Programming Problem and the Game Problem*,
/// 1951; Bland, *New Finite Pivoting Rules for the Simplex Method*, Mathematics of Operations Research 2(2), 1977.
public struct MatrixGame: Sendable {
    /// The most moves of a player.
    public static let mostMoves = 8

    /// What the player of the rows can make sure of, on average.
    public let value: Double
    /// With what probability the player of the rows makes each move; only the first `rowCount` count.
    private let rowShares: [8 of Double]
    /// The same of the player of the columns.
    private let columnShares: [8 of Double]
    private let rowCount: Int
    private let columnCount: Int

    /// With what probability the player of the rows makes each move.
    public var rowStrategy: [Double] { (0..<rowCount).map { rowShares[$0] } }

    /// With what probability the player of the columns makes each move.
    public var columnStrategy: [Double] { (0..<columnCount).map { columnShares[$0] } }

    /// Solves a game.
    ///
    /// - Parameters:
    ///   - rowCount: The moves of whoever gets the entries, 1...8.
    ///   - columnCount: The moves of whoever pays them, 1...8.
    ///   - entry: The matrix by row and column; where an entry is not finite, the value is the first entry and both make their first moves.
    @inlinable
    public init(rowCount: Int, columnCount: Int, entry: (_ row: Int, _ column: Int) -> Double) {
        precondition(
            (1...Self.mostMoves).contains(rowCount) && (1...Self.mostMoves).contains(columnCount),
            "each player has 1 to 8 moves"
        )
        var entries = [64 of Double](repeating: 0)
        for row in 0..<rowCount {
            for column in 0..<columnCount { entries[row &* 8 &+ column] = entry(row, column) }
        }
        self.init(entries, rowCount, columnCount)
    }

    /// Solves the game of entries at 8 × row + column.
    @usableFromInline
    init(_ entries: [64 of Double], _ rowCount: Int, _ columnCount: Int) {
        (self.rowCount, self.columnCount) = (rowCount, columnCount)
        // By spans here and below: a read of an array of fixed length that is stored or passed may copy it.
        let entries = entries.span
        var (least, most) = (entries[0], entries[0])
        // What each player can make sure of by one move.
        var (lower, upper) = (-Double.infinity, Double.infinity)
        var (safestRow, safestColumn) = (0, 0)
        for row in 0..<rowCount {
            var worst = Double.infinity
            for column in 0..<columnCount {
                let entry = entries[row &* 8 &+ column]
                (least, most, worst) = (min(least, entry), max(most, entry), min(worst, entry))
            }
            if worst > lower { (lower, safestRow) = (worst, row) }
        }
        for column in 0..<columnCount {
            var worst = -Double.infinity
            for row in 0..<rowCount { worst = max(worst, entries[row &* 8 &+ column]) }
            if worst < upper { (upper, safestColumn) = (worst, column) }
        }
        let range = most - least
        var (rows, columns) = ([8 of Double](repeating: 0), [8 of Double](repeating: 0))
        guard range.isFinite, lower < upper else {
            // A saddle point: neither has to draw.
            rows[safestRow] = 1
            columns[safestColumn] = 1
            (rowShares, columnShares, value) = (rows, columns, range.isFinite ? lower : entries[0])
            return
        }
        var tableau = Tableau(rowCount, columnCount, entries, least, range)
        tableau.solve()
        let total = tableau.read(into: &rows, &columns)
        (rowShares, columnShares) = (rows, columns)
        // Rounding does not lead out of what single moves make sure of.
        value = min(upper, max(lower, least + (1 / total - 1) * range))
    }
}

extension MatrixGame {
    /// A linear program at one of its corners: variables that are 0 along the columns, the others along the rows.
    private struct Tableau {
        /// At 9 × row + column; the last row is the objective, the last column the values.
        private var cells = [81 of Double](repeating: 0)
        /// Which variable a row or a column is: those below `columnCount` are u, the others the slacks.
        private var basic = [8 of Int](repeating: 0)
        private var free = [8 of Int](repeating: 0)
        private let rowCount: Int
        private let columnCount: Int

        /// Below this, in units of entries of 1...2, a number is rounding.
        private static let tolerance = 1e-11
        /// More steps than such a program has ever taken: rounding may cheat Bland's rule, and then the last corner
        /// counts.
        private static let mostSteps = 1_000

        /// Entries at 8 × row + column are moved and scaled to 1...2.
        init(_ rowCount: Int, _ columnCount: Int, _ entries: borrowing Span<Double>, _ least: Double, _ range: Double) {
            (self.rowCount, self.columnCount) = (rowCount, columnCount)
            var table = cells.mutableSpan
            for row in 0..<rowCount {
                basic[row] = columnCount + row
                for column in 0..<columnCount {
                    table[row &* 9 &+ column] = 1 + (entries[row &* 8 &+ column] - least) / range
                }
                table[row &* 9 &+ columnCount] = 1
            }
            for column in 0..<columnCount {
                free[column] = column
                table[rowCount &* 9 &+ column] = -1
            }
        }

        /// The draws of both players.
        ///
        /// - Returns: Σ u.
        mutating func read(into rows: inout [8 of Double], _ columns: inout [8 of Double]) -> Double {
            let cells = cells.span
            let total = cells[rowCount &* 9 &+ columnCount]
            // u are the values of the variables along the rows, and what the slacks along the columns would cost is
            // the other's.
            for row in 0..<rowCount where basic[row] < columnCount {
                columns[basic[row]] = max(0, cells[row &* 9 &+ columnCount]) / total
            }
            for column in 0..<columnCount where free[column] >= columnCount {
                rows[free[column] - columnCount] = max(0, cells[rowCount &* 9 &+ column]) / total
            }
            return total
        }

        /// Goes from corner to corner.
        mutating func solve() {
            var cells = cells.mutableSpan
            var basic = basic.mutableSpan
            var free = free.mutableSpan
            for _ in 0..<Self.mostSteps {
                guard let column = Self.entering(cells, free, rowCount, columnCount),
                    let row = Self.leaving(cells, basic, column, rowCount, columnCount)
                else { return }
                Self.pivot(&cells, row, column, rowCount, columnCount)
                (basic[row], free[column]) = (free[column], basic[row])
            }
        }

        /// The variable of the lowest number that would raise the objective.
        @inline(__always)
        private static func entering(
            _ cells: borrowing MutableSpan<Double>,
            _ free: borrowing MutableSpan<Int>,
            _ rowCount: Int,
            _ columnCount: Int
        ) -> Int? {
            var (found, lowest) = (-1, Int.max)
            for column in 0..<columnCount where cells[rowCount &* 9 &+ column] < -tolerance && free[column] < lowest {
                (found, lowest) = (column, free[column])
            }
            return found < 0 ? nil : found
        }

        /// The one that becomes 0 first; of several the one of the lowest number.
        @inline(__always)
        private static func leaving(
            _ cells: borrowing MutableSpan<Double>,
            _ basic: borrowing MutableSpan<Int>,
            _ column: Int,
            _ rowCount: Int,
            _ columnCount: Int
        ) -> Int? {
            var (found, least, lowest) = (-1, Double.infinity, Int.max)
            for row in 0..<rowCount where cells[row &* 9 &+ column] > tolerance {
                let ratio = cells[row &* 9 &+ columnCount] / cells[row &* 9 &+ column]
                if ratio < least || (ratio == least && basic[row] < lowest) {
                    (found, least, lowest) = (row, ratio, basic[row])
                }
            }
            return found < 0 ? nil : found
        }

        @inline(__always)
        private static func pivot(
            _ cells: inout MutableSpan<Double>,
            _ row: Int,
            _ column: Int,
            _ rowCount: Int,
            _ columnCount: Int
        ) {
            let pivot = cells[row &* 9 &+ column]
            for other in 0...columnCount { cells[row &* 9 &+ other] /= pivot }
            for other in 0...rowCount where other != row {
                let factor = cells[other &* 9 &+ column]
                for index in 0...columnCount { cells[other &* 9 &+ index] -= factor * cells[row &* 9 &+ index] }
                cells[other &* 9 &+ column] = -factor / pivot
            }
            cells[row &* 9 &+ column] = 1 / pivot
        }
    }
}
