package import Foundation

/// Encodes a value of this program as one line of JSON; numbers that are not finite become the text "nan".
package func encodeJSON(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf",
        negativeInfinity: "-inf",
        nan: "nan"
    )
    guard let data = try? encoder.encode(value) else { preconditionFailure("a result has a JSON form") }
    return String(decoding: data, as: UTF8.self)
}

extension JSONDecoder {
    /// Reads what `encodeJSON` has written: figures that are not finite are words.
    package static var ofResults: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return decoder
    }
}
