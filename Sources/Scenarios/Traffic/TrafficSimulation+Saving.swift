public import TabularLearning

extension TrafficSimulation {
    /// More than any count or time of a sensible run, and small enough that no sum of them overflows.
    private static let largestWord: Int32 = 1 << 24

    /// Writes everything that construction does not fix, as `SimulationLayout` says.
    public func save(to writer: inout WordWriter) {
        writer.write(time)
        counters.save(to: &writer)
        writer.write(savedWords.map { UInt32(bitPattern: $0) })
    }

    /// Puts back what `save` wrote into a simulation constructed alike.
    ///
    /// - Throws: `WordReader.Failure` when the words end early, do not fit this network, or are a state that no
    ///   simulation comes to.
    public mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        var copy = self
        copy.time = try reader.integer()
        try copy.counters.restore(from: &reader)
        let words = try reader.wordArray().map { Int32(bitPattern: $0) }
        try copy.checkWords(words)
        try copy.checkSignals(words)
        copy.state = SimulationState(copy.model, words, time: copy.time)
        try copy.checkVehicles(words)
        self = copy
    }

    private func checkWords(_ words: [Int32]) throws(WordReader.Failure) {
        let (layout, movements) = (plan.layout, plan.movements.count)
        guard words.count == layout.count else {
            throw WordReader.Failure("\(words.count) words of traffic state where the network has \(layout.count)")
        }
        guard (0...(1 << 48)).contains(time), counters.seconds <= time else {
            throw WordReader.Failure("\(counters.seconds) s of an episode at second \(time) make no sense")
        }
        let unbounded = layout.unbounded
        guard words.indices.allSatisfy({ unbounded.contains($0) || (0...Self.largestWord).contains(words[$0]) }) else {
            throw WordReader.Failure("a word of traffic state is not within 0...\(Self.largestWord)")
        }
        for (road, fixed) in plan.roads.enumerated() where words[layout.occupancy + road] > fixed.storage {
            throw WordReader.Failure("road \(network.roads[road].name) holds more than \(fixed.storage) vehicles")
        }
        // Beyond that these seconds wrap around, and any may be right.
        guard let now = Int32(exactly: time) else { return }
        for offset in [layout.lastCrossing, layout.redSince] {
            guard words[offset..<(offset + movements)].allSatisfy({ (0...now).contains($0) }) else {
                throw WordReader.Failure("a movement has crossed or waited later than second \(time), the present")
            }
        }
    }

    private func checkSignals(_ words: [Int32]) throws(WordReader.Failure) {
        let layout = plan.layout
        var green = Array(repeating: Int32(0), count: network.movements.count)
        for (index, intersection) in network.intersections.enumerated() {
            for offset in [layout.phase, layout.nextPhase] {
                guard intersection.phases.indices.contains(Int(words[offset + index])) else {
                    throw WordReader.Failure("intersection \(intersection.name) has no phase \(words[offset + index])")
                }
            }
            guard let stage = SignalStage(rawValue: words[layout.stage + index]) else {
                throw WordReader.Failure("\(words[layout.stage + index]) is not a stage of a signal (0, 1 or 2)")
            }
            guard stage == .green else { continue }
            for movement in intersection.phases[Int(words[layout.phase + index])].movements { green[movement] = 1 }
        }
        guard green.indices.allSatisfy({ words[layout.green + $0] == green[$0] }) else {
            throw WordReader.Failure("a movement has green that its signal does not show, or the other way round")
        }
    }

    /// Nobody is lost and nobody counted twice: what is in queues and on the way is on the roads, and has entered; and
    /// who is on the way goes where his number says.
    private func checkVehicles(_ words: [Int32]) throws(WordReader.Failure) {
        let layout = plan.layout
        var occupancies = Array(repeating: 0, count: plan.roads.count)
        for (movement, fixed) in plan.movements.enumerated() {
            occupancies[Int(fixed.road)] += Int(words[layout.queue + movement])
            for row in 0..<layout.wheelSize {
                occupancies[Int(fixed.road)] += Int(words[layout.wheel + row * plan.movements.count + movement])
            }
        }
        guard occupancies.indices.allSatisfy({ occupancy(ofRoad: $0) == occupancies[$0] }),
            counters.entered - counters.left == vehiclesInside, counters.demanded - counters.entered == vehiclesOutside
        else { throw WordReader.Failure("the vehicles on the roads are not those that have entered the network") }
        let wheel = layout.wheel..<(layout.wheel + layout.wheelSize * plan.movements.count)
        guard savedWords[wheel] == words[wheel] else {
            throw WordReader.Failure("a vehicle is where its road, or goes where its number, does not let it")
        }
    }
}

// The words of a saved state.
extension TrafficSimulation {
    private var savedWords: [Int32] {
        let layout = plan.layout
        var words = Array(repeating: Int32(0), count: layout.count)
        for (index, movement) in state.movements.enumerated() { write(movement, index, to: &words) }
        for (index, road) in state.roads.enumerated() {
            words[layout.occupancy + index] = road.occupancy
            words[layout.entered + index] = Int32(bitPattern: road.entered)
            writeTraffic(on: index, to: &words)
        }
        for (entry, backlog) in state.backlogs.enumerated() { words[layout.backlog + entry] = backlog }
        for (index, junction) in state.junctions.enumerated() {
            words[layout.phase + index] = Int32(junction.phase)
            words[layout.nextPhase + index] = Int32(junction.nextPhase)
            words[layout.stage + index] = junction.stage.rawValue
            words[layout.clock + index] = Int32(truncatingIfNeeded: stageTime(of: index))
            words[layout.queued + index] = junction.queued
            words[layout.stalled + index] = junction.stalled
            words[layout.waiting + index] = junction.waiting
        }
        return words
    }

    private func write(_ movement: SimulationState.Movement, _ index: Int, to words: inout [Int32]) {
        let (layout, fixed) = (plan.layout, plan.movements[index])
        var movement = movement
        if movement.queue == 0, state.junctions[Int(fixed.junction)].open & fixed.bit != 0 {
            movement.settle(fixed, until: Int32(truncatingIfNeeded: time))
        }
        words[layout.queue + index] = movement.queue
        words[layout.green + index] = hasGreen(index) ? 1 : 0
        words[layout.credit + index] = movement.credit
        words[layout.lastCrossing + index] = movement.lastCrossing
        words[layout.redSince + index] = movement.redSince
    }

    /// Writes who is on the way on a road, by arrival time and movement.
    private func writeTraffic(on road: Int, to words: inout [Int32]) {
        let layout = plan.layout
        var movements: [Int] = []
        let count = vehiclesApproaching(road, within: plan.wheelSize)
        visitApproaching(road, count: count) { movements.append($0) }
        var next = 0
        var row = state.row
        for _ in 0..<plan.wheelSize {
            for _ in 0..<state.wheel[road * plan.wheelSize + row] {
                let movement = movements[next]
                let (group, bit) = movement.quotientAndRemainder(dividingBy: SimulationLayout.groupSize)
                words[layout.wheel + row * plan.movements.count + movement] += 1
                words[layout.arrivals + row * layout.groupCount + group] |= 1 << Int32(truncatingIfNeeded: bit)
                next += 1
            }
            row = row + 1 == plan.wheelSize ? 0 : row + 1
        }
    }
}

extension SimulationState {
    /// Reads saved words that fit the network; whether their vehicles do is still to be seen.
    fileprivate init(_ model: TrafficModel, _ words: [Int32], time: Int) {
        let (plan, layout) = (model.plan, model.plan.layout)
        self.init(plan, model.keys)
        row = time % plan.wheelSize
        for index in movements.indices {
            movements[index].queue = words[layout.queue + index]
            movements[index].credit = words[layout.credit + index]
            movements[index].settled = Int32(truncatingIfNeeded: time)
            movements[index].redSince = words[layout.redSince + index]
            movements[index].lastCrossing = words[layout.lastCrossing + index]
        }
        for entry in backlogs.indices { backlogs[entry] = words[layout.backlog + entry] }
        for index in roads.indices { readRoad(index, plan, words) }
        for index in junctions.indices { readJunction(index, plan, words, time: time) }
    }

    private mutating func readRoad(_ index: Int, _ plan: SimulationPlan, _ words: [Int32]) {
        let (layout, fixed) = (plan.layout, plan.roads[index])
        roads[index].occupancy = words[layout.occupancy + index]
        roads[index].entered = UInt32(bitPattern: words[layout.entered + index])
        roads[index].arrived = roads[index].entered
        roads[index].detected = roads[index].entered
        // From the next second to the last in which somebody on this road can arrive.
        for ahead in 0..<Int(fixed.travelTime) {
            let row = (self.row + ahead) % plan.wheelSize
            for movement in fixed.firstMovement...fixed.lastMovement {
                let vehicles = words[layout.wheel + row * movements.count + Int(movement)]
                guard vehicles > 0, vehicles <= fixed.storage else { continue }
                wheel[index * plan.wheelSize + row] += vehicles
                arrivals[row * plan.wordCount + Int(fixed.word)] |= fixed.bit
                roads[index].arrived &-= UInt32(vehicles)
                if ahead >= plan.detectorSeconds {
                    roads[index].detected &-= UInt32(vehicles)
                } else {
                    movements[Int(movement)].near += vehicles
                }
            }
        }
    }

    private mutating func readJunction(_ index: Int, _ plan: SimulationPlan, _ words: [Int32], time: Int) {
        let (layout, fixed) = (plan.layout, plan.junctions[index])
        var junction = Junction()
        for movement in fixed.movements where movements[movement].queue > 0 {
            junction.queuing |= plan.movements[movement].bit
            junction.queued += movements[movement].queue
        }
        for movement in fixed.movements where movements[movement].near > 0 {
            junction.nearing |= plan.movements[movement].bit
        }
        junction.phase = UInt8(words[layout.phase + index])
        junction.nextPhase = UInt8(words[layout.nextPhase + index])
        junction.stage = SignalStage(rawValue: words[layout.stage + index]) ?? .allRed
        junction.stageStart = time - Int(words[layout.clock + index])
        junction.stalled = junction.queued > 0 ? words[layout.stalled + index] : 0
        junction.waiting = words[layout.waiting + index]
        let served = plan.phases[fixed.firstPhase + Int(junction.phase)].bits
        junction.green = junction.stage == .green ? served : 0
        junction.schedule(plan.timing, served: served, at: time)
        junctions[index] = junction
    }
}
