/// Values separated by commas, semicolons, tabs or blanks: an edge list, a list of demands, a square matrix of demands, or,
/// with blanks only, a list of each node's neighbours.
///
/// - An edge list has two columns, or those under `source` and `target` (or what else heads say) of its head line. A first
///   line is a head as well when it has no numbers and all nodes below are numbers.
/// - With a third column, or one named `demand`, `traffic` or `value`, a line is a link and a demand; where the file is read
///   as a matrix only the demand counts. A third word is a weight, which is no demand.
/// - A square matrix has the nodes' names in its head line and at the start of each line: from the line's node to the
///   column's.
enum SeparatedValues {
    private typealias Line = SeparatedLines.Line

    private static let sourceHeads: Set = [
        "source", "src", "from", "start", "origin", "sourceid", "sourcenode", "srcid", "fromnode", "fromid",
        "fromnodeid",
        "node1", "node1id", "id1", "nodea", "router1", "endpoint1",
    ]
    private static let targetHeads: Set = [
        "target", "dst", "dest", "to", "end", "destination", "targetid", "targetnode", "dstid", "tonode", "toid",
        "tonodeid",
        "node2", "node2id", "id2", "nodeb", "router2", "endpoint2",
    ]
    private static let demandHeads: Set = ["demand", "traffic", "value", "demandvalue"]

    /// Whether the first line that says something has a separator in it, or looks like a link in words with blanks between.
    static func isLikely(_ text: String) -> Bool { SeparatedLines.separator(of: text) != nil }

    static func parse(_ text: String) throws(NetworkTextError) -> NetworkDescription {
        guard let separator = SeparatedLines.separator(of: text) else { throw NetworkTextError(nil, "it is empty") }
        let lines = try SeparatedLines.split(text, at: separator)
        guard let first = lines.first else { throw NetworkTextError(nil, "it is empty") }
        if separator == " ", lines.contains(where: { $0.cells.count == 1 || $0.cells.count > 3 }) {
            return try neighbors(lines)
        }
        for line in lines {
            guard line.cells.count >= 2 else { throw NetworkTextError(line.number, "a line needs two values at least") }
            guard line.cells.count == first.cells.count || separator == " " else {
                throw NetworkTextError(
                    line.number,
                    "\(line.cells.count) values, where the first line has \(first.cells.count)"
                )
            }
        }
        let isSquare = first.cells.count >= 3 && lines.count == first.cells.count
        if isSquare, Set(first.cells.dropFirst()) == Set(lines.dropFirst().map { $0.cells[0] }) {
            return try matrix(first, lines.dropFirst())
        }
        return try list(lines, isTable: separator != " ")
    }

    private static func matrix(_ head: Line, _ rows: ArraySlice<Line>) throws(NetworkTextError) -> NetworkDescription {
        var description = NetworkDescription()
        for name in head.cells.dropFirst() { description.nodes.append(.init(id: name, line: head.number)) }
        for row in rows {
            for (target, cell) in zip(head.cells, row.cells).dropFirst() where target != row.cells[0] {
                guard let value = Double(cell) else {
                    description.noteDemandFailure(row.number, "'\(cell)' under '\(target)' is not a number")
                    continue
                }
                guard value != 0 else { continue }
                description.demands.append(.init(source: row.cells[0], target: target, value: value, line: row.number))
            }
        }
        return description
    }

    /// The places of the columns, and whether the first line says them.
    private struct Columns {
        var source = 0
        var target = 1
        var value: Int?
        var hasHead = false

        init(_ lines: [Line], isTable: Bool) {
            let first = lines[0].cells
            let head = first.map { $0.lowercased().filter { $0.isLetter || $0.isNumber } }
            let named = head.firstIndex(where: sourceHeads.contains).flatMap { source in
                head.firstIndex(where: targetHeads.contains).map { (source, $0) }
            }
            let isAboveNumbers =
                lines.count > 1 && first.prefix(2).allSatisfy { Double($0) == nil }
                && lines.dropFirst().allSatisfy { $0.cells.prefix(2).allSatisfy { Double($0) != nil } }
            hasHead = named != nil || isAboveNumbers
            (source, target) = named ?? (0, 1)
            value = hasHead ? head.firstIndex(where: demandHeads.contains) : first.count > 2 && isTable ? 2 : nil
        }
    }

    private static func list(_ lines: [Line], isTable: Bool) throws(NetworkTextError) -> NetworkDescription {
        let columns = Columns(lines, isTable: isTable)
        var description = NetworkDescription()
        var known = Set<String>()
        for row in lines.dropFirst(columns.hasHead ? 1 : 0) {
            guard max(columns.source, columns.target) < row.cells.count else {
                throw NetworkTextError(row.number, "the line ends before its second node")
            }
            let (from, to) = (row.cells[columns.source], row.cells[columns.target])
            for name in [from, to] where known.insert(name).inserted {
                guard !name.isEmpty else { throw NetworkTextError(row.number, "a node has no name") }
                description.nodes.append(.init(id: name, line: row.number))
            }
            description.links.append(.init(source: from, target: to, line: row.number))
            guard let value = columns.value else { continue }
            guard value < row.cells.count, let amount = Double(row.cells[value]) else {
                let cell = value < row.cells.count ? row.cells[value] : ""
                description.noteDemandFailure(row.number, "'\(cell)' is not a number")
                continue
            }
            description.demands.append(.init(source: from, target: to, value: amount, line: row.number))
        }
        return description
    }

    /// Each line a node and its neighbours; with one word for a node that needs no more of them.
    private static func neighbors(_ lines: [Line]) throws(NetworkTextError) -> NetworkDescription {
        if let line = lines.first(where: \.hasData) {
            throw NetworkTextError(
                line.number,
                "data behind names, in a list of neighbours: save the network as an edge list"
            )
        }
        var description = NetworkDescription()
        var known = Set<String>()
        for line in lines {
            for name in line.cells where known.insert(name).inserted {
                description.nodes.append(.init(id: name, line: line.number))
            }
            for target in line.cells.dropFirst() {
                description.links.append(.init(source: line.cells[0], target: target, line: line.number))
            }
        }
        return description
    }
}

extension NetworkDescription {
    /// Notes the first reason why the demands cannot be used.
    mutating func noteDemandFailure(_ line: Int?, _ reason: String) {
        demandFailure = demandFailure ?? NetworkTextError(line, reason)
    }
}
