internal import Glibc

/// How much memory this process can have, as far as its limits say.
///
/// What goes beyond them ends a process wherever it stands, without a word; so what is large is held against them before.
public struct MemoryBudget: Sendable {
    private let files: SystemFiles
    private let pageSize: UInt64

    /// Taken by whatever is not the thing itself.
    static let reserve: UInt64 = 32 << 20

    /// The budget of this process, read anew each time.
    public static let own = MemoryBudget(.own)

    package init(_ files: SystemFiles, pageSize: Int = sysconf(Int32(_SC_PAGESIZE))) {
        self.files = files
        self.pageSize = UInt64(pageSize)
    }

    /// Bytes that can still be had at most: the least of what the process, its group and the machine allow.
    public var available: UInt64 { tightest?.left ?? .max }

    /// Checks that something fits, with a tenth and 32 MiB for what is not the thing itself.
    ///
    /// - Parameters:
    ///   - bytes: What it takes.
    ///   - thing: What it is.
    ///   - advice: What else can be done than to raise the limit.
    /// - Throws: `BeyondLimit` that names both numbers and the limit.
    public func check(_ bytes: UInt64, for thing: String, _ advice: String) throws(BeyondLimit) {
        guard let tightest else { return }
        let (sum, isOver) = bytes.addingReportingOverflow(bytes / 10 + Self.reserve)
        guard isOver || sum > tightest.left else { return }
        throw BeyondLimit(
            description: "\(thing) takes \(Self.megabytes(bytes)), and this process can have "
                + "\(Self.megabytes(tightest.left)) more (\(tightest.name): \(Self.megabytes(tightest.total))): "
                + "raise that limit, or \(advice)"
        )
    }

    static func megabytes(_ bytes: UInt64) -> String { "\(bytes >> 20) MiB" }

    private var tightest: Limit? {
        [addressSpace, data, group, machine].compactMap(\.self).min { $0.left < $1.left }
    }

    /// What threads' stacks are taken from, though they are hardly ever used.
    var reservable: Limit? { [addressSpace, data].compactMap(\.self).min { $0.left < $1.left } }

    /// Whether even memory that is never used counts.
    public var limitsAddresses: Bool { reservable != nil }

    private var addressSpace: Limit? { ownLimit("Max address space", "ulimit -v", pagesAt: 0) }

    /// All that can be written and has no file.
    private var data: Limit? { ownLimit("Max data size", "ulimit -d", pagesAt: 5) }

    private func ownLimit(_ resource: String, _ name: String, pagesAt index: Int) -> Limit? {
        guard let total = files.resourceLimit(resource) else { return nil }
        let pages = files.text("/proc/self/statm").split(separator: " ").dropFirst(index).first.flatMap { UInt64($0) }
        return Limit(name: name, total: total, taken: (pages ?? 0) * pageSize)
    }

    /// The limit of a container, or of systemd's `MemoryMax`; what is kept of files is given back when it is wanted.
    private var group: Limit? {
        files.groupLimit(
            "memory",
            (("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes"))
        ) { folder in
            let statistics = "\(folder)/memory.stat"
            return ["inactive_file", "active_file"].reduce(0) { sum, name in
                let whole = files.number(behind: "total_" + name, in: statistics)
                return sum + (whole ?? files.number(behind: name, in: statistics) ?? 0)
            }
        }
    }

    /// Memory and swap.
    private var machine: Limit? {
        let kilobytes = ["MemTotal", "SwapTotal"].compactMap { files.number(behind: $0, in: "/proc/meminfo") }
        guard !kilobytes.isEmpty else { return nil }
        return Limit(name: "memory of this machine", total: kilobytes.reduce(0, +) << 10, taken: 0)
    }
}
