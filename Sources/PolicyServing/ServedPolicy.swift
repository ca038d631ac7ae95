public import TabularLearning

/// A policy that decides: a table, what makes states of what is seen, and what is done where the table knows nothing.
public final class ServedPolicy: Sendable {
    /// The digest of its table.
    public let digest: String
    /// The states and actions.
    public let space: StateSpace
    let coder: any ObservationCoder
    private let table: ActionValueTable
    private let explanation: @Sendable (UInt64) -> String
    /// What may be said to it.
    let fields: [ObservationField]
    private let stateField: ObservationField
    /// What tells its observations, states and actions from those of other problems.
    package let coderDigest: String

    /// Puts a policy together.
    ///
    /// - Parameters:
    ///   - table: One row a state, one plane.
    ///   - digest: Of the table as it lies on disk.
    ///   - space: Its states and actions.
    ///   - coder: Makes states of what is seen.
    ///   - explanation: A state's decision in words.
    public init(
        table: ActionValueTable,
        digest: String,
        space: StateSpace,
        coder: any ObservationCoder,
        explanation: @escaping @Sendable (UInt64) -> String
    ) {
        precondition(
            UInt64(table.rowCount) == space.stateCount && table.actionCount == space.actionCount,
            "the table has a row for every state"
        )
        self.table = table
        self.digest = digest
        self.space = space
        self.coder = coder
        self.explanation = explanation
        let state = ObservationField.state(count: space.stateCount)
        stateField = state
        // A factor that is called as the state's number is, is that number.
        fields = coder.fields.filter { $0.name != state.name } + [state] + ObservationField.common
        coderDigest = CoderDigest.text(of: space, fields: coder.fields)
    }

    /// How decisions are made, whatever the policy.
    public struct Terms: Sendable, Hashable {
        /// How often the best action has to have been tried, at least 1.
        public var leastVisits: UInt32
        /// How old what was seen may be, in seconds; `nil` for any age.
        public var staleAfter: Double?
        /// With what probability any allowed action is taken instead of the table's, 0...1.
        public var epsilon: Double

        /// Creates terms.
        public init(leastVisits: UInt32 = 1, staleAfter: Double? = nil, epsilon: Double = 0) {
            self.leastVisits = leastVisits
            self.staleAfter = staleAfter
            self.epsilon = epsilon
        }
    }

    /// Takes up what was seen.
    ///
    /// - Throws: `RequestFault` for a name that is none of its fields'.
    func observation(_ members: [JSONValue.Member]) throws(RequestFault) -> Observation {
        try Observation(members, among: fields)
    }

    /// The place that was named; `nil` for none.
    ///
    /// - Throws: `RequestFault` for one that there is not.
    func place(of observation: Observation) throws(RequestFault) -> String? {
        guard let field = coder.place, observation.has(field), case .level(_, let labels) = field.kind else {
            return nil
        }
        let level = try observation.requiredLevel(field)
        return labels.indices.contains(level) ? labels[level] : "\(level)"
    }

    /// A place as it is called, by its name or number.
    ///
    /// - Throws: `RequestFault` for one that there is not, and where a policy knows no places.
    public func place(named name: String) throws(RequestFault) -> String {
        guard let field = coder.place else { throw RequestFault("this policy knows one place only") }
        return try place(of: observation([.init(field.name, .string(name))])) ?? name
    }

    /// A state in words, with its decision.
    func explain(_ state: UInt64) -> String { explanation(state) }

    /// Decides.
    ///
    /// - Parameters:
    ///   - observation: What was seen.
    ///   - terms: How.
    ///   - now: Seconds since 1970.
    ///   - unit: Draws uniformly from [0, 1), for exploration alone.
    /// - Returns: The decision.
    /// - Throws: `RequestFault` for a mistake, and 409 where neither the table nor a rule knows what to do.
    func decide(
        _ observation: Observation,
        _ terms: Terms,
        now: Double,
        unit: () -> Double
    ) throws(RequestFault) -> Decision {
        _ = try observation.episode()
        let staleness = try staleness(of: observation, terms, now: now)
        var situation = try situation(of: observation, seenBefore: staleness?.seconds)
        if let staleness { situation.trouble = staleness.trouble }
        situation.allowed &= ActionMask.all(space.actionCount)
        guard situation.allowed != 0 else { throw RequestFault("no action is allowed there", status: 409) }
        let row = situation.state.map {
            Array(table.cells[Int($0) * table.actionCount..<(Int($0) + 1) * table.actionCount])
        }
        let visits = row?.map(\.visitCount) ?? []
        var values = row?.map(\.value) ?? []
        for (action, adjustment) in zip(values.indices, situation.adjustments) { values[action] += adjustment }
        let known = values.indices.filter { action in
            situation.allowed & 1 << UInt64(action) != 0 && (visits[action] > 0 || coder.knowsUntriedActions)
        }
        let ranked = known.sorted { (values[$1], $0) < (values[$0], $1) }
        let reason =
            situation.trouble?.reason ?? Self.doubt(ranked.first.map { visits[$0] }, terms, coder.knowsUntriedActions)
        let choice = try choice(ranked.first, reason, situation)
        let (action, propensity) = explore(choice.action, reason, situation.allowed, terms.epsilon, unit)
        return Decision(
            action: action,
            name: situation.actionNames.indices.contains(action)
                ? situation.actionNames[action] : space.actions[action],
            state: situation.state,
            place: try place(of: observation),
            values: values,
            visits: visits,
            allowed: situation.allowed,
            margin: ranked.count > 1 ? values[ranked[0]] - values[ranked[1]] : nil,
            source: reason == nil ? .table : .fallback,
            reason: reason,
            trouble: situation.trouble?.description,
            rule: choice.rule,
            propensity: propensity,
            policy: digest
        )
    }

    /// Says what it would have done on what a log has, without chance and whatever the time.
    package func decide(logged members: [JSONValue.Member], leastVisits: UInt32) throws(RequestFault) -> Decision {
        try decide(try observation(members), Terms(leastVisits: leastVisits), now: 0, unit: { 0 })
    }

    private func situation(of observation: Observation, seenBefore seconds: Int?) throws(RequestFault) -> Situation {
        guard observation.has(stateField) else {
            guard let seconds else { return try coder.situation(of: observation) }
            return try coder.situation(of: observation, seenBefore: seconds)
        }
        for member in observation.members
        where !ObservationField.common.contains(where: { $0.name == member.name })
            && ![stateField.name, coder.place?.name].contains(member.name)
        {
            throw RequestFault(
                "\(member.name) with state: the state's number stands for all that is seen; say one of them"
            )
        }
        switch try observation.level(stateField) {
        case .value(let state): return coder.situation(in: UInt64(state))
        case .missing: throw RequestFault("state is missing")
        case .trouble(let trouble):
            throw RequestFault(trouble.description)
        }
    }

    /// Why the time keeps what was seen from being believed, and how long ago it was; 0 for what is to come.
    private func staleness(
        of observation: Observation,
        _ terms: Terms,
        now: Double
    ) throws(RequestFault) -> (trouble: Trouble, seconds: Int)? {
        let time = try observation.time()
        guard let limit = terms.staleAfter else { return nil }
        guard let time else {
            throw RequestFault("time is missing: what was seen more than \(limit) s ago is not believed")
        }
        if now - time > limit {
            let trouble = Trouble.stale("what was seen is \(Self.rounded(now - time)) s old, above \(limit) s")
            return (trouble, Int(min(now - time, 1e9)))
        }
        if time - now > limit {
            return (.impossible("what was seen is \(Self.rounded(time - now)) s ahead of this clock"), 0)
        }
        return nil
    }

    private static func rounded(_ seconds: Double) -> Double { (seconds * 10).rounded() / 10 }

    /// Why the table's best action is not to be trusted.
    private static func doubt(_ visits: UInt32?, _ terms: Terms, _ knowsUntried: Bool) -> FallbackReason? {
        guard let visits, visits > 0 || knowsUntried else { return .unvisited }
        return visits < terms.leastVisits && !(visits == 0 && terms.leastVisits == 1) ? .tooFewVisits : nil
    }

    private func choice(
        _ best: Int?,
        _ reason: FallbackReason?,
        _ situation: Situation
    ) throws(RequestFault) -> (action: Int, rule: String?) {
        guard let reason else { return (best ?? 0, nil) }
        guard let choice = situation.fallback(situation.trouble == nil) else {
            let what =
                situation.trouble?.description ?? situation.state.map { "state \($0) (\(space.describe($0)))" } ?? ""
            throw RequestFault(
                "\(reason.rawValue): \(what); there is no rule to fall back to that could decide, see --fallback",
                status: 409
            )
        }
        var action = choice.action
        while situation.allowed & 1 << UInt64(action) == 0 { action = (action + 1) % space.actionCount }
        return (action, choice.rule)
    }

    /// A rule is not explored: what it is there for is to be safe.
    private func explore(
        _ action: Int,
        _ reason: FallbackReason?,
        _ allowed: UInt64,
        _ epsilon: Double,
        _ unit: () -> Double
    ) -> (action: Int, propensity: Double) {
        guard reason == nil, epsilon > 0 else { return (action, 1) }
        let actions = (0..<space.actionCount).filter { allowed & 1 << UInt64($0) != 0 }
        let isRandom = unit() < epsilon
        let taken = isRandom ? actions[min(actions.count - 1, Int(unit() * Double(actions.count)))] : action
        let share = epsilon / Double(actions.count)
        return (taken, taken == action ? 1 - epsilon + share : share)
    }
}
