internal import Foundation

/// How this module writes and reads JSON: keys in order, numbers that are not finite as text.
enum JSONForm {
    /// A value that has a JSON form, in one line.
    static func data(_ value: some Encodable) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        guard let data = try? encoder.encode(value) else { preconditionFailure("what is shown has a JSON form") }
        return data
    }

    /// The same as text.
    static func text(_ value: some Encodable) -> String { String(decoding: data(value), as: UTF8.self) }

    /// Reads a value; `nil` where there is something else.
    static func value<Value: Decodable>(_ type: Value.Type, from data: Data) -> Value? {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return try? decoder.decode(type, from: data)
    }
}
