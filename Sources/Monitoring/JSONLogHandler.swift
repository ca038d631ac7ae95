public import Foundation
public import Logging

/// Writes each log record as one JSON object in one line.
///
/// The keys are `time` (UTC, ISO 8601), `level`, `logger`, `message`, and those of the metadata; metadata that would hide
/// one of the former comes as `metadata.<key>`.
public struct JSONLogHandler: LogHandler {
    /// Added to every record.
    public var metadata: Logger.Metadata = [:]
    /// Asked for more metadata with every record.
    public var metadataProvider: Logger.MetadataProvider?
    /// The least that is written.
    public var logLevel: Logger.Level = .info

    private let label: String
    private let now: @Sendable () -> Date
    private let write: @Sendable (String) -> Void

    /// Creates a handler.
    ///
    /// - Parameters:
    ///   - label: The logger's name.
    ///   - now: The clock.
    ///   - write: Takes a line, its end included.
    public init(
        label: String,
        now: @escaping @Sendable () -> Date = { Date() },
        write: @escaping @Sendable (String) -> Void
    ) {
        self.label = label
        self.now = now
        self.write = write
    }

    /// Reads and changes the metadata.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a record.
    public func log(event: LogEvent) {
        var all = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }
        all.merge(event.metadata ?? [:]) { $1 }
        write(line(event.level, "\(event.message)", all))
    }

    private func line(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) -> String {
        var text = "{\"time\":\(Self.quote(now().formatted(Self.style))),\"level\":\(Self.quote(level.rawValue))"
        text += ",\"logger\":\(Self.quote(label)),\"message\":\(Self.quote(message))"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            let name = Self.ownKeys.contains(key) ? "metadata.\(key)" : key
            text += ",\(Self.quote(name)):\(Self.json(value))"
        }
        return text + "}\n"
    }

    private static let ownKeys: Set<String> = ["time", "level", "logger", "message"]
    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    /// A value of metadata; numbers that come as such stay numbers.
    private static func json(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): quote(text)
        case .stringConvertible(let number as any BinaryInteger): "\(number)"
        case .stringConvertible(let number as Double) where number.isFinite: "\(number)"
        case .stringConvertible(let value): quote(value.description)
        case .array(let values): "[" + values.map(json).joined(separator: ",") + "]"
        case .dictionary(let pairs):
            "{"
                + pairs.sorted { $0.key < $1.key }.map { "\(quote($0.key)):\(json($0.value))" }.joined(separator: ",")
                + "}"
        }
    }

    private static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
