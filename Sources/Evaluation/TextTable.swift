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

    /// The same for a terminal: columns that have no room go below, each time behind the first one, and a cell that is wider than the
    /// terminal takes several lines.
    ///
    /// - Parameter width: The columns of the terminal; no line is longer.
    /// - Returns: Lines, with an empty one between blocks.
    public func plainText(width: Int) -> String {
        guard widths.reduce(-2, { $0 + $1 + 2 }) > width, header.count > 1 else {
            return header.count > 1 ? plainText : blockText([0], [min(widths[0], max(width, 3))])
        }
        let first = min(widths[0], max(3, width / 2 - 2))
        let room = max(3, width - first - 2)
        let fitted = [first] + widths.dropFirst().map { min($0, room) }
        var blocks: [[Int]] = [[]]
        var used = first
        for column in header.indices.dropFirst() {
            if used + 2 + fitted[column] > width, blocks.last?.isEmpty == false {
                blocks.append([])
                used = first
            }
            blocks[blocks.count - 1].append(column)
            used += 2 + fitted[column]
        }
        return blocks.map { blockText([0] + $0, fitted) }.joined(separator: "\n")
    }

    /// Some columns, each of a width of its own; cells that are longer in several lines.
    private func blockText(_ columns: [Int], _ widths: [Int]) -> String {
        ([header] + rows).map { row in
            let cells = columns.map { Self.lines(row[$0], width: widths[$0]) }
            let height = cells.map(\.count).max() ?? 1
            return (0..<height).map { index in
                let parts = zip(columns, cells).map { column, lines in
                    let text = index < lines.count ? lines[index] : ""
                    let padding = String(repeating: " ", count: max(0, widths[column] - text.count))
                    // What takes several lines is a sentence, which begins at the left.
                    return column == 0 || lines.count > 1 ? text + padding : padding + text
                }
                let line = parts.joined(separator: "  ")
                return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
            }
            .joined()
        }
        .joined()
    }

    /// A text in lines, broken between words, and within those that are too long.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - width: The characters of a line, at least 1.
    /// - Returns: At least one line.
    public static func lines(_ text: String, width: Int) -> [String] {
        guard text.count > width else { return [text] }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            var rest = Substring(word)
            if !line.isEmpty, line.count + 1 + rest.count <= width {
                line += " " + rest
                continue
            }
            if !line.isEmpty { lines.append(line) }
            while rest.count > width {
                lines.append(String(rest.prefix(width)))
                rest = rest.dropFirst(width)
            }
            line = String(rest)
        }
        return lines + [line]
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
