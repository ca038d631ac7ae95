/// In which order the cohorts of a run take their turns.
///
/// A turn uses the answers to a cohort's questions, steps its world, and sends what was learned with the next questions.
/// The bits of a run depend on the order in which turns end, and on nothing else that time has a part in.
public enum TurnOrder: Sendable, Hashable {
    /// One cohort after another, round by round: the bits of the serial reference.
    case strict
    /// Stale-synchronous: whoever is ready, and at most so many rounds ahead of the slowest (Ho et al. 2013).
    ///
    /// Rounds are counted along the strict order, so that with 0 nobody is ahead of it.
    case bounded(by: Int)
    /// Asynchronous: whoever is ready.
    case free

    /// The bounds there are, in rounds.
    public static let bounds = 0...65_535

    /// Reads `strict`, `bounded:K` or `free`; `nil` for anything else.
    public init?(argument: String) {
        switch argument {
        case "strict": self = .strict
        case "free": self = .free
        default:
            let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == "bounded", let bound = Int(parts[1]), Self.bounds.contains(bound),
                "\(bound)" == parts[1]
            else { return nil }
            self = .bounded(by: bound)
        }
    }

    /// The order as `init(argument:)` reads it.
    public var argument: String {
        switch self {
        case .strict: "strict"
        case .bounded(let bound): "bounded:\(bound)"
        case .free: "free"
        }
    }

    /// How many rounds a cohort may be ahead when it begins a turn; `nil` for any number.
    var slack: UInt64? {
        switch self {
        case .strict: 0
        case .bounded(let bound): UInt64(clamping: bound)
        case .free: nil
        }
    }

    /// Whether turns have the one order of the serial reference, whoever is ready when.
    public var isStrict: Bool { slack == 0 }
}
