internal import Scenarios

/// The network format of Pajek.
///
///     *Vertices 3
///     1 "Ulm" 0.1 0.2
///     2 Graz
///     *Edges
///     1 2 1.0
///     *Arcslist
///     2 1 3
///
/// Vertices are numbered from 1; those without a line of their own go by their numbers. Weights are no demands.
struct Pajek {
    private enum Section { case none, vertices, pairs, lists }

    private var description = NetworkDescription()
    private var section = Section.none

    static func isLikely(_ text: String) -> Bool {
        let lines = text.split(whereSeparator: \.isNewline).lazy.map { $0.drop { $0.isWhitespace } }
        let first = lines.first { !$0.isEmpty && !$0.hasPrefix("%") }?.lowercased() ?? ""
        return ["*vertices", "*network"].contains { first.hasPrefix($0) }
    }

    static func parse(_ text: String) throws(NetworkTextError) -> NetworkDescription {
        var parser = Pajek()
        parser.description.isUndirected = true
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let words = line.split { $0.isWhitespace }
            guard let first = words.first, !first.hasPrefix("%") else { continue }
            if first.hasPrefix("*") {
                try parser.begin(first.lowercased(), words.dropFirst(), index + 1)
            } else {
                try parser.read(line, words, index + 1)
            }
        }
        return parser.description
    }

    private mutating func begin(_ name: String, _ words: ArraySlice<Substring>, _ line: Int) throws(NetworkTextError) {
        section =
            switch name {
            case "*vertices": .vertices
            case "*edges", "*arcs": .pairs
            case "*edgeslist", "*arcslist": .lists
            case "*matrix": throw NetworkTextError(line, "a *matrix is not read: save it as *edges")
            default: .none
            }
        if name.hasPrefix("*arcs") { description.isUndirected = false }
        guard section == .vertices else { return }
        guard description.nodes.isEmpty, let count = words.first.flatMap({ Int($0) }),
            (1...NetworkTopology.routerCounts.upperBound).contains(count)
        else {
            throw NetworkTextError(
                line,
                "*vertices needs a number from 1 to \(NetworkTopology.routerCounts.upperBound), once in a file"
            )
        }
        description.nodes = (1...count).map { .init(id: String($0), line: line) }
    }

    private mutating func read(_ line: Substring, _ words: [Substring], _ number: Int) throws(NetworkTextError) {
        switch section {
        case .none: return
        case .vertices: try vertex(line, words, number)
        case .pairs:
            guard words.count >= 2 else { throw NetworkTextError(number, "a link needs two vertices") }
            description.links.append(.init(source: String(words[0]), target: String(words[1]), line: number))
        case .lists:
            for target in words.dropFirst() {
                description.links.append(.init(source: String(words[0]), target: String(target), line: number))
            }
        }
    }

    /// A vertex: its number, its name, perhaps its place; a name in quotes ends at the last of them.
    private mutating func vertex(_ line: Substring, _ words: [Substring], _ number: Int) throws(NetworkTextError) {
        guard let vertex = Int(words[0]), description.nodes.indices.contains(vertex - 1) else {
            throw NetworkTextError(number, "'\(words[0])' is no vertex from 1 to \(description.nodes.count)")
        }
        var name = words.count > 1 ? String(words[1]) : nil
        var rest = words.dropFirst(2)
        if let open = line.firstIndex(of: "\""), name?.hasPrefix("\"") == true {
            guard let close = line.lastIndex(of: "\""), close > open else {
                throw NetworkTextError(number, "a text in quotes has no end")
            }
            name = CharacterEntities.decode(line[line.index(after: open)..<close])
            rest = line[line.index(after: close)...].split { $0.isWhitespace }[...]
        }
        let place = rest.prefix(2).compactMap { Double($0) }
        description.nodes[vertex - 1] = .init(
            id: String(vertex),
            name: name,
            position: place.count == 2 && place.allSatisfy(\.isFinite) ? .init(x: place[0], y: place[1]) : nil,
            line: number
        )
    }
}
