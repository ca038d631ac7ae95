internal import Scenarios

/// The native text format of SNDlib: a head line, then sections of records in parentheses.
///
///     NODES ( N1 ( 10.5 50.1 ) … )
///     LINKS ( L1 ( N1 N2 ) 0 0 0 0 ( 40 1 ) … )
///     DEMANDS ( D1 ( N1 N2 ) 1 37.5 UNLIMITED … )
///
/// Capacities and costs are read over: a link of the simulator carries one packet a tick. The link section of a dynamic
/// matrix may be empty.
struct SNDlibNative {
    private struct Token {
        let text: Substring
        let line: Int
    }

    private var tokens: [Token] = []
    private var position = 0
    private var description = NetworkDescription()

    static func parse(_ text: String) throws(NetworkTextError) -> NetworkDescription {
        let head = text.drop { $0.isWhitespace }.prefix { !$0.isNewline }
        guard head.contains("native"), head.contains("type: network") else {
            throw NetworkTextError(1, "'\(head.prefix(80))' is not the head of a native network of SNDlib")
        }
        var parser = SNDlibNative(text)
        try parser.parseSections()
        return parser.description
    }

    private init(_ text: String) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() where !line.drop(while: { $0.isWhitespace }).hasPrefix("?") {
            let words = line.prefix { $0 != "#" }.split { $0.isWhitespace }
            for word in words { append(word, line: index + 1) }
        }
    }

    /// Parentheses are tokens even where no space parts them from a word.
    private mutating func append(_ word: Substring, line: Int) {
        var rest = word
        while let index = rest.firstIndex(where: { $0 == "(" || $0 == ")" }) {
            if index > rest.startIndex { tokens.append(Token(text: rest[..<index], line: line)) }
            tokens.append(Token(text: rest[index...index], line: line))
            rest = rest[rest.index(after: index)...]
        }
        if !rest.isEmpty { tokens.append(Token(text: rest, line: line)) }
    }

    private mutating func parseSections() throws(NetworkTextError) {
        while position < tokens.count {
            let section = try next("a section")
            try expect("(", in: "section \(section.text)")
            switch section.text {
            case "NODES": try parseRecords { parser, id, line throws(NetworkTextError) in try parser.node(id, line) }
            case "LINKS": try parseRecords { parser, id, line throws(NetworkTextError) in try parser.link(id, line) }
            case "DEMANDS":
                try parseRecords { parser, id, line throws(NetworkTextError) in try parser.demand(id, line) }
            default: try skip()
            }
        }
    }

    private mutating func parseRecords(
        _ record: (inout SNDlibNative, String, Int) throws(NetworkTextError) -> Void
    ) throws(NetworkTextError) {
        while true {
            let id = try next("a record or ')'")
            if id.text == ")" { return }
            guard id.text != "(" else { throw NetworkTextError(id.line, "'(' where a record's name was expected") }
            try record(&self, String(id.text), id.line)
        }
    }

    private mutating func node(_ id: String, _ line: Int) throws(NetworkTextError) {
        try expect("(", in: "node '\(id)'")
        let x = try number("the x of node '\(id)'")
        let y = try number("the y of node '\(id)'")
        try expect(")", in: "node '\(id)'")
        description.nodes.append(.init(id: id, name: nil, position: .init(x: x, y: y), line: line))
    }

    private mutating func link(_ id: String, _ line: Int) throws(NetworkTextError) {
        let (source, target) = try pair("link '\(id)'")
        for what in ["preinstalled capacity", "preinstalled cost", "routing cost", "setup cost"] {
            _ = try number("the \(what) of link '\(id)'")
        }
        try expect("(", in: "the modules of link '\(id)'")
        try skip()
        description.links.append(.init(source: source, target: target, line: line))
    }

    private mutating func demand(_ id: String, _ line: Int) throws(NetworkTextError) {
        let (source, target) = try pair("demand '\(id)'")
        _ = try number("the routing unit of demand '\(id)'")
        let value = try number("the value of demand '\(id)'")
        _ = try next("the longest path of demand '\(id)'")
        description.demands.append(.init(source: source, target: target, value: value, line: line))
    }

    private mutating func pair(_ what: String) throws(NetworkTextError) -> (String, String) {
        try expect("(", in: what)
        let (source, target) = (try next("the source of \(what)"), try next("the target of \(what)"))
        try expect(")", in: what)
        return (String(source.text), String(target.text))
    }

    /// Reads on to the parenthesis that closes the one just read.
    private mutating func skip() throws(NetworkTextError) {
        var depth = 1
        while depth > 0 {
            let token = try next("')'")
            if token.text == "(" { depth += 1 }
            if token.text == ")" { depth -= 1 }
        }
    }

    private mutating func next(_ expected: String) throws(NetworkTextError) -> Token {
        guard position < tokens.count else {
            throw NetworkTextError(tokens.last?.line, "the file ends where \(expected) was expected")
        }
        position += 1
        return tokens[position - 1]
    }

    private mutating func expect(_ text: String, in what: String) throws(NetworkTextError) {
        let token = try next("'\(text)' of \(what)")
        guard token.text == text else {
            throw NetworkTextError(token.line, "'\(token.text)' where '\(text)' of \(what) was expected")
        }
    }

    private mutating func number(_ what: String) throws(NetworkTextError) -> Double {
        let token = try next(what)
        guard let number = Double(token.text), number.isFinite else {
            throw NetworkTextError(token.line, "'\(token.text)' where \(what) was expected")
        }
        return number
    }
}
