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
    }

    /// The share of decisions at which all neighbours answer and not only the one that gets the packet, 0...1.
    public var echo: Double
    /// Whether with `echo` all neighbours answer before the choice, which then knows what they said, and not with it.
    ///
    /// An update must be seen in the same round for that: with a staleness of s a choice knows the answers of the
    /// decisions s ticks ago.
    public var asksFirst: Bool
    /// Whether packets teach the way back to their source.
    public var isDual: Bool
    /// Whether queues are looked at instead of learned.
    public var seesQueues: Bool
    /// How often each destination is asked about after the start and after a change of the topology.
    public var sweeps: Int
    /// Where estimates begin.
    public var start: Start

    /// Creates a rule.
    public init(
        echo: Double = 0,
        asksFirst: Bool = false,
        isDual: Bool = false,
        seesQueues: Bool = false,
        sweeps: Int = 0,
        start: Start = .zero
    ) {
        self.echo = echo
        self.asksFirst = asksFirst
        self.isDual = isDual
        self.seesQueues = seesQueues
        self.sweeps = sweeps
        self.start = start
    }

    /// Q-routing as it was published.
    public static let qRouting = Self()
    /// Q-routing with full echo as it was published.
    public static let fullEcho = Self(echo: 1, asksFirst: true)
    /// Dual reinforcement Q-routing.
    public static let dual = Self(isDual: true)
    /// One rule for all loads: dual, queues looked at, 14 sweeps.
    public static let standard = Self(isDual: true, seesQueues: true, sweeps: 14)

    /// Checks every setting.
    ///
    /// - Throws: `ScenarioError` that names the first one that makes no sense.
    public func check() throws(ScenarioError) {
        guard (0...1).contains(echo) else { throw ScenarioError("an echo of \(echo) is not a share, 0 to 1") }
        guard !asksFirst || echo > 0 else {
            throw ScenarioError("to ask first is a way of echo: give a share above 0")
        }
        guard (0...1_000).contains(sweeps) else { throw ScenarioError("\(sweeps) sweeps are not within 0...1000") }
    }
}

extension RoutingRule {
    private enum CodingKeys: String, CodingKey { case echo, asksFirst, isDual, seesQueues, sweeps, start }

    /// Reads a rule; in one written before rules could ask first no one does.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            echo: try container.decode(Double.self, forKey: .echo),
            asksFirst: try container.decodeIfPresent(Bool.self, forKey: .asksFirst) ?? false,
            isDual: try container.decode(Bool.self, forKey: .isDual),
            seesQueues: try container.decode(Bool.self, forKey: .seesQueues),
            sweeps: try container.decode(Int.self, forKey: .sweeps),
            start: try container.decode(Start.self, forKey: .start)
        )
    }

    /// Writes a rule; one that does not ask first as before there was such a choice, for a run is known by its settings.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(echo, forKey: .echo)
        if asksFirst { try container.encode(asksFirst, forKey: .asksFirst) }
        try container.encode(isDual, forKey: .isDual)
        try container.encode(seesQueues, forKey: .seesQueues)
        try container.encode(sweeps, forKey: .sweeps)
        try container.encode(start, forKey: .start)
    }
}

extension RoutingRule: CustomStringConvertible {
    /// The rule in a few words, for tables.
    public var description: String {
        var words = [isDual ? "dual" : "Q-routing"]
        if echo == 1 { words.append("full echo") }
        if echo > 0, echo < 1 { words.append("echo \(echo)") }
        if echo > 0, asksFirst { words[words.count - 1] += " before the choice" }
        if seesQueues { words.append("queues") }
        if sweeps > 0 { words.append("\(sweeps) sweeps") }
        return words.joined(separator: " + ") + (start == .hops ? ", from hops" : "")
    }
}
