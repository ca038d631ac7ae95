package import Foundation
internal import Hashing

/// A JSON object in another one that states its SHA-256: nobody reads it with a byte changed.
package enum SealedText {
    private static let prefix = Data("{\n\"checkpoint\": ".utf8)

    private static func suffix(for text: Data) -> Data {
        Data(",\n\"sha256\": \"\(digest(of: text))\"\n}\n".utf8)
    }

    /// The SHA-256 as 64 hexadecimal digits in lower case.
    package static func digest(of data: Data) -> String { hexadecimal(SHA256.hash(data)) }

    /// Seals a JSON object.
    package static func seal(_ text: Data) -> Data { prefix + text + suffix(for: text) }

    /// Takes the JSON object out again; `nil` when the seal is not its own.
    package static func text(of data: Data) -> Data? {
        let suffixCount = suffix(for: Data()).count
        guard data.count >= prefix.count + suffixCount, data.starts(with: prefix) else { return nil }
        let text = Data(data.dropFirst(prefix.count).dropLast(suffixCount))
        return data.suffix(suffixCount) == suffix(for: text) ? text : nil
    }
}
