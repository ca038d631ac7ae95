internal import Suggestions
internal import Synchronization
internal import TabularLearning

/// The policies that are served under one name, and who decides where.
///
/// A request looks at the policies once, when it begins: whatever is loaded meanwhile, it ends with those it began with.
public final class PolicyServer: Sendable {
    /// What a policy is there for.
    public enum Role: String, Sendable, Hashable, CaseIterable {
        /// It decides.
        case current
        /// It decides at some places.
        case canary
        /// It is asked beside, and what it says is compared and thrown away.
        case shadow
        /// It was asked for by its digest.
        case version
    }

    /// The policies at one moment.
    package struct Policies: Sendable {
        var current: ServedPolicy
        var canary: ServedPolicy?
        var shadow: ServedPolicy?
        /// Those that were current before, the latest first.
        var former: [ServedPolicy] = []

        /// All that can be asked for by their digests, the current one first.
        package var versions: [ServedPolicy] {
            var versions: [ServedPolicy] = []
            for policy in [current] + (canary.map { [$0] } ?? []) + former
            where !versions.contains(where: { $0.digest == policy.digest }) {
                versions.append(policy)
            }
            return versions
        }
    }

    /// How everything is served.
    public struct Settings: Sendable {
        /// The name of the model.
        public var name: String
        /// How decisions are made.
        public var terms: ServedPolicy.Terms
        /// Where the canary decides.
        public var canaryPlaces: Set<String>
        /// How many former policies still answer by their digests.
        public var keptVersions: Int

        /// Creates settings.
        public init(
            name: String,
            terms: ServedPolicy.Terms = .init(),
            canaryPlaces: Set<String> = [],
            keptVersions: Int = 3
        ) {
            self.name = name
            self.terms = terms
            self.canaryPlaces = canaryPlaces
            self.keptVersions = keptVersions
        }
    }

    /// How everything is served.
    public let settings: Settings
    private let metrics: ServingMetrics?
    private let feedback: (@Sendable (FeedbackRecord) -> Void)?
    private let now: @Sendable () -> Double
    private let unit: @Sendable () -> Double
    private let policies: Mutex<Policies>

    /// Begins to serve a policy.
    ///
    /// - Parameters:
    ///   - policy: The first.
    ///   - settings: How.
    ///   - metrics: What is counted.
    ///   - now: Seconds since 1970.
    ///   - unit: Draws uniformly from [0, 1).
    ///   - feedback: Takes what was decided.
    public init(
        _ policy: ServedPolicy,
        _ settings: Settings,
        metrics: ServingMetrics? = nil,
        now: @escaping @Sendable () -> Double,
        unit: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        feedback: (@Sendable (FeedbackRecord) -> Void)? = nil
    ) {
        self.settings = settings
        self.metrics = metrics
        self.now = now
        self.unit = unit
        self.feedback = feedback
        policies = Mutex(Policies(current: policy))
        metrics?.recordPolicy(at: now())
    }

    /// The policies of this moment.
    package var present: Policies { policies.withLock { $0 } }

    /// The digest of the policy that decides.
    public var digest: String { present.current.digest }

    /// Puts a policy in the place of another; requests under way end with the one that they began with.
    ///
    /// - Throws: `RequestFault` where its actions are others, for whoever asks would take one for another.
    public func put(_ policy: ServedPolicy, as role: Role) throws(RequestFault) {
        let actions = present.current.space.actions
        guard policy.space.actions == actions else {
            throw RequestFault(
                "its actions are \(policy.space.actions.joined(separator: ", ")); those served are \(actions.joined(separator: ", "))"
            )
        }
        policies.withLock { policies in
            switch role {
            case .canary: policies.canary = policy
            case .shadow: policies.shadow = policy
            case .current, .version:
                let former = [policies.current] + policies.former.filter { $0.digest != policies.current.digest }
                policies.former = Array(former.filter { $0.digest != policy.digest }.prefix(settings.keptVersions))
                policies.current = policy
            }
        }
        if role == .current { metrics?.recordPolicy(at: now()) }
    }

    /// Decides on observations that came in one request, all by the policies of one moment.
    ///
    /// - Parameters:
    ///   - rows: What was seen, each the members of an object.
    ///   - version: The digest of the policy that is to decide; `nil` for whichever does.
    ///   - policies: Those of the moment at which the request began.
    /// - Returns: A decision for each.
    /// - Throws: `RequestFault`; of several observations it names the one.
    package func decide(
        _ rows: [[JSONValue.Member]],
        version: String?,
        _ policies: Policies
    ) throws(RequestFault) -> [Decision] {
        let asked = try version.map { (digest) throws(RequestFault) in try policy(digest, policies) }
        let now = now()
        var made: [(decision: Decision, role: Role, observation: Observation, coder: String)] = []
        for (index, members) in rows.enumerated() {
            do {
                made.append(try decide(members, by: asked, policies, now))
            } catch {
                throw rows.count == 1 ? error : RequestFault("observation \(index): \(error)", status: error.status)
            }
        }
        // Nothing is counted or noted of a request that is refused.
        for (decision, role, observation, coder) in made {
            metrics?.record(decision, by: role)
            feedback?(FeedbackRecord(time: now, observation: observation, decision: decision, coder: coder))
            if let shadow = policies.shadow { metrics?.record(compare(decision, shadow, observation, now)) }
        }
        return made.map(\.decision)
    }

    /// Notes what came of the last decision of an episode in a place.
    ///
    /// - Parameters:
    ///   - body: `reward`, and if they are known `place`, `episode`, and whether it was the `end`.
    ///   - policies: Those of the moment at which the request began.
    /// - Throws: `RequestFault` for a mistake, and 409 where nothing is kept.
    package func note(_ body: JSONValue, _ policies: Policies) throws(RequestFault) {
        guard case .object(let members) = body else {
            throw RequestFault("the body is \(body.kind); an object with a reward is wanted")
        }
        for member in members where !Self.rewardNames.contains(member.name) {
            throw RequestFault(Spelling.unknown("field", member.name, among: Self.rewardNames))
        }
        guard case .number(let reward)? = body["reward"] else { throw RequestFault("reward is no number") }
        var place: String?
        switch body["place"] {
        case nil, .null?: break
        case .string(let name)?: place = try policies.current.place(named: name)
        case let value?: throw RequestFault("place is \(value.kind); a name is wanted")
        }
        var episode: String?
        if let value = body["episode"], value != .null { episode = try Observation.episode(value) }
        var isEnd = false
        switch body["end"] {
        case nil: break
        case .bool(let end)?: isEnd = end
        case let value?: throw RequestFault("end is \(value.kind); true or false is wanted")
        }
        guard let feedback else {
            throw RequestFault("nothing is kept: this server was started without --feedback", status: 409)
        }
        feedback(FeedbackRecord(time: now(), place: place, episode: episode, reward: reward, isEnd: isEnd))
    }

    private static let rewardNames = ["reward", "place", "episode", "end"]

    /// Says what would be decided, without chance and without counting it.
    func explain(_ members: [JSONValue.Member], _ policies: Policies) throws(RequestFault) -> Decision {
        let observation = try policies.current.observation(members)
        var terms = settings.terms
        terms.epsilon = 0
        return try policies.current.decide(observation, terms, now: now(), unit: unit)
    }

    private func decide(
        _ members: [JSONValue.Member],
        by asked: ServedPolicy?,
        _ policies: Policies,
        _ now: Double
    ) throws(RequestFault) -> (decision: Decision, role: Role, observation: Observation, coder: String) {
        let observation = try policies.current.observation(members)
        let place = try policies.current.place(of: observation)
        let isCanary = asked == nil && place.map { settings.canaryPlaces.contains($0) } ?? false
        let canary = isCanary ? policies.canary : nil
        let policy = asked ?? canary ?? policies.current
        let own = policy === policies.current ? observation : try policy.observation(members)
        let decision = try policy.decide(own, settings.terms, now: now, unit: unit)
        let role: Role = asked != nil ? .version : canary != nil ? .canary : .current
        return (decision, role, own, policy.coderDigest)
    }

    private func compare(
        _ decision: Decision,
        _ shadow: ServedPolicy,
        _ observation: Observation,
        _ now: Double
    ) -> ServingMetrics.Shadow {
        var terms = settings.terms
        terms.epsilon = 0
        guard let own = try? shadow.observation(observation.members),
            let other = try? shadow.decide(own, terms, now: now, unit: unit)
        else { return .failed }
        return other.action == decision.action ? .agrees : .differs
    }

    /// A policy by its digest.
    func policy(_ digest: String, _ policies: Policies) throws(RequestFault) -> ServedPolicy {
        if let policy = policies.versions.first(where: { $0.digest == digest }) { return policy }
        throw .unknown(Spelling.unknown("version", String(digest.prefix(80)), among: policies.versions.map(\.digest)))
    }

    func recordRequest(_ status: Int, in duration: Duration) { metrics?.recordRequest(status, in: duration) }
}
