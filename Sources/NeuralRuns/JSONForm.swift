internal import Checkpoints
internal import Foundation

/// JSON with its keys in order.
enum JSONForm {
    static func data(_ value: some Encodable, isPretty: Bool = true) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            isPretty ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { preconditionFailure("numbers that are finite have a form") }
        return data
    }

    static func digest(of value: some Encodable) -> String {
        SealedText.digest(of: data(value, isPretty: false))
    }
}
