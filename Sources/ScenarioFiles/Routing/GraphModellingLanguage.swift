/// GML as the Topology Zoo uses it: `graph [ node [ id 0 label "Rome" … ] edge [ source 0 target 1 ] ]`.
///
/// The format is ASCII: other characters of a text are written as entities, and so are `&` and `"`.
struct GraphModellingLanguage {
    /// A key's value: a word, or a list of keys.
    private enum Value {
        case word(String)
        case list([Entry])
    }

    private struct Entry {
        let key: String
        let value: Value
        let line: Int
    }

    private enum Token: Equatable {
        case word(String)
        case open, close
    }

    private var tokens: [(token: Token, line: Int)] = []
    private var position = 0

    /// Whether a text has a `graph [` in it, which no table of values has.
    static func isLikely(_ text: String) -> Bool {
        guard let range = text.firstRange(of: /(^|\R)\s*graph\s*\[/) else { return false }
        return !text[..<range.lowerBound].contains(",")
            || text.drop { $0.isWhitespace }.first.map { $0.isLetter || $0 == "#" } ?? false
    }

    static func parse(_ text: String) throws(NetworkTextError) -> NetworkDescription {
        var parser = try GraphModellingLanguage(text)
        let entries = try parser.list(depth: 0)
        guard let graph = entries.first(where: { $0.key == "graph" }), case .list(let members) = graph.value else {
            throw NetworkTextError(nil, "there is no graph [ … ]")
        }
        var description = NetworkDescription()
        let isDirected = words(members)["directed"]
        description.isUndirected = isDirected == nil || isDirected == "0"
        for entry in members {
            guard case .list(let list) = entry.value else { continue }
            let words = words(list)
            switch entry.key {
            case "node":
                guard let id = words["id"] else { throw NetworkTextError(entry.line, "a node has no id") }
                description.nodes.append(
                    .init(id: id, name: words["label"], position: GraphML.place(words), line: entry.line)
                )
            case "edge":
                guard let source = words["source"], let target = words["target"] else {
                    throw NetworkTextError(entry.line, "an edge has no source and target")
                }
                description.links.append(.init(source: source, target: target, line: entry.line))
            default: continue
            }
        }
        return description
    }

    /// The words of a list by key, those of a list `graphics` too.
    private static func words(_ entries: [Entry]) -> [String: String] {
        var words: [String: String] = [:]
        for entry in entries {
            switch entry.value {
            case .word(let word): words[entry.key] = word
            case .list(let list) where entry.key == "graphics": words.merge(self.words(list)) { first, _ in first }
            case .list: continue
            }
        }
        return words
    }

    private init(_ text: String) throws(NetworkTextError) {
        var rest = text[...]
        var line = 1
        while let first = rest.first {
            if first.isWhitespace {
                if first.isNewline { line += 1 }
                rest = rest.dropFirst()
            } else if first == "#" {
                rest = rest.drop { !$0.isNewline }
            } else if first == "[" || first == "]" {
                tokens.append((first == "[" ? .open : .close, line))
                rest = rest.dropFirst()
            } else if first == "\"" {
                let body = rest.dropFirst()
                guard let end = body.firstIndex(of: "\"") else { throw NetworkTextError(line, "a text has no end") }
                tokens.append((.word(CharacterEntities.decode(body[..<end])), line))
                line += body[..<end].count(where: \.isNewline)
                rest = body[body.index(after: end)...]
            } else {
                let word = rest.prefix { !$0.isWhitespace && $0 != "[" && $0 != "]" }
                tokens.append((.word(String(word)), line))
                rest = rest[word.endIndex...]
            }
        }
    }

    /// Reads keys and values up to the bracket that closes the list, at depth 0 up to the end.
    private mutating func list(depth: Int) throws(NetworkTextError) -> [Entry] {
        let start = position > 0 ? tokens[position - 1].line : 1
        guard depth <= 32 else { throw NetworkTextError(start, "lists stand within each other more than 32 deep") }
        var entries: [Entry] = []
        while position < tokens.count {
            let (token, line) = tokens[position]
            position += 1
            switch token {
            case .close where depth > 0: return entries
            case .close, .open: throw NetworkTextError(line, "a bracket where a key was expected")
            case .word(let key):
                guard position < tokens.count else { throw NetworkTextError(line, "'\(key)' has no value") }
                let next = tokens[position].token
                position += 1
                switch next {
                case .word(let word): entries.append(Entry(key: key, value: .word(word), line: line))
                case .open:
                    entries.append(Entry(key: key, value: .list(try list(depth: depth + 1)), line: line))
                case .close: throw NetworkTextError(line, "'\(key)' has no value")
                }
            }
        }
        guard depth == 0 else { throw NetworkTextError(start, "the list that begins here has no end") }
        return entries
    }
}
