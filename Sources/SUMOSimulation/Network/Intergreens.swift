/// What a light's own program shows between its greens: which of its phases are greens to choose from, and how long
/// yellow, all-red and the clearance of crossings take.
struct Intergreens {
    private enum Kind { case green, clearance, change }

    private let program: [SUMOSignal.ProgramPhase]
    private let states: [[UInt8]]
    private let kinds: [Kind]

    /// Reads a program.
    ///
    /// - Parameters:
    ///   - program: Phases with as many lights each.
    ///   - isCrossing: By link: whether pedestrians wait for it.
    init(_ program: [SUMOSignal.ProgramPhase], isCrossing: [Bool]) {
        self.program = program
        let states = program.map { Array($0.state.utf8) }
        self.states = states
        kinds = states.indices.map { index in
            let isGreen = states[index].contains { Self.isGreen($0) }
            guard isGreen, !states[index].contains(where: { "yYu".utf8.contains($0) }) else { return .change }
            let before = states[(index + states.count - 1) % states.count]
            guard !before.contains(where: { "yYu".utf8.contains($0) }) else { return .green }
            let differing = before.indices.filter { Self.isGreen(before[$0]) != Self.isGreen(states[index][$0]) }
            // Pedestrians have red already while their vehicles still go: the time that the last ones need to get across.
            let isClearance =
                !differing.isEmpty && before.contains { Self.isGreen($0) }
                && differing.allSatisfy { $0 < isCrossing.count && isCrossing[$0] && Self.isGreen(before[$0]) }
            return isClearance ? .clearance : .green
        }
    }

    private static func isGreen(_ light: UInt8) -> Bool { light == UInt8(ascii: "G") || light == UInt8(ascii: "g") }

    /// Whether a phase of the program can be chosen.
    func isGreen(_ index: Int) -> Bool { kinds[index] == .green }

    /// Seconds of yellow and of all-red after a green; `nil` where the program goes on without either.
    func change(after index: Int) -> (yellow: Int, allRed: Int)? {
        var (yellow, allRed) = (0.0, 0.0)
        for next in following(index) {
            guard kinds[next] != .green else { break }
            guard kinds[next] == .change else { continue }
            let isYellow = states[next].contains { "yY".utf8.contains($0) }
            if isYellow { yellow += program[next].seconds } else { allRed += program[next].seconds }
        }
        guard yellow + allRed > 0 else { return nil }
        return (Self.whole(yellow), Self.whole(allRed))
    }

    /// Seconds from the end of a crossing's green to the next green of anybody else, the longest of the program.
    func clearance(ofLink link: Int) -> Int {
        var longest = 0.0
        for index in states.indices where Self.isGreen(states[index][link]) {
            var seconds = 0.0
            for next in following(index) {
                if Self.isGreen(states[next][link]) { break }
                let hasGained = states[next].indices.contains {
                    Self.isGreen(states[next][$0]) && !Self.isGreen(states[index][$0])
                }
                if hasGained { break }
                seconds += program[next].seconds
            }
            longest = max(longest, seconds)
        }
        return Self.whole(longest)
    }

    /// The longest that a link is red in the program.
    func longestRed(ofLink link: Int) -> Int {
        var longest = 0.0
        for index in states.indices where Self.isGreen(states[index][link]) {
            var seconds = 0.0
            for next in following(index) {
                if Self.isGreen(states[next][link]) { break }
                seconds += program[next].seconds
            }
            longest = max(longest, seconds)
        }
        return Self.whole(longest)
    }

    /// The phases after one, once around.
    private func following(_ index: Int) -> [Int] {
        (1..<max(1, states.count)).map { (index + $0) % states.count }
    }

    /// SUMO's lights change with its steps, ours with whole seconds: never less than the program has.
    private static func whole(_ seconds: Double) -> Int { Int((seconds - 1e-6).rounded(.up)) }
}
