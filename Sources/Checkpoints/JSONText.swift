internal import Foundation

/// JSON in the form in which people read it, too.
enum JSONText {
    /// The most a description may have: no file makes a reader allocate more before it is understood.
    static let maximumByteCount = 1 << 24

    static func encode(_ value: some Encodable, named name: String) throws(FileFailure) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(value) else {
            throw FileFailure(.inaccessible, "cannot write \(name): what it should say has no JSON form")
        }
        return json
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
