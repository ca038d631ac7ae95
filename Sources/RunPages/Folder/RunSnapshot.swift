public import Evaluation
public import Provenance

/// A run's folder at one moment, read and put in words.
public struct RunSnapshot: Sendable, Hashable {
    /// What a run is doing, as far as its folder tells.
    public enum State: String, Sendable, Hashable, Encodable {
        case waiting, training, evaluating, complete, interrupted, failed
        /// Its process is gone and has not said so.
        case killed
        /// Nothing has been heard of it for a while, and it runs elsewhere.
        case silent
        /// There is a policy and no record of who made it.
        case unrecorded
        /// There is nothing yet.
        case empty

        /// Whether something may still come.
        public var isUnderWay: Bool { [.waiting, .training, .evaluating].contains(self) }
    }

    /// The last part of the folder's path.
    public let name: String
    /// The folder as it was named.
    public let folder: String
    /// What it is doing.
    public let state: State
    /// The same in a sentence, with a way on.
    public let words: String
    /// `run.json`; `nil` without one.
    public let record: RunRecord?
    /// `progress.json` of the run in `run.json`; `nil` without one.
    public let progress: RunProgress?
    /// The learning curve.
    public let learning: LearningHistory?
    /// What the greedy policy was worth on the way; `nil` where nobody asked.
    public let greedy: GreedyCourse?
    /// `evaluation.json`; `nil` without one.
    public let outcome: RunOutcome?
    /// All that the result depends on.
    public let settings: RunSettings
    /// The digest of the finished table.
    public let tableDigest: String?
    /// What to tell one content of the learning curves, the evaluation and the policy from another.
    public let versions: Versions
    /// What of the folder could not be read, and why.
    public let faults: [String]

    /// What tells one content from another; empty where there is none.
    public struct Versions: Sendable, Hashable, Encodable {
        var learning = ""
        var greedy = ""
        var outcome = ""
        var policy = ""
    }

    /// What tells one table of the folder from another.
    public var policyVersion: String { versions.policy }

    /// The process that worked on it last.
    var session: RunRecord.Session? { record?.sessions.last }

    /// Lane-steps taken.
    var steps: UInt64? { session?.end?.steps ?? progress?.steps }

    /// Lane-steps of the whole run.
    var stepsPlanned: UInt64? { settings.values["steps"].flatMap { UInt64($0) } ?? progress?.stepsPlanned }

    /// Seconds of the rounds of the last process.
    var elapsedSeconds: Double? { session?.end?.wallSeconds ?? progress?.elapsedSeconds }

    /// The speed of the last process.
    var stepsPerSecond: Double? {
        if let progress, progress.elapsedSeconds > 0 { return progress.stepsPerSecond }
        guard let steps, let seconds = session?.end?.wallSeconds, seconds > 0 else { return nil }
        let before = session?.parent?.steps ?? 0
        return Double(steps - min(steps, before)) / seconds
    }

    /// Seconds until the last round at this speed; `nil` where nobody can know.
    var remainingSeconds: Double? {
        guard state == .training, let steps, let planned = stepsPlanned, let rate = stepsPerSecond, rate > 0 else {
            return nil
        }
        return Double(planned - min(planned, steps)) / rate
    }
}
