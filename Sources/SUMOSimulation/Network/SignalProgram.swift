/// The program that SUMO is given for a light: the green phases for as long as nobody changes them, and the changes.
///
/// Phases 0..<n are the greens. From each green to each other there is, where wanted, time for pedestrians to get
/// across, yellow and all-red, each with its length and its successor: one command begins a change, and SUMO's own clock
/// ends it. Where changes can be held, one more second of all-red stands beside each, to be asked for when it ends.
package struct SignalProgram: Sendable, Hashable {
    /// A phase as SUMO gets it.
    package struct Phase: Sendable, Hashable {
        package var seconds: Int
        package var state: String
        /// The index of the phase that follows; `nil` for a green, which stays.
        package var next: Int?
    }

    /// A way from one green to another.
    private struct Change: Sendable, Hashable {
        var start: Int
        var seconds: Int
        /// The second by which it can be made longer; `nil` where it cannot.
        var hold: Int?
    }

    /// All phases, greens first.
    package let phases: [Phase]
    /// By green: seconds of yellow after it, and of yellow and all-red together.
    let yellows: [Int]
    let intergreens: [Int]
    /// By link: seconds from the end of its green to the next green of anybody else, 0 where nobody walks.
    let clearances: [Int]
    /// By link: whether it is a crossing for pedestrians, who see no yellow.
    let isWalk: [Bool]
    private let greenCount: Int
    /// By pair of greens.
    private let changes: [Change]

    /// What SUMO calls it.
    static let name = "shardq"

    /// Longer than any run.
    private static let forever = 100_000_000

    /// Creates the program of a light.
    ///
    /// - Parameters:
    ///   - signal: The light.
    ///   - yellow: Seconds of yellow for the links that lose green, where the light's own program does not say.
    ///   - allRed: Seconds of red for them before the others get green, likewise.
    ///   - canHold: Whether changes can be held when they end.
    package init(_ signal: SUMOSignal, yellow: Int, allRed: Int, canHold: Bool = false) {
        let greens = signal.phases.map { Array($0.state.utf8) }
        greenCount = greens.count
        yellows = signal.phases.map { $0.yellow ?? yellow }
        intergreens = signal.phases.map { ($0.yellow ?? yellow) + ($0.allRed ?? allRed) }
        var clearances = Array(repeating: 0, count: greens.first?.count ?? 0)
        for crossing in signal.crossings where crossing.link < clearances.count {
            clearances[crossing.link] = crossing.clearance
        }
        self.clearances = clearances
        let walks = Set(signal.crossings.map(\.link))
        isWalk = clearances.indices.map { walks.contains($0) }
        var phases = signal.phases.map { Phase(seconds: Self.forever, state: $0.state) }
        var changes: [Change] = []
        for from in greens.indices {
            for to in greens.indices {
                let stages =
                    from == to
                    ? []
                    : Self.stages(
                        from: greens[from],
                        to: greens[to],
                        yellow: yellows[from],
                        allRed: intergreens[from] - yellows[from],
                        clearances: clearances,
                        walks: walks
                    )
                var change = Change(
                    start: stages.isEmpty ? to : phases.count,
                    seconds: stages.reduce(0) { $0 + $1.seconds }
                )
                for (index, stage) in stages.enumerated() {
                    let isLast = index == stages.count - 1
                    phases.append(
                        Phase(seconds: stage.seconds, state: stage.state, next: isLast ? to : phases.count + 1)
                    )
                }
                if canHold, !stages.isEmpty {
                    change.hold = phases.count
                    let state = Self.state(from: greens[from], to: greens[to], losing: UInt8(ascii: "r"), walks: walks)
                    phases.append(Phase(seconds: 1, state: state, next: to))
                }
                changes.append(change)
            }
        }
        self.phases = phases
        self.changes = changes
    }

    /// Returns the phase that begins the change from one green to another.
    package func change(from: Int, to: Int) -> Int { changes[from * greenCount + to].start }

    /// Returns the phase that makes the change from one green to another a second longer; `nil` where it cannot be held.
    package func hold(from: Int, to: Int) -> Int? { changes[from * greenCount + to].hold }

    /// Says whether a light may show a state: the green it was asked for, or what lies on the way to it.
    ///
    /// - Parameters:
    ///   - state: What it shows.
    ///   - from: The phase before the change.
    ///   - to: The phase that was asked for.
    ///   - isChanging: Whether the change may still be seen.
    /// - Returns: Whether it shows what it should.
    package func admits(_ state: String, from: Int, to: Int, isChanging: Bool) -> Bool {
        if isChanging, let hold = hold(from: from, to: to), phases[hold].state == state { return true }
        var step: Int? = isChanging ? change(from: from, to: to) : to
        while let index = step {
            if phases[index].state == state { return true }
            step = phases[index].next
        }
        return false
    }

    /// Returns the seconds from one green to another.
    package func changeTime(from: Int, to: Int) -> Int { changes[from * greenCount + to].seconds }

    /// The seconds of the longest change.
    package var longestChange: Int { changes.map(\.seconds).max() ?? 0 }

    /// The seconds of the longest all-red, as long as it can be held.
    var longestAllRed: Int {
        let hold = changes.contains { $0.hold != nil } ? SignalClock.longestHold : 0
        return hold + (zip(intergreens, yellows).map { $0 - $1 }.max() ?? 0)
    }

    /// What is shown between two greens; phases of no length, which SUMO does not take, are left out.
    private static func stages(
        from: [UInt8],
        to: [UInt8],
        yellow: Int,
        allRed: Int,
        clearances: [Int],
        walks: Set<Int>
    ) -> [(seconds: Int, state: String)] {
        let crossing = Self.crossings(from, to, walks)
        let clearance = crossing.reduce(0) { max($0, clearances[$1]) }
        func state(losing light: UInt8?) -> String { Self.state(from: from, to: to, losing: light, walks: walks) }
        return [
            (max(0, clearance - yellow - allRed), state(losing: nil)),
            (yellow, state(losing: UInt8(ascii: "y"))),
            (allRed, state(losing: UInt8(ascii: "r"))),
        ].filter { $0.0 > 0 }
    }

    /// The crossings that lose green.
    private static func crossings(_ from: [UInt8], _ to: [UInt8], _ walks: Set<Int>) -> Set<Int> {
        walks.filter { $0 < from.count && isGreen(from[$0]) && !isGreen(to[$0]) }
    }

    /// What is shown on the way from one green to another: vehicles that lose green see a light, or keep it with `nil`,
    /// while the pedestrians beside them, who have red already, get across.
    private static func state(from: [UInt8], to: [UInt8], losing light: UInt8?, walks: Set<Int>) -> String {
        let crossing = crossings(from, to, walks)
        let lights = from.indices.map { link -> UInt8 in
            guard isGreen(from[link]), !isGreen(to[link]) else { return from[link] }
            return crossing.contains(link) ? UInt8(ascii: "r") : light ?? from[link]
        }
        return String(decoding: lights, as: UTF8.self)
    }

    private static func isGreen(_ light: UInt8) -> Bool { light == UInt8(ascii: "G") || light == UInt8(ascii: "g") }

    /// The program as the value that TraCI takes.
    var value: TraCIValue {
        let steps = phases.map { phase -> TraCIValue in
            let seconds = TraCIValue.double(Double(phase.seconds))
            let next = phase.next.map { [TraCIValue.integer(Int32($0))] } ?? []
            return .compound([seconds, .string(phase.state), seconds, seconds, .compound(next), .string("")])
        }
        return .compound([.string(Self.name), .integer(0), .integer(0), .compound(steps), .compound([])])
    }
}
