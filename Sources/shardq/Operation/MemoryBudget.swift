internal import Foundation

/// How much memory this process can have, as far as its limits say.
///
/// What goes beyond them ends a process wherever it stands, without a word; so what is large is held against them before.
enum MemoryBudget {
    /// Bytes that can still be had at most: the least of what the process, its group and the machine allow.
    static var available: UInt64 {
        [addressSpace, group, machine].compactMap(\.self).min() ?? .max
    }

    /// Checks that something fits.
    ///
    /// - Throws: `CommandFailure` that names both numbers.
    static func check(_ bytes: UInt64, for thing: String, _ advice: String) throws(CommandFailure) {
        let available = available
        // A tenth for what is not the thing itself.
        guard bytes.addingReportingOverflow(bytes / 10).partialValue > available else { return }
        throw CommandFailure(
            .unavailable,
            "\(thing) takes \(megabytes(bytes)), and this process can have \(megabytes(available)): \(advice)"
        )
    }

    private static func megabytes(_ bytes: UInt64) -> String { "\(bytes >> 20) MiB" }

    /// `ulimit -v`, without what is taken already.
    private static var addressSpace: UInt64? {
        let line = text("/proc/self/limits").split(separator: "\n").first { $0.hasPrefix("Max address space") }
        guard let limit = line?.split(separator: " ").dropFirst(3).first.flatMap({ UInt64($0) }) else { return nil }
        let taken = UInt64(text("/proc/self/statm").split(separator: " ").first ?? "") ?? 0
        return limit - min(limit, taken * UInt64(sysconf(Int32(_SC_PAGESIZE))))
    }

    /// The limit of the control group (a container's, or systemd's `MemoryMax`), without what is taken already.
    private static var group: UInt64? {
        let line = text("/proc/self/cgroup").split(separator: "\n").first { $0.hasPrefix("0::") }
        guard var path = line?.dropFirst(3).description else { return nil }
        var least: UInt64?
        while true {
            if let limit = number("/sys/fs/cgroup\(path)/memory.max") {
                let taken = number("/sys/fs/cgroup\(path)/memory.current") ?? 0
                least = min(least ?? .max, limit - min(limit, taken))
            }
            guard path.count > 1, let slash = path.lastIndex(of: "/") else { return least }
            path = String(path[..<slash])
        }
    }

    /// Memory and swap.
    private static var machine: UInt64? {
        let sums = text("/proc/meminfo").split(separator: "\n").filter {
            $0.hasPrefix("MemTotal:") || $0.hasPrefix("SwapTotal:")
        }
        let kilobytes = sums.compactMap { $0.split(separator: " ").dropFirst().first.flatMap { UInt64($0) } }
        return kilobytes.isEmpty ? nil : kilobytes.reduce(0, +) << 10
    }

    private static func number(_ file: String) -> UInt64? {
        UInt64(text(file).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private static func text(_ file: String) -> String {
        FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
