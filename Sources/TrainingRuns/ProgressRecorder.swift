internal import Checkpoints
internal import CommandBasics
internal import Dispatch
internal import Evaluation
internal import Foundation
internal import MasterNode
internal import Provenance
internal import RunPages
package import ScenarioCatalogue
internal import Synchronization
package import TabularLearning

/// Keeps `progress.json` of a run's folder, for whoever watches: about once a second, and when something happens.
///
/// The rounds pay for a copy of the figures and no more: the text is made and written on a queue of its own, where the newest
/// takes the place of what has not been written yet.
package final class ProgressRecorder: Sendable {
    fileprivate struct State {
        var progress: RunProgress
        var workers: [String] = []
        var lastWriting = Duration.seconds(-1)
        var isBusy = false
        var isDue = false
    }

    private let state: Mutex<State>
    private let file: URL
    private let begin = ContinuousClock.now
    private let queue = DispatchQueue(label: "progress")

    /// Time between two writings while nothing happens.
    private static let interval = Duration.seconds(1)

    /// Begins with the first word.
    ///
    /// - Parameters:
    ///   - folder: The run's folder.
    ///   - description: The run, with all its steps.
    ///   - begun: When the process began, as `run.json` has it.
    package init(_ folder: String, _ description: PolicyDescription, begun: String) {
        file = URL(fileURLWithPath: folder).appendingPathComponent(RunProgress.fileName)
        let progress = RunProgress(
            runIdentity: description.identity.description,
            begun: begun,
            phase: .waiting,
            settings: RunSettings(describing: Data(encodeJSON(description).utf8)).values,
            stepsPlanned: description.plannedSteps
        )
        state = Mutex(State(progress: progress))
        change { _ in }
    }

    /// Takes up that workers are waited for.
    func noteWaiting(for wanted: Int, present: [String]) {
        let seconds = seconds
        change(always: false) { state in
            Self.note(.waiting, &state, seconds)
            Self.note(present, of: wanted, &state, seconds)
        }
    }

    /// Takes up how far the rounds are.
    ///
    /// - Parameters:
    ///   - progress: The figures.
    ///   - learners: The learners, which are not kept.
    ///   - workers: Who is there, and how many there have to be; `nil` without messages.
    package func note(
        _ progress: Progress,
        _ learners: [CohortLearner],
        workers: (present: [String], wanted: Int)? = nil
    ) {
        let now = ContinuousClock.now - begin
        let seconds = now.seconds
        change(always: false) { state in
            Self.note(.training, &state, seconds)
            if let workers { Self.note(workers.present, of: workers.wanted, &state, seconds) }
            let before = state.progress
            if progress.rollbacks > before.rollbacks {
                state.note(.rollback, "the run returned to a checkpoint, at \(progress.stepsTaken) steps", seconds)
            }
            if progress.checkpoints.written > before.checkpoints {
                state.note(.checkpoint, "a checkpoint was written, at \(progress.stepsTaken) steps", seconds)
            }
            state.progress.rollbacks = progress.rollbacks
            state.progress.checkpoints = progress.checkpoints.written
            let isLast = progress.stepsTaken >= progress.stepsPlanned && state.progress.steps < progress.stepsTaken
            guard isLast || now - state.lastWriting >= Self.interval else { return }
            state.lastWriting = now
            state.isDue = true
            state.progress.steps = progress.stepsTaken
            state.progress.stepsBefore = progress.stepsBefore
            state.progress.elapsedSeconds = progress.elapsed.seconds
            state.progress.stepsPerSecond = progress.rate
            state.progress.updatesByShard = progress.loads.map(\.updates)
            if !progress.loads.isEmpty {
                state.progress.shardCourse = state.progress.shardCourse ?? ShardCourse()
                state.progress.shardCourse?.note(state.progress.updatesByShard, at: seconds)
            }
            state.progress.learning = LearningHistory(learners)
        }
    }

    /// Takes up that the rounds are over, and what has come of them.
    package func note(_ outcome: TrainingOutcome) {
        let seconds = seconds
        change { state in
            Self.note(.evaluating, &state, seconds)
            state.progress.steps = outcome.stepsTaken
            state.progress.stepsBefore = outcome.stepsBefore
            state.progress.elapsedSeconds = outcome.wallSeconds
            state.progress.learning = outcome.learning
            state.progress.ledger = RunProgress.Ledger(
                issued: outcome.statistics.transitions,
                applied: outcome.table?.updateCount ?? 0,
                lost: outcome.ledger?.lost ?? 0,
                duplicated: outcome.ledger?.duplicated ?? 0
            )
        }
    }

    /// Takes up that everything is written.
    package func noteEnd() {
        let seconds = seconds
        change { state in Self.note(.ended, &state, seconds) }
    }

    /// Waits until what is known is written.
    package func finish() { queue.sync {} }

    private var seconds: Double { (ContinuousClock.now - begin).seconds }

    /// Changes what is known, and writes it where it is wanted or something has happened.
    private func change(always: Bool = true, _ body: (inout State) -> Void) {
        let starts = state.withLock { state in
            let events = state.progress.events
            body(&state)
            guard always || state.isDue || state.progress.events != events else { return false }
            state.isDue = true
            defer { state.isBusy = true }
            return !state.isBusy
        }
        if starts { queue.async { self.write() } }
    }

    private func write() {
        while let progress = next() {
            // A folder that takes nothing more is told by whatever has to be kept.
            try? progress.json.write(to: file, options: .atomic)
        }
    }

    private func next() -> RunProgress? {
        state.withLock { state in
            guard state.isDue else {
                state.isBusy = false
                return nil
            }
            state.isDue = false
            return state.progress
        }
    }

    private static func note(_ phase: RunProgress.Phase, _ state: inout State, _ seconds: Double) {
        guard state.progress.phase != phase else { return }
        state.progress.phase = phase
        let words =
            switch phase {
            case .waiting: "the run waits for workers"
            case .training: "the rounds go on"
            case .evaluating: "the rounds are over"
            case .ended: "everything is written"
            }
        state.note(.phase, words, seconds)
    }

    private static func note(_ present: [String], of wanted: Int, _ state: inout State, _ seconds: Double) {
        if state.progress.workers?.present != present || state.progress.workers?.wanted != wanted {
            state.progress.workers = .init(present: present, wanted: wanted)
            state.isDue = true
        }
        guard present != state.workers else { return }
        for worker in present where !state.workers.contains(worker) {
            state.note(.joined, "worker \(worker) joined", seconds)
        }
        for worker in state.workers where !present.contains(worker) {
            state.note(.lost, "worker \(worker) was lost", seconds)
        }
        state.workers = present
    }
}

extension ProgressRecorder.State {
    fileprivate mutating func note(_ kind: RunProgress.Event.Kind, _ words: String, _ seconds: Double) {
        progress.note(.init(seconds: seconds, kind: kind, words: words))
    }
}
