internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import Configuration
internal import Evaluation
internal import Foundation
internal import InputFiles
internal import Provenance
internal import ScenarioCatalogue
internal import Suggestions
internal import Sweeps

/// The commands of a sweep's runs, and what their folders say.
struct SweepWorkshop: Sendable {
    let plan: SweepPlan
    let output: String
    private let replaces: Bool
    /// By setting what it adds to the arguments of `train`.
    private let settingArguments: [[String]]
    private let trainArguments: [String]
    private let evaluateArguments: [String]

    /// Settings of a run that change nothing in what is learned, or are the sweep's own.
    private static let free: Set<String> = [
        "output", "quiet", "json", "verbose", "broker", "workers", "threads", "shards", "partition",
        "cohorts-per-message", "elastic",
        "answer-within", "checkpoint-every", "keep-checkpoints", "durability", "resume-or-start", "replace",
        "log-format",
        "metrics-port", "metrics-address", "metrics-linger", "ready-within",
    ]
    /// What the sweep notes in a run's folder.
    private static let noteName = "sweep-run.json"

    /// What an evaluation was made with.
    private struct Note: Codable, Equatable {
        var evaluate: [String]
        var tableDigest: String
    }

    /// Finds out before anything is run whether every setting makes sense.
    ///
    /// - Throws: `CommandFailure` that names the line of the file.
    init(_ plan: SweepPlan, file: String, output: String, replaces: Bool) throws {
        (self.plan, self.output, self.replaces) = (plan, output, replaces)
        let tree = try CommandTree(helpDump: ShardQ._dumpHelp(), choice: "scenario")
        func arguments(_ options: SweepPlan.Options, _ command: String) throws -> [String] {
            try options.flatMap { option in
                try tree.arguments(
                    for: option.key,
                    option.values,
                    of: [command, plan.scenario],
                    from: "\(file):\(option.line)"
                )
            }
        }
        guard let entry = Catalogue.entries.first(where: { $0.name == plan.scenario }) else {
            let names = Catalogue.entries.map { $0.name }
            throw CommandFailure(
                .configuration,
                "\(file): \(Spelling.unknown("scenario", plan.scenario, among: names))"
            )
        }
        guard entry.evaluation != nil else {
            throw CommandFailure(
                .configuration,
                "\(file): \(plan.scenario) has nothing to evaluate, so nothing is best"
            )
        }
        trainArguments = try arguments(plan.options, "train")
        settingArguments = try plan.settings.map { try arguments($0, "train") }
        evaluateArguments = try arguments(plan.evaluation, "evaluate")
        for setting in plan.settings.indices {
            let run = plan.runs(of: [setting], steps: plan.rungs.last)[0]
            let line = plan.settings[setting].first?.line ?? plan.options.first?.line
            try Self.check(training(run), "\(file)\(line.map { ":\($0)" } ?? ""): \(plan.name(of: setting))")
        }
        try Self.check(evaluation("FOLDER"), "\(file): evaluate")
    }

    /// Has the argument parser judge a command without running it.
    private static func check(_ arguments: [String], _ place: String) throws {
        do {
            _ = try ShardQ.parseAsRoot(arguments)
        } catch {
            let words = CommandFailure(error)?.description ?? ShardQ.message(for: error)
            let line = words.split(separator: "\n").joined(separator: " ")
            throw CommandFailure(.configuration, "\(place): \(line)")
        }
    }

    /// The folder of a run.
    func folder(_ run: SweepPlan.Run) -> String { "\(output)/\(plan.folder(of: run))" }

    /// The training of a run.
    func training(_ run: SweepPlan.Run) -> [String] {
        var arguments = ["train", plan.scenario] + trainArguments + settingArguments[run.setting]
        arguments.append("--seed=\(run.seed)")
        if let steps = run.steps { arguments.append("--steps=\(steps)") }
        func lacks(_ option: String) -> Bool {
            !arguments.contains { $0 == "--\(option)" || $0.hasPrefix("--\(option)=") }
        }
        if lacks("broker") { arguments.append("--broker=none") }
        if lacks("checkpoint-every") { arguments.append("--checkpoint-every=10s") }
        return arguments + ["--no-evaluation", "--quiet", "--json", "--output", folder(run)]
    }

    /// The evaluation of a policy; it prints its result and writes nothing.
    func evaluation(_ folder: String) -> [String] {
        ["evaluate", plan.scenario, "--policy", folder] + evaluateArguments + ["--quiet", "--json"]
    }

    /// What would be run.
    var outline: String {
        let runs = plan.runs(of: Array(plan.settings.indices), steps: plan.rungs.first)
        let lines = runs.map { (["shardq"] + training($0)).map(CommandText.quoted).joined(separator: " ") }
        let rungs = plan.rungs.dropFirst().map { "then the better half with --steps \($0)" }
        return (["\(plan.settings.count) settings × \(plan.seeds.count) training seeds"] + lines + rungs)
            .joined(separator: "\n")
    }
}

// What the folders of runs say.
extension SweepWorkshop {
    /// How far a run is.
    enum Standing { case absent, begun, trained, other }

    /// How far a run is, by the settings in its `run.json`.
    func standing(of run: SweepPlan.Run) -> Standing {
        let folder = folder(run)
        guard let session = (try? RunRecord.read(from: folder))?.sessions.last else {
            return FileManager.default.fileExists(atPath: "\(folder)/policy.json") ? .other : .absent
        }
        guard settings(of: session) == wanted(run) else { return .other }
        let hasPolicy = FileManager.default.fileExists(atPath: "\(folder)/policy.json")
        return session.end?.outcome == .complete && hasPolicy ? .trained : .begun
    }

    /// Settings that were made, by key, but for those that change nothing.
    private func settings(of session: RunRecord.Session) -> [String: [String]] {
        let made = session.settings.filter { $0.origin.hasPrefix("-") || $0.origin == "argument" }
        return Dictionary(made.filter { !Self.free.contains($0.key) }.map { ($0.key, $0.values) }) { $1 }
    }

    /// The same of the arguments that this sweep would give.
    private func wanted(_ run: SweepPlan.Run) -> [String: [String]] {
        var wanted = ["scenario": [plan.scenario]]
        for argument in training(run) where argument.hasPrefix("--") {
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let isNegation = parts.count == 1 && parts[0].hasPrefix("no-")
            let key = String(isNegation ? parts[0].dropFirst(3) : parts[0])
            if Self.free.contains(key) { continue }
            wanted[key, default: []].append(isNegation ? "false" : parts.count == 1 ? "true" : String(parts[1]))
        }
        return wanted
    }

    /// Refuses folders with runs of other settings, before anything is run.
    func checkFolders() throws {
        guard !replaces else { return }
        for run in plan.runs(of: Array(plan.settings.indices), steps: plan.rungs.first)
        where standing(of: run) == .other {
            throw CommandFailure(
                .usage,
                "\(folder(run)) holds a run of other settings than the file says: --replace trains anew in its place, another "
                    + "--output keeps both"
            )
        }
    }

    /// What `train` is to do with the folder as it is.
    func way(_ run: SweepPlan.Run) throws -> [String] {
        switch standing(of: run) {
        case .absent, .begun, .trained: return ["--resume-or-start"]
        case .other:
            guard replaces else {
                throw CommandFailure(
                    .usage,
                    "\(folder(run)) holds a run of other settings: --replace trains anew in its place"
                )
            }
            return ["--replace"]
        }
    }

    private struct Figures: Decodable {
        struct Metric: Decodable {
            var values: [Double]
            var grows: Bool?
        }
        struct Policy: Decodable { var tableDigest: String }

        var figure: GreedyCourse.Figure?
        var controllers: [String: [String: Metric]]
        var policies: [Policy]
    }

    /// What an evaluated run has come to; `nil` where it was not evaluated so, or not at all.
    func result(of run: SweepPlan.Run) -> (figure: GreedyCourse.Figure, run: SweepResult.Run)? {
        let folder = folder(run)
        guard standing(of: run) == .trained, let end = (try? RunRecord.read(from: folder))?.sessions.last?.end,
            let digest = end.tableDigest, note(in: folder) == Note(evaluate: evaluateArguments, tableDigest: digest),
            let data = try? InputFile.contents(of: "\(folder)/evaluation.json", limit: 64 << 20),
            let figures = try? JSONDecoder.ofResults.decode(Figures.self, from: data), let figure = figures.figure,
            figures.policies.first?.tableDigest == digest,
            let metric = (figures.controllers["learned-frozen"] ?? figures.controllers["learned"])?[figure.name],
            !metric.values.isEmpty
        else { return nil }
        let result = SweepResult.Run(
            setting: run.setting + 1,
            seed: run.seed,
            steps: end.steps ?? 0,
            values: metric.values,
            grows: metric.grows,
            tableDigest: digest,
            folder: plan.folder(of: run)
        )
        return (figure, result)
    }

    /// By setting, from 1, what its runs were worth on the way; of those that were evaluated.
    func courses(of runs: [SweepResult.Run]) -> [Int: [GreedyCourse]] {
        Dictionary(grouping: runs, by: \.setting).mapValues { runs in
            runs.compactMap { CourseFiles.read(from: "\(output)/\($0.folder)") }
        }
    }

    private func note(in folder: String) -> Note? {
        guard let data = try? InputFile.contents(of: "\(folder)/\(Self.noteName)", limit: 1 << 20) else { return nil }
        return try? JSONDecoder().decode(Note.self, from: data)
    }

    /// Keeps what an evaluation printed.
    func keep(_ evaluation: Data, of run: SweepPlan.Run) throws {
        let folder = URL(fileURLWithPath: folder(run))
        let digest = try RunRecord.read(from: folder.path)?.sessions.last?.end?.tableDigest ?? ""
        try AtomicFile.write(evaluation, to: folder.appendingPathComponent("evaluation.json"))
        let note = encodeJSON(Note(evaluate: evaluateArguments, tableDigest: digest))
        try AtomicFile.write(Data(note.utf8), to: folder.appendingPathComponent(Self.noteName))
    }
}
