/// What routers tell one another and what the table is told of it: a family of learning rules for routing.
///
/// All members write ordinary transitions, so that the table and its shards know nothing of routing. They are added:
///
/// - Every decision teaches the entry that was used: Q-routing (Boyan and Littman 1994).
/// - `echo`: a share of the decisions also teaches the entries that were not used (full echo, the same paper).
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
        isDual: Bool = false,
        seesQueues: Bool = false,
        sweeps: Int = 0,
        start: Start = .zero
    ) {
        self.echo = echo
        self.isDual = isDual
        self.seesQueues = seesQueues
        self.sweeps = sweeps
        self.start = start
    }

    /// Q-routing as it was published.
    public static let qRouting = Self()
    /// Q-routing with full echo.
    public static let fullEcho = Self(echo: 1)
    /// Dual reinforcement Q-routing.
    public static let dual = Self(isDual: true)
    /// One rule for all loads: dual, queues looked at, 14 sweeps.
    public static let standard = Self(isDual: true, seesQueues: true, sweeps: 14)

    /// Checks every setting.
    ///
    /// - Throws: `ScenarioError` that names the first one that makes no sense.
    public func check() throws(ScenarioError) {
        guard (0...1).contains(echo) else { throw ScenarioError("an echo of \(echo) is not a share, 0 to 1") }
        guard (0...1_000).contains(sweeps) else { throw ScenarioError("\(sweeps) sweeps are not within 0...1000") }
    }
}

extension RoutingRule: CustomStringConvertible {
    /// The rule in a few words, for tables.
    public var description: String {
        var words = [isDual ? "dual" : "Q-routing"]
        if echo == 1 { words.append("full echo") }
        if echo > 0, echo < 1 { words.append("echo \(echo)") }
        if seesQueues { words.append("queues") }
        if sweeps > 0 { words.append("\(sweeps) sweeps") }
        return words.joined(separator: " + ") + (start == .hops ? ", from hops" : "")
    }
}
