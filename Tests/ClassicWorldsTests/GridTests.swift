import ClassicWorlds
import Testing

@Suite("Cells of a grid")
struct GridTests {
    @Test("a move goes to the neighbour, and the border stops each of its parts")
    func moves() {
        let grid = Grid(rows: 3, columns: 4)
        #expect(GridMove.allCases.map { grid.cell(after: $0, from: 5) } == [1, 6, 9, 4, 2, 10, 8, 0, 5])
        #expect(GridMove.allCases.map { grid.cell(after: $0, from: 0) } == [0, 1, 4, 0, 1, 5, 4, 0, 0])
        #expect(grid.cell(after: .right, from: 8, carriedUp: 2) == 1)
        #expect(grid.cell(after: .down, from: 4, carriedUp: -1) == 8)
    }

    @Test("a map is a rectangle of letters that mean something")
    func map() throws {
        let map = try TextMap(["SFG", "FHF"], letters: "SFHG")
        #expect(map.grid == Grid(rows: 2, columns: 3))
        #expect(map.cells(of: "F") == [1, 3, 5])
    }

    @Test("what is no map is refused with its row", arguments: [[], [""], ["SF", "G"], ["SF", "G?"]])
    func refused(rows: [String]) {
        #expect(throws: TextMap.Failure.self) { try TextMap(rows, letters: "SFHG") }
    }
}
