internal import Foundation

/// A value of JSON of which nobody knows beforehand what it is.
enum JSONTree: Sendable, Hashable, Decodable {
    case null
    case truth(Bool)
    case number(Double)
    case string(String)
    case list([JSONTree])
    case object([String: JSONTree])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let truth = try? container.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let list = try? container.decode([JSONTree].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: JSONTree].self))
        }
    }

    /// A member of an object.
    subscript(name: String) -> JSONTree? { if case .object(let members) = self { members[name] } else { nil } }

    /// The value in one line.
    var text: String {
        switch self {
        case .null: "null"
        case .truth(let truth): truth ? "true" : "false"
        case .number(let number): Self.text(number)
        case .string(let string): string
        case .list(let list): "[" + list.map(\.text).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.text)" }.joined(separator: ", ") + "}"
        }
    }

    /// Whole numbers without a point; of others what single precision keeps, since most of them were of it.
    private static func text(_ number: Double) -> String {
        guard number == number.rounded(), number.magnitude < 0x1p53 else { return "\(Float(number))" }
        return "\(Int64(number))"
    }
}
