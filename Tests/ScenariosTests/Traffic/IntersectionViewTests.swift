internal import Scenarios
internal import TabularLearning
internal import Testing

@Suite("The view of an intersection")
struct IntersectionViewTests {
    /// A grid in the middle of the day: random phases for some minutes.
    private static func busyGrid(seconds: Int = 600) throws -> (TrafficSimulation, TrafficScenario) {
        let scenario = TrafficScenario.grid(2, 2, flow: 700)
        var simulation = TrafficSimulation(
            network: try scenario.makeNetwork(),
            demand: scenario.demand,
            timing: scenario.timing,
            replica: 0,
            seed: 3
        )
        var random = SplitMix64(state: 8)
        for _ in 0..<(seconds / 5) {
            for intersection in 0..<4 where simulation.canDecide(intersection) {
                simulation.request(phase: random.nextIndex(below: 4), at: intersection)
            }
            simulation.advance(seconds: 5)
        }
        while !(0..<4).allSatisfy({ simulation.canDecide($0) }) { simulation.advance(seconds: 1) }
        return (simulation, scenario)
    }

    @Test("adds up queues, demand and pressure over the movements of each phase")
    func sums() throws {
        let (simulation, scenario) = try Self.busyGrid()
        let network = simulation.network
        for index in network.intersections.indices {
            let view = simulation.view(of: index, envelope: scenario.envelope, detectorSeconds: 7)
            for (phase, movements) in network.intersections[index].phases.map(\.movements).enumerated() {
                let queues = movements.reduce(0) { $0 + simulation.queue(ofMovement: $1) }
                let near = movements.reduce(0) { $0 + simulation.approaching(movement: $1, within: 7) }
                #expect(view.queues[phase] == Int32(queues))
                #expect(view.demand[phase] == Int32(queues + near))
                let waits = movements.map { simulation.redWait(ofMovement: $0) }
                #expect(view.redWaits[phase] == Int32(waits.max() ?? 0))
                let pressure = movements.reduce(0) { sum, movement in
                    let incoming =
                        simulation.queue(ofMovement: movement) + simulation.approaching(movement: movement, within: 100)
                    let next = network.movements[movement].nextRoad
                    return sum + incoming - (next.map { simulation.occupancy(ofRoad: $0) / 3 } ?? 0)
                }
                #expect(view.pressures[phase] == Int32(pressure))
            }
            #expect(view.demand[4] == -1)
            #expect(view.queues[4] == -1)
            #expect(view.pressures[4] == .min)
        }
    }

    @Test("times the gap since the last vehicle crossed, from the beginning of green")
    func gaps() throws {
        let scenario = TrafficScenario(
            network: try .crossing(),
            demand: TrafficDemand(periods: [.init(seconds: 3600, northSouth: 0, eastWest: 0)])
        )
        var simulation = TrafficSimulation(
            network: try scenario.makeNetwork(),
            demand: .steady(1800, arrivals: .uniform),
            timing: scenario.timing,
            replica: 0,
            seed: 1
        )
        simulation.advance(seconds: 60)
        func gap() -> Int32 {
            simulation.view(of: 0, envelope: scenario.envelope, detectorSeconds: 4).gaps[simulation.phase(of: 0)]
        }
        #expect(gap() <= 2, "a vehicle every two seconds")
        simulation.request(phase: 1, at: 0)
        simulation.advance(seconds: 4)
        #expect(simulation.stage(of: 0) == .green)
        #expect(gap() == 0, "nobody has crossed yet, but green has just begun")
        simulation.advance(seconds: 2)
        #expect(gap() == 2, "start-up takes two seconds")
        simulation.advance(seconds: 6)
        #expect(gap() <= 2)
    }

    @Test("says which phases lead to a road that is almost full")
    func fullExits() throws {
        var scenario = TrafficScenario.grid(1, 2, flow: 1500)
        scenario.observation.seesFullExits = true
        var simulation = TrafficSimulation(
            network: try scenario.makeNetwork(),
            demand: scenario.demand,
            timing: scenario.timing,
            replica: 0,
            seed: 1
        )
        // The right intersection stays north-south, so the road from the left one fills up.
        simulation.request(phase: 2, at: 0)
        simulation.advance(seconds: 600)
        let left = simulation.view(of: 0, envelope: scenario.envelope, detectorSeconds: 7)
        let right = simulation.view(of: 1, envelope: scenario.envelope, detectorSeconds: 7)
        #expect(left.fullExits & 0b0100 != 0, "east-west through leads there")
        #expect(left.fullExits & 0b1000 == 0, "east-west left turns lead out of the network")
        #expect(right.fullExits == 0)
        let encoder = scenario.makeEncoder()
        var free = left
        free.fullExits = 0
        #expect(encoder.state(of: left) != encoder.state(of: free))
        #expect(encoder.space.describe(encoder.state(of: left)).contains("exits full"))
    }

    @Test("phases that vehicles inside the junction need come first, but never before the envelope")
    func clearing() {
        var view = IntersectionView()
        view.phaseCount = 4
        view.phase = 0
        view.demand.lowHalf = SIMD8(2, 0, 5, 0, -1, -1, -1, -1)
        view.allowedPhases = 0b1111
        #expect(view.choices == 0b0101)
        var clearing = view
        clearing.keepGreen(of: 0b0011)
        // Phase 1 can be chosen although nobody waits for it outside.
        #expect(clearing.choices == 0b0011)
        clearing = view
        clearing.keepGreen(of: 0)
        #expect(clearing == view)
        view.allowedPhases = 0b0100
        clearing = view
        clearing.keepGreen(of: 0b0011)
        #expect(clearing == view)
    }
}
