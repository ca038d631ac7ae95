public import TabularLearning

/// What routers tell one another and what the table is told of it: a family of learning rules for routing.
///
/// All members write ordinary transitions, so that the table and its shards know nothing of routing. They are added:
///
/// - Every decision teaches the entry that was used: Q-routing (Boyan and Littman 1994).
/// - `echo`: on a share of the decisions the neighbours that do not get the packet answer too. In the published rule, full
///   echo (the same paper), they answer before the choice: `asksFirst`.
/// - `isDual`: a packet teaches each router it comes to the way back to its source, by what the router before knows of it
///   (dual reinforcement Q-routing, Kumar and Miikkulainen 1997).
/// - `seesQueues`: the queue that a packet will join is looked at when the choice is made, and the table keeps only the rest
///   of its journey. What changes from tick to tick is then never out of date, and what is learned changes slowly.
/// - `sweeps`: after the start and after each change of the topology every router asks all its neighbours about one
///   destination after the other, so many times about each, like the triggered updates of a distance-vector protocol.
/// - `splitsHorizon`: no packet goes straight back where it came from, and no neighbour counts the way through the router
///   that asks it (split horizon of distance-vector protocols). Without it a packet evades a queue by a hop back and waits
///   for the same queue afterwards.
/// - `waves`: after the start and after each change of the topology news of each destination spreads from it, a hop a tick,
///   so many times: every router asks all its neighbours when those nearer have just heard. One wave brings what takes a
///   sweep for every hop.
///
/// Predictive Q-routing is not a member: it decides by the rate at which an entry recovers, which is made from successive
/// errors of that entry, and a table that holds one value and one count per entry has no place for it.
public struct RoutingRule: Sendable, Hashable, Codable {
    /// Where estimates begin.
    public enum Start: String, Sendable, Hashable, Codable, CaseIterable {
        /// At zero: every way looks free until it has been tried.
        case zero
        /// At the hops of a shortest path.
        case hops
        /// At the hops of the shortest path that does not come back through the router; where there is none, far away.
        case detours
    }

    /// The share of decisions at which all neighbours answer and not only the one that gets the packet, 0...1.
    public var echo: Double
    /// Whether with `echo` all neighbours answer before the choice, which then knows what they said, and not with it.
    ///
    /// An update must be seen in the same round for that: with a staleness of s a choice knows the answers of the
    /// decisions s ticks ago.
    @AddedSetting<AbsentFalse> public var asksFirst: Bool
    /// Whether packets teach the way back to their source.
    public var isDual: Bool
    /// Whether queues are looked at instead of learned.
    public var seesQueues: Bool
    /// How often each destination is asked about after the start and after a change of the topology.
    public var sweeps: Int
    /// Where estimates begin.
    public var start: Start
    /// Whether no packet goes straight back, and no neighbour counts the way through the router that asks.
    @AddedSetting<AbsentFalse> public var splitsHorizon: Bool
    /// How often news of each destination spreads after the start and after a change of the topology.
    @AddedSetting<AbsentZero> public var waves: Int
    /// The ticks that a hop counts in estimates that begin at hops: above 1 a way that nobody has tried looks worse than one
    /// that is known.
    @AddedSetting<AbsentFactor> public var ticksPerHop: Float
    /// Whether the waves go on afterwards, slowly.
    @AddedSetting<AbsentFalse> public var refreshes: Bool
    /// What a packet in a queue that is looked at counts, in ticks: below 1 packets are slower to leave short ways.
    @AddedSetting<AbsentFactor> public var queueWeight: Float

    /// Creates a rule.
    public init(
        echo: Double = 0,
        asksFirst: Bool = false,
        isDual: Bool = false,
        seesQueues: Bool = false,
        sweeps: Int = 0,
        start: Start = .zero,
        splitsHorizon: Bool = false,
        waves: Int = 0,
        ticksPerHop: Float = 1,
        refreshes: Bool = false,
        queueWeight: Float = 1
    ) {
        self.echo = echo
        self.asksFirst = asksFirst
        self.isDual = isDual
        self.seesQueues = seesQueues
        self.sweeps = sweeps
        self.start = start
        self.splitsHorizon = splitsHorizon
        self.waves = waves
        self.ticksPerHop = ticksPerHop
        self.refreshes = refreshes
        self.queueWeight = queueWeight
    }

    /// Q-routing as it was published.
    public static let qRouting = Self()
    /// Q-routing with full echo as it was published.
    public static let fullEcho = Self(echo: 1, asksFirst: true)
    /// Dual reinforcement Q-routing.
    public static let dual = Self(isDual: true)
    /// The standard rule of small networks: dual, queues looked at, 14 sweeps, from zero.
    public static let standard = Self(isDual: true, seesQueues: true, sweeps: 14)
    /// Dual, queues looked at, split horizon, 14 waves, from cautious detours.
    public static let medium = Self(
        isDual: true,
        seesQueues: true,
        start: .detours,
        splitsHorizon: true,
        waves: 14,
        ticksPerHop: 10
    )
    /// The standard rule of large networks: that of `medium`, but queues count half, a hop counts less at the start, and
    /// waves go on.
    public static let large = Self(
        isDual: true,
        seesQueues: true,
        start: .detours,
        splitsHorizon: true,
        waves: 14,
        ticksPerHop: 3,
        refreshes: true,
        queueWeight: 0.5
    )
    /// The standard rule of rings: `medium` from estimates so cautious that a packet turns to the longer way only
    /// when news has made it the better one.
    public static let ring: Self = {
        var rule = medium
        rule.ticksPerHop = 100
        return rule
    }()
    /// The most routers for which the rule of small networks is the standard.
    public static let smallNetwork = 40

    /// Returns the standard rule of a network.
    ///
    /// A small network's traffic tries every way within some hundred ticks, and what it learns while doing so holds packets
    /// to their ways. In a large one the same discovery takes so long that the network jams meanwhile. In a ring of any size every
    /// try of the other way goes half around it.
    ///
    /// - Parameter topology: The network.
    /// - Returns: `ring` where there are as many links as routers, `standard` or `large` elsewhere.
    public static func standard(for topology: NetworkTopology) -> Self {
        if topology.isRing { return ring }
        return topology.routerCount <= smallNetwork ? standard : large
    }

    /// The step size that goes with it: half where waves ask twice, for what single packets teach is noise to the many
    /// entries that hear of little else.
    public var defaultStepSize: Float { waves > 0 ? 0.25 : 0.5 }

    /// Checks every setting.
    ///
    /// - Throws: `ScenarioError` that names the first one that makes no sense.
    public func check() throws(ScenarioError) {
        guard (0...1).contains(echo) else { throw ScenarioError("an echo of \(echo) is not a share, 0 to 1") }
        guard !asksFirst || echo > 0 else {
            throw ScenarioError("to ask first is a way of echo: give a share above 0")
        }
        guard (0...1_000).contains(sweeps) else { throw ScenarioError("\(sweeps) sweeps are not within 0...1000") }
        guard (0...1_000).contains(waves) else { throw ScenarioError("\(waves) waves are not within 0...1000") }
        guard (1...1_000).contains(ticksPerHop) else {
            throw ScenarioError("\(ticksPerHop) ticks per hop are not within 1...1000")
        }
        guard queueWeight > 0, queueWeight <= 1 else {
            throw ScenarioError("a queue weight of \(queueWeight) is not above 0 and at most 1")
        }
        guard queueWeight == 1 || seesQueues else {
            throw ScenarioError("queues that are not looked at have no weight: add a look at queues")
        }
        guard !refreshes || waves > 0 else { throw ScenarioError("waves that go on have to begin: give some waves") }
        guard ticksPerHop == 1 || start != .zero else {
            throw ScenarioError("estimates that begin at zero have no ticks per hop: start from hops or detours")
        }
    }
}

extension RoutingRule: CustomStringConvertible {
    /// The rule in a few words, for tables.
    public var description: String {
        var words = [isDual ? "dual" : "Q-routing"]
        if echo == 1 { words.append("full echo") }
        if echo > 0, echo < 1 { words.append("echo \(echo)") }
        if echo > 0, asksFirst { words[words.count - 1] += " before the choice" }
        if seesQueues { words.append(queueWeight == 1 ? "queues" : "queues by \(queueWeight)") }
        if splitsHorizon { words.append("split horizon") }
        if sweeps > 0 { words.append("\(sweeps) sweeps") }
        if waves > 0 { words.append("\(waves) waves" + (refreshes ? " and on" : "")) }
        let beginning = start == .zero ? "" : ", from \(start.rawValue)"
        return words.joined(separator: " + ") + beginning + (ticksPerHop == 1 ? "" : " of \(ticksPerHop) ticks")
    }
}
