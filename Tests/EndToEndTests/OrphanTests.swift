internal import Foundation
internal import RabbitMQMessaging
internal import Testing

/// Commands that are ended while they have children and scratch files.
@Suite("What a command that is killed leaves behind", .serialized)
struct OrphanTests {
    /// A command, and how many processes there have to be before it is killed, itself and its guardian among them.
    struct Trial: Sendable, CustomTestStringConvertible {
        let name: String
        let arguments: [String]
        let processes: Int
        var needsBroker = false
        var testDescription: String { name }
    }

    static let endless = ["--steps", "100000000000", "--no-evaluation", "--quiet"]
    static let trials = [
        Trial(
            name: "a private node that starts",
            arguments: ["train", "maze", "--broker", "local"] + endless,
            processes: 3
        ),
        Trial(
            name: "a private node and workers",
            arguments: ["train", "maze", "--broker", "local", "--workers", "2"] + endless,
            processes: 6
        ),
        Trial(
            name: "workers on a broker",
            arguments: ["train", "maze", "--workers", "2"] + endless,
            processes: 4,
            needsBroker: true
        ),
        Trial(name: "a solver", arguments: ["routing", "capacity", "--best", "exact"], processes: 3),
        Trial(
            name: "SUMO",
            arguments: ["evaluate", "traffic", "--simulator", "sumo", "--net", "NETWORK", "--routes", "ROUTES"],
            processes: 3
        ),
        Trial(
            name: "gnuplot",
            arguments: ["evaluate", "traffic", "--seeds", "2", "--controllers", "fixed,greedy", "--output", "RESULT"],
            processes: 3
        ),
    ]

    @Test(
        "no process and no folder is left, whichever signal ended it",
        .timeLimit(.minutes(5)),
        arguments: trials,
        [SIGKILL, SIGTERM]
    )
    func nothingIsLeft(_ trial: Trial, signal: Int32) async throws {
        guard trial.needsBroker else { return try await check(trial, signal, []) { [:] } }
        try await BrokerRun.with { run in
            try await check(trial, signal, ["--broker", run.address.description]) { run.address.credentialEnvironment }
        }
    }

    private func check(
        _ trial: Trial,
        _ signal: Int32,
        _ broker: [String],
        credentials: () -> [String: String]
    ) async throws {
        try await Program.withFolder { folder in
            let place = folder.appendingPathComponent("tmp")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            let arguments = trial.arguments.map {
                ["NETWORK", "ROUTES", "RESULT"].contains($0)
                    ? folder.appendingPathComponent($0 + ".net.xml").path : $0
            }
            for (name, text) in [("NETWORK", "<net/>"), ("ROUTES", "<routes/>")] {
                try Data(text.utf8).write(to: folder.appendingPathComponent(name + ".net.xml"))
            }
            let programs = try Self.stubbornPrograms(in: folder)
            let environment = credentials()
            let command = Node(
                try Program.start(
                    arguments + broker,
                    environment: environment.merging(["TMPDIR": place.path, "PATH": programs]) { $1 }
                )
            )
            defer { command.end() }
            try await Overdue.await("\(trial.name), \(trial.processes) processes", within: .seconds(180)) {
                if command.hasEnded { throw Overdue("it ended: \(command.errorSoFar)") }
                return Self.processes(naming: place.path).count >= trial.processes
            }
            command.send(signal)
            try await Overdue.await("the end of everything that \(trial.name) has started", within: .seconds(180)) {
                let left = Self.processes(naming: place.path)
                let files = try FileManager.default.contentsOfDirectory(atPath: place.path)
                return left.isEmpty && files.isEmpty
            }
        }
    }

    /// A search path whose first programs do nothing, for ever, and ignore what can be ignored.
    private static func stubbornPrograms(in folder: URL) throws -> String {
        let programs = folder.appendingPathComponent("bin")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
        for name in ["glpsol", "gnuplot", "sumo"] {
            let file = programs.appendingPathComponent(name)
            try Data("#!/bin/sh\ntrap '' TERM INT HUP\nexec tail -f /dev/null\n".utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        }
        return programs.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
    }

    /// The processes in whose arguments or environment a path is.
    private static func processes(naming path: String) -> [Int32] {
        let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
        return numbers.filter { number in
            ["cmdline", "environ"].contains { view in
                FileManager.default.contents(atPath: "/proc/\(number)/\(view)")?.range(of: Data(path.utf8)) != nil
            }
        }
    }
}
