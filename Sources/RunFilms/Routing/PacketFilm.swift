internal import Evaluation
internal import Foundation
public import Scenarios
public import TabularLearning

/// Packets to be watched: the routers and links, and over the ticks the loads, the queues, what has failed and the figures so far.
///
/// A frame is an object: `t` the tick; `d` the mean delivery time so far in ticks (of the measured part, once it has begun), `n`
/// packets in the network, `l` delivered, `r` refused and `p` dropped since the beginning; by directed link `u` packets since the
/// frame before; by server, a router or a directed link, `q` packets that wait; `x` links and `y` routers that do not work.
///
/// A piece `to/D` tells by which links packets for router D left each router: for each window of the run a list of links and
/// counts in turn.
struct PacketFilm: Sendable {
    private let evaluation: RoutingEvaluation
    private let table: ActionValueTable
    private let parameters: LearningParameters
    private let links: DirectedLinks
    private let cut: FilmCut
    /// The windows in which ways are counted; 0 where there are too many routers for that.
    private let windows: Int

    /// Links × destinations × windows that are counted.
    static let mostCounts = 4_000_000
    static let mostWindows = 20
    static let frozen = "learned-frozen"
    static let learning = "learned"

    init(_ scenario: RoutingScenario, _ table: ActionValueTable, _ parameters: LearningParameters, seedCount: Int) {
        evaluation = RoutingEvaluation(scenario: scenario, seedCount: seedCount)
        (self.table, self.parameters) = (table, parameters)
        links = DirectedLinks(scenario.topology)
        let servers = scenario.model == .node ? links.routerCount : links.count
        cut = FilmCut(length: evaluation.warmUp + evaluation.ticks, finest: 50, numbers: links.count + servers)
        windows = min(Self.mostWindows, Self.mostCounts / (links.count * links.routerCount))
    }

    static var actors: [String] { [frozen, learning] + RoutingContender.names }

    private func contender(_ name: String) throws -> RoutingContender {
        switch name {
        case Self.frozen: .frozen(table)
        case Self.learning: .learned(table, parameters)
        default: try RoutingContender(named: name)
        }
    }

    /// Has a rule act, and puts every frame on a reel.
    func play(_ actor: String, seed: UInt64, on reel: FilmReel) throws {
        var pieces = FilmPieces(cut, reel)
        var ways = Ways(links, windows: windows, length: length)
        var uses = [UInt32](repeating: 0, count: links.count)
        var warm: DeliveryStatistics?
        _ = try evaluation.run(try contender(actor), seed: seed) { network, slots in
            let tick = Int(network.tick)
            if tick == 1 { try pieces.add(beginning) }
            ways.count(network.sent, slots, before: tick)
            if tick == evaluation.warmUp { warm = network.statistics }
            guard tick % cut.interval == 0 || tick == length else { return }
            try pieces.add(frame(of: network, since: warm, uses: zip(network.linkUses, uses).map { $0 &- $1 }))
            uses = network.linkUses
        }
        for router in 0..<(windows > 0 ? links.routerCount : 0) {
            try reel.keep("to/\(router)", Array(ways.json(to: router).utf8))
        }
    }

    private var length: Int { evaluation.warmUp + evaluation.ticks }

    private var beginning: String {
        let servers = evaluation.scenario.model == .node ? links.routerCount : links.count
        return #"{"t":0,"d":null,"n":0,"l":0,"r":0,"p":0,"u":\#(list([Int](repeating: 0, count: links.count))),"#
            + #""q":\#(list([Int](repeating: 0, count: servers))),"x":[],"y":[]}"#
    }

    private func frame(of network: PacketNetwork, since warm: DeliveryStatistics?, uses: [UInt32]) -> String {
        let statistics = network.statistics
        let measured = warm.map { statistics.since($0) } ?? statistics
        let routers = (0..<links.routerCount).filter { !network.works($0) }
        let failed = (0..<links.routerCount).flatMap { router in
            let usable = network.works(router) ? network.usableSlots(of: router) : 0
            return links.leaving(router).enumerated().filter { usable >> UInt64($0.offset) & 1 == 0 }.map(\.element)
        }
        return #"{"t":\#(network.tick),"d":\#(figure(measured.meanDeliveryTime)),"n":\#(network.liveCount),"#
            + #""l":\#(statistics.delivered),"r":\#(statistics.refused),"p":\#(statistics.dropped),"#
            + #""u":\#(list(uses)),"q":\#(list(network.queueLengths)),"x":\#(list(failed)),"y":\#(list(routers))}"#
    }

    var stage: PacketStage { PacketStage(evaluation, links, cut, windows: windows, Self.actors) }
}

/// Counts by which links packets left, by window of the run and destination.
private struct Ways {
    private let links: DirectedLinks
    private let windows: Int
    private let length: Int
    /// Counts, [windows × destinations × links].
    private var counts: [UInt32]

    init(_ links: DirectedLinks, windows: Int, length: Int) {
        (self.links, self.windows, self.length) = (links, windows, length)
        counts = Array(repeating: 0, count: windows * links.routerCount * links.count)
    }

    mutating func count(_ sent: [PacketNetwork.Pending], _ slots: [UInt8], before tick: Int) {
        guard windows > 0 else { return }
        let window = min(windows - 1, (tick - 1) * windows / length)
        for (entry, slot) in zip(sent, slots) {
            let link = links.offsets[entry.router] + Int(slot)
            counts[(window * links.routerCount + entry.destination) * links.count + link] &+= 1
        }
    }

    func json(to router: Int) -> String {
        let parts = (0..<windows).map { window in
            let first = (window * links.routerCount + router) * links.count
            let used = (0..<links.count).filter { counts[first + $0] > 0 }
            return list(used.flatMap { [UInt32($0), counts[first + $0]] })
        }
        return "[\(parts.joined(separator: ","))]"
    }
}

/// The routers and links of a film, and how it is cut.
struct PacketStage: Encodable {
    struct Router: Encodable {
        let name: String
        let x: Double
        let y: Double
    }

    struct Event: Encodable {
        let tick: UInt32
        let words: String
    }

    let kind = "packets"
    /// Who acts beside the policy, to begin with.
    let beside = "shortest-path"
    let subject: String
    let unit = "ticks"
    let actors: [String]
    let seeds: [UInt64]
    let cut: FilmCut
    let length: Int
    /// Ticks before anything is measured.
    let warmUp: Int
    /// Whether a router forwards a packet a tick; else every directed link does.
    let routersForward: Bool
    /// Windows in which ways are counted; 0 for none.
    let windows: Int
    let routers: [Router]
    /// By directed link where it begins and ends.
    let links: [[Int]]
    let events: [Event]

    init(_ evaluation: RoutingEvaluation, _ links: DirectedLinks, _ cut: FilmCut, windows: Int, _ actors: [String]) {
        let (scenario, topology) = (evaluation.scenario, evaluation.scenario.topology)
        subject =
            "\(scenario.network.name), \(scenario.trafficMatrix.name) traffic, load \(decimal(scenario.load)) packets per tick, "
            + "\(evaluation.warmUp) + \(evaluation.ticks) ticks from an empty network"
        (self.actors, self.cut, self.windows) = (actors, cut, windows)
        seeds = evaluation.seeds
        (length, warmUp) = (evaluation.warmUp + evaluation.ticks, evaluation.warmUp)
        routersForward = scenario.model == .node
        // North is up.
        let places =
            topology.positions.isEmpty
            ? StressLayout(count: topology.routerCount, links: topology.links).positions
            : topology.positions.map { SIMD2($0.x, -$0.y) }
        routers = zip(topology.names, places).map { Router(name: $0, x: $1.x, y: $1.y) }
        self.links = (0..<links.count).map { [links.sources[$0], links.targets[$0]] }
        let end = UInt32(clamping: length)
        events = scenario.events.filter { $0.tick <= end }.map { Event(tick: $0.tick, words: $0.words(in: topology)) }
    }
}

extension Scenery {
    /// The packets of a scenario: its policy and the other rules on the packets of its evaluation.
    ///
    /// - Parameters:
    ///   - scenario: What was learned on.
    ///   - table: What was learned.
    ///   - parameters: With which it was, and learns on.
    /// - Returns: The film's place and actors.
    public static func routing(
        _ scenario: RoutingScenario,
        table: ActionValueTable,
        parameters: LearningParameters
    ) -> Scenery {
        let film = PacketFilm(scenario, table, parameters, seedCount: 10)
        return Scenery(stage: json(film.stage), actors: PacketFilm.actors, seeds: 1...10) { actor, seed, reel in
            try film.play(actor, seed: seed, on: reel)
        }
    }
}
