public import TabularLearning

extension TrafficSimulation {
    /// More than any count or time of a sensible run, and small enough that no sum of them overflows.
    private static let largestWord: Int32 = 1 << 24

    /// Writes everything that construction does not fix.
    public func save(to writer: inout WordWriter) {
        writer.write(time)
        counters.save(to: &writer)
        writer.write(words.map { UInt32(bitPattern: $0) })
    }

    /// Puts back what `save` wrote into a simulation constructed alike.
    ///
    /// - Throws: `WordReader.Failure` when the words end early, do not fit this network, or are a state that no
    ///   simulation comes to.
    public mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        var copy = self
        copy.time = try reader.integer()
        try copy.counters.restore(from: &reader)
        copy.words = try reader.wordArray().map { Int32(bitPattern: $0) }
        try copy.checkWords()
        try copy.checkSignals()
        try copy.checkVehicles()
        copy.model.deriveSums(&copy.words)
        self = copy
    }

    private func checkWords() throws(WordReader.Failure) {
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
        // Beyond that these seconds wrap around, and any may be right.
        guard let now = Int32(exactly: time) else { return }
        for offset in [layout.lastCrossing, layout.redSince] {
            guard words[offset..<(offset + network.movements.count)].allSatisfy({ (0...now).contains($0) }) else {
                throw WordReader.Failure("a movement has crossed or waited later than second \(time), the present")
            }
        }
    }

    private func checkSignals() throws(WordReader.Failure) {
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
            for movement in intersection.phases[phase(of: index)].movements { green[movement] = 1 }
        }
        guard green.indices.allSatisfy({ words[layout.green + $0] == green[$0] }) else {
            throw WordReader.Failure("a movement has green that its signal does not show, or the other way round")
        }
    }

    /// Nobody is lost and nobody counted twice: what is in queues and on the way is on the roads, and has entered.
    private func checkVehicles() throws(WordReader.Failure) {
        var occupancies = Array(repeating: 0, count: network.roads.count)
        for movement in network.movements.indices {
            let road = Int(model.tables.roadOfMovement[movement])
            occupancies[road] += Int(words[layout.queue + movement])
            for row in 0..<layout.wheelSize {
                occupancies[road] += Int(words[layout.wheel + row * network.movements.count + movement])
            }
        }
        guard occupancies.indices.allSatisfy({ occupancy(ofRoad: $0) == occupancies[$0] }),
            counters.entered - counters.left == vehiclesInside, counters.demanded - counters.entered == vehiclesOutside
        else { throw WordReader.Failure("the vehicles on the roads are not those that have entered the network") }
    }
}
