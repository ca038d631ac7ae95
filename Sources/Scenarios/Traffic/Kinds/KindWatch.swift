internal import TabularLearning

/// Knows of which kind each vehicle of a simulation is, and what they wait for.
///
/// Beside the simulation, which counts vehicles: one without kinds is not a step slower. The n-th vehicle that wants to enter somewhere
/// is of the same kind whatever the signals do.
package struct KindWatch: Sendable {
    /// By kind what came of its vehicles.
    package private(set) var tallies: [KindTally]
    private let kinds: [VehicleKind]
    private let network: RoadNetwork
    private let detectorSeconds: Int
    private let draw: Draw
    /// By movement the phases that serve it, bit p for phase p.
    private let phases: [UInt64]
    private let priority: [Bool]
    /// Draws of which kind who wants to enter is.
    private struct Draw: Sendable {
        let shares: [Double]
        let random: CounterBasedRandom
        /// The number of the replica's first entry among those of all.
        let firstEntry: UInt64

        /// 0 for a vehicle of no kind, k + 1 for one of kind k.
        func kind(ofVehicle number: UInt64, at entry: Int) -> UInt8 {
            var draw = Double(random.value(lane: firstEntry &+ UInt64(entry), step: number) >> 11) * 0x1p-53
            for (index, share) in shares.enumerated() {
                if draw < share { return UInt8(index + 1) }
                draw -= share
            }
            return 0
        }
    }

    /// 0 for whoever is of no kind, k + 1 for kind k.
    private var lines: VehicleLines<UInt8>
    /// By entry: vehicles that wanted to enter ever.
    private var drawn: [UInt64]
    /// By junction: vehicle-seconds of waiting that count beside one each, since they were last taken.
    private var surplus: [Float]

    /// Begins with an empty simulation.
    ///
    /// - Parameters:
    ///   - scenario: Whose kinds.
    ///   - network: Its network.
    ///   - replica: The simulation's number in the run.
    ///   - seed: The run's seed.
    package init(_ scenario: TrafficScenario, network: RoadNetwork, replica: UInt64, seed: UInt64) {
        kinds = scenario.kinds
        self.network = network
        detectorSeconds = scenario.detectorSeconds
        draw = Draw(
            shares: scenario.kinds.map(\.share),
            random: CounterBasedRandom(seed: seed, stream: .kinds),
            firstEntry: replica &* UInt64(network.entries.count)
        )
        priority = [false] + kinds.map(\.hasPriority)
        var phases = network.movements.map { _ in UInt64(0) }
        for intersection in network.intersections {
            for (index, phase) in intersection.phases.enumerated() {
                for movement in phase.movements { phases[movement] |= 1 << UInt64(index) }
            }
        }
        self.phases = phases
        lines = VehicleLines(network)
        drawn = network.entries.map { _ in 0 }
        surplus = network.intersections.map { _ in 0 }
        tallies = kinds.map { _ in KindTally() }
    }

    /// The simulation was emptied; vehicles are numbered on.
    mutating func reset() {
        lines = VehicleLines(network)
        for junction in surplus.indices { surplus[junction] = 0 }
        tallies = kinds.map { _ in KindTally() }
    }

    /// Lets so many seconds pass, one after the other.
    package mutating func advance(_ simulation: inout TrafficSimulation, seconds: Int) {
        for _ in 0..<seconds {
            lines.begin(simulation)
            simulation.advance(seconds: 1)
            follow(simulation)
        }
    }

    private mutating func follow(_ simulation: TrafficSimulation) {
        let draw = draw
        var (drawn, tallies) = (drawn, tallies)
        lines.end(
            simulation,
            new: { entry in
                let kind = draw.kind(ofVehicle: drawn[entry], at: entry)
                drawn[entry] += 1
                if kind > 0 { tallies[Int(kind) - 1].demanded += 1 }
                return kind
            },
            move: { _, _ in }
        )
        (self.drawn, self.tallies) = (drawn, tallies)
        for movement in network.movements.indices {
            let queue = simulation.queue(ofMovement: movement)
            let junction = network.roads[network.movements[movement].road].destination
            for kind in lines.lanes[movement].rest.prefix(queue) where kind > 0 { noteWait(of: kind, at: junction) }
        }
        for (entry, road) in network.entries.enumerated() {
            let junction = network.roads[road].destination
            for kind in lines.outside[entry].rest where kind > 0 { noteWait(of: kind, at: junction) }
        }
    }

    private mutating func noteWait(of kind: UInt8, at junction: Int) {
        tallies[Int(kind) - 1].lost += 1
        surplus[junction] += kinds[Int(kind) - 1].weight - 1
    }

    /// The phases for which a vehicle with priority is queued or within the detectors' reach, bit p for phase p.
    package func priorityPhases(at junction: Int, _ simulation: TrafficSimulation) -> UInt64 {
        network.intersections[junction].movements.reduce(0) { asked, movement in
            let line = lines.lanes[movement].rest
            guard !line.isEmpty else { return asked }
            let near = simulation.approaching(movement: movement, within: detectorSeconds)
            let seen = line.prefix(simulation.queue(ofMovement: movement) + near)
            return seen.contains { priority[Int($0)] } ? asked | phases[movement] : asked
        }
    }

    /// Adds to what a junction shows what its kinds weigh beside one each, and takes the waiting.
    package mutating func weigh(
        _ figures: inout JunctionFigures,
        at junction: Int,
        in simulation: TrafficSimulation,
        waitingUnit: Float
    ) {
        figures.waiting -= surplus[junction] * waitingUnit
        surplus[junction] = 0
        for movement in network.intersections[junction].movements {
            let queue = simulation.queue(ofMovement: movement)
            for kind in lines.lanes[movement].rest.prefix(queue) where kind > 0 {
                figures.surplusQueue += kinds[Int(kind) - 1].weight - 1
            }
        }
    }

    /// Writes who is where.
    func save(to writer: inout WordWriter) {
        lines.save(to: &writer)
        writer.write(drawn)
        writer.write(surplus)
    }

    /// Puts back what `save` wrote, beside a simulation that has been put back.
    mutating func restore(
        from reader: inout WordReader,
        of simulation: TrafficSimulation
    ) throws(WordReader.Failure) {
        try lines.restore(from: &reader, of: simulation, kindCount: kinds.count)
        let (drawn, surplus) = (try reader.longArray(), try reader.floatArray())
        guard drawn.count == self.drawn.count, drawn.allSatisfy({ $0 <= 1 << 48 }),
            surplus.count == self.surplus.count, surplus.allSatisfy(\.isFinite)
        else { throw WordReader.Failure("the saved kinds of vehicles do not fit the network") }
        (self.drawn, self.surplus) = (drawn, surplus)
    }
}

extension CounterBasedRandom.Stream {
    /// Of which kind a vehicle is.
    static let kinds = Self(rawValue: 9)
}
