import EmbeddedNode
import TabularLearning
import Testing

/// Threads without threads: tasks are taken as long as there are any, and ended in an order that a seed says.
private struct SimulatedThreads {
    var schedule: RoundSchedule
    /// The parts of each cohort's queries.
    var parts: [Int]
    let threads: Int
    /// The round after which each cohort is finished.
    var ends: [Int]
    private(set) var log: [RoundSchedule.Task] = []
    private var advances: [Int]
    private var answered: [Int]
    private var running: [RoundSchedule.Task] = []
    private let random: CounterBasedRandom

    init(parts: [Int], threads: Int, seed: UInt64) {
        self.parts = parts
        self.threads = threads
        ends = Array(repeating: .max, count: parts.count)
        schedule = RoundSchedule(cohortCount: parts.count, round: 0)
        advances = Array(repeating: 0, count: parts.count)
        answered = Array(repeating: 0, count: parts.count)
        random = CounterBasedRandom(seed: seed, stream: .exploration)
    }

    /// Runs until no thread has anything to do.
    mutating func play() {
        while true {
            while running.count < threads, let task = schedule.next(for: running.count) { begin(task) }
            guard !running.isEmpty else { return }
            let number = SplitMix64.mix(random.laneKey(UInt64(log.count)) &+ UInt64(running.count))
            end(running.remove(at: Int(number % UInt64(running.count))))
        }
    }

    private mutating func begin(_ task: RoundSchedule.Task) {
        for other in running {
            switch (task, other) {
            case (.apply, .apply), (.apply, .answer), (.answer, .apply):
                Issue.record("\(task) begins while \(other) is under way")
            case (.answer(let one, _, _), .answer(let another, _, _)): #expect(one == another)
            case (.advance(let one), .advance(let another)): #expect(one != another)
            case (.advance(let one), .apply(let another)), (.apply(let another), .advance(let one)),
                (.advance(let one), .answer(let another, _, _)), (.answer(let another, _, _), .advance(let one)):
                #expect(one != another)
            }
        }
        running.append(task)
    }

    private mutating func end(_ task: RoundSchedule.Task) {
        log.append(task)
        switch task {
        case .advance(let cohort):
            advances[cohort] += 1
            schedule.note(advanced: cohort, isFinished: advances[cohort] >= ends[cohort])
        case .apply(let cohort):
            answered[cohort] = 0
            schedule.note(applied: cohort, parts: parts[cohort])
        case .answer(let cohort, _, let count):
            answered[cohort] += 1
            #expect(count == parts[cohort] && answered[cohort] <= count)
            schedule.noteAnswered()
        }
    }

    /// The cohorts in the order in which their updates were applied.
    var turns: [Int] {
        log.compactMap { if case .apply(let cohort) = $0 { cohort } else { nil } }
    }

    func count(_ isCounted: (RoundSchedule.Task) -> Bool) -> Int { log.filter(isCounted).count }
}

@Suite("What threads do next")
struct RoundScheduleTests {
    @Test(
        "the table sees the cohorts in their order, each part once, whatever ends first",
        arguments: [1, 2, 3, 8],
        0..<20 as Range<UInt64>
    )
    func order(threads: Int, seed: UInt64) {
        var simulation = SimulatedThreads(parts: [3, 0, 1, 5], threads: threads, seed: seed)
        simulation.schedule.allow(rounds: 6)
        #expect(!simulation.schedule.isIdle)
        simulation.play()
        #expect(simulation.turns == (0..<24).map { $0 % 4 })
        #expect(simulation.schedule.isIdle)
        #expect(simulation.schedule.round == 6)
        #expect(simulation.count { if case .answer = $0 { true } else { false } } == 6 * 9)
        #expect(simulation.count { if case .advance = $0 { true } else { false } } == 24)
    }

    @Test("a second stretch goes on where the first ended")
    func stretches() {
        var simulation = SimulatedThreads(parts: [2, 2], threads: 2, seed: 1)
        for _ in 0..<3 {
            simulation.schedule.allow(rounds: 2)
            simulation.play()
        }
        #expect(simulation.turns == (0..<12).map { $0 % 2 })
        #expect(simulation.schedule.round == 6)
    }

    @Test(
        "rounds end with the one in which the last cohort finishes",
        arguments: [[4, 4, 4], [4, 3, 2], [2, 3, 4], [1, 4, 1], [4, 1, 4]],
        0..<20 as Range<UInt64>
    )
    func finish(ends: [Int], seed: UInt64) {
        for threads in [1, 2, 8] {
            var simulation = SimulatedThreads(parts: [1, 2, 3], threads: threads, seed: seed)
            simulation.ends = ends
            simulation.schedule.allow(rounds: 100)
            simulation.play()
            #expect(simulation.schedule.round == 4)
            #expect(simulation.schedule.isFinished && simulation.schedule.isIdle)
            #expect(simulation.turns == (0..<12).map { $0 % 3 })
        }
    }

    @Test("a thread keeps its cohorts while it can, and takes others' rather than none")
    func keepsCohorts() {
        var schedule = RoundSchedule(cohortCount: 3, round: 0)
        schedule.allow(rounds: 2)
        #expect(schedule.next(for: 0) == .advance(cohort: 0))
        #expect(schedule.next(for: 1) == .advance(cohort: 1))
        #expect(schedule.next(for: 1) == .advance(cohort: 2))
        for cohort in 0..<3 {
            schedule.note(advanced: cohort, isFinished: false)
            #expect(schedule.next(for: 0) == .apply(cohort: cohort))
            schedule.note(applied: cohort, parts: 0)
        }
        #expect(schedule.next(for: 1) == .advance(cohort: 1))
        #expect(schedule.next(for: 0) == .advance(cohort: 0))
        #expect(schedule.next(for: 0) == .advance(cohort: 2))
    }

    @Test("two threads advance a cohort while another has its turn")
    func overlap() {
        var schedule = RoundSchedule(cohortCount: 2, round: 0)
        schedule.allow(rounds: 2)
        #expect(schedule.next(for: 0) == .advance(cohort: 0))
        schedule.note(advanced: 0, isFinished: false)
        #expect(schedule.next(for: 0) == .apply(cohort: 0))
        #expect(schedule.next(for: 0) == .advance(cohort: 1))
        #expect(schedule.next(for: 0) == nil)
        schedule.note(applied: 0, parts: 2)
        #expect(schedule.next(for: 0) == .answer(cohort: 0, part: 0, of: 2))
        #expect(schedule.next(for: 0) == .answer(cohort: 0, part: 1, of: 2))
        schedule.note(advanced: 1, isFinished: false)
        schedule.noteAnswered()
        // The other part is still being answered.
        #expect(schedule.next(for: 0) == nil)
        schedule.noteAnswered()
        #expect(schedule.next(for: 0) == .apply(cohort: 1))
        #expect(schedule.next(for: 0) == .advance(cohort: 0))
    }
}
