internal import Foundation

/// How many threads this process can begin, as far as its limits say.
///
/// Libraries end the process, or wait for ever, where the system gives them no thread; and threads whose stacks have taken all
/// of the address space leave none for anything else. So they are held against the limits before.
public struct ThreadBudget: Sendable {
    private let files: SystemFiles
    private let memory: MemoryBudget

    /// The budget of this process, read anew each time.
    public static let own = ThreadBudget(.own)

    package init(_ files: SystemFiles) {
        self.files = files
        memory = MemoryBudget(files)
    }

    /// Checks that threads can be had, and that they leave memory.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - stackSize: The stack of each in bytes.
    ///   - thing: What they are for.
    ///   - advice: What else can be done than to raise the limit.
    /// - Throws: `BeyondLimit` that names the numbers and the limit.
    public func check(_ count: Int, stackSize: Int, for thing: String, _ advice: String) throws(BeyondLimit) {
        for limit in [group, user, machine].compactMap(\.self) where UInt64(count) > limit.left {
            throw BeyondLimit(
                description: "\(thing) takes \(count) threads, and this process can have \(limit.left) more "
                    + "(\(limit.name): \(limit.total), of which \(limit.taken) are taken): raise that limit, or \(advice)"
            )
        }
        let bytes = UInt64(count) * UInt64(stackSize)
        guard let limit = memory.reservable, bytes + MemoryBudget.reserve > limit.left else { return }
        throw BeyondLimit(
            description: "\(thing) takes \(MemoryBudget.megabytes(bytes)) for the stacks of \(count) threads, and this "
                + "process can have \(MemoryBudget.megabytes(limit.left)) more (\(limit.name): "
                + "\(MemoryBudget.megabytes(limit.total))): raise that limit, or \(advice)"
        )
    }

    /// Checks that a command finds the threads which every command has: those of the runtime, and those that look after signals,
    /// connections and children.
    ///
    /// - Throws: `BeyondLimit` that names the numbers and the limit.
    public func checkBeginning() throws(BeyondLimit) {
        let count = ProcessInfo.processInfo.activeProcessorCount + 6
        try check(count, stackSize: 8 << 20, for: "this program by itself", "start it where more is allowed")
    }

    /// The limit of a container, or of systemd's `TasksMax`.
    private var group: Limit? {
        let names = (limit: "pids.max", taken: "pids.current")
        return files.groupLimit("pids", (names, names))
    }

    /// `ulimit -u`, which counts the threads of all processes of the user.
    private var user: Limit? {
        guard !isExempt, let total = files.resourceLimit("Max processes") else { return nil }
        // Whoever is far from it need not know by how much.
        if let all = threadsOfMachine, all < total / 2 { return Limit(name: "ulimit -u", total: total, taken: all) }
        return Limit(name: "ulimit -u", total: total, taken: threadsOfUser)
    }

    private var machine: Limit? {
        guard let total = files.number("/proc/sys/kernel/threads-max"), let taken = threadsOfMachine else { return nil }
        return Limit(name: "threads-max of this machine", total: total, taken: taken)
    }

    /// From the second number of 4/1234, running and all.
    private var threadsOfMachine: UInt64? {
        let numbers = files.text("/proc/loadavg").split(separator: " ").dropFirst(3).first?.split(separator: "/")
        return numbers?.last.flatMap { UInt64($0) }
    }

    private var ownUser: UInt64? { files.number(behind: "Uid", in: "/proc/self/status") }

    private var threadsOfUser: UInt64 {
        let own = ownUser
        return files.names(in: "/proc").filter { $0.first?.isNumber == true }.reduce(0) { sum, process in
            let status = "/proc/\(process)/status"
            guard files.number(behind: "Uid", in: status) == own else { return sum }
            return sum + (files.number(behind: "Threads", in: status) ?? 0)
        }
    }

    /// Root, and whoever may administer the system or its resources.
    private var isExempt: Bool {
        if ownUser == 0 { return true }
        let line = files.lines("/proc/self/status").first { $0.hasPrefix("CapEff:") }
        let capabilities = line.flatMap { UInt64($0.dropFirst(7).filter { !$0.isWhitespace }, radix: 16) } ?? 0
        return capabilities & (1 << 21 | 1 << 24) != 0
    }
}
