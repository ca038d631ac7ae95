public import Evaluation
public import Foundation

/// How far a run is, as the process that trains it writes down about once a second: `progress.json`.
///
/// It is for whoever watches. Nothing is learned from it, a run does not go on from it, and it is not flushed to the disk.
public struct RunProgress: Codable, Sendable, Hashable {
    /// The name of the file.
    public static let fileName = "progress.json"
    /// The version of this form.
    public static let currentFormat = 1

    /// What the process does.
    public enum Phase: String, Codable, Sendable, Hashable {
        /// It waits for workers.
        case waiting
        /// The rounds go on.
        case training
        /// The table is compared with baselines, pictures are drawn.
        case evaluating
        /// Everything is written.
        case ended
    }

    /// Something that happened.
    public struct Event: Codable, Sendable, Hashable {
        /// What it is.
        public enum Kind: String, Codable, Sendable, Hashable {
            case phase, joined, lost, rollback, checkpoint
        }

        /// Seconds since the process began.
        public var seconds: Double
        /// What it is.
        public var kind: Kind
        /// In words: `worker 1 joined`.
        public var words: String

        /// Notes something.
        public init(seconds: Double, kind: Kind, words: String) {
            (self.seconds, self.kind, self.words) = (seconds, kind, words)
        }
    }

    /// Who does the work.
    public struct Workers: Codable, Sendable, Hashable {
        /// Those that are there.
        public var present: [String]
        /// How many there have to be.
        public var wanted: Int

        /// Counts them.
        public init(present: [String], wanted: Int) { (self.present, self.wanted) = (present, wanted) }
    }

    /// What was sent to the table and what it took.
    public struct Ledger: Codable, Sendable, Hashable {
        /// Transitions issued.
        public var issued: UInt64
        /// Updates applied.
        public var applied: UInt64
        /// Issued and not applied.
        public var lost: UInt64
        /// Applied and not issued.
        public var duplicated: UInt64

        /// Draws the line.
        public init(issued: UInt64, applied: UInt64, lost: UInt64, duplicated: UInt64) {
            (self.issued, self.applied, self.lost, self.duplicated) = (issued, applied, lost, duplicated)
        }
    }

    /// The version of its form.
    public var format = Self.currentFormat
    /// What tells the run from every other, as in `run.json`.
    public var runIdentity: String
    /// When this process began, as ISO 8601 has it.
    public var begun: String
    /// What the process does.
    public var phase: Phase
    /// Everything that the result depends on, by name.
    public var settings: [String: String]
    /// Lane-steps taken.
    public var steps: UInt64 = 0
    /// Those of them that earlier processes took.
    public var stepsBefore: UInt64 = 0
    /// Lane-steps of the whole run.
    public var stepsPlanned: UInt64
    /// Seconds since the rounds of this process began.
    public var elapsedSeconds: Double = 0
    /// This process's own speed.
    public var stepsPerSecond: Double = 0
    /// Who does the work; absent without messages.
    public var workers: Workers?
    /// Absent until the end.
    public var ledger: Ledger?
    /// Updates by shard, as far as they are known; empty without messages.
    public var updatesByShard: [UInt64] = []
    /// The same over time; absent without messages.
    public var shardCourse: ShardCourse?
    /// How often this process returned to a checkpoint.
    public var rollbacks = 0
    /// The checkpoints that this process has written.
    public var checkpoints = 0
    /// The learning curve so far; absent before the first round.
    public var learning: LearningHistory?
    /// What happened, at most the newest 200.
    public var events: [Event] = []

    /// Begins with nothing done.
    public init(runIdentity: String, begun: String, phase: Phase, settings: [String: String], stepsPlanned: UInt64) {
        self.runIdentity = runIdentity
        self.begun = begun
        self.phase = phase
        self.settings = settings
        self.stepsPlanned = stepsPlanned
    }

    /// The most events that are kept.
    private static let mostEvents = 200

    /// Notes something that happened; the oldest gives way where there are many.
    public mutating func note(_ event: Event) {
        events.append(event)
        if events.count > Self.mostEvents { events.removeFirst(events.count - Self.mostEvents) }
    }

    /// The object as it is written.
    public var json: Data { JSONForm.data(self) }

    /// Reads an object; `nil` where it is none of this form.
    public init?(json: Data) {
        guard let progress = JSONForm.value(Self.self, from: json), progress.format == Self.currentFormat else {
            return nil
        }
        self = progress
    }
}
