/// Where a run's folder comes from: `run.json`, a session for each process that worked on the run.
///
/// What is learned and how stands in `policy.json` and in the checkpoints; here is what they do not say: who began it with which
/// words, where each setting came from, on what it ran, and what it went on from. Nothing is learned from it, and no reader needs it.
public struct RunRecord: Codable, Sendable, Hashable {
    /// The version of this form.
    public static let currentFormat = 1
    /// The name of the file.
    public static let fileName = "run.json"

    /// The version of its form.
    public var format = Self.currentFormat
    /// What tells the run from every other; checkpoints of it say the same.
    public var runIdentity: String
    /// The processes that worked on it, the first one first.
    public var sessions: [Session]

    /// Begins a record without sessions.
    public init(runIdentity: String) {
        self.runIdentity = runIdentity
        sessions = []
    }

    /// What one process did.
    public struct Session: Codable, Sendable, Hashable {
        /// The arguments of the program, without what user information a URL in them had.
        public var command: [String]
        /// Every setting that was made or has a default; what was left to the scenario stands in `policy.json`.
        public var settings: [Setting]
        /// Versions of all that has one.
        public var versions: Versions
        /// Who did the work; changes no bit of the result.
        public var layout: Layout
        /// The machine of this process.
        public var host: Host
        /// When it began, as ISO 8601 has it.
        public var begun: String
        /// What it went on from; absent of a session that began at the beginning.
        public var parent: Parent?
        /// How it ended; absent while it runs, and for ever when it was killed.
        public var end: End?

        /// Collects what is known at its beginning.
        public init(
            command: [String],
            settings: [Setting],
            versions: Versions,
            layout: Layout,
            host: Host,
            begun: String
        ) {
            self.command = command
            self.settings = settings
            self.versions = versions
            self.layout = layout
            self.host = host
            self.begun = begun
        }
    }

    /// A setting and where it was made.
    public struct Setting: Codable, Sendable, Hashable {
        /// Its key, as in a file of options.
        public var key: String
        /// Its values; empty where they are not to be shown.
        public var values: [String]
        /// An option, a variable, a line of a file, or `default`.
        public var origin: String

        /// Names a setting.
        public init(key: String, values: [String], origin: String) {
            self.key = key
            self.values = values
            self.origin = origin
        }
    }

    /// Versions of all that has one.
    public struct Versions: Codable, Sendable, Hashable {
        /// The program's.
        public var shardq: String
        /// Of the compiler that built it.
        public var swift: String
        /// Of the messages between master and workers.
        public var messageProtocol: Int
        /// The simulator's own words, if an outside one was asked in this session.
        public var simulator: String?
        /// The broker's own words, once it was connected to.
        public var broker: String?

        private enum CodingKeys: String, CodingKey {
            case shardq, swift, simulator, broker
            case messageProtocol = "protocol"
        }

        /// Collects what is known at the beginning.
        public init(shardq: String, swift: String, messageProtocol: Int, simulator: String?) {
            self.shardq = shardq
            self.swift = swift
            self.messageProtocol = messageProtocol
            self.simulator = simulator
        }
    }

    /// Who did the work.
    public struct Layout: Codable, Sendable, Hashable {
        /// The kind of broker, never its address.
        public var broker: String
        /// Workers; absent without messages.
        public var workers: Int?
        /// Shards; absent without messages.
        public var shards: Int?
        /// How states are spread over shards; absent without messages.
        public var partition: String?
        /// The most cohorts that share a message; absent without messages.
        public var cohortsPerMessage: Int?
        /// Actor processes; absent where the master has the cohorts.
        public var actors: Int?
        /// Threads; absent with messages.
        public var threads: Int?

        /// Of a run without messages.
        public init(broker: String, threads: Int) {
            self.broker = broker
            self.threads = threads
        }

        /// Of a run with messages whose workers own nothing.
        public init(broker: String, workers: Int) {
            self.broker = broker
            self.workers = workers
        }

        /// Of a run with messages.
        public init(broker: String, workers: Int, shards: Int, partition: String, cohortsPerMessage: Int) {
            self.broker = broker
            self.workers = workers
            self.shards = shards
            self.partition = partition
            self.cohortsPerMessage = cohortsPerMessage
        }
    }

    /// Something that was there before and was gone on from.
    public struct Parent: Codable, Sendable, Hashable {
        /// The folder of the run, or the run's folder itself.
        public var folder: String
        /// The round of the checkpoint.
        public var round: UInt64
        /// The lane-steps taken by then.
        public var steps: UInt64
        /// The digest of its table.
        public var tableDigest: String

        /// Names it.
        public init(folder: String, round: UInt64, steps: UInt64, tableDigest: String) {
            self.folder = folder
            self.round = round
            self.steps = steps
            self.tableDigest = tableDigest
        }
    }

    /// How a session ended.
    public struct End: Codable, Sendable, Hashable {
        /// How it came.
        public enum Outcome: String, Codable, Sendable, Hashable {
            /// The run is complete.
            case complete
            /// Somebody ended it early.
            case interrupted
            /// It could not go on.
            case failed
        }

        /// How it came.
        public var outcome: Outcome
        /// When, as ISO 8601 has it.
        public var ended: String
        /// Why it could not go on.
        public var reason: String?
        /// From the first round to the last, in seconds; absent where there was no result.
        public var wallSeconds: Double?
        /// Lane-steps taken, those of earlier sessions included; absent where there was no result.
        public var steps: UInt64?
        /// How often it returned to a checkpoint.
        public var rollbacks: Int?
        /// The checkpoints that were written.
        public var checkpoints: Int?
        /// The digest of the table that it left; absent where there was no result.
        public var tableDigest: String?

        /// Notes an end.
        public init(_ outcome: Outcome, ended: String, reason: String? = nil) {
            self.outcome = outcome
            self.ended = ended
            self.reason = reason
        }
    }
}
