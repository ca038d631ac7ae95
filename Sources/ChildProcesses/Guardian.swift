public import Foundation
internal import Glibc
internal import Synchronization

/// Sees to it that no child and no scratch file outlives this process, however it ends.
///
/// A shell that is started before the first child waits for the end of a pipe that only this process holds. When that comes,
/// by an end in order, a crash or SIGKILL, it kills every process that carries this guardian's mark in its environment, their
/// descendants among them, and removes the folder in which all of them keep what they write. See
/// `docs/decisions/0022-children-end-with-their-parent.md`.
public final class Guardian: Sendable {
    /// The folder for whatever is of no use without this process; nobody else may look into it.
    public let folder: URL

    private let mark: String
    private let process: ChildProcess
    /// Held as long as this process lives: whoever finds the folder can tell whether it is still needed.
    private let lock: FileHandle?

    private static let one = Mutex<Guardian?>(nil)
    private static let counter = Atomic<Int>(0)

    /// The variable of the environment that marks children; not one of ShardQ's own, which would have to set something.
    private static let variable = "CHILD_OF_SHARDQ"
    /// What the names of folders begin with.
    package static let prefix = "shardq-scratch-"
    /// How long children that were killed may take to be gone, at the end of this process.
    private static let endLimit = Duration.seconds(5)

    /// The guardian of this process, started when it is first asked for.
    ///
    /// - Returns: The same at every call.
    /// - Throws: `ChildProcessFailure` when there is no place for files, or no process can be started.
    public static func shared() throws(ChildProcessFailure) -> Guardian {
        try one.withLock { one throws(ChildProcessFailure) in
            if let one { return one }
            let place = FileManager.default.temporaryDirectory
            AbandonedFolders.remove(from: place)
            let guardian = try Guardian(in: place)
            // Whatever ends this process in order ends its children before it is gone.
            atexit { Guardian.endShared() }
            one = guardian
            return guardian
        }
    }

    /// Starts a guardian and waits until it is on duty.
    package init(in place: URL) throws(ChildProcessFailure) {
        var generator = SystemRandomNumberGenerator()
        mark = (0..<4).map { _ in String(generator.next(), radix: 36) }.joined()
        let number = ProcessInfo.processInfo.processIdentifier
        folder = place.appendingPathComponent("\(Self.prefix)\(number)-\(mark.prefix(12))")
        let report = Pipe()
        process = try ChildProcess(
            "/bin/sh",
            ["-c", Self.script, "shardq-guardian", folder.path, "\(Self.variable)=\(mark)"],
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"],
            directory: "/",
            input: .pipe,
            output: report.fileHandleForWriting
        )
        try? report.fileHandleForWriting.close()
        let answer = String(decoding: report.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        guard answer.hasPrefix("ready") else {
            let reason = answer.split(separator: "\n").first.map(String.init) ?? "/bin/sh said nothing"
            throw ChildProcessFailure("no place for temporary files in \(place.path), which TMPDIR names: \(reason)")
        }
        lock = AbandonedFolders.lock(folder)
    }

    /// Takes the mark of this guardian into a child's environment.
    ///
    /// - Parameter environment: What else is in it; this process's own unless told otherwise.
    /// - Returns: The environment to start the child with.
    public func marking(
        _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> [String: String] {
        environment.merging([Self.variable: mark]) { $1 }
    }

    /// Makes a folder that is this caller's own.
    ///
    /// - Parameter name: What its name begins with.
    /// - Returns: Its place.
    /// - Throws: `ChildProcessFailure` when it cannot be made.
    public func newFolder(_ name: String) throws(ChildProcessFailure) -> URL {
        let number = Self.counter.add(1, ordering: .relaxed).newValue
        let folder = folder.appendingPathComponent("\(name)-\(number)")
        do {
            try FileManager.default.createDirectory(
                at: folder,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw ChildProcessFailure("cannot make the folder \(folder.path): \(error.localizedDescription)")
        }
        return folder
    }

    /// Has everything ended and removed, and waits until it is.
    package func end() {
        process.closeInput()
        _ = process.wait(within: Self.endLimit)
    }

    private static func endShared() {
        let guardian = one.withLock { one in
            defer { one = nil }
            return one
        }
        guardian?.end()
    }

    /// Makes the folder, says so, waits for the end of its input, then kills and removes, again until nothing is left.
    ///
    /// Signals that are meant for the whole terminal are not meant for it. A process that was just started may not carry the
    /// mark yet, and one that was just killed may still write: so it looks again, for a while.
    private static let script = #"""
        trap '' HUP INT QUIT TERM PIPE
        umask 077
        mkdir -- "$1" 2>&1 || exit 1
        echo ready
        exec >/dev/null 2>&1
        read -r end
        tries=0
        calm=0
        while [ $calm -lt 2 ] && [ $tries -lt 200 ]; do
            children=$(grep -lsF -e "$2" /proc/[0-9]*/environ)
            for child in $children; do
                number=${child#/proc/}
                kill -9 "${number%/environ}"
            done
            rm -rf -- "$1"
            if [ -z "$children" ] && [ ! -e "$1" ]; then calm=$((calm + 1)); else calm=0; fi
            tries=$((tries + 1))
            [ $calm -ge 2 ] || sleep 0.02
        done
        """#
}
