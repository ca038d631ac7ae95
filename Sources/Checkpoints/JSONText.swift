package import Foundation

/// JSON in the form in which people read it, too.
package enum JSONText {
    /// The most a description may have: no file makes a reader allocate more before it is understood.
    static let maximumByteCount = 1 << 24

    static func encode(_ value: some Encodable, named name: String) throws(FileFailure) -> Data {
        guard let json = try? encoder(isPretty: true).encode(value) else {
            throw FileFailure(.inaccessible, "cannot write \(name): what it should say has no JSON form")
        }
        return json
    }

    /// Of what is known to have a form: its numbers are finite.
    package static func data(_ value: some Encodable, isPretty: Bool = true) -> Data {
        guard let json = try? encoder(isPretty: isPretty).encode(value) else {
            preconditionFailure("numbers that are finite have a form")
        }
        return json
    }

    /// With its keys in order.
    private static func encoder(isPretty: Bool) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return encoder
    }

    static func decode<Value: Decodable>(
        _ type: Value.Type,
        from data: Data,
        file: String
    ) throws(FileFailure) -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw FileFailure(.damaged, "\(file) does not say what it should: \(error)")
        }
    }
}
