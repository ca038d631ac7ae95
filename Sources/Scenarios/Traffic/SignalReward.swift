internal import Suggestions
public import TabularLearning

/// What a signal is rewarded with: weighted figures of its junction, taken in every decision interval.
///
/// Reward = Σ weight × value of the term; every term is in vehicles (the longest wait in seconds) and is divided by the
/// scenario's `rewardScale`. A weight of 1 rewards what is good, so that all of them can be added as they are.
public struct SignalReward: Sendable, Hashable {
    /// One figure of a junction.
    public enum Term: String, Sendable, Hashable, Codable, CaseIterable {
        /// −(vehicles that wait at its stop lines or to enter before them), averaged over the interval where every second is
        /// seen, else at its end: the delay of the interval.
        case waiting
        /// −(vehicles that stand at its stop lines) at the end of the interval.
        case queue
        /// −(vehicles on the roads that lead to it − vehicles on the roads that lead away) at the end of the interval, those
        /// that wait to enter among the former.
        ///
        /// Source: Wei et al., *PressLight*, KDD 2019, without the absolute value, as in sumo-rl.
        case pressure
        /// The vehicles by which `waiting` is less than in the interval before: the change of delay.
        case delayChange = "delay-change"
        /// −(seconds for which somebody at red has waited longest) at the end of the interval.
        case longestWait = "longest-wait"
    }

    /// A term and how much it counts.
    public struct Part: Sendable, Hashable, Codable {
        /// What.
        public let term: Term
        /// How much; not 0.
        public let weight: Float

        /// Weighs a term.
        public init(_ term: Term, weight: Float = 1) {
            self.term = term
            self.weight = weight
        }
    }

    /// What is added up, each term once, in the order in which it was written.
    public let parts: [Part]

    /// The waiting alone: the return is the delay, discounted.
    public static let delay = SignalReward([Part(.waiting)])

    /// Puts a reward together.
    public init(_ parts: [Part]) {
        self.parts = parts
    }

    /// Reads `waiting` or `queue=0.5,longest-wait=0.01`.
    ///
    /// - Throws: `ScenarioError` that names the part that is none.
    public init(_ text: String) throws(ScenarioError) {
        var parts: [Part] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(sides.first ?? "")
            guard let term = Term(rawValue: name) else {
                throw ScenarioError(Spelling.unknown("reward", name, among: Term.allCases.map(\.rawValue)))
            }
            guard let weight = sides.count == 1 ? 1 : Float(String(sides[1])) else {
                throw ScenarioError("the weight \(sides[1]) of \(name) is no number")
            }
            parts.append(Part(term, weight: weight))
        }
        self.parts = parts
        try check()
    }

    /// The reward as it is typed.
    public var text: String {
        parts.map { $0.weight == 1 ? $0.term.rawValue : "\($0.term.rawValue)=\($0.weight)" }.joined(separator: ",")
    }

    /// Whether a term is part of it.
    public func has(_ term: Term) -> Bool { parts.contains { $0.term == term } }

    func check() throws(ScenarioError) {
        guard !parts.isEmpty else { throw ScenarioError("a reward of nothing teaches nothing") }
        for (index, part) in parts.enumerated() {
            let name = part.term.rawValue
            guard part.weight != 0, abs(part.weight) <= 1_000_000 else {
                throw ScenarioError("the weight \(part.weight) of \(name) is 0 or beyond a million")
            }
            guard !parts[..<index].contains(where: { $0.term == part.term }) else {
                throw ScenarioError("\(name) is there twice")
            }
        }
    }
}

extension SignalReward: Codable {
    /// Reads the parts.
    public init(from decoder: any Decoder) throws {
        parts = try decoder.singleValueContainer().decode([Part].self)
    }

    /// Writes the parts.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(parts)
    }
}

/// The delay, before one could choose.
public enum AbsentReward: SettingAbsence {
    /// `SignalReward.delay`.
    public static var value: SignalReward { .delay }
}
