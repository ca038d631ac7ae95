internal import Scenarios
internal import TabularLearning

/// One SUMO with its lights under control: what is asked of them, what is seen, and how it came to be.
///
/// A value although a process stands behind it: it knows everything that was done since the episode began, and when it
/// finds the process somewhere else (it was copied, restored, or the process has died) it begins the episode anew and
/// does the same again. SUMO repeats itself bit by bit for the same seed.
struct SUMOReplica: Sendable {
    let session: SUMOSession
    let lanes: [SignalLanes]
    private let programs: [SignalProgram]
    /// By light: what it is held to.
    let envelopes: [SafetyEnvelope]
    private let begin: Double
    /// The seeds of this replica's episodes.
    private let seeds: EpisodeSeeds

    /// The number of the episode.
    private(set) var episode: UInt64 = 0
    private(set) var clocks: [SignalClock]
    private(set) var sight: SUMOSight
    /// Simulated seconds of this episode.
    private(set) var seconds = 0
    /// What was asked of each light at each step of this episode: a phase, or `none`.
    private(set) var history: [UInt8] = []
    /// By step: its seconds.
    private var lengths: [UInt8] = []
    /// What was asked of the lights since the last step.
    private var wishes: [UInt8]
    /// Seconds that are left of the present step, and those for which SUMO is under way.
    private var left = 0
    private var stride = 0
    /// Lights and the phases of their programs that SUMO is to show from now on.
    private var changes: [(light: Int, phase: Int)] = []
    /// The instant of the session's life that this value knows; `nil` when it was restored.
    private var stamp: UInt64?
    private var restoredFingerprint: UInt64?

    static let none = UInt8.max

    /// Seeds as SUMO takes them, addressed by replica and episode.
    struct EpisodeSeeds: Sendable {
        let random: CounterBasedRandom
        let replica: UInt64

        func seed(ofEpisode episode: UInt64) -> UInt64 { random.value(lane: replica, step: episode) >> 33 }
    }

    init(
        session: SUMOSession,
        network: SUMONetwork,
        lanes: [SignalLanes],
        programs: [SignalProgram],
        envelopes: [SafetyEnvelope],
        replica: UInt64,
        seed: UInt64
    ) {
        self.session = session
        self.lanes = lanes
        self.programs = programs
        self.envelopes = envelopes
        begin = network.begin
        seeds = EpisodeSeeds(random: CounterBasedRandom(seed: seed, stream: .dynamics), replica: replica)
        clocks = zip(lanes, envelopes).map { SignalClock(lanes: $0, timing: $1.timing) }
        sight = SUMOSight(network, insideCount: session.insideCount)
        wishes = Array(repeating: Self.none, count: lanes.count)
    }

    /// Looks at a light as a controller does.
    func view(of light: Int) -> IntersectionView {
        var view = clocks[light].view(of: light, time: seconds, lanes[light], sight, envelopes[light])
        view.giveGreen(to: priorityPhases(of: light))
        return view
    }

    /// Vehicles that stand before a light.
    func queue(of light: Int) -> Int {
        lanes[light].approaches.reduce(0) { $0 + Int(sight.halting[$1]) }
    }

    /// Vehicles that stand before a light or wait to enter there.
    func waiting(at light: Int) -> Int {
        lanes[light].approaches.reduce(0) { $0 + Int(sight.queue($1)) }
    }

    /// What a reward asks of a light.
    func figures(of light: Int, for wanted: JunctionFigures.Wanted, scale: Float) -> JunctionFigures {
        var figures = JunctionFigures()
        // Not who waits outside: their number falls with no decision while the road is full, and is no part of the state.
        figures.surplusQueue = surplusQueue(of: light)
        figures.waiting = -(Float(queue(of: light)) + figures.surplusQueue) / scale
        if wanted.contains(.queue) { figures.queue = queue(of: light) }
        if wanted.contains(.pressure) {
            let before = lanes[light].approaches.reduce(0) { $0 + Int(sight.vehicles[$1] + sight.outside[$1]) }
            figures.pressure = before - lanes[light].exits.reduce(0) { $0 + Int(sight.vehicles[$1]) }
        }
        if wanted.contains(.longestWait) { figures.longestWait = Int(clocks[light].redWaits.max() ?? 0) }
        return figures
    }

    /// Asks a light for a phase from now on.
    mutating func request(_ phase: Int, of light: Int) {
        wishes[light] = UInt8(truncatingIfNeeded: phase)
    }

    /// Lets all replicas simulate so many seconds, all at the same time.
    ///
    /// A replica stops on the way where a change ends that may have to be held.
    static func step(_ replicas: inout [SUMOReplica], seconds: Int) throws(SUMOFailure) {
        for index in replicas.indices { try replicas[index].beginStep(seconds) }
        while replicas.contains(where: { $0.left > 0 }) {
            for index in replicas.indices where replicas[index].left > 0 { try replicas[index].sendStride() }
            for index in replicas.indices where replicas[index].left > 0 { try replicas[index].finishStride() }
        }
    }

    /// Begins an episode of all replicas, all at the same time.
    static func beginEpisodes(_ replicas: inout [SUMOReplica], _ episode: (UInt64) -> UInt64) throws(SUMOFailure) {
        var isStarted = replicas.map { _ in false }
        for index in replicas.indices {
            replicas[index].forget()
            replicas[index].episode = episode(replicas[index].episode)
            let (session, seed) = (replicas[index].session, replicas[index].seed)
            isStarted[index] = session.processIdentifier == nil
            do {
                try session.sendBegin(seed: seed)
            } catch  where error.code == .lost && !isStarted[index] {
                isStarted[index] = true
                session.abandon()
                try session.sendBegin(seed: seed)
            }
        }
        for index in replicas.indices { try replicas[index].finishBegin(isReload: !isStarted[index]) }
    }

    /// Waits for the beginning of an episode; a process that has died since the last one is replaced.
    private mutating func finishBegin(isReload: Bool) throws(SUMOFailure) {
        do {
            sight = try session.finishBegin(isReload: isReload)
        } catch  where error.code == .lost && isReload {
            session.abandon()
            try session.sendBegin(seed: seed)
            sight = try session.finishBegin(isReload: false)
        }
        stamp = session.stamp
    }

    private var seed: UInt64 { seeds.seed(ofEpisode: episode) }

    /// Empties everything that belongs to an episode.
    private mutating func forget() {
        clocks = zip(lanes, envelopes).map { SignalClock(lanes: $0, timing: $1.timing) }
        (seconds, left) = (0, 0)
        history.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        for light in wishes.indices { wishes[light] = Self.none }
    }

    /// Takes down what was asked for, and begins the changes.
    private mutating func beginStep(_ seconds: Int) throws(SUMOFailure) {
        if stamp != session.stamp { try repeatHistory() }
        history += wishes
        lengths.append(UInt8(truncatingIfNeeded: seconds))
        try beginChanges(wishes, within: seconds)
        for light in wishes.indices { wishes[light] = Self.none }
    }

    private mutating func sendStride() throws(SUMOFailure) {
        do {
            try send()
        } catch  where error.code == .lost {
            // Finishing finds out too, and repeats this step with the others.
            stamp = nil
        }
    }

    private mutating func finishStride() throws(SUMOFailure) {
        if stamp != nil {
            do {
                return try finish()
            } catch  where error.code == .lost {
                stamp = nil
            }
        }
        session.abandon()
        try repeatHistory()
    }

    /// Begins a step: the changes that are asked for.
    private mutating func beginChanges(_ wishes: [UInt8], within length: Int) throws(SUMOFailure) {
        left = length
        changes.removeAll(keepingCapacity: true)
        for light in wishes.indices where wishes[light] != Self.none && Int(wishes[light]) != clocks[light].phase {
            let phase = Int(wishes[light])
            let present = clocks[light].phase
            // A checkpoint says what was decided and by whom; SUMO's lights say who can decide only when it is there again.
            guard phase < lanes[light].phaseLanes.count, clocks[light].canDecide else {
                throw SUMOFailure(
                    .badInput,
                    "light '\(session.lightName(light))' is to show phase \(phase) at second "
                        + "\(SUMOFailure.seconds(begin + Double(self.seconds))), when it cannot change: the checkpoint is "
                        + "damaged, or of other files"
                )
            }
            changes.append((light, programs[light].change(from: present, to: phase)))
            clocks[light].request(phase, changeTime: programs[light].changeTime(from: present, to: phase))
        }
    }

    /// Lets SUMO run to the end of the step or, before it, to the end of a change that can be held.
    private mutating func send() throws(SUMOFailure) {
        holdChanges()
        stride = left
        for light in clocks.indices where clocks[light].changeLeft > 0 && hold(of: light) != nil {
            stride = min(stride, clocks[light].changeLeft)
        }
        try session.sendStep(changes, until: begin + Double(seconds + stride))
        changes.removeAll(keepingCapacity: true)
    }

    /// Makes the changes that have just ended longer where somebody stands in the way of the next green.
    private mutating func holdChanges() {
        for light in clocks.indices {
            guard let hold = hold(of: light),
                clocks[light].mustHold(time: seconds, lanes[light], sight, envelopes[light])
            else { continue }
            changes.append((light, hold))
            clocks[light].hold()
        }
    }

    /// The phase that makes a light's present change longer.
    private func hold(of light: Int) -> Int? {
        guard clocks[light].isChanging, !programs.isEmpty else { return nil }
        return programs[light].hold(from: clocks[light].previous, to: clocks[light].phase)
    }

    private mutating func finish() throws(SUMOFailure) {
        sight = try session.finishStep()
        seconds += stride
        left -= stride
        for light in clocks.indices { clocks[light].advance(stride, lanes[light], sight) }
        try checkControl()
        stamp = session.stamp
    }

    /// Refuses to go on when a light does not show what it was asked for: everything learned from then on would be wrong.
    private func checkControl() throws(SUMOFailure) {
        for light in programs.indices where light < sight.lights.count {
            let (name, time) = (session.lightName(light), SUMOFailure.seconds(begin + Double(seconds)))
            let (shown, program) = (sight.lights[light], sight.programs[light])
            guard program == SignalProgram.name else {
                throw SUMOFailure(
                    .outOfControl,
                    "light '\(name)' is out of control at second \(time): it follows program '\(program)', to which somebody else "
                        + "has switched it; take the WAUT or whatever switches it out of the files, or leave the light out with "
                        + "--leave-out \(name)"
                )
            }
            let clock = clocks[light]
            let isRight = programs[light].admits(
                shown,
                from: clock.previous,
                to: clock.phase,
                isChanging: clock.isChanging
            )
            guard isRight else {
                throw SUMOFailure(
                    .outOfControl,
                    "light '\(name)' is out of control at second \(time): it shows \(shown) where phase \(clock.phase) "
                        + "was asked for"
                )
            }
        }
    }

    /// Brings the session to where this value is, in the same process or, if it has died, in a new one.
    private mutating func repeatHistory() throws(SUMOFailure) {
        let (history, lengths, wishes) = (history, lengths, wishes)
        var replicas = [self]
        try Self.beginEpisodes(&replicas) { $0 }
        self = replicas[0]
        for step in lengths.indices {
            let wishes = Array(history[(step * lanes.count)..<((step + 1) * lanes.count)])
            try beginChanges(wishes, within: Int(lengths[step]))
            while left > 0 {
                try send()
                try finish()
            }
        }
        (self.history, self.lengths, self.wishes) = (history, lengths, wishes)
        defer { restoredFingerprint = nil }
        if let restoredFingerprint, restoredFingerprint != sight.fingerprint {
            throw SUMOFailure(
                .badInput,
                "SUMO does not repeat what led to the checkpoint: was it another version, or are its files others?"
            )
        }
    }
}

extension SUMOReplica {
    /// Writes the episode and what was done in it.
    func save(to writer: inout WordWriter) {
        writer.write(episode)
        writer.write(history)
        writer.write(lengths)
        writer.write(sight.fingerprint)
    }

    /// Puts back what `save` wrote; SUMO is brought there by the next step.
    mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        let episode = try reader.long()
        let history = try reader.byteArray()
        let lengths = try reader.byteArray()
        let fingerprint = try reader.long()
        guard episode <= 1 << 48 else {
            throw WordReader.Failure("a light was saved in episode \(episode), beyond any run's")
        }
        guard history.count == lengths.count * lanes.count else {
            throw WordReader.Failure(
                "\(history.count) wishes do not fit \(lengths.count) steps of \(lanes.count) lights"
            )
        }
        for (index, wish) in history.enumerated() where wish != Self.none {
            guard Int(wish) < lanes[index % lanes.count].phaseLanes.count else {
                throw WordReader.Failure("a light has no phase \(wish)")
            }
        }
        (self.episode, self.history, self.lengths) = (episode, history, lengths)
        restoredFingerprint = fingerprint
        stamp = nil
    }
}
