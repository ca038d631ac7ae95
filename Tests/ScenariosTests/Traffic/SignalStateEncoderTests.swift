internal import Scenarios
internal import TabularLearning
internal import Testing

@Suite("The state of a signal")
struct SignalStateEncoderTests {
    private static func view(_ demand: [Int32], phase: Int = 0, greenAge: Int = 0, intersection: Int = 0)
        -> IntersectionView
    {
        var view = IntersectionView()
        view.intersection = intersection
        view.phaseCount = demand.count
        view.phase = phase
        view.greenAge = greenAge
        for (index, vehicles) in demand.enumerated() { view.demand[index] = vehicles }
        view.allowedPhases = ActionMask.all(demand.count)
        return view
    }

    @Test("stays within the space for any view", arguments: SignalObservation.Detail.allCases, [false, true])
    func bounds(detail: SignalObservation.Detail, isShared: Bool) {
        var scenario = TrafficScenario.grid(3, 2)
        scenario.sharesTable = isShared
        scenario.observation.detail = detail
        scenario.observation.greenAges = [10, 20]
        let encoder = scenario.makeEncoder()
        var random = SplitMix64(state: 1)
        var states: Set<UInt64> = []
        for _ in 0..<20_000 {
            let demand = (0..<4).map { _ in Int32(random.nextIndex(below: 40)) }
            let state = encoder.state(
                of: Self.view(
                    demand,
                    phase: random.nextIndex(below: 4),
                    greenAge: random.nextIndex(below: 100),
                    intersection: random.nextIndex(below: 6)
                )
            )
            #expect(state < encoder.space.stateCount)
            states.insert(state)
        }
        #expect(states.count > 200)
    }

    @Test("tells neighbours' queues apart by their classes, and only where it is told to")
    func neighbors() {
        var scenario = TrafficScenario.grid(2, 2)
        var view = Self.view([0, 5, 14, 2], phase: 2)
        let plain = scenario.makeEncoder()
        scenario.observation.neighborBins = [3, 10]
        let encoder = scenario.makeEncoder()
        #expect(encoder.space.stateCount == 3 * plain.space.stateCount)
        let labels = [(0, "0-2"), (2, "0-2"), (3, "3-9"), (9, "3-9"), (10, "10+"), (500, "10+")]
        let unseen = plain.state(of: view)
        for (vehicles, label) in labels {
            view.neighborQueue = Int32(vehicles)
            #expect(encoder.space.describe(encoder.state(of: view)).contains("vehicles at neighbours \(label)"))
            #expect(plain.state(of: view) == unseen)
        }
    }

    @Test("says in words what is seen")
    func words() {
        var scenario = TrafficScenario.grid(2, 2)
        scenario.sharesTable = false
        let encoder = scenario.makeEncoder()
        let state = encoder.state(of: Self.view([0, 5, 14, 2], phase: 2, intersection: 3))
        let text = encoder.space.describe(state)
        #expect(text.hasPrefix("intersection r1c1, phase east-west through, "))
        #expect(text.contains("vehicles for north-south through 0,"))
        #expect(text.contains("vehicles for north-south left 3-5"))
        #expect(text.contains("vehicles for east-west through 12-19"))
        #expect(encoder.space.actions[3] == "east-west left")
        #expect(encoder.space.stateCount == 4 * 4 * 4096)
    }

    @Test("finds the strongest other phase, the lowest on ties")
    func strongestOther() {
        var scenario = TrafficScenario.grid(1, 1)
        scenario.observation.detail = .strongestOther
        let encoder = scenario.makeEncoder()
        let space = encoder.space
        func levels(_ demand: [Int32], phase: Int) -> [Int] {
            space.levels(of: encoder.state(of: Self.view(demand, phase: phase)))
        }
        #expect(levels([20, 1, 7, 7], phase: 0) == [0, 5, 2, 3])
        #expect(levels([20, 1, 7, 7], phase: 2) == [2, 3, 0, 5])
        #expect(levels([0, 0, 0, 0], phase: 0) == [0, 0, 1, 0])
    }

    @Test("is a row of the same table for intersections of the same shape, and of another for another shape")
    func shapes() throws {
        let grid = TrafficScenario.grid(2, 2).makeEncoder()
        #expect(grid.space.factors[0].name == "phase")
        let views = (0..<4).map { Self.view([3, 0, 8, 1], phase: 2, intersection: $0) }
        #expect(Set(views.map { grid.state(of: $0) }).count == 1)
        // A slower lane makes the second intersection another shape.
        let even = try RoadNetwork.grid(rows: 1, columns: 3)
        var movements = even.movements
        for movement in even.intersections[1].movements { movements[movement].saturationFlow = 1500 }
        let uneven = try RoadNetwork(intersections: even.intersections, roads: even.roads, movements: movements)
        #expect(even.shapes.names == ["like r0c0"])
        #expect(uneven.shapes.ofIntersection == [0, 1, 0])
        let scenario = TrafficScenario(network: uneven, demand: .steady(400))
        #expect(scenario.affinityFactor == 0)
        let encoder = scenario.makeEncoder()
        #expect(encoder.space.factors[0].name == "shape")
        #expect(encoder.state(of: views[0]) == encoder.state(of: views[2]))
        #expect(encoder.state(of: views[0]) != encoder.state(of: views[1]))
        let text = encoder.space.describe(encoder.state(of: views[1]))
        #expect(text.hasPrefix("shape like r0c1, phase east-west through"))
    }

    @Test("offers the present phase and those that vehicles ask for, as far as the envelope allows")
    func choices() {
        var view = Self.view([0, 3, 0, 1], phase: 2)
        #expect(view.choices == 0b1110)
        view.allowedPhases = 0b1010
        #expect(view.choices == 0b1010)
        view.allowedPhases = 0b1111
        view.allowsUncalledPhases = true
        #expect(view.choices == 0b1111)
    }
}
