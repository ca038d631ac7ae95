internal import Foundation
internal import Hashing

/// What tells a run from every other: two runs with the same identity end in the same bits.
public struct RunIdentity: Sendable, Hashable, CustomStringConvertible {
    /// 16 hexadecimal digits in lower case.
    public let description: String

    /// Takes the identity of a run from its settings.
    ///
    /// - Parameter settings: All settings that the result depends on, the layout not among them.
    public init(of settings: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let json = try? encoder.encode(settings) else { preconditionFailure("settings have a JSON form") }
        description = String(hexadecimal(SHA256.hash(json)).prefix(16))
    }
}
