/// The program that SUMO is given for a light: the green phases for as long as nobody changes them, and the changes.
///
/// Phases 0..<n are the greens. From each green to each other there is yellow and, if wanted, all-red, with its length
/// and its successor: one command begins a change, and SUMO's own clock ends it. So no step has to stop for it.
package struct SignalProgram: Sendable, Hashable {
    /// A phase as SUMO gets it.
    package struct Phase: Sendable, Hashable {
        package var seconds: Int
        package var state: String
        /// The index of the phase that follows; `nil` for a green, which stays.
        package var next: Int?
    }

    /// All phases, greens first.
    package let phases: [Phase]
    private let greenCount: Int
    /// The number of phases of a change: 0, 1 or 2.
    private let changeLength: Int

    /// What SUMO calls it.
    static let name = "shardq"

    /// Longer than any run.
    private static let forever = 100_000_000

    /// Creates the program of a light.
    ///
    /// - Parameters:
    ///   - signal: The light.
    ///   - yellow: Seconds of yellow for the links that lose green.
    ///   - allRed: Seconds of red for them before the others get green.
    package init(_ signal: SUMOSignal, yellow: Int, allRed: Int) {
        let greens = signal.phases.map { Array($0.state.utf8) }
        greenCount = greens.count
        changeLength = (yellow > 0 ? 1 : 0) + (allRed > 0 ? 1 : 0)
        var phases = signal.phases.map { Phase(seconds: Self.forever, state: $0.state) }
        for from in greens.indices where yellow + allRed > 0 {
            for to in greens.indices where to != from {
                let stop = phases.count + 1
                let losing = Self.change(greens[from], greens[to], losing: "y")
                let stopped = Self.change(greens[from], greens[to], losing: "r")
                // A yellow of no seconds would be a phase of no length, which SUMO does not take.
                let first = Phase(
                    seconds: yellow > 0 ? yellow : allRed,
                    state: yellow > 0 ? losing : stopped,
                    next: allRed > 0 && yellow > 0 ? stop : to
                )
                phases.append(first)
                if first.next == stop { phases.append(Phase(seconds: allRed, state: stopped, next: to)) }
            }
        }
        self.phases = phases
    }

    /// Returns the phase that begins the change from one green to another.
    package func change(from: Int, to: Int) -> Int {
        guard from != to, changeLength > 0 else { return to }
        let pair = from * (greenCount - 1) + (to > from ? to - 1 : to)
        return greenCount + pair * changeLength
    }

    /// Says whether a light may show a state: the green it was asked for, or what lies on the way to it.
    ///
    /// - Parameters:
    ///   - state: What it shows.
    ///   - from: The phase before the change.
    ///   - to: The phase that was asked for.
    ///   - isChanging: Whether the change may still be seen.
    /// - Returns: Whether it shows what it should.
    package func admits(_ state: String, from: Int, to: Int, isChanging: Bool) -> Bool {
        var step: Int? = isChanging ? change(from: from, to: to) : to
        while let index = step {
            if phases[index].state == state { return true }
            step = phases[index].next
        }
        return false
    }

    /// The links that have green and shall not have it show something else; the others go on as they are.
    private static func change(_ from: [UInt8], _ to: [UInt8], losing light: Character) -> String {
        String(
            zip(from, to).map { old, new in
                isGreen(old) && !isGreen(new) ? light : Character(Unicode.Scalar(old))
            }
        )
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
