internal import Foundation

/// Any JSON.
indirect enum JSONTree: Decodable {
    case object([String: JSONTree])
    case array([JSONTree])
    case number(Double)
    /// A whole number that a `Double` does not hold, digit by digit.
    case large(String)
    case text(String)
    case truth(Bool)
    case other

    static func parse(_ text: String) throws(NetworkTextError) -> JSONTree {
        do {
            return try JSONDecoder().decode(Self.self, from: Data(text.utf8))
        } catch {
            throw reason(text)
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let object = try? container.decode([String: JSONTree].self) {
            self = .object(object)
        } else if let array = try? container.decode([JSONTree].self) {
            self = .array(array)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let truth = try? container.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? container.decode(Double.self) {
            self = number.magnitude < 0x1p53 ? .number(number) : Self.large(number, container)
        } else {
            self = .other
        }
    }

    private static func large(_ number: Double, _ container: any SingleValueDecodingContainer) -> JSONTree {
        guard let digits = try? container.decode(Decimal.self).description, digits.count <= 38,
            digits.allSatisfy({ $0.isNumber || $0 == "-" })
        else { return .number(number) }
        return .large(digits)
    }

    subscript(key: String) -> JSONTree? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// Whether it is a number.
    var isNumber: Bool {
        switch self {
        case .number, .large: true
        default: false
        }
    }

    /// What names a node: a text, or a number as a text (7 and "7" name the same node), or a list of them as Python writes
    /// a tuple, which is what the other formats of networkx say.
    var identifier: String? {
        switch self {
        case .text(let text): return text
        case .number(let number): return Int(exactly: number).map(String.init) ?? String(number)
        case .large(let digits): return digits
        case .array(let parts):
            var words: [String] = []
            for part in parts {
                guard let word = part.identifier else { return nil }
                if case .text = part { words.append("'\(word)'") } else { words.append(word) }
            }
            return "(" + words.joined(separator: ", ") + (words.count == 1 ? ",)" : ")")
        case .object, .truth, .other: return nil
        }
    }

    /// Why a text is no JSON, and the line; the decoder does not tell, but Foundation's older reader does.
    private static func reason(_ text: String) -> NetworkTextError {
        let data = Data(text.utf8)
        let words = "the JSON cannot be read"
        do {
            _ = try JSONSerialization.jsonObject(with: data)
            return NetworkTextError(nil, words)
        } catch {
            guard let detail = (error as NSError).userInfo["NSDebugDescription"] as? String else {
                return NetworkTextError(nil, words)
            }
            let offset = detail.range(of: "character ").flatMap { Int(detail[$0.upperBound...].prefix { $0.isNumber }) }
            let line = offset.map { 1 + data.prefix($0).count { $0 == UInt8(ascii: "\n") } }
            return NetworkTextError(line, "\(words): \(detail)")
        }
    }
}
