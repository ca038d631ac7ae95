internal import Scenarios
internal import Testing

@Suite("Traffic demand")
struct TrafficDemandTests {
    @Test("Every pattern keeps the flow of each axis over its periods", arguments: DemandPattern.allCases)
    func means(pattern: DemandPattern) throws {
        let network = try RoadNetwork.arterial(junctions: 2)
        let demand = TrafficDemand(pattern, northSouth: 300, eastWest: 1200)
        for (entry, road) in network.entries.enumerated() {
            let expected = network.roads[road].entryAxis == .eastWest ? 1200.0 : 300
            #expect((demand.meanFlow(ofEntry: entry, in: network) - expected).magnitude < 1e-9)
        }
    }

    @Test("Flows by entry can follow a pattern and be scaled")
    func entryFlows() throws {
        let network = try RoadNetwork.grid(rows: 1, columns: 1)
        var demand = TrafficDemand.steady(0)
        demand.periods[0].entries = [100, 200, 300, 400]
        let alternating = demand.following(.alternating, in: network).scaled(by: 2)
        #expect(alternating.periods.map(\.entries) == [[280, 240, 840, 480], [120, 560, 360, 1120]])
        for entry in 0..<4 {
            #expect((alternating.meanFlow(ofEntry: entry, in: network) - 200 * Double(entry + 1)).magnitude < 1e-9)
        }
    }

    @Test("Entries get the vehicles that their own flows say")
    func arrivalsByEntry() throws {
        let network = try RoadNetwork.grid(rows: 1, columns: 1)
        var demand = TrafficDemand.steady(0, arrivals: .uniform)
        demand.periods[0].entries = [0, 360, 0, 720]
        var simulation = TrafficSimulation(
            network: network,
            demand: demand,
            timing: SignalTiming(),
            replica: 0,
            seed: 1
        )
        simulation.advance(seconds: 100)
        let loads = network.entries.indices.map {
            simulation.occupancy(ofRoad: network.entries[$0]) + simulation.backlog(ofEntry: $0)
        }
        #expect(simulation.counters.demanded == 30)
        #expect(loads[0] == 0 && loads[2] == 0)
        #expect(loads[1] == 10 && loads[3] == 20, "east and west see red")
    }

    @Test("Platoons come once a cycle and carry the share that was asked for")
    func platoons() throws {
        let run = try Self.arrivals(.platooned, seconds: 90 * 2000)
        // Fold the seconds into the cycle; the thirty densest in a row are the platoon.
        var folded = Array(repeating: 0, count: 90)
        for (second, count) in run.enumerated() { folded[second % 90] += count }
        let windows = (0..<90).map { start in (0..<30).reduce(0) { $0 + folded[(start + $1) % 90] } }
        let total = run.reduce(0, +)
        // 50,000 vehicles; the share's standard deviation is 0.2%, the densest of 90 windows a little above.
        #expect((total - 50_000).magnitude < 900)
        let share = Double(try #require(windows.max())) / Double(total)
        #expect((share - 0.8).magnitude < 0.01)
    }

    @Test("Platoons of different entries, replicas and seeds come at different times")
    func platoonOffsets() throws {
        var starts: Set<Int> = []
        for (seed, replica) in [(1, 0), (1, 1), (2, 0), (2, 1)] as [(UInt64, UInt64)] {
            let run = try Self.arrivals(.platooned, seconds: 90 * 200, replica: replica, seed: seed)
            var folded = Array(repeating: 0, count: 90)
            for (second, count) in run.enumerated() { folded[second % 90] += count }
            let windows = (0..<90).map { start in (0..<30).reduce(0) { $0 + folded[(start + $1) % 90] } }
            starts.insert(try #require(windows.indices.max { windows[$0] < windows[$1] }))
        }
        #expect(starts.count > 2)
    }

    @Test("Platooned arrivals make longer queues than steady ones of the same flow")
    func platoonedDelay() throws {
        var steady = try CrossingRun(flow: 700, greens: [25, 28])
        var platooned = try CrossingRun(flow: 700, greens: [25, 28], arrivals: .platooned)
        // 53 s are no fraction of the platoons' 90 s, so they meet every part of the signal's cycle alike.
        #expect(platooned.delay(cycles: 20_000, warmUp: 100) > 1.2 * steady.delay(cycles: 20_000, warmUp: 100))
    }

    @Test("Values that make no sense are refused in words that name them")
    func badDemand() {
        #expect(refusal { $0.demand.periods[0].entries = [1] }.contains("1 flows by entry"))
        #expect(refusal { $0.demand.periods[0].entries = Array(repeating: 1, count: 16) } == "")
        #expect(refusal { $0.demand.periods[0].entries = Array(repeating: -1, count: 16) }.contains("-1.0"))
        #expect(refusal { $0.demand.platoons.length = 90 }.contains("platoons of 90 s every 90 s"))
        #expect(refusal { $0.demand.platoons.share = 1.5 }.contains("1.5"))
        #expect(refusal { $0.demand.platoons.length = 2 }.contains("36"))
        #expect(refusal { $0.layout = .custom }.contains("needs a network"))
    }

    /// The vehicles that arrive at the one busy entry, second by second.
    private static func arrivals(
        _ kind: TrafficDemand.Arrivals,
        seconds: Int,
        replica: UInt64 = 0,
        seed: UInt64 = 1
    ) throws -> [Int] {
        let period = TrafficDemand.Period(seconds: 3600, northSouth: 1000, eastWest: 0)
        var simulation = TrafficSimulation(
            network: try .crossing(),
            demand: TrafficDemand(periods: [period], arrivals: kind),
            timing: SignalTiming(),
            replica: replica,
            seed: seed
        )
        var before = 0
        return (0..<seconds).map { _ in
            simulation.advance(seconds: 1)
            defer { before = simulation.counters.demanded }
            return simulation.counters.demanded - before
        }
    }
}
