internal import TabularLearning

/// Follows the vehicles of a simulation, each with a tag that goes where it goes.
///
/// The simulation counts vehicles and does not know them. Its queues are first in, first out, and the turns of the n-th vehicle of a
/// road are fixed, so that what is counted before and after a second tells who went where.
package struct VehicleLines<Tag: Sendable>: Sendable {
    /// By movement, in the order of their arrival: who is on the way to its stop line or in its queue.
    package private(set) var lanes: [VehicleLine<Tag>]
    /// By entry, in the order of their coming: who could not enter yet.
    package private(set) var outside: [VehicleLine<Tag>]
    private let network: RoadNetwork
    private var before: Before?

    /// What was counted before the second that passes.
    private struct Before: Sendable {
        var queues: [Int]
        var arriving: [Int]
        var phases: [Int]
        var backlogs: [Int]
        var entered: [UInt32]
    }

    /// Lines of nobody.
    package init(_ network: RoadNetwork) {
        self.network = network
        lanes = Array(repeating: VehicleLine(), count: network.movements.count)
        outside = Array(repeating: VehicleLine(), count: network.entries.count)
    }

    /// Looks at a simulation before a second, when the signals have been told.
    package mutating func begin(_ simulation: TrafficSimulation) {
        before = Before(
            queues: network.movements.indices.map { simulation.queue(ofMovement: $0) },
            arriving: network.movements.indices.map { simulation.approaching(movement: $0, within: 1) },
            phases: network.intersections.indices.map { simulation.phase(of: $0) },
            backlogs: network.entries.indices.map { simulation.backlog(ofEntry: $0) },
            entered: network.roads.indices.map { simulation.enteredCount(ofRoad: $0) }
        )
    }

    /// Follows who went where in the second that has passed since.
    ///
    /// In the order of the model: vehicles enter from outside, then junctions let theirs go, phase by phase.
    ///
    /// - Parameters:
    ///   - simulation: One second later.
    ///   - new: The tag of who wants to enter at an entry.
    ///   - move: Sees whoever comes onto a road, or leaves the network (`nil`).
    package mutating func end(
        _ simulation: TrafficSimulation,
        new: (_ entry: Int) -> Tag,
        move: (_ tag: inout Tag, _ road: Int?) -> Void
    ) {
        guard let before else { return }
        self.before = nil
        var entered = before.entered
        var departed = network.movements.indices.map {
            before.queues[$0] + before.arriving[$0] - simulation.queue(ofMovement: $0)
        }
        var fed = [UInt32](repeating: 0, count: network.roads.count)
        for (movement, count) in departed.enumerated() where count > 0 {
            if let next = network.movements[movement].nextRoad { fed[next] &+= UInt32(count) }
        }
        for (entry, road) in network.entries.enumerated() {
            let came = Int(simulation.enteredCount(ofRoad: road) &- before.entered[road] &- fed[road])
            let wanted = simulation.backlog(ofEntry: entry) - before.backlogs[entry] + came
            for _ in 0..<max(0, wanted) { outside[entry].append(new(entry)) }
            for _ in 0..<came {
                guard var tag = outside[entry].next() else { break }
                move(&tag, road)
                enter(road, simulation, &entered, tag)
            }
        }
        for (junction, intersection) in network.intersections.enumerated() {
            for movement in intersection.phases[before.phases[junction]].movements {
                while departed[movement] > 0, var tag = lanes[movement].next() {
                    departed[movement] -= 1
                    let next = network.movements[movement].nextRoad
                    move(&tag, next)
                    if let next { enter(next, simulation, &entered, tag) }
                }
            }
        }
    }

    private mutating func enter(_ road: Int, _ simulation: TrafficSimulation, _ entered: inout [UInt32], _ tag: Tag) {
        lanes[simulation.movement(ofVehicle: entered[road], on: road)].append(tag)
        entered[road] &+= 1
    }
}

/// First in, first out.
package struct VehicleLine<Tag: Sendable>: Sendable {
    private var tags: [Tag] = []
    private var first = 0

    /// Who is in it, the first in front.
    package var rest: ArraySlice<Tag> { tags[first...] }

    package mutating func append(_ tag: Tag) { tags.append(tag) }

    package mutating func next() -> Tag? {
        guard first < tags.count else { return nil }
        defer {
            first += 1
            if first > 512, 2 * first > tags.count {
                tags.removeFirst(first)
                first = 0
            }
        }
        return tags[first]
    }
}

extension VehicleLines where Tag == UInt8 {
    /// Writes who is where.
    func save(to writer: inout WordWriter) {
        for line in lanes + outside { writer.write(Array(line.rest)) }
    }

    /// Puts back what `save` wrote, as far as it is what a simulation has counted.
    ///
    /// - Throws: `WordReader.Failure` where a line is longer or shorter, or somebody is of no kind.
    mutating func restore(
        from reader: inout WordReader,
        of simulation: TrafficSimulation,
        kindCount: Int
    ) throws(WordReader.Failure) {
        func line(_ count: Int) throws(WordReader.Failure) -> VehicleLine<UInt8> {
            let kinds = try reader.byteArray()
            guard kinds.count == count, kinds.allSatisfy({ $0 <= kindCount }) else {
                throw WordReader.Failure("the kinds of \(kinds.count) vehicles do not fit a line of \(count)")
            }
            var line = VehicleLine<UInt8>()
            for kind in kinds { line.append(kind) }
            return line
        }
        for movement in lanes.indices {
            let way = simulation.approaching(movement: movement, within: .max)
            lanes[movement] = try line(simulation.queue(ofMovement: movement) + way)
        }
        for entry in outside.indices { outside[entry] = try line(simulation.backlog(ofEntry: entry)) }
    }
}
