public import Evaluation
public import TabularLearning

/// A learned table itself as a picture.
public enum PolicyCharts {
    /// States that are places on a plane.
    public struct Plane: Sendable {
        /// Places in a row, at least 1.
        public var columnCount: Int
        /// By state, row by row, whether an action is chosen there.
        public var isOpen: [Bool]
        /// By state its name on the picture; empty for most.
        public var names: [String]
        /// By action the way it leads: columns to the right, rows down.
        public var moves: [(columns: Int, rows: Int)]

        /// Describes a plane.
        public init(
            columnCount: Int,
            isOpen: [Bool],
            names: [String],
            moves: [(columns: Int, rows: Int)]
        ) {
            (self.columnCount, self.isOpen, self.names, self.moves) = (columnCount, isOpen, names, moves)
        }
    }

    /// Places shaded by the value of their best action, an arrow for it.
    ///
    /// - Parameters:
    ///   - table: A row per place.
    ///   - plane: Where the places are.
    /// - Returns: `nil` where nothing was learned, or the table has other states.
    public static func plan(_ table: ActionValueTable, _ plane: Plane) -> Chart? {
        guard plane.isOpen.count == table.rowCount, plane.moves.count == table.actionCount, plane.columnCount >= 1
        else {
            return nil
        }
        let rows = (0..<table.rowCount).map { Row(table, $0) }
        let values = rows.indices.filter { plane.isOpen[$0] }.compactMap { rows[$0].best?.value }
        guard let low = values.min(), let high = values.max() else { return nil }
        let height = Double(table.rowCount / plane.columnCount)
        var chart = Chart(
            "policy-plan",
            title: "the learned policy",
            caption:
                "Each place with the action that the table chooses as an arrow, shaded by that action's value. Places without an "
                + "arrow were never learned from; grey ones are walls, white ones with a letter end an episode.",
            x: .init("", from: 0, to: Double(plane.columnCount), isHidden: true),
            y: .init("", from: 0, to: height, isHidden: true)
        )
        chart.colours = .init("value", from: low, to: max(high, low + 1e-9))
        chart.hasEqualScales = true
        chart.aspect = min(2, max(0.9, 1.15 * Double(plane.columnCount) / height))
        for place in rows.indices {
            let (column, line) = (Double(place % plane.columnCount), height - 1 - Double(place / plane.columnCount))
            let middle = SIMD2(column + 0.5, line + 0.5)
            let name = plane.names[place]
            guard plane.isOpen[place] else {
                if name.isEmpty {
                    chart.blocks.append(.init(x: column...(column + 1), y: line...(line + 1)))
                } else {
                    chart.labels.append(.init(name, at: middle - SIMD2(0.12, 0)))
                }
                continue
            }
            if !name.isEmpty { chart.labels.append(.init(name, at: middle + SIMD2(-0.45, 0.25))) }
            guard let best = rows[place].best else { continue }
            chart.cells.append(.init(x: column...(column + 1), y: line...(line + 1), value: best.value))
            let move = plane.moves[best.action]
            chart.segments += arrow(at: middle, along: SIMD2(Double(move.columns), -Double(move.rows)))
        }
        return chart
    }

    private static func arrow(at middle: SIMD2<Double>, along way: SIMD2<Double>) -> [Chart.Segment] {
        let length = (way * way).sum().squareRoot()
        guard length > 0 else { return [] }
        let (ahead, aside) = (0.32 * way / length, 0.16 * SIMD2(-way.y, way.x) / length)
        let tip = middle + ahead
        return [middle - ahead, middle + aside, middle - aside].map {
            Chart.Segment(from: $0, to: tip, ink: .grey, width: 1.6)
        }
    }

    /// The states that were met most: a row each with its actions, shaded by how much worse an action is than the best one.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - actions: Names of the actions.
    /// - Returns: `nil` where nothing was learned, or a state has more actions than a picture.
    public static func heat(_ table: ActionValueTable, actions: [String]) -> Chart? {
        let rows = mostVisited(table)
        guard !rows.isEmpty, actions.count == table.actionCount, (2...16).contains(actions.count) else { return nil }
        let losses = rows.flatMap { row in row.losses.compactMap(\.self) }
        var chart = Chart(
            "policy-states",
            title: "the policy in the states that were met most",
            caption:
                "A row for each of the \(rows.count) states with most updates, the first at the top, with its number; a column for "
                + "each action. The action that the table chooses has a dot; the darker another, the more its value lies below. "
                + "Empty: never tried.",
            x: .init("action", from: 0, to: Double(actions.count), isHidden: true),
            y: .init("state", from: 0, to: Double(rows.count) + 1, isHidden: true)
        )
        chart.colours = .init("value below the best action's", from: 0, to: max(losses.max() ?? 0, 1e-9))
        chart.aspect = max(0.7, min(1.4, 18 / Double(rows.count)))
        let top = Double(rows.count) + 0.35
        chart.labels = actions.enumerated().map { index, name in
            .init(Letters.cut(name, to: 40 / Double(actions.count)), at: SIMD2(Double(index) + 0.08, top))
        }
        for (index, row) in rows.enumerated() {
            let line = Double(rows.count - 1 - index)
            for (action, loss) in row.losses.enumerated() {
                guard let loss else { continue }
                let (columns, lines) = (Double(action) + 0.04, line + 0.06)
                chart.cells.append(.init(x: columns...(columns + 0.92), y: lines...(lines + 0.88), value: loss))
            }
            guard let best = row.best else { continue }
            chart.labels.append(.init("● \(row.state)", at: SIMD2(Double(best.action) + 0.08, line + 0.4)))
        }
        return chart
    }

    /// The same states in words: what is chosen, and by how much.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - space: Names its states and actions.
    /// - Returns: `nil` where nothing was learned.
    public static func table(_ table: ActionValueTable, _ space: StateSpace) -> TextTable? {
        guard UInt64(table.rowCount) == space.stateCount, space.actions.count == table.actionCount else { return nil }
        let rows = mostVisited(table)
        guard !rows.isEmpty else { return nil }
        return TextTable(
            header: ["state", "what it is", "chosen", "ahead of the next", "updates"],
            rows: rows.map { row in
                [
                    "\(row.state)", space.describe(UInt64(row.state)), row.best.map { space.actions[$0.action] } ?? "–",
                    row.margin.map { decimal($0) } ?? "–", "\(row.visits)",
                ]
            }
        )
    }

    /// The states that a picture shows.
    private static let shown = 24

    private static func mostVisited(_ table: ActionValueTable) -> [Row] {
        var rows: [Row] = []
        for state in 0..<table.rowCount {
            let row = Row(table, state)
            guard row.visits > 0, rows.count < shown || row.visits > rows[rows.count - 1].visits else { continue }
            rows.insert(row, at: rows.firstIndex { $0.visits < row.visits } ?? rows.endIndex)
            if rows.count > shown { rows.removeLast() }
        }
        return rows
    }

    /// One state's actions.
    private struct Row {
        let state: Int
        /// The best of those that were tried, the first of equals.
        private(set) var best: (action: Int, value: Double)?
        /// By action how far it is below the best; `nil` for one that was never tried.
        private(set) var losses: [Double?] = []
        private(set) var visits: UInt64 = 0

        init(_ table: ActionValueTable, _ state: Int) {
            self.state = state
            let cells = table.cells
            let start = state * table.actionCount
            for action in 0..<table.actionCount {
                let cell = cells[start + action]
                guard cell.visitCount > 0, cell.value.isFinite else { continue }
                visits += UInt64(cell.visitCount)
                if Double(cell.value) > best?.value ?? -.infinity { best = (action, Double(cell.value)) }
            }
            guard let best else { return }
            losses = (0..<table.actionCount).map { action in
                let cell = cells[start + action]
                return cell.visitCount > 0 && cell.value.isFinite ? best.value - Double(cell.value) : nil
            }
        }

        /// How far the second is below the best.
        var margin: Double? {
            guard let best else { return nil }
            return losses.enumerated().filter { $0.offset != best.action }.compactMap(\.element).min()
        }
    }
}
