/// Updates that are held back: what goes in comes out, unchanged and in order, a fixed number of rounds later.
struct HeldUpdates: Sendable {
    /// One list for each round that updates are held, as a ring.
    private var rounds: [Updates]
    /// Where the oldest stand, and the newest go.
    private var position = 0
    /// Whether nothing is held that would change a table: neither an update nor a copy.
    var isEmpty: Bool { rounds.allSatisfy { $0.count == 0 && !$0.copiesValues } }

    /// Holds updates back.
    ///
    /// - Parameter roundCount: 0 lets them pass.
    init(roundCount: Int) {
        rounds = Array(repeating: Updates(), count: roundCount)
    }

    /// Takes the newest updates and leaves the oldest in their place.
    mutating func exchange(_ updates: inout Updates) {
        guard !rounds.isEmpty else { return }
        swap(&rounds[position], &updates)
        position = (position + 1) % rounds.count
    }

    /// Writes what is held, the oldest first; nothing when updates pass.
    func save(to writer: inout WordWriter, of rule: UpdateRule) {
        for round in rounds[position...] + rounds[..<position] {
            writer.write(round.states)
            writer.write(round.columns)
            writer.write(round.targets)
            if rule.copyPeriod != nil { writer.write(round.copiesValues) }
        }
    }

    /// Puts back what `save` wrote, for as many rounds.
    mutating func restore(
        from reader: inout WordReader,
        space: StateSpace,
        rule: UpdateRule
    ) throws(WordReader.Failure) {
        position = 0
        for index in rounds.indices {
            var round = Updates()
            round.states = try reader.longArray()
            round.columns = try reader.byteArray()
            round.targets = try reader.floatArray()
            if rule.copyPeriod != nil { round.copiesValues = try reader.truth() }
            guard round.columns.count == round.count, round.targets.count == round.count,
                round.states.allSatisfy({ $0 < space.stateCount }),
                round.columns.allSatisfy({ Int($0) < space.actionCount * rule.planeCount }),
                round.targets.allSatisfy(\.isFinite)
            else { throw WordReader.Failure("the updates held before word \(reader.position) do not fit this table") }
            rounds[index] = round
        }
    }
}
