internal import Foundation
internal import Hashing
public import Provenance

/// A run as other programs' registries want it: who began it, with what, and what came out.
public struct ExportedRun: Sendable, Hashable {
    /// A figure of the learning curve, by lane-steps.
    public struct Curve: Sendable, Hashable {
        /// What is drawn.
        public var name: String
        /// Lane-steps and the value there.
        public var points: [Point]

        /// Names a curve.
        public init(name: String, points: [Point]) { (self.name, self.points) = (name, points) }

        /// One value.
        public struct Point: Sendable, Hashable {
            /// Lane-steps.
            public var steps: UInt64
            /// The value.
            public var value: Double

            /// Names a point.
            public init(steps: UInt64, value: Double) { (self.steps, self.value) = (steps, value) }
        }
    }

    /// The folder's own name.
    public var name: String
    /// The folder, from the root on.
    public var folder: String
    /// `run.json`.
    public var record: RunRecord
    /// Everything that the result depends on.
    public var settings: [String: String]
    /// The digest of the finished table; `nil` without one.
    public var tableDigest: String?
    /// Whether a process still works on it.
    public var isUnderWay: Bool
    /// The learning curve.
    public var curves: [Curve]
    /// Figures of the finished policy, by name.
    public var figures: [String: Double]

    /// Collects what is exported.
    public init(
        name: String,
        folder: String,
        record: RunRecord,
        settings: [String: String],
        tableDigest: String?,
        isUnderWay: Bool,
        curves: [Curve],
        figures: [String: Double]
    ) {
        self.name = name
        self.folder = folder
        self.record = record
        self.settings = settings
        self.tableDigest = tableDigest
        self.isUnderWay = isUnderWay
        self.curves = curves
        self.figures = figures
    }

    /// What it was learned on.
    var scenario: String { settings["scenario"] ?? "unknown" }

    /// The folder as an address.
    var address: String { URL(fileURLWithPath: folder).absoluteString }

    /// The same number whenever the same thing is named: 32 hexadecimal digits.
    static func number(_ words: [String]) -> String {
        let bytes = SHA256.hash(Data(words.joined(separator: "\n").utf8))
        return bytes.prefix(16).map { String(format: "%02x", $0) }.joined()
    }

    /// Milliseconds since 1970 of a moment as `run.json` has it.
    static func milliseconds(_ moment: String) -> Int64? {
        (try? Date(moment, strategy: .iso8601)).map { Int64($0.timeIntervalSince1970 * 1000) }
    }
}

/// A file that is to be written.
public struct ExportedFile: Sendable, Hashable {
    /// Its place below the folder of the export.
    public let path: String
    /// What is in it.
    public let text: String
}

/// Text as JSON writes it, which YAML reads as well.
func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    guard let json = try? encoder.encode(text) else { preconditionFailure("a string has a JSON form") }
    return String(decoding: json, as: UTF8.self)
}
