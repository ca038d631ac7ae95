internal import Checkpoints
internal import Evaluation
public import Foundation
internal import InputFiles
public import Provenance

/// A folder that a run is trained into, or was: read as it is, and never written to.
public struct RunFolder: Sendable, Hashable {
    /// The folder as it was named, without a slash at its end.
    public let path: String

    /// Names a folder.
    public init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Whether there is anything of a run.
    public var holdsRun: Bool {
        [RunRecord.fileName, Self.policyFile].contains { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
    }

    /// The most runs that are found below one folder.
    public static let mostRuns = 200

    /// The runs that are meant by a folder: itself, or where it holds none, those in it, by name.
    public var runs: [RunFolder] {
        guard !holdsRun else { return [self] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return Array(names.sorted().map { RunFolder("\(path)/\($0)") }.filter(\.holdsRun).prefix(Self.mostRuns))
    }

    static let policyFile = "policy.json"

    /// Who looks: what tells a process of this machine that runs from one that does not.
    public struct Observer: Sendable {
        let now: Date
        let host: String
        let isAlive: @Sendable (Int32) -> Bool

        /// Looks at a moment, from a machine.
        ///
        /// - Parameters:
        ///   - now: The moment.
        ///   - host: The machine's name, as `run.json` has it.
        ///   - isAlive: Whether a process of it is there.
        public init(
            now: Date = Date(),
            host: String = RunRecord.Host.current.name,
            isAlive: @escaping @Sendable (Int32) -> Bool = { FileManager.default.fileExists(atPath: "/proc/\($0)") }
        ) {
            (self.now, self.host, self.isAlive) = (now, host, isAlive)
        }
    }

    /// Reads everything but the policy.
    ///
    /// - Parameter observer: Who looks.
    /// - Returns: What the folder says; what cannot be read is told in it.
    public func read(by observer: Observer = Observer()) -> RunSnapshot {
        var faults: [String] = []
        func contents(_ name: String) -> Data? {
            guard FileManager.default.fileExists(atPath: "\(path)/\(name)") else { return nil }
            do {
                return try InputFile.contents(of: "\(path)/\(name)", limit: Self.mostBytes)
            } catch {
                faults.append("\(name) cannot be read: \(error)")
                return nil
            }
        }
        func value<Value>(_ name: String, _ read: (Data) -> Value?) -> Value? {
            guard let data = contents(name) else { return nil }
            let value = read(data)
            if value == nil { faults.append("\(name) does not say what it should; it is left out") }
            return value
        }
        var record: RunRecord?
        do { record = try RunRecord.read(from: path) } catch { faults.append(error.description) }
        let session = record?.sessions.last
        let written = value(RunProgress.fileName, RunProgress.init(json:))
        // Of another run, or of an earlier process of this one: not how far it is now.
        let progress = written.flatMap {
            $0.runIdentity == record?.runIdentity && $0.begun == session?.begun ? $0 : nil
        }
        let manifest = value(Self.policyFile) { JSONForm.value(JSONTree.self, from: $0) }
        let isFinished = session?.end != nil || session == nil
        let learning =
            progress.flatMap { isFinished ? nil : $0.learning }
            ?? value("learning.json") { JSONForm.value(LearningHistory.self, from: $0) }
            ?? progress?.learning
        let course = value("evaluations.json") { JSONForm.value(GreedyCourse.self, from: $0) }
        // Of a run that this folder had before.
        let greedy = course.flatMap { record == nil || $0.runIdentity == record?.runIdentity ? $0 : nil }
        let settings =
            progress.map { RunSettings($0.settings) } ?? RunSettings(describing: manifest?["policy"] ?? .null)
        let age = modificationDate(RunProgress.fileName).map { observer.now.timeIntervalSince($0) }
        let (state, words) = RunState(record, progress, hasPolicy: manifest != nil, age: age, path, observer).told
        return RunSnapshot(
            name: name,
            folder: path,
            state: state,
            words: words,
            record: record,
            progress: progress,
            learning: learning,
            greedy: greedy,
            outcome: isFinished ? value("evaluation.json", RunOutcome.init(json:)) : nil,
            settings: settings,
            tableDigest: isFinished ? session?.end?.tableDigest ?? manifest?["tableDigest"]?.text : nil,
            versions: .init(
                learning: learning.map { "\($0.points.count) \($0.points.last?.laneSteps ?? 0)" } ?? "",
                greedy: greedy.map { "\($0.points.count) \($0.points.last?.tableDigest ?? "")" } ?? "",
                outcome: isFinished ? fingerprint("evaluation.json") : "",
                policy: policySource.map { "\($0) " + RunFolder("\(path)\($0)").fingerprint(Self.policyFile) } ?? ""
            ),
            faults: faults
        )
    }

    /// The folder's own name; what would move a terminal's cursor is none of it.
    private var name: String {
        let name = URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
        return String(
            name.map { $0.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } ? $0 : "?" }
        )
    }

    /// The most bytes that are read of a file.
    private static let mostBytes = 16 << 20

    /// Where the newest table is, behind the folder: nothing, or `/checkpoints/round-…`; `nil` where there is none.
    ///
    /// A run that is under way has its newest table in a checkpoint, whatever an earlier one has left.
    public var policySource: String? {
        let checkpoints = (try? FileManager.default.contentsOfDirectory(atPath: path + "/checkpoints")) ?? []
        let newest = checkpoints.filter { $0.hasPrefix("round-") && isThere("checkpoints/\($0)/\(Self.policyFile)") }
            .max()
        guard let newest, !isThere("checkpoints/finished") else { return isThere(Self.policyFile) ? "" : nil }
        return "/checkpoints/\(newest)"
    }

    private func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

    private func modificationDate(_ name: String) -> Date? {
        (try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)"))?[.modificationDate] as? Date
    }

    /// What tells one content of a file from another; empty where there is none.
    private func fingerprint(_ name: String) -> String {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)") else { return "" }
        let (size, inode) = (attributes[.size] as? NSNumber, attributes[.systemFileNumber] as? NSNumber)
        let time = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970
        return "\(size ?? 0) \(inode ?? 0) \(time ?? 0)"
    }
}

/// What a run is doing, made out of what its folder says.
private struct RunState {
    let record: RunRecord?
    let progress: RunProgress?
    let hasPolicy: Bool
    /// Seconds since the last word; `nil` without one.
    let age: Double?
    let folder: String
    let observer: RunFolder.Observer

    init(
        _ record: RunRecord?,
        _ progress: RunProgress?,
        hasPolicy: Bool,
        age: Double?,
        _ folder: String,
        _ observer: RunFolder.Observer
    ) {
        (self.record, self.progress, self.hasPolicy) = (record, progress, hasPolicy)
        (self.age, self.folder, self.observer) = (age, folder, observer)
    }

    /// Seconds without a word after which a process elsewhere may be gone.
    private static let patience = 30.0

    var told: (RunSnapshot.State, String) {
        guard let session = record?.sessions.last else {
            return hasPolicy
                ? (.unrecorded, "There is a policy, and no record of the run that made it.")
                : (.empty, "There is no run here yet.")
        }
        if let end = session.end { return told(end) }
        let isHere = session.host.name == observer.host
        if isHere, !observer.isAlive(session.host.process) {
            return (.killed, "Its process is gone without a word. " + wayOn)
        }
        if !isHere, let age, age > Self.patience {
            let words = "Nothing has been heard from \(session.host.name) for \(Int(age)) seconds."
            return (.silent, words)
        }
        return underWay
    }

    private func told(_ end: RunRecord.End) -> (RunSnapshot.State, String) {
        switch end.outcome {
        case .complete: (.complete, "Complete.")
        case .interrupted: (.interrupted, "Ended early. " + wayOn)
        case .failed: (.failed, "Failed: \(end.reason ?? "no reason is known"). " + wayOn)
        }
    }

    private var wayOn: String {
        let checkpoints = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/checkpoints")) ?? []
        guard checkpoints.contains(where: { $0.hasPrefix("round-") }) else {
            return "It left no checkpoint; begin it anew."
        }
        return "Go on with: shardq \(record?.sessions.last?.command.first ?? "train") --resume \(folder)"
    }

    private var underWay: (RunSnapshot.State, String) {
        switch progress?.phase {
        case .waiting?, nil:
            guard let workers = progress?.workers else { return (.waiting, "Beginning.") }
            return (.waiting, "Waiting for workers: \(workers.present.count) of \(workers.wanted) have joined.")
        case .training?: return (.training, "Training.")
        case .evaluating?, .ended?: return (.evaluating, "Trained; the table is compared with baselines.")
        }
    }
}
