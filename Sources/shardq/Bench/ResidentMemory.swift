internal import Foundation

/// The most memory that a process has held at once.
enum ResidentMemory {
    /// Reads the peak (`VmHWM` in `/proc`), shared pages included.
    ///
    /// - Parameter process: A number, or `self`.
    /// - Returns: Bytes; zero when the process is gone.
    static func peak(of process: String) -> UInt64 {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ UInt64($0) })
        else { return 0 }
        return kibibytes * 1024
    }
}
