internal import Evaluation
internal import Foundation
internal import Provenance
internal import TabularLearning

/// What the page shows of a run at a glance, and is told again whenever it changes.
struct RunSummary: Sendable, Hashable, Encodable {
    let name: String
    let folder: String
    let state: RunSnapshot.State
    let words: String
    let isUnderWay: Bool
    let scenario: String?
    let seed: String?
    let steps: UInt64?
    let stepsPlanned: UInt64?
    let stepsPerSecond: Double?
    let elapsedSeconds: Double?
    let remainingSeconds: Double?
    let rollbacks: Int?
    let checkpoints: Int?
    let workers: RunProgress.Workers?
    let ledger: RunProgress.Ledger?
    let updatesByShard: [UInt64]
    let tableDigest: String?
    let events: [RunProgress.Event]
    let versions: RunSnapshot.Versions
    let faults: [String]

    /// The most events that are told again and again.
    private static let mostEvents = 40

    init(_ run: RunSnapshot, _ policy: RunPage.Policy) {
        (name, folder, state, words) = (run.name, run.folder, run.state, run.words)
        isUnderWay = run.state.isUnderWay
        scenario = run.settings.values["scenario"]
        seed = run.settings.values["seed"]
        (steps, stepsPlanned, stepsPerSecond) = (run.steps, run.stepsPlanned, run.stepsPerSecond)
        (elapsedSeconds, remainingSeconds) = (run.elapsedSeconds, run.remainingSeconds)
        let end = run.session?.end
        rollbacks = end?.rollbacks ?? run.progress?.rollbacks
        checkpoints = end?.checkpoints ?? run.progress?.checkpoints
        workers = run.progress?.workers
        ledger = run.progress?.ledger
        updatesByShard = run.progress?.updatesByShard ?? []
        tableDigest = run.tableDigest
        events = run.progress?.events.suffix(Self.mostEvents) ?? []
        versions = .init(learning: run.versions.learning, outcome: run.versions.outcome, policy: policy.version)
        faults = run.faults
    }
}

/// What does not change while a run goes on: who began it, with what, on what.
struct RunRecordDocument: Encodable {
    /// A process that worked on the run.
    struct Session: Encodable {
        let command: String
        let begun: String
        let ended: String?
        let outcome: String?
        let host: String
        let versions: String
        let layout: String
        let parent: String?

        init(_ session: RunRecord.Session) {
            command = (["shardq"] + session.command).map(Self.quoted).joined(separator: " ")
            begun = session.begun
            ended = session.end?.ended
            outcome = session.end?.outcome.rawValue
            let host = session.host
            self.host = "\(host.name), \(host.system), \(host.processors) processors, \(host.architecture)"
            let versions = session.versions
            self.versions =
                (["shardq \(versions.shardq)", "Swift \(versions.swift)"]
                + [versions.simulator, versions.broker].compactMap(\.self)).joined(separator: ", ")
            layout = Self.words(session.layout)
            parent = session.parent.map { "\($0.folder), round \($0.round), \($0.steps) steps" }
        }

        private static func words(_ layout: RunRecord.Layout) -> String {
            var words = ["broker \(layout.broker)"]
            if let workers = layout.workers { words.append(Self.count(workers, "worker")) }
            if let shards = layout.shards {
                words.append(Self.count(shards, "shard") + " by \(layout.partition ?? "range")")
            }
            if let threads = layout.threads { words.append(Self.count(threads, "thread")) }
            return words.joined(separator: ", ")
        }

        private static func count(_ number: Int, _ kind: String) -> String {
            "\(number) \(kind)" + (number == 1 ? "" : "s")
        }

        /// An argument as a shell takes it.
        private static func quoted(_ argument: String) -> String {
            let isPlain =
                !argument.isEmpty
                && argument.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=,+@%".contains($0)) }
            return isPlain ? argument : "'" + argument.replacing("'", with: "'\\''") + "'"
        }
    }

    /// A setting and where it was made.
    struct Setting: Encodable {
        let name: String
        let value: String
    }

    let sessions: [Session]
    let settings: [Setting]

    init(_ run: RunSnapshot) {
        sessions = run.record?.sessions.map(Session.init) ?? []
        settings = run.settings.values.sorted { $0.key < $1.key }.map { Setting(name: $0.key, value: $0.value) }
    }
}

/// A policy but for its rows.
struct PolicyDocument: Encodable {
    struct Factor: Encodable {
        let name: String
        let count: Int
        let levels: [String]
    }

    /// A plan with what the table says of each of its places.
    struct Plan: Encodable {
        let plan: FloorPlan
        /// By place the best value; `nil` where nothing was tried.
        let values: [Float?]
        /// By place the best action; `nil` where nothing was tried.
        let greedy: [Int?]
        let visits: [UInt64]
    }

    let digest: String
    let source: String
    let stateCount: UInt64
    let actions: [String]
    let factors: [Factor]
    let census: Census
    let plan: Plan?
    /// Why there is a plan that is not drawn.
    let planOmitted: String?

    /// The most places that are drawn.
    private static let mostPlaces = 10_000
    /// The most levels whose names are listed.
    private static let mostLevels = 1_000

    init(_ policy: ShownPolicy) {
        (digest, source, census) = (policy.digest, policy.source, policy.census)
        stateCount = policy.space.stateCount
        actions = policy.space.actions
        factors = policy.space.factors.map {
            Factor(name: $0.name, count: $0.levelCount, levels: $0.levelCount <= Self.mostLevels ? $0.levels : [])
        }
        guard let plan = policy.plan, plan.places.count <= Self.mostPlaces else {
            self.plan = nil
            planOmitted = policy.plan.map { "A plan of \($0.places.count) places is not drawn." }
            return
        }
        planOmitted = nil
        let rows = plan.places.indices.map { Standing(of: policy.table, row: $0) }
        self.plan = Plan(
            plan: plan,
            values: rows.map { row in row.best.map { policy.table.cells[row.range.lowerBound + $0].value } },
            greedy: rows.map(\.best),
            visits: rows.map(\.visits)
        )
    }
}
