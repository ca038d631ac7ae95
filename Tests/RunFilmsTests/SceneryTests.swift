import Evaluation
import Foundation
import RunFilms
import Scenarios
import Synchronization
import TabularLearning
import Testing

/// Collects what a film has.
private final class Box: Sendable {
    let pieces = Mutex<[String: [UInt8]]>([:])

    var reel: FilmReel {
        FilmReel(keep: { name, bytes in self.pieces.withLock { $0[name] = bytes } }, note: { _ in })
    }

    /// All frames in their order.
    func frames() throws -> [[String: Any]] {
        let pieces = pieces.withLock { $0 }
        var frames: [[String: Any]] = []
        while let piece = pieces["\(frames.count / 60)"] {
            let list = try #require(JSONSerialization.jsonObject(with: Data(piece)) as? [[String: Any]])
            frames += list
            if list.count < 60 { break }
        }
        return frames
    }
}

extension [String: Any] {
    fileprivate func number(_ name: String) -> Double { (self[name] as? NSNumber)?.doubleValue ?? .nan }

    fileprivate func numbers(_ name: String) -> [Int] { (self[name] as? [NSNumber])?.map(\.intValue) ?? [] }
}

@Suite("Traffic to be watched")
struct TrafficFilmTests {
    private static var scenario: TrafficScenario {
        var scenario = TrafficScenario()
        (scenario.rows, scenario.columns, scenario.episodeSeconds) = (1, 2, 600)
        return scenario
    }

    private static func film(_ actor: String, _ seed: UInt64 = 3) throws -> Box {
        let table = ActionValueTable(
            rowCount: Int(scenario.space.stateCount),
            actionCount: scenario.space.actionCount,
            initialValue: 0
        )
        let box = Box()
        try Scenery.traffic(scenario, table: table).film(actor, seed: seed, on: box.reel)
        return box
    }

    @Test(
        "ends in the figures that the evaluation has of the same controller and seed",
        arguments: ["greedy", "fixed"]
    )
    func figures(_ actor: String) throws {
        let frames = try Self.film(actor).frames()
        let evaluation = try TrafficEvaluation(scenario: Self.scenario, seeds: [3])
        let controllers = SignalControllers(scenario: Self.scenario, network: evaluation.network)
        let counters = evaluation.run(try controllers.named(actor), seed: 3).counters
        #expect(frames.count == 601)
        let last = try #require(frames.last)
        #expect(last.number("t") == 600 && last.number("l") == Double(counters.left))
        #expect(abs(last.number("d") - counters.delay) < 0.001)
    }

    @Test("shows as many vehicles as there are: on roads, at stop lines, in front of entries")
    func vehicles() throws {
        for frame in try Self.film("learned").frames() {
            let (queues, all) = (frame.numbers("q"), frame.numbers("v"))
            #expect(zip(queues, all).allSatisfy { $0 <= $1 })
            #expect(all.reduce(0, +) == Int(frame.number("i")))
            #expect(frame.numbers("b").reduce(0, +) == Int(frame.number("o")))
            #expect(queues.reduce(0, +) + frame.numbers("b").reduce(0, +) == Int(frame.number("w")))
            #expect(frame.numbers("s").allSatisfy { (0..<12).contains($0) })
        }
    }

    @Test("is the same whenever it is made, and meets the same vehicles whoever acts")
    func repeats() throws {
        let (one, again) = (try Self.film("learned"), try Self.film("learned"))
        #expect(one.pieces.withLock { $0 } == again.pieces.withLock { $0 })
        let (greedy, fixed) = (try Self.film("greedy").frames(), try Self.film("fixed").frames())
        func demanded(_ frame: [String: Any]) -> Double {
            frame.number("l") + frame.number("i") + frame.number("o")
        }
        #expect(zip(greedy, fixed).allSatisfy { demanded($0) == demanded($1) })
        #expect(zip(greedy, fixed).contains { $0.numbers("q") != $1.numbers("q") })
    }

    @Test("is no larger than its bound, however large the network is and however long it takes")
    func bound() {
        let cut = FilmCut(length: 7200, finest: 1, numbers: 200_000)
        #expect(cut.frames * 200_000 <= FilmCut.mostNumbers + 200_000 && cut.frames >= 2)
        #expect((cut.frames - 1) * cut.interval >= 7200 && (cut.frames - 2) * cut.interval < 7200)
        #expect(FilmCut(length: 3600, finest: 1, numbers: 160).interval == 1)
        #expect(FilmCut(length: 20_000, finest: 50, numbers: 136).frames == 401)
    }

    @Test("has a controller that stops it stop at once")
    func stops() throws {
        struct Enough: Error {}
        let table = ActionValueTable(
            rowCount: Int(Self.scenario.space.stateCount),
            actionCount: Self.scenario.space.actionCount,
            initialValue: 0
        )
        let scenery = try Scenery.traffic(Self.scenario, table: table)
        let reel = FilmReel(keep: { _, _ in }, note: { if $0 > 0.1 { throw Enough() } })
        #expect(throws: Enough.self) { try scenery.film("greedy", seed: 1, on: reel) }
        #expect(throws: ScenarioError.self) { try scenery.film("nobody", seed: 1, on: reel) }
    }
}

@Suite("Packets to be watched")
struct PacketFilmTests {
    private static var scenario: RoutingScenario {
        var scenario = RoutingScenario()
        scenario.network = .grid6x6
        scenario.events = [.init(tick: 5000, .linkFails(0, 1)), .init(tick: 9000, .linkReturns(0, 1))]
        return scenario
    }

    private static func scenery() -> Scenery {
        let table =
            scenario.initialTable
            ?? ActionValueTable(
                rowCount: Int(scenario.space.stateCount),
                actionCount: scenario.space.actionCount,
                initialValue: 0
            )
        return .routing(scenario, table: table, parameters: scenario.defaults.parameters)
    }

    @Test(
        "ends in the figures of the evaluation, and shows what has failed while it has",
        arguments: ["shortest-path", "full-echo"]
    )
    func figures(_ actor: String) throws {
        let box = Box()
        try Self.scenery().film(actor, seed: 2, on: box.reel)
        let frames = try box.frames()
        let evaluation = RoutingEvaluation(scenario: Self.scenario, seedCount: 10)
        let run = try evaluation.run(try RoutingContender(named: actor), seed: 2) { _, _ in }
        #expect(frames.count == 401)
        let last = try #require(frames.last)
        #expect(abs(last.number("d") - run.statistics.meanDeliveryTime) < 0.001)
        // What the frames say was carried in the measured part is what the evaluation says of the links.
        let measured = frames.filter { $0.number("t") > 10_000 }
        for link in 0..<100 {
            let carried = measured.reduce(0) { $0 + $1.numbers("u")[link] }
            #expect(abs(Double(carried) / 10_000 - run.linkLoads[link]) < 1e-9)
        }
        for frame in frames {
            let hasFailed = (5000..<9000).contains(frame.number("t"))
            #expect(frame.numbers("x").count == (hasFailed ? 2 : 0), "\(frame.number("t"))")
            #expect(frame.numbers("y").isEmpty)
        }
    }

    @Test("tells by which links the packets for a router went, as many as were sent")
    func ways() throws {
        let box = Box()
        try Self.scenery().film("shortest-path", seed: 1, on: box.reel)
        let pieces = box.pieces.withLock { $0 }
        let text = try #require(pieces["to/35"])
        let windows = try #require(JSONSerialization.jsonObject(with: Data(text)) as? [[Int]])
        #expect(windows.count == 20 && windows.allSatisfy { $0.count % 2 == 0 && !$0.isEmpty })
        // A packet is at its destination when it gets there: nothing for router 35 leaves router 35.
        let topology = Self.scenario.topology
        let own = (topology.neighbors.prefix(35).reduce(0) { $0 + $1.count })..<100
        for window in windows {
            #expect(stride(from: 0, to: window.count, by: 2).allSatisfy { !own.contains(window[$0]) })
        }
        #expect(pieces.keys.count { $0.hasPrefix("to/") } == 36)
    }
}

@Suite("Places of what nobody has placed")
struct LayoutTests {
    @Test("a ring is laid out as a circle", arguments: [3, 8, 25])
    func ring(count: Int) {
        let topology = NetworkTopology.ring(count)
        #expect(topology.positions.isEmpty)
        let places = StressLayout(count: count, links: (0..<count).map { ($0, ($0 + 1) % count) }).positions
        let middle = places.reduce(.zero, +) / Double(count)
        let radii = places.map { place in ((place - middle) * (place - middle)).sum().squareRoot() }
        #expect((radii.max() ?? 0) < 1.05 * (radii.min() ?? 0), "\(radii)")
    }

    @Test("a chain is laid out as one, and its nodes in their order")
    func chain() {
        let places = StressLayout(count: 6, links: (0..<5).map { ($0, $0 + 1) }).positions
        func distance(_ one: Int, _ other: Int) -> Double {
            let way = places[one] - places[other]
            return (way * way).sum().squareRoot()
        }
        for node in 0..<5 { #expect(abs(distance(node, node + 1) - 1) < 0.05) }
        #expect(abs(distance(0, 5) - 5) < 0.3)
    }

    @Test("no two nodes of a grid are laid on each other, and none of two lone parts", arguments: [true, false])
    func apart(isConnected: Bool) {
        var links: [(Int, Int)] = []
        for node in 0..<16 {
            if node % 4 < 3 { links.append((node, node + 1)) }
            if node < 12, isConnected || node / 4 != 1 { links.append((node, node + 4)) }
        }
        let places = StressLayout(count: 16, links: links).positions
        for one in 0..<16 {
            for other in 0..<one {
                let way = places[one] - places[other]
                #expect((way * way).sum().squareRoot() > 0.4, "\(one) \(other)")
            }
        }
    }

    @Test("roads from outside of a junction lie apart from one another and from those to its neighbours")
    func entries() throws {
        var scenario = TrafficScenario(layout: .arterial)
        scenario.junctions = 3
        let network = try scenario.makeNetwork()
        let custom = TrafficScenario(network: network, demand: scenario.demand)
        for scenario in [scenario, custom] {
            let map = RoadMap(scenario, network)
            for junction in 0..<3 {
                var directions: [SIMD2<Double>] = []
                for road in network.roads.indices where network.roads[road].destination == junction {
                    if let origin = map.origins[road] {
                        let way = map.positions[origin] - map.positions[junction]
                        directions.append(way / (way * way).sum().squareRoot())
                    } else {
                        directions.append(try #require(map.entryDirections[road]))
                    }
                }
                #expect(directions.count == 4)
                for one in 0..<4 {
                    for other in 0..<one { #expect((directions[one] * directions[other]).sum() < 0.75) }
                }
            }
        }
    }

    @Test("more nodes than can be laid out are put on a circle, and one is in the middle of it")
    func limits() {
        #expect(StressLayout(count: 700, links: []).positions.count == 700)
        #expect(StressLayout(count: 1, links: []).positions == [.zero])
    }
}
