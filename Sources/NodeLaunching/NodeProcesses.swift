internal import ChildProcesses
internal import CommandBasics
internal import Foundation
package import Messaging
package import RabbitMQMessaging
internal import Synchronization

/// The processes of one role that a command starts, watches, replaces and ends.
package final class NodeProcesses: Sendable {
    /// What they do: the name of their command.
    package enum Role: String, Sendable {
        /// They own shards.
        case worker
        /// They have cohorts.
        case actor
    }

    private let role: Role
    private let state = Mutex(State())
    private let stop: StopFlag
    private let program: URL
    private let arguments: [String]
    private let guardian: Guardian
    private let environment: [String: String]
    private let replaced: @Sendable (String) -> Void

    private struct State {
        var slots: [Slot] = []
        var isEnding = false
        var cause: String?
        var missingSince: Date?
    }

    /// One process and those before it that it replaces.
    private struct Slot {
        let index: Int
        var generation = 0
        var process: Process
        var begin = Date()
        /// How many have died in a row soon after their start.
        var earlyDeaths = 0

        var name: String { generation == 0 ? "local-\(index)" : "local-\(index).\(generation)" }
        let log: URL
    }

    /// A process that lives shorter than this has not died of an accident.
    private static let shortLife: TimeInterval = 2
    /// So many short lives in a row end the run.
    private static let mostEarlyDeaths = 3
    /// How long a process that is running may stay away from a run that waits for it.
    private static let absenceLimit: TimeInterval = 5

    /// Prepares processes of a run through brokers that are there.
    ///
    /// - Parameters:
    ///   - role: What they do.
    ///   - run: The run's name.
    ///   - addresses: The brokers.
    ///   - options: What they are told besides.
    ///   - stop: Raised when they die as often as they are started.
    ///   - replaced: Told in words when one is started in another's place.
    /// - Throws: `CommandFailure` when this program cannot be started again, `ChildProcessFailure` when nobody can watch
    ///   over its children.
    package init(
        _ role: Role,
        of run: String,
        on addresses: [BrokerAddress],
        options: [String] = [],
        stop: StopFlag,
        replaced: @escaping @Sendable (String) -> Void
    ) throws {
        guard let program = Bundle.main.executableURL else {
            throw CommandFailure(.internalError, "cannot find this program's own file to start others from")
        }
        guardian = try Guardian.shared()
        self.role = role
        self.stop = stop
        self.program = program
        // The arguments of a process are for all to see, so credentials travel in its environment.
        let given = BrokerAddress.handedOver(addresses)
        arguments = given.arguments + ["--run", run, "--wait", "60"] + options
        environment = given.environment
        self.replaced = replaced
    }

    /// The processes, in the order of their first start.
    package var identifiers: [Int32] { state.withLock { $0.slots.map(\.process.processIdentifier) } }

    /// What the process said whose end ended the run.
    package var cause: String? { state.withLock { $0.cause } }

    /// Starts them.
    ///
    /// - Throws: `CommandFailure` when one cannot be started.
    package func start(_ count: Int) throws {
        for index in 0..<count {
            let log = guardian.folder.appendingPathComponent("\(role.rawValue)-\(index).log")
            var slot = Slot(index: index, process: Process(), log: log)
            state.withLock { $0.slots.append(slot) }
            try launch(&slot)
            state.withLock { state in
                // Unless it has died and been replaced already.
                if state.slots[index].generation == 0 { state.slots[index] = slot }
            }
        }
    }

    /// Waits for those that have been dismissed, then ends those that are left; blocks its thread.
    package func finish(within limit: Duration) {
        let slots = state.withLock { state in
            state.isEnding = true
            return state.slots
        }
        let deadline = Date(timeIntervalSinceNow: limit.seconds)
        while slots.contains(where: \.process.isRunning), Date() < deadline { usleep(20_000) }
        for slot in slots where slot.process.isRunning { end(slot.process) }
        for slot in slots {
            slot.process.waitUntilExit()
            try? FileManager.default.removeItem(at: slot.log)
        }
    }

    /// Ends those that run and have stayed away too long, asleep or lost; others then take their places.
    ///
    /// - Parameter present: The names of those that the run has; called again and again while it waits for the rest.
    package func replaceMissing(present: [String]) {
        let (overdue, gone) = state.withLock { state in
            let now = Date()
            let begin = state.missingSince.map { now.timeIntervalSince($0) < 2 * Self.absenceLimit ? $0 : now } ?? now
            state.missingSince = begin
            guard now.timeIntervalSince(begin) > Self.absenceLimit else { return ([Process](), [Slot]()) }
            state.missingSince = nil
            let missing = state.slots.filter { !present.contains($0.name) }
            return (missing.filter(\.process.isRunning).map(\.process), missing.filter { !$0.process.isRunning })
        }
        for process in overdue { kill(process.processIdentifier, SIGKILL) }
        // Who was told to end has handed over what it had, and nothing was wrong.
        for slot in gone where slot.process.terminationReason == .exit && slot.process.terminationStatus == 0 {
            relaunch(slot)
        }
    }

    private func relaunch(_ slot: Slot) {
        guard !state.withLock({ $0.isEnding }) else { return }
        var slot = slot
        slot.generation += 1
        guard (try? launch(&slot)) != nil else { return stop.raise() }
        state.withLock { $0.slots[slot.index] = slot }
        replaced("\(role.rawValue) \(slot.name) takes the place of one that was told to end")
    }

    /// Ends a process, also one that is stopped.
    private func end(_ process: Process) {
        process.terminate()
        kill(process.processIdentifier, SIGCONT)
        let deadline = Date(timeIntervalSinceNow: 2)
        while process.isRunning, Date() < deadline { usleep(20_000) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    private func launch(_ slot: inout Slot) throws {
        guard FileManager.default.createFile(atPath: slot.log.path, contents: nil) else {
            throw CommandFailure(
                .inputOutput,
                "cannot write \(slot.log.path), the log of \(role.rawValue) \(slot.name)"
            )
        }
        let process = Process()
        process.executableURL = program
        process.arguments = [role.rawValue] + arguments + ["--name", slot.name]
        // What is set for this command is not meant for those it starts.
        process.environment = guardian.marking(
            ProgramVariables.withoutSettings(ProcessInfo.processInfo.environment).merging(environment) { $1 }
        )
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: slot.log)
        let index = slot.index
        process.terminationHandler = { [self] in note(end: $0, of: index) }
        do {
            try process.run()
        } catch {
            throw CommandFailure(.internalError, "cannot start a process from \(program.path): \(error)")
        }
        slot.process = process
        slot.begin = Date()
    }

    /// One that ended with an error is replaced, unless it cannot be helped.
    private func note(end process: Process, of index: Int) {
        let (status, wasSignal) = (process.terminationStatus, process.terminationReason == .uncaughtSignal)
        guard wasSignal || status != 0 else { return }
        // Without a broker nobody can live; how long to wait for it is the master's to decide.
        let hadNoBroker = !wasSignal && status == CommandFailure.Code.unavailable.rawValue
        if hadNoBroker { usleep(500_000) }
        guard var slot = state.withLock({ $0.isEnding ? nil : $0.slots[index] }) else { return }
        let how = wasSignal ? "signal \(status)" : "exit code \(status)"
        let sentence =
            "\(role.rawValue) \(slot.name) ended with \(how)" + (lastLine(of: slot.log).map { ": \($0)" } ?? "")
        // Whoever is killed from outside has done nothing wrong.
        let isOwnFault =
            !hadNoBroker && !(wasSignal && status == SIGKILL) && Date().timeIntervalSince(slot.begin) < Self.shortLife
        slot.earlyDeaths = isOwnFault ? slot.earlyDeaths + 1 : 0
        slot.generation += 1
        let isHopeless =
            slot.earlyDeaths >= Self.mostEarlyDeaths
            || !wasSignal && [CommandFailure.Code.usage, .configuration].contains { $0.rawValue == status }
        guard !isHopeless, (try? launch(&slot)) != nil else {
            state.withLock { $0.cause = $0.cause ?? sentence }
            return stop.raise()
        }
        let isEnding = state.withLock { state in
            state.slots[index] = slot
            return state.isEnding
        }
        if isEnding { return end(slot.process) }
        replaced("\(sentence); \(slot.name) takes its place")
    }

    private func lastLine(of log: URL) -> String? {
        (try? String(contentsOf: log, encoding: .utf8))?.split(separator: "\n").last.map(String.init)
    }
}
