internal import Scenarios
internal import Testing

@Suite("Maze layout")
struct MazeLayoutTests {
    @Test("A text becomes cells, with dots and spaces alike open")
    func parsing() throws {
        let layout = try MazeLayout(parsing: "S.#\n# G\n")
        #expect(layout.rowCount == 2)
        #expect(layout.columnCount == 3)
        #expect(layout.cells == [.open, .open, .wall, .wall, .open, .goal])
        #expect(layout.start == 0)
        #expect(layout.decisionCells == [0, 1, 4])
        #expect(layout.text == "S.#\n#.G")
    }

    @Test("Line ends of Windows and empty lines at the end do not count")
    func lineEnds() throws {
        #expect(try MazeLayout(parsing: "S.\r\n.G\r\n\r\n\n") == MazeLayout(parsing: "S.\n.G"))
    }

    @Test("Walls and the border stop a move")
    func moves() throws {
        let layout = try MazeLayout(parsing: "S.\n#G")
        #expect(layout.destination(of: .up, from: 0) == 0)
        #expect(layout.destination(of: .left, from: 0) == 0)
        #expect(layout.destination(of: .down, from: 0) == 0)
        #expect(layout.destination(of: .right, from: 0) == 1)
        #expect(layout.destination(of: .down, from: 1) == 3)
    }

    @Test("A text that is not a maze is refused with its place and reason", arguments: refusals)
    func refusing(refusal: Refusal) {
        #expect(throws: refusal.error) { try MazeLayout(parsing: refusal.text) }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let text: String
        let error: MazeError
        var testDescription: String { "\(error)" }
    }

    private static let refusals: [Refusal] = [
        Refusal(text: "", error: MazeError(.empty)),
        Refusal(text: "\n\r\n\n", error: MazeError(.empty)),
        Refusal(text: "..\n.G", error: MazeError(.noStart)),
        Refusal(text: "S.\n..", error: MazeError(.noGoal)),
        Refusal(text: "S.\nSG", error: MazeError(.secondStart, line: 2, column: 1)),
        Refusal(text: "S.\n..G\n..", error: MazeError(.raggedLine(length: 3, expected: 2), line: 2)),
        Refusal(text: "S.\n\n.G", error: MazeError(.raggedLine(length: 0, expected: 2), line: 2)),
        Refusal(text: "S.\n.x\nG.", error: MazeError(.unknownCharacter("x"), line: 2, column: 2)),
        Refusal(text: "S\t\n.G", error: MazeError(.unknownCharacter("\t"), line: 1, column: 2)),
        Refusal(text: ".S#\n.#G", error: MazeError(.goalUnreachable, line: 1, column: 2)),
        Refusal(
            text: String(repeating: ".", count: 4_097),
            error: MazeError(.tooLarge(lines: 1, columns: 4_097))
        ),
        Refusal(
            text: String(repeating: ".\n", count: 4_097),
            error: MazeError(.tooLarge(lines: 4_097, columns: 1))
        ),
    ]

    @Test("An error is one line that names place, value and what would be right")
    func descriptions() {
        #expect(
            MazeError(.unknownCharacter("\t"), line: 3, column: 2).description
                == "maze, line 3, column 2: unknown character U+9; use '#' wall, '.' or ' ' open, 'S' start, 'G' goal, 'O' "
                + "hole, '~' rough ground"
        )
        #expect(
            MazeError(.raggedLine(length: 3, expected: 2), line: 2).description
                == "maze, line 2: 3 characters where the first line has 2; all lines need the same length"
        )
        #expect(MazeError(.noGoal).description == "maze: no goal; mark at least one open cell with 'G'")
    }

    @Test("The built-in maze has two walls with three gaps")
    func builtIn() {
        let layout = MazeLayout.twoWalls
        #expect(layout.cells.count == 256)
        #expect(layout.cells.count { $0 == .wall } == 29)
        #expect(layout.start == 0)
        #expect(layout.cells[255] == .goal)
        #expect([3 * 16 + 5, 12 * 16 + 5, 8 * 16 + 10].allSatisfy { layout.cells[$0] == .open })
    }
}
