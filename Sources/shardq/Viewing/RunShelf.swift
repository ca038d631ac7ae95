internal import Checkpoints
internal import CommandBasics
internal import Foundation
internal import Provenance
internal import RunPages
internal import ScenarioCatalogue

/// The runs that a page shows, read again whenever somebody looks.
struct RunShelf: Sendable {
    private let folders: [RunFolder]
    /// By folder the policy that was read last, and what told it from others.
    private var read: [String: (version: String, policy: RunPage.Policy)] = [:]
    /// Whether this is the process of a run, which has better things to do than to do it once more.
    private let isBesideRun: Bool

    /// Names the folders: of runs, or of folders with runs in them.
    ///
    /// - Parameters:
    ///   - paths: The folders.
    ///   - isBesideRun: Whether this is the process of a run, from which nothing is to be taken.
    /// - Throws: `CommandFailure` for one that is not there.
    init(_ paths: [String], isBesideRun: Bool = false) throws(CommandFailure) {
        self.isBesideRun = isBesideRun
        for path in paths {
            let isThere = FileManager.default.fileExists(atPath: path)
            guard FileManager.default.fileExists(atPath: path + "/.") else {
                throw CommandFailure(
                    .badInput,
                    isThere
                        ? "\(path) is a file: name the folder of a run, as --output made it"
                        : "there is no folder \(path): name the folder of a run, as --output made it, or one with runs in it"
                )
            }
        }
        folders = paths.map { RunFolder($0) }
    }

    /// The runs that are there now.
    var runs: [RunFolder] {
        var seen: Set<RunFolder> = []
        return folders.flatMap(\.runs).filter { seen.insert($0).inserted }
    }

    /// Looks once, and puts what there is on the page.
    mutating func look(_ page: RunPage) {
        let observer = RunFolder.Observer()
        let runs = runs
        let wanted = page.wantedPolicies
        let snapshots = runs.map { $0.read(by: observer) }
        let policies = zip(runs, snapshots).map { policy(of: $0, $1, isWanted: wanted.contains($1.folder)) }
        page.put(snapshots, policies: policies)
    }

    private mutating func policy(of folder: RunFolder, _ run: RunSnapshot, isWanted: Bool) -> RunPage.Policy {
        guard let source = folder.policySource else { return .none }
        let version = "\(source) \(run.policyVersion)"
        if let known = read[folder.path], known.version == version { return known.policy }
        guard isWanted else { return .unread }
        let policy = load(folder.path, source, run)
        read[folder.path] = (version, policy)
        return policy
    }

    private func load(_ folder: String, _ source: String, _ run: RunSnapshot) -> RunPage.Policy {
        do {
            let policy = try Policy(at: folder + source)
            let scenario = policy.scenario
            let round = source.split(separator: "-").last.flatMap { UInt64($0) }
            return .ready(
                ShownPolicy(
                    table: policy.table,
                    space: policy.space,
                    digest: policy.digest.description,
                    source: round.map { "the checkpoint of round \($0)" } ?? "the table of the folder",
                    plan: scenario.floorPlan,
                    explanation: { scenario.explainDecision(in: $0, of: policy) },
                    scenery: isBesideRun ? .missing(Self.elsewhere(folder)) : scenario.scenery(of: policy),
                    past: isBesideRun
                        ? .missing(Self.elsewhere(folder))
                        : round == nil
                            ? PastOffer.past(of: folder, policy, seconds: Self.seconds(of: run))
                            : .missing("The run's past can be looked at when it is over.")
                )
            )
        } catch {
            return .unreadable(CommandFailure(error)?.description ?? "\(error)")
        }
    }

    private static func elsewhere(_ folder: String) -> String {
        "This would take the run's time: shardq view \(CommandText.quoted(folder)) shows it in a process of its own."
    }

    /// Seconds that all processes of a run took together; `nil` where one has not said so.
    private static func seconds(of run: RunSnapshot) -> Double? {
        let ends = run.record?.sessions.map { $0.end?.wallSeconds } ?? []
        let known = ends.compactMap(\.self)
        return known.isEmpty || known.count < ends.count ? nil : known.reduce(0, +)
    }
}
