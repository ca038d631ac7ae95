/// Finds elements of one name in a text of XML and reads their attributes; enough for what SUMO writes.
enum XMLElements {
    /// Calls `use` with the attributes of each element of a name, in the order of the text.
    ///
    /// Comments are skipped; anything that is not well-formed is passed over.
    static func scan(_ text: [UInt8], named name: String, _ use: ([String: String]) -> Void) {
        scanAll(text) { found, attributes in
            if found == name { use(attributes) }
        }
    }

    /// Calls `use` with the name and the attributes of every element, in the order of the text.
    static func scanAll(_ text: [UInt8], _ use: (String, [String: String]) -> Void) {
        var position = 0
        while let start = text[position...].firstIndex(of: UInt8(ascii: "<")) {
            if text[start...].starts(with: "<!--".utf8) {
                position = endOfComment(text, from: start)
                continue
            }
            let end = text[(start + 1)...].firstIndex { isSpace($0) || ">/".utf8.contains($0) } ?? text.count
            let name = String(decoding: text[(start + 1)..<end], as: UTF8.self)
            guard let first = name.first, first.isLetter else {
                position = start + 1
                continue
            }
            let (attributes, next) = attributes(text, from: end)
            position = next
            use(name, attributes)
        }
    }

    private static func endOfComment(_ text: [UInt8], from start: Int) -> Int {
        var position = start + 4
        while position < text.count, !text[position...].starts(with: "-->".utf8) { position += 1 }
        return min(position + 3, text.count)
    }

    private static func attributes(_ text: [UInt8], from start: Int) -> ([String: String], end: Int) {
        var attributes: [String: String] = [:]
        var position = start
        while position < text.count, text[position] != UInt8(ascii: ">") {
            guard !isSpace(text[position]), text[position] != UInt8(ascii: "/") else {
                position += 1
                continue
            }
            guard let equals = text[position...].firstIndex(of: UInt8(ascii: "=")), equals + 1 < text.count else {
                break
            }
            let quote = text[equals + 1]
            guard let close = text[(equals + 2)...].firstIndex(of: quote) else { break }
            let key = String(decoding: text[position..<equals], as: UTF8.self)
            attributes[key] = unescaped(String(decoding: text[(equals + 2)..<close], as: UTF8.self))
            position = close + 1
        }
        return (attributes, min(position + 1, text.count))
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]

    private static func unescaped(_ text: String) -> String {
        guard text.contains("&") else { return text }
        return entities.reduce(text) {
            $0.split(separator: $1.0, omittingEmptySubsequences: false).joined(separator: $1.1)
        }
    }

    /// Writes a text as the value of an attribute.
    static func escaped(_ text: String) -> String {
        entities.reversed().reduce(text) {
            $0.split(separator: $1.1, omittingEmptySubsequences: false).joined(separator: $1.0)
        }
    }
}
