internal import TabularLearning

extension NetworkTopology {
    /// Makes a grid: routers row by row, each joined to those beside, above and below.
    ///
    /// - Parameters:
    ///   - rows: At least 1.
    ///   - columns: At least 1; with one row at least 2.
    /// - Returns: `rows` × `columns` routers.
    public static func grid(rows: Int, columns: Int) -> NetworkTopology {
        lattice(rows: rows, columns: columns, wraps: false)
    }

    /// Makes a grid whose rows and columns are rings.
    ///
    /// - Parameters:
    ///   - rows: At least 3.
    ///   - columns: At least 3.
    /// - Returns: `rows` × `columns` routers with four neighbours each.
    public static func torus(rows: Int, columns: Int) -> NetworkTopology {
        precondition(rows >= 3 && columns >= 3, "a ring has at least three routers")
        return lattice(rows: rows, columns: columns, wraps: true)
    }

    /// Makes a ring; who draws it sees a circle.
    ///
    /// - Parameter count: At least 3.
    /// - Returns: As many routers with two neighbours each.
    public static func ring(_ count: Int) -> NetworkTopology {
        precondition(count >= 3, "a ring has at least three routers")
        return NetworkTopology(routerCount: count, links: (0..<count).map { ($0, ($0 + 1) % count) })
    }

    private static func lattice(rows: Int, columns: Int, wraps: Bool) -> NetworkTopology {
        var links: [(Int, Int)] = []
        for router in 0..<(rows * columns) {
            let (row, column) = (router / columns, router % columns)
            if column + 1 < columns || wraps { links.append((router, row * columns + (column + 1) % columns)) }
            if row + 1 < rows || wraps { links.append((router, (row + 1) % rows * columns + column)) }
        }
        return NetworkTopology(
            routerCount: rows * columns,
            links: links,
            positions: (0..<(rows * columns)).map {
                Position(x: Double($0 % columns), y: Double(rows - 1 - $0 / columns))
            }
        )
    }

    /// Makes a Gabriel graph: two routers are joined when no third lies within the circle whose diameter is their link.
    ///
    /// Routers are drawn uniformly from a square of whole numbers, so that the test is exact. Such a graph hangs together,
    /// since it contains the shortest tree that joins the routers, and looks like networks of fibre: about two links per
    /// router, few crossings.
    ///
    /// - Parameters:
    ///   - count: At least 2.
    ///   - seed: Draws the places.
    /// - Returns: The graph, its routers within the unit square.
    ///
    /// Source: Gabriel and Sokal, *A New Statistical Approach to Geographic Variation Analysis*, Systematic Zoology 18,
    /// 1969.
    public static func gabriel(_ count: Int, seed: UInt64) -> NetworkTopology {
        let places = PlaneGrid(count: count, seed: seed)
        var links: [(Int, Int)] = []
        for a in 0..<count {
            for b in (a + 1)..<max(count, a + 1) where places.isFree(between: a, b) { links.append((a, b)) }
        }
        let side = Double(PlaneGrid.side)
        return NetworkTopology(
            routerCount: count,
            links: links,
            positions: places.points.map { Position(x: Double($0.x) / side, y: Double($0.y) / side) }
        )
    }
}

/// Points of a square, sorted into cells so that a circle's points are found without looking at all.
private struct PlaneGrid {
    static let side = 1 << 20

    let points: [(x: Int, y: Int)]
    private let cellsPerSide: Int
    private var cells: [[Int]]

    init(count: Int, seed: UInt64) {
        var draw = CounterBasedRandom(seed: seed, stream: .layout).generator(lane: 0, step: UInt64(count))
        var cellsPerSide = 1
        while cellsPerSide * cellsPerSide * 2 < count { cellsPerSide += 1 }
        var cells = [[Int]](repeating: [], count: cellsPerSide * cellsPerSide)
        var points: [(x: Int, y: Int)] = []
        while points.count < count {
            let point = (x: draw.nextIndex(below: Self.side), y: draw.nextIndex(below: Self.side))
            let cell = Self.coordinate(point.y, cellsPerSide) * cellsPerSide + Self.coordinate(point.x, cellsPerSide)
            if cells[cell].contains(where: { points[$0] == point }) { continue }
            cells[cell].append(points.count)
            points.append(point)
        }
        (self.points, self.cells, self.cellsPerSide) = (points, cells, cellsPerSide)
    }

    /// Whether no third point lies within the circle over two points.
    func isFree(between a: Int, _ b: Int) -> Bool {
        let (first, second) = (points[a], points[b])
        let middle = (x: (first.x + second.x) / 2, y: (first.y + second.y) / 2)
        // Most far pairs have a point right in the middle.
        guard isFree(between: a, b, cellsWithin: 0, of: middle) else { return false }
        let (dx, dy) = (first.x - second.x, first.y - second.y)
        let radius = Int(Double(dx * dx + dy * dy).squareRoot() / 2) + 1
        return isFree(between: a, b, cellsWithin: radius, of: middle)
    }

    private func isFree(between a: Int, _ b: Int, cellsWithin radius: Int, of middle: (x: Int, y: Int)) -> Bool {
        let (first, second) = (points[a], points[b])
        for row in range(middle.y, radius) {
            for column in range(middle.x, radius) {
                for c in cells[row * cellsPerSide + column] where c != a && c != b {
                    let point = points[c]
                    // The angle at a point within the circle is obtuse.
                    let product =
                        (first.x - point.x) * (second.x - point.x) + (first.y - point.y) * (second.y - point.y)
                    if product < 0 { return false }
                }
            }
        }
        return true
    }

    private func range(_ center: Int, _ radius: Int) -> ClosedRange<Int> {
        let last = Self.side - 1
        return Self.coordinate(
            max(0, center - radius),
            cellsPerSide
        )...Self.coordinate(
            min(last, center + radius),
            cellsPerSide
        )
    }

    private static func coordinate(_ value: Int, _ cellsPerSide: Int) -> Int { value * cellsPerSide / side }
}
