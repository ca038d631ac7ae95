public import Checkpoints
internal import Foundation

extension RunRecord {
    /// The most bytes that a record is read from.
    private static let maximumByteCount = 1 << 24

    /// Reads the record of a folder.
    ///
    /// - Parameter folder: The run's folder.
    /// - Returns: `nil` where there is none: older versions left none.
    /// - Throws: `FileFailure` when it cannot be read, or says something else.
    public static func read(from folder: String) throws(FileFailure) -> RunRecord? {
        let file = URL(fileURLWithPath: folder).appendingPathComponent(fileName)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let data = try AtomicFile.read(file)
        guard data.count <= maximumByteCount else {
            throw FileFailure(.damaged, "\(file.path) has \(data.count) bytes: it is no record of a run")
        }
        do {
            let record = try JSONDecoder().decode(RunRecord.self, from: data)
            guard record.format == currentFormat else {
                throw FileFailure(
                    .foreign,
                    "\(file.path) has format \(record.format), this release reads format \(currentFormat)"
                )
            }
            return record
        } catch let failure as FileFailure {
            throw failure
        } catch {
            throw FileFailure(.damaged, "\(file.path) does not say what it should: \(error)")
        }
    }

    /// Writes the record into a folder; an older one is replaced as a whole.
    ///
    /// - Parameter folder: The run's folder.
    /// - Throws: `FileFailure` with code `inaccessible`.
    public func write(to folder: String) throws(FileFailure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(self) else { preconditionFailure("a record has a JSON form") }
        try AtomicFile.write(json, to: URL(fileURLWithPath: folder).appendingPathComponent(Self.fileName))
    }
}

extension RunRecord.Host {
    /// The machine of this process.
    public static var current: Self {
        let process = ProcessInfo.processInfo
        return Self(
            name: line(of: "/proc/sys/kernel/hostname") ?? "",
            system: system ?? "",
            kernel: line(of: "/proc/sys/kernel/osrelease") ?? "",
            architecture: architecture,
            processors: process.activeProcessorCount,
            memoryBytes: process.physicalMemory,
            process: process.processIdentifier
        )
    }

    private static var system: String? {
        let text = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
        return line.map { $0.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" } }
    }

    private static var architecture: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "arm64"
        #else
            "unknown"
        #endif
    }

    /// A file of one line; asking the system for its name might ask a name server.
    private static func line(of file: String) -> String? {
        (try? String(contentsOfFile: file, encoding: .utf8))?.split(separator: "\n").first.map(String.init)
    }
}

extension RunRecord.Versions {
    /// Of the compiler that builds this.
    public static var compiler: String {
        #if compiler(>=6.5)
            "6.5 or later"
        #elseif compiler(>=6.4)
            "6.4"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }
}

extension RunRecord {
    /// This moment as ISO 8601 has it.
    public static var now: String { Date().formatted(.iso8601) }

    /// The machine of a session.
    public struct Host: Codable, Sendable, Hashable {
        /// What it is called.
        public var name: String
        /// The operating system's own words.
        public var system: String
        /// The version of the kernel.
        public var kernel: String
        /// What it computes with.
        public var architecture: String
        /// The processors that this process may use.
        public var processors: Int
        /// The memory it has.
        public var memoryBytes: UInt64
        /// The number of the process.
        public var process: Int32
    }
}
