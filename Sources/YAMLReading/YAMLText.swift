public import Yams

/// Why a text is no YAML that is read here.
public struct YAMLFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, if there is one to blame.
    public let line: Int?
    /// The reason.
    public let description: String
}

/// YAML from outside: read in time and memory in proportion to its length.
///
/// Anchors and aliases are refused: a few hundred bytes of them stand for more than any machine holds, and no file of ours
/// needs them. So is what is nested deeper than anything that makes sense, for the parser follows each level.
public enum YAMLText {
    /// How many brackets may be open, and how many list or key marks begin one line.
    private static let deepest = 64
    /// How far a line may be indented, which bounds the depth of blocks.
    private static let widestIndent = 1024

    /// Reads a document.
    ///
    /// - Returns: Its root; `nil` where there is nothing but comments.
    /// - Throws: `YAMLFailure` with the line.
    public static func compose(_ text: String) throws(YAMLFailure) -> Node? {
        var scanner = Scanner(text)
        try scanner.check()
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw failure(error)
        } catch {
            throw YAMLFailure(line: nil, description: "this is not YAML")
        }
    }

    /// What the parser says, without the excerpt that it makes in time that grows with the square of the line.
    private static func failure(_ error: YamlError) -> YAMLFailure {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            YAMLFailure(
                line: mark.line,
                description: "this is not YAML: \(context.map { $0.text + ", " } ?? "")\(problem)"
            )
        case .duplicatedKeysInMapping(let keys, let context):
            YAMLFailure(
                line: context.mark.line,
                description: "the key \"\(keys.sorted().first ?? "")\" stands twice in one mapping"
            )
        case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem), .representer(let problem):
            YAMLFailure(line: nil, description: "this is not YAML: \(problem)")
        case .no, .memory, .dataCouldNotBeDecoded:
            YAMLFailure(line: nil, description: "this is not YAML")
        }
    }

    /// Goes over the text once and looks at how each word begins.
    private struct Scanner {
        private let bytes: [UInt8]
        private var position = 0
        private var line = 1
        /// Brackets that are open.
        private var depth = 0
        /// Marks (`-`, `?`, `:`) at the beginning of the line so far.
        private var marks = 0
        private var indent = 0
        private var isAtLineStart = true

        init(_ text: String) {
            bytes = Array(text.utf8)
        }

        mutating func check() throws(YAMLFailure) {
            while position < bytes.count {
                let byte = bytes[position]
                switch byte {
                case UInt8(ascii: "\n"): endLine()
                case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): skipBlank()
                case UInt8(ascii: "#"): skipLine()
                case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1; position += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1); position += 1
                case UInt8(ascii: ","): position += 1
                case UInt8(ascii: "\""), UInt8(ascii: "'"): skipQuoted(byte)
                case UInt8(ascii: "&"), UInt8(ascii: "*"): throw reference
                case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "!"): skipMark(byte)
                default: skipWord()
                }
                guard depth <= YAMLText.deepest, marks <= YAMLText.deepest, indent <= YAMLText.widestIndent else {
                    throw YAMLFailure(line: line, description: "this is nested too deeply")
                }
            }
        }

        private var reference: YAMLFailure {
            YAMLFailure(
                line: line,
                description: "anchors (&) and aliases (*) are not read here: write the value out, or put it in quotes"
            )
        }

        private mutating func endLine() {
            position += 1
            line += 1
            (marks, indent, isAtLineStart) = (0, 0, true)
        }

        private mutating func skipBlank() {
            if isAtLineStart { indent += 1 }
            position += 1
        }

        private mutating func skipLine() {
            while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        }

        /// A mark before a blank begins a list's item, a key or a value; a tag ends at a blank; else it begins a word.
        private mutating func skipMark(_ byte: UInt8) {
            isAtLineStart = false
            let next = position + 1 < bytes.count ? bytes[position + 1] : UInt8(ascii: "\n")
            let isBeforeBlank = Self.isBlank(next)
            if byte == UInt8(ascii: "!") {
                while position < bytes.count, !Self.isBlank(bytes[position]) { position += 1 }
            } else if isBeforeBlank || depth > 0 {
                if isBeforeBlank { marks += 1 }
                position += 1
            } else {
                skipWord()
            }
        }

        private mutating func skipQuoted(_ quote: UInt8) {
            isAtLineStart = false
            position += 1
            while position < bytes.count, bytes[position] != quote {
                if bytes[position] == UInt8(ascii: "\n") { line += 1 }
                position += quote == UInt8(ascii: "\"") && bytes[position] == UInt8(ascii: "\\") ? 2 : 1
            }
            position += 1
        }

        /// A word goes on until a colon and a blank, a comment, the line's end, or in brackets what ends it there.
        private mutating func skipWord() {
            isAtLineStart = false
            position += 1
            while position < bytes.count {
                let byte = bytes[position]
                if byte == UInt8(ascii: "\n") { return }
                if byte == UInt8(ascii: ":"), position + 1 == bytes.count || Self.isBlank(bytes[position + 1]) {
                    marks = 0
                    return
                }
                if byte == UInt8(ascii: "#"), Self.isBlank(bytes[position - 1]) { return }
                if depth > 0,
                    [
                        UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "{"),
                        UInt8(ascii: ":"),
                    ].contains(byte)
                {
                    return
                }
                position += 1
            }
        }

        private static func isBlank(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t")
                || byte == UInt8(ascii: "\r")
        }
    }
}
