import TabularLearning

/// Learns the same walk by two rules and draws what each has learned.
@main
enum OwnWorld {
    static func main() throws {
        let findings = EnvironmentChecker(seed: 1) { Quay(laneCount: 3) }.findings(steps: 500)
        guard findings.isEmpty else { fatalError(findings.joined(separator: "\n")) }
        for rule in [.qLearning, UpdateRule(CautiousQLearning())] {
            print("\(rule.rawValue)\n\(drawn(try learned(by: rule)))\n")
        }
    }

    /// 200,000 steps of eight walkers in two cohorts, on one table; the same bits every time and everywhere.
    private static func learned(by rule: UpdateRule) throws -> ActionValueTable {
        let parameters = LearningParameters(
            discount: 1,
            stepSize: .constant(0.1),
            epsilon: .constant(0.1),
            ties: .random,
            update: rule
        )
        let learners = (0..<2).map { cohort in
            CohortLearner(
                index: cohort,
                of: 2,
                environment: Quay(laneCount: 4),
                parameters: parameters,
                seed: 1,
                plannedSteps: 25_000
            )
        }
        var run = SerialReference(learners: learners, parameters: parameters)
        try run.run()
        return run.table
    }

    /// The greedy way from start to goal, a mark a cell.
    private static func drawn(_ table: ActionValueTable) -> String {
        var marks = (0..<(Quay.rowCount * Quay.columnCount)).map { $0 > Quay.start && $0 < Quay.goal ? "~" : "." }
        var cell = Quay.start
        for _ in marks where cell <= Quay.start {
            let action = greedy(in: cell, table)
            marks[cell] = ["^", ">", "v", "<"][action]
            cell = Quay.cell(beside: cell, to: UInt8(action))
        }
        marks[Quay.goal] = cell == Quay.goal ? "G" : "g"
        return stride(from: 0, to: marks.count, by: Quay.columnCount)
            .map { marks[$0..<($0 + Quay.columnCount)].joined(separator: " ") }
            .joined(separator: "\n")
    }

    private static func greedy(in cell: Int, _ table: ActionValueTable) -> Int {
        let row = table.cells[(cell * 4)..<(cell * 4 + 4)].map(\.value)
        return row.indices.max { row[$0] < row[$1] } ?? 0
    }
}
