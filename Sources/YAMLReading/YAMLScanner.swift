/// Goes over a text once, before the parser does, and looks at how each word begins.
///
/// It takes for a quote, a comment or a word what the parser takes for one; where the two could differ (text in quotes or
/// blocks that goes on over lines) it refuses. Otherwise what is refused could hide where only the parser sees it.
struct YAMLScanner {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    /// Brackets that are open.
    private var depth = 0
    /// Marks (`-`, `:`) at the beginning of the line so far.
    private var marks = 0
    private var indent = 0
    private var isAtLineStart = true
    /// Whether what comes may be more of the same word: in brackets a word goes on behind blanks and line breaks.
    private var isInWord = false

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Goes over the text.
    ///
    /// - Throws: `YAMLFailure` with the line of what is not read here.
    mutating func check() throws(YAMLFailure) {
        while position < bytes.count {
            if let length = breakLength(at: position) {
                endLine(length)
            } else if Self.isBlank(bytes[position]) {
                if isAtLineStart { indent += 1 }
                position += 1
            } else if isAtLineStart, indent == 0, let length = lengthOfDocumentMark {
                position += length
            } else {
                try takeUpToken(bytes[position])
                isAtLineStart = false
            }
            guard depth <= YAMLText.deepest, marks <= YAMLText.deepest, indent <= YAMLText.widestIndent else {
                throw failure("this is nested too deeply")
            }
        }
    }

    private mutating func takeUpToken(_ byte: UInt8) throws(YAMLFailure) {
        let wasInWord = isInWord && depth > 0
        isInWord = false
        switch byte {
        case UInt8(ascii: "#"): skipLine()
        case UInt8(ascii: "["), UInt8(ascii: "{"): (depth, position) = (depth + 1, position + 1)
        case UInt8(ascii: "]"), UInt8(ascii: "}"): try close()
        case UInt8(ascii: ",") where depth > 0: position += 1
        case _ where wasInWord && byte != UInt8(ascii: ":"): skipWord()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): try skipQuoted(byte)
        case UInt8(ascii: "&"), UInt8(ascii: "*"):
            throw failure("anchors (&) and aliases (*) are not read here: write the value out, or put it in quotes")
        case UInt8(ascii: "|") where depth == 0, UInt8(ascii: ">") where depth == 0:
            throw failure("text in blocks (| and >) is not read here: put it in quotes, in one line")
        case UInt8(ascii: "!"): skipTag()
        case UInt8(ascii: "?") where depth > 0 || isBeforeBlank:
            throw failure("keys that are marked with ? are not read here: write the key before its colon, or in quotes")
        case UInt8(ascii: ":") where depth > 0 || isBeforeBlank, UInt8(ascii: "-") where isBeforeBlank:
            if isBeforeBlank { marks += 1 }
            position += 1
        default: skipWord()
        }
    }

    private func failure(_ words: String) -> YAMLFailure { YAMLFailure(line: line, description: words) }

    private mutating func endLine(_ length: Int) {
        position += length
        line += 1
        (marks, indent, isAtLineStart) = (0, 0, true)
    }

    /// What stands at the beginning of a line and belongs to no word: a byte order mark, or the mark of a document.
    private var lengthOfDocumentMark: Int? {
        let next = bytes[position..<min(position + 3, bytes.count)]
        if next.elementsEqual([0xEF, 0xBB, 0xBF]) { return 3 }
        guard next.elementsEqual("---".utf8) || next.elementsEqual("...".utf8) else { return nil }
        return isBlankOrEnd(position + 3) ? 3 : nil
    }

    /// A bracket that is followed by a colon has closed a key.
    private mutating func close() throws(YAMLFailure) {
        depth = max(0, depth - 1)
        position += 1
        var next = position
        while next < bytes.count {
            if let length = breakLength(at: next) {
                next += length
            } else if Self.isBlank(bytes[next]) {
                next += 1
            } else {
                break
            }
        }
        guard next < bytes.count, bytes[next] == UInt8(ascii: ":") else { return }
        throw failure("a list or a mapping is no key here: put it in quotes")
    }

    private mutating func skipLine() {
        while position < bytes.count, breakLength(at: position) == nil { position += 1 }
    }

    private mutating func skipTag() {
        while !isBlankOrEnd(position) { position += 1 }
    }

    private mutating func skipQuoted(_ quote: UInt8) throws(YAMLFailure) {
        position += 1
        while position < bytes.count, bytes[position] != quote, breakLength(at: position) == nil {
            let isEscape = quote == UInt8(ascii: "\"") && bytes[position] == UInt8(ascii: "\\")
            position += 1
            if isEscape, position < bytes.count, breakLength(at: position) == nil { position += 1 }
        }
        guard position < bytes.count, bytes[position] == quote else {
            throw failure("a quote is opened and not closed in the same line")
        }
        position += 1
    }

    /// A word goes on until a colon and a blank, a comment, the line's end, or in brackets what ends it there.
    private mutating func skipWord() {
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            if breakLength(at: position) != nil { return isInWord = true }
            if byte == UInt8(ascii: ":"), isBlankOrEnd(position + 1) {
                marks = 0
                return
            }
            if byte == UInt8(ascii: "#"), Self.isBlank(bytes[position - 1]) { return }
            if depth > 0, ",[]{}".utf8.contains(byte) { return }
            position += 1
        }
    }

    private var isBeforeBlank: Bool { isBlankOrEnd(position + 1) }

    private func isBlankOrEnd(_ place: Int) -> Bool {
        place >= bytes.count || Self.isBlank(bytes[place]) || breakLength(at: place) != nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// How many bytes a line break has, if there is one: CR, LF, both, or one of Unicode's.
    private func breakLength(at place: Int) -> Int? {
        switch bytes[place] {
        case UInt8(ascii: "\n"): 1
        case UInt8(ascii: "\r"): place + 1 < bytes.count && bytes[place + 1] == UInt8(ascii: "\n") ? 2 : 1
        case 0xC2: bytes[place...].starts(with: [0xC2, 0x85]) ? 2 : nil
        case 0xE2: [0xA8, 0xA9].contains { bytes[place...].starts(with: [0xE2, 0x80, $0]) } ? 3 : nil
        default: nil
        }
    }
}
