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
    private(set) var versions: RunSnapshot.Versions
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
        versions = run.versions
        versions.policy = policy.version
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

/// What the greedy policy of a run was worth on the way, beside what others are worth.
struct GreedyDocument: Encodable {
    struct Point: Encodable {
        let laneSteps: UInt64
        let mean: Double
        /// The interval's ends; `nil` where the figure is exact.
        let lower: Double?
        let upper: Double?
        let tableDigest: String
    }

    /// Another controller's figure in the evaluation of the finished table.
    struct Level: Encodable {
        let name: String
        let value: Double
    }

    let figure: String
    /// `lower` or `higher`.
    let preference: String
    let seeds: Int
    let points: [Point]
    let levels: [Level]

    init?(_ run: RunSnapshot) {
        guard let course = run.greedy, let figure = course.figure else { return nil }
        (self.figure, preference) = (figure.heading, figure.preference.rawValue)
        let known = course.points.filter { !$0.values.isEmpty }
        seeds = known.map(\.values.count).min() ?? 0
        points = known.map { point in
            let (interval, half) = (point.interval, point.interval.halfWidth)
            return Point(
                laneSteps: point.laneSteps,
                mean: interval.mean,
                lower: half.map { interval.mean - $0 },
                upper: half.map { interval.mean + $0 },
                tableDigest: point.tableDigest
            )
        }
        let others = run.outcome?.controllers.filter { $0.key != run.outcome?.subject } ?? [:]
        levels = others.sorted { $0.key < $1.key }.compactMap { name, metrics in
            metrics[figure.name].map { Level(name: name, value: $0.mean) }
        }
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
