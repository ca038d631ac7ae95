/// Cells of text under headings, to be written in several forms.
public struct TextTable: Sendable, Hashable, Codable {
    /// The headings.
    public let header: [String]
    /// The rows, each as long as the header.
    public let rows: [[String]]

    /// Creates a table.
    ///
    /// - Parameters:
    ///   - header: The headings.
    ///   - rows: Each as long as `header`.
    public init(header: [String], rows: [[String]]) {
        precondition(rows.allSatisfy { $0.count == header.count }, "a row has a cell under each heading")
        self.header = header
        self.rows = rows
    }

    /// Columns lined up with spaces: the first to the left, the others to the right.
    public var plainText: String {
        lines(widths, separator: "  ").joined(separator: "\n") + "\n"
    }

    /// A Markdown table, its columns lined up.
    public var markdown: String {
        let escaped = TextTable(header: header.map(Self.markdownCell), rows: rows.map { $0.map(Self.markdownCell) })
        let widths = escaped.widths
        var lines = escaped.lines(widths, separator: " | ").map { "| \($0) |" }
        let rule = widths.enumerated().map { index, width in
            index == 0 ? String(repeating: "-", count: width) : String(repeating: "-", count: max(1, width - 1)) + ":"
        }
        lines.insert("| \(rule.joined(separator: " | ")) |", at: 1)
        return lines.joined(separator: "\n") + "\n"
    }

    /// A table for LaTeX, with nothing beside its own commands: `tabular`, the first column to the left, the others to the right.
    public var latex: String {
        let columns = "l" + String(repeating: "r", count: header.count - 1)
        func line(_ cells: [String]) -> String { cells.map(Self.latexCell).joined(separator: " & ") + " \\\\" }
        let lines = ["\\begin{tabular}{\(columns)}", "\\hline", line(header), "\\hline"] + rows.map(line)
        return (lines + ["\\hline", "\\end{tabular}"]).joined(separator: "\n") + "\n"
    }

    /// Comma-separated values with quotes where RFC 4180 asks for them.
    public var commaSeparatedValues: String {
        ([header] + rows).map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
    }

    private var widths: [Int] {
        header.indices.map { column in max(3, ([header] + rows).map { $0[column].count }.max() ?? 0) }
    }

    private func lines(_ widths: [Int], separator: String) -> [String] {
        ([header] + rows).map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }
            return cells.joined(separator: separator)
        }
    }

    private static func markdownCell(_ cell: String) -> String {
        cell.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    /// What LaTeX would read as a command, and signs that its fonts have in mathematics only.
    private static let latexSigns: [Character: String] = [
        "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "%": "\\%", "&": "\\&", "#": "\\#", "$": "\\$",
        "_": "\\_", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "±": "$\\pm$", "∞": "$\\infty$", "−": "$-$",
        "≤": "$\\le$", "≥": "$\\ge$", "×": "$\\times$",
    ]

    private static func latexCell(_ cell: String) -> String {
        cell.map { $0.isNewline ? " " : latexSigns[$0] ?? String($0) }.joined()
    }

    private static func quoted(_ cell: String) -> String {
        guard cell.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return cell }
        return "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

/// Writes a number for people: three significant digits, not fewer than the whole part needs.
public func decimal(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "-" : value < 0 ? "-∞" : "∞" }
    let magnitude = value.magnitude
    let places = magnitude == 0 || magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : magnitude >= 0.9995 ? 2 : 3
    return decimal(value, places: places)
}

/// Writes a number with a fixed number of decimal places.
///
/// - Parameters:
///   - value: The number.
///   - places: 0...9.
/// - Returns: The number in figures, a point before the decimal places.
public func decimal(_ value: Double, places: Int) -> String {
    guard value.isFinite, value.magnitude < 1e9 else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = Int(value.magnitude * scale + 0.5)
    let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Int(scale))
    let sign = value < 0 && scaled != 0 ? "-" : ""
    guard places > 0 else { return "\(sign)\(whole)" }
    let digits = String(rest)
    return "\(sign)\(whole)." + String(repeating: "0", count: places - digits.count) + digits
}
