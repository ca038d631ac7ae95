import LinearProgramming
import Testing

@Suite("Linear programs")
struct LinearProgramTests {
    @Test("a program of two columns comes to the corner that a pencil finds")
    func corner() throws {
        var program = LinearProgram()
        let (x, y) = (program.addColumn(), program.addColumn())
        program.objective = [.init(x, 3), .init(y, 2)]
        program.addRow([.init(x, 1), .init(y, 1)], .atMost, 4)
        program.addRow([.init(x, 1), .init(y, -1)], .equal, 1)
        // x + y = 4 and x - y = 1: x = 2.5, y = 1.5.
        #expect(abs(try GLPKSolver().solve(program).objective - 10.5) < 1e-9)
    }

    @Test("a program without a limit, and one that nothing satisfies, are refused with a reason")
    func unsolvable() {
        var endless = LinearProgram()
        let x = endless.addColumn()
        endless.objective = [.init(x, 1)]
        endless.addRow([.init(x, -1)], .atMost, 0)
        var impossible = endless
        impossible.addRow([.init(x, 1)], .equal, -1)
        for program in [endless, impossible] {
            #expect { try GLPKSolver().solve(program) } throws: { error in
                (error as? LinearProgrammingError)?.code == .unsolvable
            }
        }
    }

    @Test("without glpsol the error names the package")
    func notInstalled() {
        #expect { try GLPKSolver(path: "/nowhere") } throws: { error in
            "\(error)".contains("apt-get install glpk-utils")
        }
    }
}
