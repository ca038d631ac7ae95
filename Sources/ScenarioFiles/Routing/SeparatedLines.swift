/// Lines of values with a separator between: CSV as RFC 4180 has it, with remarks after `#`, and words with blanks between.
///
/// A value in quotes may contain the separator, two quotes for one, and ends of lines. Between words a parenthesis holds
/// together what is in it, as in `(0, 1) (1, 1)`, and what follows an opening brace are data of the link, which nobody reads.
struct SeparatedLines {
    struct Line {
        var cells: [String] = []
        /// Its first line in the file.
        let number: Int
        /// Whether data in braces were read over.
        var hasData = false
    }

    private static let separators: [Character] = [",", ";", "\t"]

    /// The separator of the first line that says something; a space for words; `nil` for anything else.
    static func separator(of text: String) -> Character? {
        let lines = text.split(whereSeparator: \.isNewline).lazy.filter { !isRemark($0) }
        guard let first = lines.first else { return nil }
        if let told = told(first) { return told }
        var plain = ""
        var (isQuoted, depth) = (false, 0)
        for character in first.prefix(while: { $0 != "{" }) {
            if character == "\"" { isQuoted.toggle() }
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if !isQuoted, depth <= 0 { plain.append(character) }
        }
        if let separator = separators.first(where: plain.contains) { return separator }
        let words = (try? split(String(first), at: " "))?.first?.cells ?? []
        let isLink = words.count == 2 || words.count == 3 && Double(words[2]) != nil
        let areNeighbors =
            words.count >= 2
            && lines.dropFirst().contains { (try? split(String($0), at: " "))?.first?.cells.count == 1 }
        return isLink || areNeighbors ? " " : nil
    }

    /// The separator that a first line `sep=;` names, as Excel writes it.
    private static func told(_ line: Substring) -> Character? {
        guard line.lowercased().hasPrefix("sep="), let last = line.last, line.count == 5 else { return nil }
        return last
    }

    /// Whether a line is empty or a remark.
    private static func isRemark(_ line: Substring) -> Bool {
        let first = line.first { !$0.isWhitespace }
        return first == nil || first == "#" || first == "%"
    }

    /// Splits a text.
    ///
    /// - Throws: `NetworkTextError` with the line of a value in quotes that has no end, or has more behind its end.
    static func split(_ text: String, at separator: Character) throws(NetworkTextError) -> [Line] {
        var lines: [Line] = []
        var rest = text[...]
        var number = 1
        while !rest.isEmpty {
            let line = rest.prefix { !$0.isNewline }
            if isRemark(line) || number == 1 && told(line) != nil {
                rest = rest[line.endIndex...].dropFirst()
                number += 1
                continue
            }
            var record = Line(number: number)
            try cells(&rest, separator, &record, &number)
            lines.append(record)
        }
        return lines
    }

    /// Reads the values of a line, and the end of the line.
    private static func cells(
        _ rest: inout Substring,
        _ separator: Character,
        _ line: inout Line,
        _ number: inout Int
    ) throws(NetworkTextError) {
        while true {
            rest = rest.drop { $0 != separator && isBlank($0) || separator == " " && isBlank($0) }
            if separator == " ", rest.first == "{" {
                line.hasData = true
                rest = rest.drop { !$0.isNewline }
            }
            let isEnd = rest.first?.isNewline ?? true
            if isEnd, separator == " " { break }
            line.cells.append(
                rest.first == "\"" ? try quoted(&rest, separator, line.number, &number) : plain(&rest, separator)
            )
            if separator == " " { continue }
            guard rest.first == separator else { break }
            rest = rest.dropFirst()
        }
        if !rest.isEmpty { rest = rest.dropFirst() }
        number += 1
    }

    private static func isBlank(_ character: Character) -> Bool { character.isWhitespace && !character.isNewline }

    /// Reads up to the separator or the end of the line.
    private static func plain(_ rest: inout Substring, _ separator: Character) -> String {
        var depth = 0
        let cell = rest.prefix { character in
            if character.isNewline { return false }
            guard separator == " " else { return character != separator }
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            return depth > 0 || !character.isWhitespace
        }
        rest = rest[cell.endIndex...]
        return String(cell[..<(cell.lastIndex { !$0.isWhitespace }.map { cell.index(after: $0) } ?? cell.startIndex)])
    }

    /// Reads a value in quotes and the blanks behind it.
    private static func quoted(
        _ rest: inout Substring,
        _ separator: Character,
        _ line: Int,
        _ number: inout Int
    ) throws(NetworkTextError) -> String {
        var value = ""
        rest = rest.dropFirst()
        while true {
            guard let end = rest.firstIndex(of: "\"") else {
                throw NetworkTextError(line, "a text in quotes has no end")
            }
            value += rest[..<end]
            number += rest[..<end].count(where: \.isNewline)
            rest = rest[rest.index(after: end)...]
            guard rest.first == "\"" else { break }
            value.append("\"")
            rest = rest.dropFirst()
        }
        rest = rest.drop { $0 != separator && isBlank($0) }
        guard rest.first.map({ $0 == separator || $0.isNewline }) ?? true else {
            throw NetworkTextError(line, "more follows the text in quotes '\(value)'")
        }
        return value.split { $0.isWhitespace }.joined(separator: " ")
    }
}
