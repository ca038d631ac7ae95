public import TabularLearning

/// The coder of a scenario that has none of its own: the state's factors by name.
public struct FactorCoder: ObservationCoder {
    /// One field a factor, then the place.
    public let fields: [ObservationField]
    /// Where a decision is made.
    public let place: ObservationField?
    private let space: StateSpace
    private let factors: [ObservationField]
    private let mask: @Sendable (UInt64) -> UInt64
    private var fallback = Fallback.none

    /// A rule that goes by the state.
    public struct Rule: Sendable {
        let name: String
        let action: @Sendable (UInt64) -> Int

        /// Describes a rule.
        public init(_ name: String, action: @escaping @Sendable (UInt64) -> Int) {
            self.name = name
            self.action = action
        }
    }

    /// What is done where the table knows nothing.
    private enum Fallback {
        case none
        case rule(Rule)
        case action(String, Int)

        func choice(in state: UInt64?) -> RuleChoice? {
            switch self {
            case .none: nil
            // A rule by state cannot say what to do without one; an action that is always taken can.
            case .rule(let rule): state.map { RuleChoice(rule.name, rule.action($0)) }
            case .action(let name, let action): RuleChoice(name, action)
            }
        }
    }

    /// Creates a coder.
    ///
    /// - Parameters:
    ///   - space: The states and actions.
    ///   - places: The names of the places, of a problem in which the state does not tell them apart.
    ///   - placeName: What the field of the place is called.
    ///   - mask: The allowed actions of a state; none where nothing is decided.
    public init(
        _ space: StateSpace,
        places: [String] = [],
        placeName: String = "place",
        mask: (@Sendable (UInt64) -> UInt64)? = nil
    ) {
        self.space = space
        factors = space.factors.map { factor in
            ObservationField(
                factor.name,
                .level(count: factor.levelCount, labels: factor.levels),
                "A factor of the state: \(factor.levels.isEmpty ? "0 to \(factor.levelCount - 1)" : "a name or its number")."
            )
        }
        place = places.count > 1 ? .level(placeName, places, isRequired: false, "Where the decision is made.") : nil
        fields = factors + (place.map { [$0] } ?? [])
        let all = ActionMask.all(space.actionCount)
        self.mask = mask ?? { _ in all }
    }

    /// The same with a rule to fall back to.
    ///
    /// - Parameters:
    ///   - name: The name of the rule, or of an action that is always taken; `nil` for no rule.
    ///   - rules: The rules that there are.
    /// - Returns: The coder.
    /// - Throws: `RequestFault` that names those there are.
    public func fallingBack(
        to name: String?,
        among rules: [Rule] = []
    ) throws(RequestFault) -> Self {
        guard let name else { return self }
        var coder = self
        if let rule = rules.first(where: { $0.name == name }) {
            coder.fallback = .rule(rule)
        } else if let action = space.actions.firstIndex(of: name) {
            coder.fallback = .action(name, action)
        } else {
            throw .unknown(fallback: name, among: rules.map(\.name) + space.actions)
        }
        return coder
    }

    /// One level for each factor.
    public func situation(of observation: Observation) throws(RequestFault) -> Situation {
        if let place, observation.has(place) { _ = try observation.requiredLevel(place) }
        var levels: [Int] = []
        var trouble: Trouble?
        for factor in factors {
            switch try observation.level(factor) {
            case .value(let level): levels.append(level)
            case .missing:
                throw RequestFault(
                    "\(factor.name) is missing; say \(factors.map(\.name).joined(separator: ", ")), or state"
                )
            case .trouble(let found): trouble = trouble ?? found
            }
        }
        if let trouble { return unknown(trouble) }
        return situation(in: space.index(levels))
    }

    /// The state's mask; a state in which nothing is decided cannot be where a decision is wanted.
    public func situation(in state: UInt64) -> Situation {
        let allowed = mask(state)
        guard allowed != 0 else {
            return unknown(.impossible("nothing is decided in state \(state) (\(space.describe(state)))"))
        }
        return Situation(state: state, allowed: allowed) { [fallback] isUsable in
            fallback.choice(in: isUsable ? state : nil)
        }
    }

    private func unknown(_ trouble: Trouble) -> Situation {
        Situation(state: nil, allowed: ActionMask.all(space.actionCount), trouble: trouble) { [fallback] _ in
            fallback.choice(in: nil)
        }
    }
}
