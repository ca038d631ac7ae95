internal import ClassicWorlds
internal import DecisionProcesses

/// Where the taxi drives: five by five cells, four stands, and walls between some columns.
enum TaxiTown {
    static let grid = Grid(rows: 5, columns: 5)

    /// Red, green, yellow and blue, where passengers wait and want to go.
    static let stands = [
        (name: "red", cell: grid.cell(row: 0, column: 0)), (name: "green", cell: grid.cell(row: 0, column: 4)),
        (name: "yellow", cell: grid.cell(row: 4, column: 0)), (name: "blue", cell: grid.cell(row: 4, column: 3)),
    ]

    /// The cells with a wall on their right.
    private static let walls: Set<Int> = Set(
        [(0, 1), (1, 1), (3, 0), (4, 0), (3, 2), (4, 2)].map { grid.cell(row: $0.0, column: $0.1) }
    )

    static let stateCount = grid.cellCount * 5 * 4

    /// What each of the four moves means to who drives: ahead, and where it leads when it goes astray.
    static let headings: [(ahead: GridMove, left: GridMove, right: GridMove)] = [
        (.down, .right, .left), (.up, .left, .right), (.right, .up, .down), (.left, .down, .up),
    ]

    /// Where a move leads; walls and the border stop it.
    static func cell(after move: GridMove, from cell: Int) -> Int {
        switch move {
        case .right where walls.contains(cell), .left where walls.contains(cell - 1): cell
        default: grid.cell(after: move, from: cell)
        }
    }

    /// Where the taxi, the passenger and the destination are.
    struct Ride {
        var cell: Int
        /// The stand, or 4 in the taxi.
        var passenger: Int
        let destination: Int

        private static let inTaxi = 4

        init(_ state: Int) { (cell, passenger, destination) = (state / 20, state / 4 % 5, state % 4) }

        var state: Int { (cell * 5 + passenger) * 4 + destination }

        /// The stand at which the taxi is.
        private var stand: Int? { stands.firstIndex { $0.cell == cell } }

        func moving(to cell: Int, _ probability: Double) -> DecisionProcess.Outcome {
            var next = self
            next.cell = cell
            return .init(probability: probability, reward: -1, next: next.state)
        }

        var pickingUp: DecisionProcess.Outcome {
            var next = self
            guard let stand, stand == passenger else { return .init(probability: 1, reward: -10, next: state) }
            next.passenger = Self.inTaxi
            return .init(probability: 1, reward: -1, next: next.state)
        }

        /// A passenger gets out at any stand; nobody gets out elsewhere.
        var droppingOff: DecisionProcess.Outcome {
            var next = self
            guard let stand, passenger == Self.inTaxi else { return .init(probability: 1, reward: -10, next: state) }
            if stand == destination { return .init(probability: 1, reward: 20, next: nil) }
            next.passenger = stand
            return .init(probability: 1, reward: -1, next: next.state)
        }

        /// What changes anything: moves that nothing stops, picking up and dropping off where that is possible.
        var sensibleActions: [Int] {
            let moves = headings.indices.filter { TaxiTown.cell(after: headings[$0].ahead, from: cell) != cell }
            let picksUp = stand != nil && stand == passenger
            let dropsOff = stand != nil && passenger == Self.inTaxi
            return moves + (picksUp ? [4] : []) + (dropsOff ? [5] : [])
        }
    }
}
