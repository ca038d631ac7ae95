/// Values separated by commas, semicolons or tabs: an edge list, a list of demands, or a square matrix of demands.
///
/// - An edge list has two columns, or those under `source` and `target` (or `from` and `to`) of its head line.
/// - With a third column, or one named `demand`, `traffic` or `value`, a line is a link and a demand; where the file is read
///   as a matrix only the demand counts.
/// - A square matrix has the nodes' names in its head line and at the start of each line: from the line's node to the
///   column's.
enum SeparatedValues {
    private struct Line {
        let cells: [String]
        let number: Int
    }

    private static let separators: [Character] = [",", ";", "\t"]

    /// Whether the first line that says something has a separator in it.
    static func isLikely(_ text: String) -> Bool {
        text.split(whereSeparator: \.isNewline).first { !isBlank($0) }?.contains { separators.contains($0) } ?? false
    }

    /// Whether a line is empty or a remark.
    private static func isBlank(_ line: Substring) -> Bool { line.hasPrefix("#") || line.allSatisfy(\.isWhitespace) }

    static func parse(_ text: String) throws(NetworkTextError) -> NetworkDescription {
        let lines = try split(text)
        guard let first = lines.first else { throw NetworkTextError(nil, "it is empty") }
        let isSquare = first.cells.count >= 3 && lines.count == first.cells.count
        if isSquare, zip(lines.dropFirst(), first.cells.dropFirst()).allSatisfy({ $0.cells.first == $1 }) {
            return try matrix(first, lines.dropFirst())
        }
        return try list(lines)
    }

    private static func matrix(_ head: Line, _ rows: ArraySlice<Line>) throws(NetworkTextError) -> NetworkDescription {
        var description = NetworkDescription()
        for name in head.cells.dropFirst() { description.nodes.append(.init(id: name, line: head.number)) }
        for row in rows {
            for (target, cell) in zip(head.cells, row.cells).dropFirst() {
                guard let value = Double(cell) else {
                    throw NetworkTextError(row.number, "'\(cell)' under '\(target)' is not a number")
                }
                guard value != 0 else { continue }
                description.demands.append(.init(source: row.cells[0], target: target, value: value, line: row.number))
            }
        }
        return description
    }

    private static func list(_ lines: [Line]) throws(NetworkTextError) -> NetworkDescription {
        let head = lines[0].cells.map { $0.lowercased() }
        var (source, target, value) = (0, 1, lines[0].cells.count > 2 ? 2 : nil as Int?)
        var rows = lines[...]
        if let from = head.firstIndex(where: { ["source", "from", "src"].contains($0) }),
            let to = head.firstIndex(where: { ["target", "to", "dst", "destination"].contains($0) })
        {
            value = head.firstIndex { ["demand", "traffic", "value"].contains($0) }
            (source, target) = (from, to)
            rows = rows.dropFirst()
        }
        var description = NetworkDescription()
        var known = Set<String>()
        for row in rows {
            let (from, to) = (row.cells[source], row.cells[target])
            for name in [from, to] where known.insert(name).inserted {
                guard !name.isEmpty else { throw NetworkTextError(row.number, "a node has no name") }
                description.nodes.append(.init(id: name, line: row.number))
            }
            description.links.append(.init(source: from, target: to, line: row.number))
            guard let value else { continue }
            guard let amount = Double(row.cells[value]) else {
                throw NetworkTextError(row.number, "'\(row.cells[value])' is not a number")
            }
            description.demands.append(.init(source: from, target: to, value: amount, line: row.number))
        }
        return description
    }

    private static func split(_ text: String) throws(NetworkTextError) -> [Line] {
        var lines: [Line] = []
        var separator: Character = ","
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            guard !isBlank(line) else { continue }
            if lines.isEmpty { separator = separators.first { line.contains($0) } ?? "," }
            let cells = line.split(separator: separator, omittingEmptySubsequences: false).map(unquoted)
            if let width = lines.first?.cells.count, cells.count != width {
                throw NetworkTextError(index + 1, "\(cells.count) values, where the first line has \(width)")
            }
            guard cells.count >= 2 else { throw NetworkTextError(index + 1, "a line needs two values at least") }
            lines.append(Line(cells: cells, number: index + 1))
        }
        return lines
    }

    private static func unquoted(_ cell: Substring) -> String {
        let trimmed = cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
        let text = String(trimmed)
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        return String(text.dropFirst().dropLast())
    }
}
