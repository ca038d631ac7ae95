internal import ChildProcesses
internal import CommandBasics
internal import Evaluation
internal import Foundation
internal import Messaging
internal import NodeLaunching
internal import Sweeps
internal import TerminalText

/// Carries out the runs of a sweep as processes of this program, so many at a time; blocks its thread.
final class SweepPool {
    /// What has come of it.
    struct Outcome: Sendable {
        var figure: GreedyCourse.Figure
        /// Of each setting the runs of its last rung.
        var results: [SweepResult.Run]
        /// Settings without a result, and why.
        var missing: [String]
        var failures: [CommandFailure]
        var wasStopped: Bool
    }

    /// A run under way: first its training, then its evaluation.
    private final class Job {
        let run: SweepPlan.Run
        var process: ChildProcess
        var isEvaluation: Bool
        let output: URL
        let errors: URL

        init(_ run: SweepPlan.Run, _ process: ChildProcess, isEvaluation: Bool, output: URL, errors: URL) {
            (self.run, self.process, self.isEvaluation) = (run, process, isEvaluation)
            (self.output, self.errors) = (output, errors)
        }
    }

    private let workshop: SweepWorkshop
    private let jobs: Int
    private let display: SweepDisplay
    private let stop: StopFlag
    private let guardian: Guardian
    private let program: URL
    private var active: [Job] = []
    private var failures: [CommandFailure] = []
    /// Settings that do not go on, and why.
    private var hopeless: [Int: String] = [:]
    private var results: [SweepResult.Run] = []
    private var figure: GreedyCourse.Figure?

    /// How long runs may take to end in order.
    private static let endLimit = Duration.seconds(20)

    /// - Throws: When this program cannot be started again, or nobody can watch over its children.
    init(_ workshop: SweepWorkshop, jobs: Int, isQuiet: Bool, stop: StopFlag) throws {
        guard let program = Bundle.main.executableURL else {
            throw CommandFailure(.internalError, "cannot find this program's own file to start runs from")
        }
        (self.workshop, self.jobs, self.stop, self.program) = (workshop, jobs, stop, program)
        guardian = try Guardian.shared()
        display = SweepDisplay(isQuiet: isQuiet)
    }

    /// Carries out everything.
    func run() throws -> Outcome {
        let plan = workshop.plan
        var settings = Array(plan.settings.indices)
        let rungs: [UInt64?] = plan.rungs.isEmpty ? [nil] : plan.rungs
        for (index, rung) in rungs.enumerated() {
            let runs = plan.runs(of: settings, steps: rung)
            display.begin(runs.count, rung: rungs.count > 1 ? "rung \(index + 1) of \(rungs.count)" : nil)
            let isComplete = try carryOut(runs)
            guard isComplete else { return outcome(wasStopped: true) }
            guard index + 1 < rungs.count, let figure else { continue }
            let means = settings.map { setting in mean(of: setting, steps: rung) }
            settings = SweepPlan.survivors(
                of: settings,
                means: means,
                isBetterLow: figure.preference != .higher
            )
        }
        return outcome(wasStopped: false)
    }

    /// A setting's figure at a rung; `nil` where a run is missing.
    private func mean(of setting: Int, steps: UInt64?) -> Double? {
        let runs = results.filter { $0.setting == setting + 1 }
        guard hopeless[setting] == nil, let last = runs.map(\.steps).max() else { return nil }
        let means = runs.filter { $0.steps == last }.sorted { $0.seed < $1.seed }.map(\.mean)
        return means.count == workshop.plan.seeds.count ? ConfidenceInterval(means).mean : nil
    }

    private func outcome(wasStopped: Bool) -> Outcome {
        display.finish()
        let last = Dictionary(grouping: results, by: \.setting).mapValues { $0.map(\.steps).max() ?? 0 }
        let missing = hopeless.sorted { $0.key < $1.key }.map { "\(workshop.plan.name(of: $0.key)) (\($0.value))" }
        return Outcome(
            figure: figure ?? GreedyCourse.Figure(name: "figure", unit: "", preference: .none),
            results: results.filter { $0.steps == last[$0.setting] && hopeless[$0.setting - 1] == nil },
            missing: missing,
            failures: failures,
            wasStopped: wasStopped
        )
    }

    /// Runs what is not there yet; answers whether all is done.
    private func carryOut(_ runs: [SweepPlan.Run]) throws -> Bool {
        var waiting: [SweepPlan.Run] = []
        for run in runs where !take(run) { waiting.append(run) }
        var next = waiting[...]
        while !next.isEmpty || !active.isEmpty {
            if stop.isRaised {
                end()
                return false
            }
            while active.count < jobs, let run = next.popFirst() {
                guard hopeless[run.setting] == nil else {
                    display.noteDone()
                    continue
                }
                try begin(run)
            }
            for job in active where !job.process.isRunning { try finish(job) }
            display.show(active.map { "\(workshop.plan.name(of: $0.run.setting)), seed \($0.run.seed)" })
            usleep(20_000)
        }
        return true
    }

    /// Takes up what an earlier process has done.
    private func take(_ run: SweepPlan.Run) -> Bool {
        guard let (figure, result) = workshop.result(of: run) else { return false }
        self.figure = self.figure ?? figure
        results.append(result)
        display.noteDone()
        return true
    }

    private func begin(_ run: SweepPlan.Run) throws {
        awaitFormerOwner(of: workshop.folder(run))
        let scratch = try guardian.newFolder("run")
        let (output, errors) = (scratch.appendingPathComponent("out"), scratch.appendingPathComponent("err"))
        let isTrained = workshop.standing(of: run) == .trained
        let arguments =
            isTrained
            ? workshop.evaluation(workshop.folder(run)) : workshop.training(run) + (try workshop.way(run))
        let process = try start(arguments, output, errors)
        active.append(Job(run, process, isEvaluation: isTrained, output: output, errors: errors))
    }

    /// The runs of a sweep that was killed are ended by its guardian, a moment later; whoever has a folder longer is somebody else.
    private func awaitFormerOwner(of folder: String) {
        var looks = 0
        while looks < 250, FileManager.default.fileExists(atPath: folder), (try? FolderLock(folder)) == nil {
            usleep(20_000)
            looks += 1
        }
    }

    private func start(_ arguments: [String], _ output: URL, _ errors: URL) throws -> ChildProcess {
        func handle(_ file: URL) throws -> FileHandle {
            guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
                throw CommandFailure(.inputOutput, "cannot write \(file.path)")
            }
            return try FileHandle(forWritingTo: file)
        }
        let (out, err) = (try handle(output), try handle(errors))
        defer { for handle in [out, err] { try? handle.close() } }
        // What is set for this command is not meant for its runs.
        return try ChildProcess(
            program.path,
            arguments,
            environment: guardian.marking(ProgramVariables.withoutSettings(ProcessInfo.processInfo.environment)),
            directory: FileManager.default.currentDirectoryPath,
            input: .nothing,
            output: out,
            errors: err
        )
    }

    /// Goes on with a run whose process has ended.
    private func finish(_ job: Job) throws {
        guard job.process.status == 0 else { return fail(job) }
        guard job.isEvaluation else {
            job.isEvaluation = true
            job.process = try start(workshop.evaluation(workshop.folder(job.run)), job.output, job.errors)
            return
        }
        try workshop.keep(Data(contentsOf: job.output), of: job.run)
        remove(job)
        guard take(job.run) else {
            return note(
                CommandFailure(
                    .internalError,
                    "what \(workshop.folder(job.run)) holds after its evaluation is not its result"
                ),
                job
            )
        }
        display.tell("\(workshop.plan.name(of: job.run.setting)), seed \(job.run.seed): done")
    }

    private func fail(_ job: Job) {
        let text = (try? String(contentsOf: job.errors, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").last.map { $0.replacing("shardq: ", with: "") } ?? "it said nothing"
        remove(job)
        let code = CommandFailure.Code(rawValue: job.process.status) ?? .internalError
        let place = "\(workshop.plan.name(of: job.run.setting)), seed \(job.run.seed)"
        note(CommandFailure(code, "\(place): \(line)"), job)
    }

    /// What one seed of a setting cannot do, its comparison lacks: the others of the setting are left out.
    private func note(_ failure: CommandFailure, _ job: Job) {
        failures.append(failure)
        if hopeless[job.run.setting] == nil { hopeless[job.run.setting] = failure.description }
        display.tell(failure.description)
        display.noteDone()
    }

    private func remove(_ job: Job) {
        active.removeAll { $0 === job }
        try? FileManager.default.removeItem(at: job.output.deletingLastPathComponent())
    }

    /// Has all runs end in order, with a checkpoint.
    private func end() {
        for job in active { job.process.send(SIGTERM) }
        let deadline = ContinuousClock.now + Self.endLimit
        for job in active {
            let left = deadline - ContinuousClock.now
            if !job.process.wait(within: max(left, .zero)) { job.process.send(SIGKILL) }
            _ = job.process.wait(within: .seconds(2))
        }
        active = []
    }
}

/// How far a sweep is: one line that fits on a terminal, elsewhere a line for each run.
final class SweepDisplay {
    private let isTerminal: Bool
    private let isQuiet: Bool
    private let begin = ContinuousClock.now
    private var total = 0
    private var done = 0
    /// Runs that were there when the rung began cost no time.
    private var begun: (done: Int, at: ContinuousClock.Instant)?
    private var rung: String?
    private var last = ContinuousClock.now - .seconds(1)

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
        isTerminal = Console.isTerminal && !Console.writesRecords
    }

    func begin(_ count: Int, rung: String?) { (total, done, begun, self.rung) = (count, 0, nil, rung) }

    func noteDone() { done += 1 }

    /// Shows what is under way, about ten times a second.
    func show(_ active: [String]) {
        let now = ContinuousClock.now
        if begun == nil { begun = (done, now) }
        guard !isQuiet, isTerminal, now - last > .milliseconds(100) else { return }
        last = now
        var parts = ["\(done) of \(total) runs", timeText((now - self.begin).seconds)]
        if let begun, done > begun.done {
            let left = (now - begun.at).seconds / Double(done - begun.done) * Double(total - done)
            parts.append("\(timeText(left)) left")
        }
        if let rung { parts.append(rung) }
        parts.append(active.joined(separator: "; "))
        let fraction = Double(done) / Double(max(1, total))
        Console.status(ProgressLine(fraction: fraction, parts: parts).text(width: Console.statusColumns))
    }

    /// Says something that stays where lines stay.
    func tell(_ words: String) {
        guard !isQuiet, !isTerminal else { return }
        Console.note("\(done) of \(total): \(words)")
    }

    func finish() { if isTerminal, !isQuiet { Console.status("") } }
}
