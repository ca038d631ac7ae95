/// Reads JSON from a stranger: strictly, in time in proportion to its length, and with the place of what is wrong.
///
/// A name that comes twice in an object is refused, since one of the two values would be silently lost; so is a number that
/// is beyond the finite ones. `docs/decisions/0033-serving-policies.md` says why this is no library's.
package struct JSONReader {
    /// Why text is no JSON, as part of a sentence.
    package struct Failure: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// How deep lists and objects may lie in one another.
    private static let deepest = 32
    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    private let bytes: [UInt8]
    private var place = 0
    private var depth = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads one value, with nothing behind it.
    package static func value(of bytes: [UInt8]) throws(Failure) -> JSONValue {
        var reader = Self(bytes)
        let value = try reader.value()
        reader.skipBlanks()
        guard reader.place == bytes.count else { throw reader.failure("something follows the value") }
        return value
    }

    private func failure(_ reason: String) -> Failure { Failure(description: "\(reason) at byte \(place)") }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        place += 1
        return true
    }

    private mutating func value() throws(Failure) -> JSONValue {
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return try nested { (reader) throws(Failure) in try reader.object() }
        case UInt8(ascii: "["): return try nested { (reader) throws(Failure) in try reader.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case let byte? where byte == UInt8(ascii: "-") || Self.digits.contains(byte): return .number(try number())
        case nil: throw failure("a value is missing")
        default:
            for (word, value) in [("true", JSONValue.bool(true)), ("false", .bool(false)), ("null", .null)]
            where bytes[place...].starts(with: word.utf8) {
                place += word.utf8.count
                return value
            }
            throw failure("no JSON value begins")
        }
    }

    private mutating func nested(_ read: (inout Self) throws(Failure) -> JSONValue) throws(Failure) -> JSONValue {
        guard depth < Self.deepest else {
            throw failure("more than \(Self.deepest) lists or objects lie in one another")
        }
        depth += 1
        place += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func array() throws(Failure) -> JSONValue {
        var values: [JSONValue] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return .array([]) }
        while true {
            values.append(try value())
            skipBlanks()
            if take(UInt8(ascii: "]")) { return .array(values) }
            guard take(UInt8(ascii: ",")) else { throw failure("a comma or ] is missing") }
        }
    }

    private mutating func object() throws(Failure) -> JSONValue {
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        skipBlanks()
        if take(UInt8(ascii: "}")) { return .object([]) }
        while true {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw failure("a name in quotes is missing") }
            let name = try string()
            guard names.insert(name).inserted else { throw failure("the name \"\(name.prefix(40))\" comes twice") }
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw failure("a colon is missing") }
            members.append(.init(name, try value()))
            skipBlanks()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw failure("a comma or } is missing") }
        }
    }

    private mutating func number() throws(Failure) -> Double {
        let start = place
        _ = take(UInt8(ascii: "-"))
        let isZero = next == UInt8(ascii: "0")
        let count = skipDigits()
        guard count == 1 || count > 1 && !isZero else { throw failure("a number is not written as JSON wants it") }
        if take(UInt8(ascii: ".")) {
            guard skipDigits() > 0 else { throw failure("digits are missing behind the point") }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            place += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard skipDigits() > 0 else { throw failure("digits of an exponent are missing") }
        }
        guard let value = Double(String(decoding: bytes[start..<place], as: UTF8.self)), value.isFinite else {
            throw failure("a number is too large")
        }
        return value
    }

    private mutating func skipDigits() -> Int {
        let start = place
        while let byte = next, Self.digits.contains(byte) { place += 1 }
        return place - start
    }

    private mutating func string() throws(Failure) -> String {
        place += 1
        var text: [UInt8] = []
        while let byte = next {
            place += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let valid = String(validating: text, as: UTF8.self) else {
                    throw failure("a string is not UTF-8")
                }
                return valid
            case UInt8(ascii: "\\"): text += try escape().utf8
            case ..<0x20: throw failure("a control character in a string")
            default: text.append(byte)
            }
        }
        throw failure("a string does not end")
    }

    private mutating func escape() throws(Failure) -> String {
        guard let byte = next else { throw failure("a string does not end") }
        place += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return String(Character(try codePoint()))
        default: throw failure("an escape that JSON does not have")
        }
    }

    /// `\u0041`, or two of them where one half follows the other.
    private mutating func codePoint() throws(Failure) -> Unicode.Scalar {
        var value = try fourDigits()
        if (0xD800..<0xDC00).contains(value), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
            let low = try fourDigits()
            guard (0xDC00..<0xE000).contains(low) else { throw failure("half of a character stands alone") }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw failure("half of a character stands alone") }
        return scalar
    }

    private mutating func fourDigits() throws(Failure) -> UInt32 {
        let digits = bytes[place..<min(place + 4, bytes.count)]
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw failure("four hexadecimal digits are missing") }
        place += 4
        return value
    }
}
