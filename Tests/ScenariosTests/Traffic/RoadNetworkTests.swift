internal import Scenarios
internal import Testing

@Suite("Road networks")
struct RoadNetworkTests {
    @Test("A grid has four approaches and twelve movements at each intersection, and entries all round")
    func gridSizes() throws {
        let network = try RoadNetwork.grid(rows: 3, columns: 4)
        #expect(network.intersections.count == 12)
        #expect(network.roads.count == 48)
        #expect(network.movements.count == 144)
        #expect(network.entries.count == 14)
        let exits = network.movements.filter { $0.nextRoad == nil }
        #expect(exits.count == 3 * 14, "three movements lead to each way out")
    }

    @Test("A movement leads to the neighbour it points to, and comes in there from the right side")
    func gridConnections() throws {
        let network = try RoadNetwork.grid(rows: 2, columns: 2)
        func next(_ intersection: Int, _ name: String) -> String? {
            let movements = network.intersections[intersection].movements
            let movement = movements.first { network.movements[$0].name == name }
            return movement.flatMap { network.movements[$0].nextRoad }.map { network.roads[$0].name }
        }
        #expect(next(0, "north through") == "r1c0 from north")
        #expect(next(0, "west through") == "r0c1 from west")
        #expect(next(0, "west right") == "r1c0 from north")
        #expect(next(0, "south right") == "r0c1 from west")
        #expect(next(0, "north left") == "r0c1 from west")
        #expect(next(0, "east left") == "r1c0 from north")
        #expect(next(0, "north right") == nil)
    }

    @Test("Crossing and merging streams conflict, opposing and parallel ones do not")
    func conflicts() throws {
        let network = try RoadNetwork.grid(rows: 1, columns: 1)
        func conflict(_ a: String, _ b: String) throws -> Bool {
            let first = try #require(network.movements.firstIndex { $0.name == a })
            let second = try #require(network.movements.firstIndex { $0.name == b })
            let conflicts = network.intersections[0].conflicts
            let isConflict = conflicts[first] & (1 << UInt64(second)) != 0
            #expect(isConflict == (conflicts[second] & (1 << UInt64(first)) != 0))
            return isConflict
        }
        #expect(try conflict("north through", "east through"))
        #expect(try conflict("north left", "south through"))
        #expect(try conflict("north right", "east through"), "both leave to the west")
        #expect(try !conflict("north through", "south through"))
        #expect(try !conflict("north left", "south left"))
        #expect(try !conflict("north through", "south right"))
        #expect(try !conflict("north right", "east left"))
    }

    @Test("A phase with conflicting movements is refused")
    func conflictingPhase() throws {
        let network = try RoadNetwork.crossing()
        var intersections = network.intersections
        intersections[0].phases[0].movements = [0, 1]
        #expect(throws: ScenarioError.self) {
            try RoadNetwork(intersections: intersections, roads: network.roads, movements: network.movements)
        }
    }

    @Test("Flows follow the turns through the network")
    func movementFlows() throws {
        // Every intersection of a grid gets as much on each approach as enters at the edge.
        let network = try RoadNetwork.grid(rows: 3, columns: 3)
        let flows = TrafficDemand.steady(500).meanMovementFlows(in: network)
        for movement in network.movements.indices {
            #expect((flows[movement] - 500 * network.movements[movement].share).magnitude < 1e-6)
        }
    }

    @Test("An arterial is a row of junctions whose main street has more lanes and keeps its flow")
    func arterial() throws {
        let scenario = TrafficScenario(layout: .arterial)
        let network = try scenario.makeNetwork()
        #expect(network.intersections.count == 6)
        #expect(network.entries.count == 14, "two ends and two arms of each side street")
        func flow(_ road: String) throws -> Double {
            let index = try #require(network.roads.firstIndex { $0.name == road })
            let flows = scenario.demand.meanMovementFlows(in: network)
            return network.roads[index].movements.reduce(0) { $0 + flows[$1] }
        }
        #expect(try flow("r0c0 from west") == 1200)
        #expect(try flow("r0c3 from south") == 300)
        #expect((try flow("r0c5 from west") - 1200).magnitude < 1e-6, "as many turn in as turn out")
        let through = try #require(network.movements.first { $0.name == "east through" })
        #expect(through.saturationFlow == 3600)
        #expect(network.roads[through.road].storage * 3 == network.roads[0].storage * 4)
        for junctions in [1, 21] {
            #expect(throws: ScenarioError.self) { try RoadNetwork.arterial(junctions: junctions) }
        }
    }

    @Test("The fixed plan fills its cycle and gives most green where most vehicles come")
    func fixedPlan() throws {
        var scenario = TrafficScenario()
        scenario.demand = TrafficDemand(periods: [.init(seconds: 60, northSouth: 600, eastWest: 300)])
        let plan = FixedTimeController(scenario: scenario, network: try scenario.makeNetwork())
        for greens in plan.greens {
            #expect(greens.reduce(0, +) + 4 * scenario.timing.changeTime == 90)
            #expect(greens[0] > greens[2] && greens[2] > greens[1] && greens[1] >= greens[3])
        }
    }

    @Test("Values that make no sense are refused in words that name them")
    func badConfigurations() {
        #expect(refusal { _ in } == "")
        #expect(refusal { $0.rows = 0 }.contains("0x4"))
        #expect(refusal { $0.geometry.speed = -1 }.contains("-1.0 m/s"))
        #expect(refusal { $0.geometry.leftShare = 0.9 }.contains("0.9"))
        #expect(refusal { $0.demand.periods = [] }.contains("period"))
        #expect(refusal { $0.demand = .steady(-5) }.contains("-5.0"))
        #expect(refusal { $0.timing.maximumRed = 30 }.contains("maximum red of 30 s"))
        #expect(refusal { $0.timing.maximumGreen = 5 }.contains("maximum green of 5 s"))
        #expect(refusal { $0.decisionInterval = 0 }.contains("interval of 0 s"))
        #expect(refusal { $0.episodeSeconds = 7 }.contains("episode of 7 s"))
        #expect(refusal { $0.observation.demandBins = [3, 3] }.contains("[3, 3]"))
        #expect(refusal { $0.observation.demandBins = [] }.contains("[]"))
        #expect(refusal { $0.discount = 1.5 }.contains("1.5"))
        #expect(refusal { $0.rewardScale = 0 }.contains("reward scale"))
    }
}
