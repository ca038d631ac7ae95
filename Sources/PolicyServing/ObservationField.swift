/// Something that whoever asks for a decision says of what is seen.
public struct ObservationField: Sendable, Hashable {
    /// What may be said.
    public enum Kind: Sendable, Hashable {
        /// One of the first `count` whole numbers, or its name where it has one.
        case level(count: Int, labels: [String])
        /// A whole number from 0 on.
        case count(most: Int)
        /// A whole number from 0 on for each of some names: a list in their order, or an object.
        case counts(of: [String], most: Int)
        /// Some of these names.
        case names([String])
        /// Seconds since 1970.
        case time
        /// Words of the asker's own, at most so many characters.
        case text(most: Int)
    }

    /// What it is called in a request.
    public let name: String
    /// What may be said.
    public let kind: Kind
    /// Whether it has to be said.
    public let isRequired: Bool
    /// What it is, in one sentence.
    public let meaning: String

    /// Describes a field.
    public init(_ name: String, _ kind: Kind, isRequired: Bool = true, _ meaning: String) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
        self.meaning = meaning
    }

    /// A field with a level of a factor.
    public static func level(_ name: String, _ labels: [String], isRequired: Bool = true, _ meaning: String) -> Self {
        Self(name, .level(count: labels.count, labels: labels), isRequired: isRequired, meaning)
    }
}

extension ObservationField {
    /// The state's number, which stands for all that is seen.
    static func state(count: UInt64) -> Self {
        Self(
            "state",
            .level(count: Int(clamping: count), labels: []),
            isRequired: false,
            "The state's number, in place of what is seen."
        )
    }

    /// When it was seen.
    static let time = Self("time", .time, isRequired: false, "When it was seen, seconds since 1970.")

    /// What the decision is part of, for the log.
    static let episode = Self(
        "episode",
        .text(most: 100),
        isRequired: false,
        "What the decision is part of, in words of the asker's own: for the log."
    )

    /// Those that can be said of any problem beside what is seen.
    static let common = [time, episode]

    /// A query's text as the value that it stands for: a list has commas between its elements.
    func value(ofQuery text: String) -> JSONValue {
        func scalar(_ text: Substring) -> JSONValue {
            Double(text).flatMap { $0.isFinite ? .number($0) : nil } ?? .string(String(text))
        }
        switch kind {
        case .level(_, let labels): return labels.contains(text) ? .string(text) : scalar(text[...])
        case .count, .time: return scalar(text[...])
        case .counts: return .array(text.split(separator: ",", omittingEmptySubsequences: false).map(scalar))
        case .names: return .array(text.split(separator: ",").map { .string(String($0)) })
        case .text: return .string(text)
        }
    }
}
