/// A number that may be said behind a rule's name: of `hysteretic:0.2` the 0.2.
public struct RuleOption: Sendable, Hashable {
    /// A word for it, in capitals as in help: `RATIO`.
    public let name: String
    /// What it does, in a few words.
    public let meaning: String
    /// What it is where nothing is said.
    public let absence: Float
    /// What it may be.
    public let limits: ClosedRange<Float>
    /// Whether it is a whole number.
    public let isWhole: Bool

    /// Creates an option.
    public init(
        _ name: String,
        _ meaning: String,
        absence: Float,
        within limits: ClosedRange<Float>,
        isWhole: Bool = false
    ) {
        self.name = name
        self.meaning = meaning
        self.absence = absence
        self.limits = limits
        self.isWhole = isWhole
    }

    /// Whether it can have a value.
    public func allows(_ number: Float) -> Bool {
        limits.contains(number) && (!isWhole || number == number.rounded())
    }

    /// A value as it is written.
    func written(_ number: Float) -> String { isWhole ? "\(Int(number))" : "\(number)" }

    /// In words: `RATIO (0.1; 0.0 to 1.0): by how much less a value falls than it rises`.
    public var description: String {
        "\(name) (\(written(absence)); \(written(limits.lowerBound)) to \(written(limits.upperBound))): \(meaning)"
    }
}
