import ChildProcesses
import Foundation
import Testing

@Suite("What a process leaves behind", .timeLimit(.minutes(5)))
struct GuardianTests {
    /// A folder for a test, removed afterwards; with a quote and a space, as TMPDIR may have them.
    private static func withPlace(_ body: (URL) throws -> Void) throws {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("shardq-test 'x' \"y\" \(UUID())")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        try body(place)
    }

    @Test("children that ignore signals, their children and the folder go with the guardian's owner")
    func everythingGoes() throws {
        try Self.withPlace { place in
            let guardian = try Guardian(in: place)
            let scratch = try guardian.newFolder("scratch")
            let log = scratch.appendingPathComponent("numbers")
            try Data().write(to: log)
            // Both ignore what can be ignored; the inner one is nobody's child once the outer one is dead.
            let script = "trap '' TERM INT HUP; (trap '' TERM; sh -c 'echo $$; exec tail -f /dev/null') & echo $$; wait"
            let child = try ChildProcess(
                "/bin/sh",
                ["-c", script],
                environment: guardian.marking(["PATH": "/usr/bin:/bin"]),
                directory: "/",
                input: .nothing,
                output: FileHandle(forWritingTo: log)
            )
            var numbers: [Int32] = []
            while numbers.count < 2, child.isRunning {
                numbers = try String(contentsOf: log, encoding: .utf8).split(separator: "\n").compactMap { Int32($0) }
            }
            guardian.end()
            #expect(child.wait(within: .seconds(60)))
            for number in numbers {
                let commandLine = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") ?? Data()
                #expect(commandLine.isEmpty, "\(number) is there: \(String(decoding: commandLine, as: UTF8.self))")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == [])
        }
    }

    @Test("another process is left alone, also one that names the folder")
    func othersStay() throws {
        try Self.withPlace { place in
            let guardian = try Guardian(in: place)
            let other = try ChildProcess(
                "/usr/bin/tail",
                ["-f", "/dev/null"],
                environment: ["PATH": "/usr/bin:/bin", "FOLDER": guardian.folder.path],
                directory: "/",
                input: .nothing,
                output: .nullDevice
            )
            defer { other.send(SIGKILL) }
            guardian.end()
            #expect(other.isRunning)
        }
    }

    @Test("a folder whose process and guardian are gone is removed at the next start, one that is in use stays")
    func abandonedFolders() throws {
        try Self.withPlace { place in
            let guardian = try Guardian(in: place)
            let abandoned = place.appendingPathComponent(Guardian.prefix + "1-abandoned")
            let foreign = place.appendingPathComponent("somebody's")
            for folder in [abandoned, foreign] {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            }
            AbandonedFolders.remove(from: place)
            #expect(FileManager.default.fileExists(atPath: abandoned.path), "it may be just about to be locked")
            AbandonedFolders.remove(from: place, now: Date(timeIntervalSinceNow: 3600))
            #expect(!FileManager.default.fileExists(atPath: abandoned.path))
            #expect(FileManager.default.fileExists(atPath: foreign.path))
            #expect(FileManager.default.fileExists(atPath: guardian.folder.path))
            guardian.end()
        }
    }

    @Test("without a place for files it says where and why")
    func noPlace() {
        let error = #expect(throws: ChildProcessFailure.self) {
            try Guardian(in: URL(fileURLWithPath: "/nonexistent/folder"))
        }
        #expect(error?.description.contains("/nonexistent/folder") ?? false)
        #expect(error?.description.contains("TMPDIR") ?? false)
    }
}
