package import LinearProgramming

/// What stores could earn if they were charged by any amount, as a linear program: one column for every flow of an hour.
///
/// A store that charges for a part of an hour and discharges for another does both at once; no hour has more than one.
package struct ContinuousCharge {
    package private(set) var program = LinearProgram()
    private var objective: [LinearProgram.Term] = []

    /// Nothing that flows.
    package init() {}

    /// What flows in or out of a store in an hour, as columns.
    package struct Flows {
        package let charged: Int
        package let discharged: Int
    }

    /// Adds a store that is empty at first.
    ///
    /// - Parameters:
    ///   - capacity: The units that it holds.
    ///   - hours: How many there are.
    /// - Returns: Its flows, by hour.
    package mutating func addStore(capacity: Int, hours: Int) -> [Flows] {
        var stored: Int?
        return (0..<hours).map { _ in
            let flows = Flows(charged: program.addColumn(), discharged: program.addColumn())
            let left = program.addColumn()
            program.addRow([.init(flows.charged, 1), .init(flows.discharged, 1)], .atMost, 1)
            program.addRow([.init(left, 1)], .atMost, Double(capacity))
            let before = stored.map { [LinearProgram.Term($0, 1)] } ?? []
            program.addRow(
                before + [.init(flows.charged, 1), .init(flows.discharged, -1), .init(left, -1)],
                .equal,
                0
            )
            stored = left
            return flows
        }
    }

    /// Adds a flow of its own, from 0 to a limit.
    package mutating func addFlow(atMost limit: Double? = nil) -> Int {
        let flow = program.addColumn()
        if let limit { program.addRow([.init(flow, 1)], .atMost, limit) }
        return flow
    }

    /// Says that flows add up to something.
    package mutating func require(_ terms: [LinearProgram.Term], toBe sum: Double) {
        program.addRow(terms, .equal, sum)
    }

    /// Adds what a unit of a flow earns.
    package mutating func pay(_ amount: Double, for flow: Int) { objective.append(.init(flow, amount)) }

    /// The most that can be earned, beside something that does not depend on flows.
    ///
    /// - Parameter constant: That.
    /// - Returns: The bound; without a value where glpsol is not installed.
    /// - Throws: `LinearProgrammingError` where it is and fails.
    package func bound(adding constant: Double = 0) throws(LinearProgrammingError) -> ProcessBound {
        var program = program
        program.objective = objective
        let solver: GLPKSolver
        do throws(LinearProgrammingError) { solver = try GLPKSolver() } catch {
            guard error.code == .notInstalled else { throw error }
            return ProcessBound(name: Self.name, value: nil, missing: "needs glpsol: apt-get install glpk-utils")
        }
        return ProcessBound(name: Self.name, value: try solver.solve(program).objective + constant)
    }

    private static let name = "continuous charge"
}
