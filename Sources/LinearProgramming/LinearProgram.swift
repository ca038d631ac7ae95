/// A linear program: maximise a sum of columns, none below zero, under rows that limit other sums.
public struct LinearProgram: Sendable, Hashable {
    /// A column with its factor.
    public struct Term: Sendable, Hashable {
        let column: Int
        let factor: Double

        /// Creates a term.
        public init(_ column: Int, _ factor: Double) {
            self.column = column
            self.factor = factor
        }
    }

    /// What a row says of its sum.
    public enum Relation: String, Sendable, Hashable {
        /// It is the bound.
        case equal = "="
        /// It is not above the bound.
        case atMost = "<="
    }

    private struct Row: Hashable {
        let terms: [Term]
        let relation: Relation
        let bound: Double
    }

    /// The number of columns.
    public private(set) var columnCount = 0

    /// What is maximised.
    public var objective: [Term] = []

    private var rows: [Row] = []

    /// Creates a program without columns and rows.
    public init() {}

    /// The number of rows.
    public var rowCount: Int { rows.count }

    /// Adds a column; its value is at least 0.
    ///
    /// - Returns: The column's number.
    public mutating func addColumn() -> Int {
        columnCount += 1
        return columnCount - 1
    }

    /// Adds a row.
    ///
    /// - Parameters:
    ///   - terms: At least one; a column at most once.
    ///   - relation: What is said of their sum.
    ///   - bound: The bound.
    public mutating func addRow(_ terms: [Term], _ relation: Relation, _ bound: Double) {
        precondition(!terms.isEmpty, "a row has a term")
        rows.append(Row(terms: terms, relation: relation, bound: bound))
    }

    /// The program in the LP format of CPLEX, as GLPK reads it.
    public var text: String {
        var text = "Maximize\n obj: \(Self.sum(objective))\nSubject To\n"
        for (index, row) in rows.enumerated() {
            text += " r\(index): \(Self.sum(row.terms)) \(row.relation.rawValue) \(row.bound)\n"
        }
        return text + "End\n"
    }

    /// Terms over several lines: the format limits their length.
    private static func sum(_ terms: [Term]) -> String {
        var text = ""
        for (index, term) in terms.enumerated() {
            if index > 0 { text += index % 8 == 0 ? "\n  " : " " }
            text += "\(term.factor < 0 ? "-" : "+") \(term.factor.magnitude) x\(term.column)"
        }
        return text
    }
}

/// The best a linear program can do.
public struct LinearSolution: Sendable, Hashable {
    /// The value of the objective.
    public let objective: Double
}

/// Why a linear program was not solved.
public struct LinearProgrammingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of reason.
    public enum Code: Sendable, Hashable {
        /// There is no solver on this machine.
        case notInstalled
        /// Nothing satisfies the rows, or the objective has no limit.
        case unsolvable
        /// The solver ended in another way than with a solution.
        case failed
    }

    /// The kind of reason.
    public let code: Code
    /// The reason in words.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
