internal import Evaluation
package import Scenarios

/// An observer that times SUMO's lights from outside: who waits how long at red, and what the safety envelope forbids.
///
/// It knows only what the lights show each second and where vehicles and pedestrians are, not what was asked for.
struct LightMonitor: Sendable {
    /// What has been seen that must not be; nothing while lights follow the network's own program.
    private(set) var violations = EnvelopeMonitor.Violations()
    /// By light and link: the longest red with somebody before it.
    private(set) var longestReds: [[Int]]

    private let names: [String]
    private let envelopes: [SafetyEnvelope]
    private let lanes: [SignalLanes]
    /// By light: what it is given; empty for the network's own program.
    private let programs: [SignalProgram]
    /// By light: everything that it may show, and its greens.
    private let known: [Set<String>]
    private let greens: [[String]]
    private var second = 0
    /// By light: the last of its greens that it showed.
    private var phases: [Int]
    /// By light and link: what it shows, and for how many seconds.
    private var shown: [[UInt8]]
    private var ages: [[Int]]
    /// By light and link: seconds of red with somebody before it, and seconds since it lost green.
    private var redWaits: [[Int]]
    private var lossAges: [[Int]]
    /// By light: seconds for which it shows the same.
    private var greenAges: [Int]

    /// - Parameters:
    ///   - names: The lights.
    ///   - envelopes: By light: what it is held to.
    ///   - lanes: By light: its lanes.
    ///   - programs: By light: what it is given; empty where the network's own programs run.
    init(names: [String], envelopes: [SafetyEnvelope], lanes: [SignalLanes], programs: [SignalProgram]) {
        self.names = names
        self.envelopes = envelopes
        self.lanes = lanes
        self.programs = programs
        known = programs.map { Set($0.phases.map(\.state)) }
        greens = programs.map { program in program.yellows.indices.map { program.phases[$0].state } }
        phases = names.map { _ in 0 }
        let shown = names.indices.map { programs.isEmpty ? [] : Array(programs[$0].phases[0].state.utf8) }
        self.shown = shown
        // The first greens count as old enough.
        ages = zip(shown, envelopes).map { Array(repeating: $1.timing.minimumGreen, count: $0.count) }
        lossAges = shown.map { Array(repeating: Self.never, count: $0.count) }
        let zeros = lanes.map { Array(repeating: 0, count: $0.linkLanes.count) }
        redWaits = zeros
        longestReds = zeros
        greenAges = envelopes.map(\.timing.minimumGreen)
    }

    private static let never = 1 << 30

    /// Seconds for which somebody has waited at a light's red without interruption.
    func redWait(of light: Int) -> Int { redWaits[light].max() ?? 0 }

    /// Looks at the lights; to be called once after each simulated second.
    mutating func observe(_ sight: SUMOSight) {
        second += 1
        for light in names.indices where light < sight.lights.count {
            let text = sight.lights[light]
            let state = Array(text.utf8)
            var longestWait = 0
            for link in redWaits[light].indices where link < state.count {
                longestWait = max(longestWait, wait(light, link, state, sight))
            }
            guard !programs.isEmpty else { continue }
            if !known[light].contains(text) { note(.conflict, light) }
            guard state.count == shown[light].count else { continue }
            judge(light, state, longestWait)
            if let phase = greens[light].firstIndex(of: text) { phases[light] = phase }
            shown[light] = state
        }
    }

    private mutating func note(_ kind: EnvelopeMonitor.Violations.Kind, _ light: Int) {
        violations.note(kind, at: names[light], second: second)
    }

    /// Compares what a light shows with what it showed a second ago.
    private mutating func judge(_ light: Int, _ state: [UInt8], _ longestWait: Int) {
        let (timing, program) = (envelopes[light].timing, programs[light])
        let before = shown[light]
        let from = phases[light]
        var hasGained = false
        for link in state.indices {
            let (wasGreen, isGreen) = (Self.isGreen(before[link]), Self.isGreen(state[link]))
            lossAges[light][link] = wasGreen && !isGreen ? 1 : min(Self.never, lossAges[light][link] + 1)
            hasGained = hasGained || !wasGreen && isGreen
            if wasGreen, !isGreen, ages[light][link] < timing.minimumGreen { note(.shortGreen, light) }
            let yellow = program.yellows[from]
            let isShortYellow =
                before[link] == UInt8(ascii: "y") && state[link] != before[link]
                && ages[light][link] != yellow
            let isMissing =
                wasGreen && state[link] == UInt8(ascii: "r") && yellow > 0
                && !program.isWalk[link]
            if isShortYellow || isMissing { note(.shortChange, light) }
            ages[light][link] = state[link] == before[link] || wasGreen && isGreen ? ages[light][link] + 1 : 1
        }
        if hasGained {
            let isShort = state.indices.contains { link in
                let needed = max(program.intergreens[from], program.clearances[link])
                return !Self.isGreen(state[link]) && lossAges[light][link] <= needed
            }
            if isShort { note(.shortChange, light) }
        }
        greenAges[light] = before == state ? greenAges[light] + 1 : 1
        let isLong = envelopes[light].isTooLong(
            shownFor: greenAges[light],
            longestWait: longestWait,
            allRed: program.longestAllRed
        )
        if isLong { note(.longGreen, light) }
    }

    /// Takes down for how long somebody has stood before a red link.
    private mutating func wait(_ light: Int, _ link: Int, _ state: [UInt8], _ sight: SUMOSight) -> Int {
        guard lanes[light].isGuarded[link] else { return 0 }
        // Neither stops nor goes: a light that blinks or is off.
        let isRed = !Self.isGreen(state[link]) && !"oOs".utf8.contains(state[link])
        let waits = isRed && lanes[light].linkLanes[link].contains { sight.demand($0) > 0 }
        redWaits[light][link] = waits ? redWaits[light][link] + 1 : 0
        longestReds[light][link] = max(longestReds[light][link], redWaits[light][link])
        let limit = envelopes[light].timing.maximumRed - Int(lanes[light].haste[link])
        if !programs.isEmpty, redWaits[light][link] == limit + 1 { note(.longRed, light) }
        return redWaits[light][link]
    }

    private static func isGreen(_ light: UInt8) -> Bool { light == UInt8(ascii: "G") || light == UInt8(ascii: "g") }
}

extension SafetyEnvelope {
    /// Whether what a light shows has just become a green that is too long.
    ///
    /// A change to a phase with the same greens and more takes nothing away while it lasts, and the all-red of a change from
    /// one shows the smaller phase already: who has green in both sees neither. So a green may be seen for longer, and who
    /// comes when nobody waited has to wait for a decision and the change that follows it at once.
    ///
    /// - Parameters:
    ///   - seconds: For how long the light has shown the same.
    ///   - longestWait: Seconds of red of who has waited longest.
    ///   - allRed: Seconds of the longest all-red.
    /// - Returns: True once for a green, in the second after the longest that may be.
    package func isTooLong(shownFor seconds: Int, longestWait: Int, allRed: Int) -> Bool {
        let change = timing.changeTime + allRed
        return seconds == timing.maximumGreen + change + 1 && longestWait > interval + change
    }
}

/// Counts the times that nobody crossed from a lane for too long with somebody standing on it.
struct GridlockMonitor: Sendable {
    /// By lane that ends at a stop line.
    private(set) var counts: [Int]
    /// Seconds of standing without a crossing.
    private var stands: [Int]

    init(approachCount: Int) {
        counts = Array(repeating: 0, count: approachCount)
        stands = counts
    }

    /// Looks at all approaches; to be called once after each simulated second.
    mutating func observe(_ sight: SUMOSight) {
        for approach in counts.indices {
            stands[approach] = !sight.crossings[approach] && sight.halting[approach] > 0 ? stands[approach] + 1 : 0
            if stands[approach] == TrafficSimulation.gridlockTime { counts[approach] += 1 }
        }
    }
}
