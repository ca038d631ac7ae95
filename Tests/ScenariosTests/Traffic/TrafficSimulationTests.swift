internal import Scenarios
internal import TabularLearning
internal import Testing

@Suite("The traffic simulation")
struct TrafficSimulationTests {
    private static func simulation(
        rows: Int = 2,
        columns: Int = 2,
        flow: Double = 600,
        seed: UInt64 = 1,
        replica: UInt64 = 0
    ) throws -> TrafficSimulation {
        TrafficSimulation(
            network: try .grid(rows: rows, columns: columns),
            demand: .steady(flow),
            timing: SignalTiming(),
            replica: replica,
            seed: seed
        )
    }

    /// Changes signals at random for some seconds.
    private static func drive(_ simulation: inout TrafficSimulation, seconds: Int, random: inout SplitMix64) {
        for _ in 0..<seconds {
            for intersection in simulation.network.intersections.indices where simulation.canDecide(intersection) {
                if random.nextIndex(below: 10) == 0 {
                    simulation.request(phase: random.nextIndex(below: 4), at: intersection)
                }
            }
            simulation.advance(seconds: 1)
        }
    }

    private static func words(_ simulation: TrafficSimulation) -> [UInt32] {
        var writer = WordWriter()
        simulation.save(to: &writer)
        return writer.words
    }

    @Test("loses and invents no vehicle in any second")
    func conservation() throws {
        var simulation = try Self.simulation(flow: 900)
        var random = SplitMix64(state: 3)
        for _ in 0..<5000 {
            Self.drive(&simulation, seconds: 1, random: &random)
            let counters = simulation.counters
            try #require(counters.demanded == counters.entered + simulation.vehiclesOutside)
            try #require(counters.entered == counters.left + simulation.vehiclesInside)
        }
        #expect(simulation.counters.left > 1000)
        #expect(simulation.vehiclesOutside > 0, "the demand was meant to be more than the network takes")
    }

    @Test("lets a vehicle reach the stop line after the free-flow time and not before")
    func freeFlow() throws {
        let travelTime = RoadGeometry().travelTime
        var simulation = try Self.simulation(rows: 1, columns: 1, flow: 3600)
        simulation.advance(seconds: travelTime)
        #expect(simulation.counters.queued == 0)
        #expect(simulation.counters.left == 0)
        let first = (0..<12).reduce(0) { $0 + simulation.approaching(movement: $1, within: 1) }
        #expect(first > 0)
        simulation.advance(seconds: 1)
        #expect((0..<12).reduce(0) { $0 + simulation.queue(ofMovement: $1) } + simulation.counters.left == first)
    }

    @Test("never fills a road beyond its storage, and a full road blocks the movements that lead to it")
    func spillback() throws {
        var simulation = try Self.simulation(rows: 1, columns: 2, flow: 700)
        let storage = simulation.network.roads[0].storage
        // The road from the left intersection enters the right one from the west, which gets no green.
        let link = 7
        #expect(simulation.network.roads[link].entryAxis == nil)
        let through = 3 * 3 + 1
        #expect(simulation.network.movements[through].nextRoad == link)
        simulation.request(phase: 2, at: 0)
        var blocked = 0
        for _ in 0..<3600 {
            let queue = simulation.queue(ofMovement: through)
            let isFull = simulation.occupancy(ofRoad: link) == storage
            simulation.advance(seconds: 1)
            for road in simulation.network.roads.indices {
                try #require(simulation.occupancy(ofRoad: road) <= storage)
            }
            if isFull {
                blocked += 1
                try #require(simulation.queue(ofMovement: through) >= queue)
            }
        }
        #expect(blocked > 1000)
        let entry = try #require(simulation.network.entries.firstIndex(of: 3))
        #expect(simulation.backlog(ofEntry: entry) > 0, "the jam reaches the entry")
        #expect(simulation.counters.heldBack > 0)
        #expect(simulation.counters.gridlocks > 0)
        // Green for the link: it empties, and vehicles follow.
        let backlog = simulation.backlog(ofEntry: entry)
        simulation.request(phase: 2, at: 1)
        simulation.advance(seconds: 600)
        #expect(simulation.backlog(ofEntry: entry) < backlog)
    }

    @Test("gives the same bits for the same seed, others for another seed or replica")
    func determinism() throws {
        func run(seed: UInt64, replica: UInt64) throws -> [UInt32] {
            var simulation = try Self.simulation(seed: seed, replica: replica)
            var random = SplitMix64(state: 9)
            Self.drive(&simulation, seconds: 500, random: &random)
            return Self.words(simulation)
        }
        let words = try run(seed: 1, replica: 0)
        #expect(try run(seed: 1, replica: 0) == words)
        #expect(try run(seed: 2, replica: 0) != words)
        #expect(try run(seed: 1, replica: 1) != words)
    }

    @Test("goes on identically after it was saved and restored, in another number of steps at a time")
    func restoring() throws {
        var original = try Self.simulation()
        var random = SplitMix64(state: 5)
        Self.drive(&original, seconds: 333, random: &random)
        var copy = try Self.simulation()
        var reader = WordReader(Self.words(original))
        try copy.restore(from: &reader)
        try reader.finish()
        original.advance(seconds: 60)
        for _ in 0..<60 { copy.advance(seconds: 1) }
        #expect(Self.words(copy) == Self.words(original))
    }

    @Test("has the life it always had, and writes it down as it always did")
    func pinnedLives() throws {
        func life(_ network: RoadNetwork, flow: Double) -> UInt64 {
            var simulation = TrafficSimulation(
                network: network,
                demand: .steady(flow),
                timing: SignalTiming(),
                replica: 2,
                seed: 7
            )
            var (random, digest) = (SplitMix64(state: 3), UInt64(0))
            for second in 1...3000 {
                for intersection in network.intersections.indices where simulation.canDecide(intersection) {
                    guard random.nextIndex(below: 10) == 0 else { continue }
                    let phases = simulation.phaseCount(of: intersection)
                    simulation.request(phase: random.nextIndex(below: phases), at: intersection)
                }
                simulation.advance(seconds: 1)
                guard second % 100 == 0 else { continue }
                for word in Self.words(simulation) { digest = SplitMix64.mix(digest ^ UInt64(word)) }
            }
            return digest
        }
        #expect(life(try .grid(rows: 2, columns: 2), flow: 600) == 0xAB2A_8B82_5F25_B3F2)
        #expect(life(try OddNetworks.manyWays(), flow: 700) == 0x0F45_4741_3ABB_8E2F)
        #expect(life(try OddNetworks.row(of: 23), flow: 300) == 0x8B42_5518_8265_85B8)
    }

    @Test("refuses a vehicle on a way that its number does not give it")
    func misledVehicle() throws {
        var original = try Self.simulation()
        original.advance(seconds: 30)
        let words = Self.words(original)
        // The wheel begins after the array's length and three words of each movement: one vehicle takes the next way.
        let wheel = words.count - Int(words[21]) + 3 * 48
        let place = try #require(words[wheel...].firstIndex { $0 == 1 })
        var misled = words
        misled[place] = 0
        misled[(place - wheel) % 3 == 2 ? place - 1 : place + 1] += 1
        var copy = try Self.simulation()
        #expect(throws: WordReader.Failure.self) {
            var reader = WordReader(misled)
            try copy.restore(from: &reader)
        }
        var reader = WordReader(words)
        try copy.restore(from: &reader)
        #expect(Self.words(copy) == words)
    }

    @Test("refuses saved words that do not fit")
    func damagedWords() throws {
        let simulation = try Self.simulation()
        let words = Self.words(simulation)
        func restore(_ words: [UInt32]) throws {
            var copy = simulation
            var reader = WordReader(words)
            try copy.restore(from: &reader)
        }
        #expect(throws: WordReader.Failure.self) { try restore(Array(words.dropLast())) }
        #expect(throws: WordReader.Failure.self) { try restore([]) }
        for index in words.indices {
            var damaged = words
            damaged[index] = .max
            // Any answer but a trap: most positions are refused, the numbering of vehicles may hold any value.
            _ = try? restore(damaged)
        }
        var other = try Self.simulation(rows: 1, columns: 1)
        var reader = WordReader(words)
        #expect(throws: WordReader.Failure.self) { try other.restore(from: &reader) }
    }

    @Test("brings the same vehicles to the entries whatever the signals do")
    func commonRandomNumbers() throws {
        var driven = try Self.simulation(flow: 300)
        var left = try Self.simulation(flow: 300)
        var random = SplitMix64(state: 5)
        for _ in 0..<20 {
            Self.drive(&driven, seconds: 10, random: &random)
            left.advance(seconds: 10)
            #expect(driven.counters.demanded == left.counters.demanded)
        }
        #expect(driven.counters.left != left.counters.left)
    }

    @Test("shows yellow and all-red for their times between two greens")
    func phaseChange() throws {
        var simulation = try Self.simulation()
        simulation.request(phase: 2, at: 0)
        var stages: [SignalStage] = []
        for _ in 0..<6 {
            stages.append(simulation.stage(of: 0))
            let greens = (0..<12).filter { simulation.hasGreen($0) }
            #expect(
                greens
                    == (stages.last == .green ? simulation.network.intersections[0].phases[2].movements.sorted() : [])
            )
            simulation.advance(seconds: 1)
        }
        #expect(stages == [.yellow, .yellow, .yellow, .allRed, .green, .green])
        #expect(simulation.phase(of: 0) == 2)
        #expect(simulation.phase(of: 1) == 0)
    }
}
