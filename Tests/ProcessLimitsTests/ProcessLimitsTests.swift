import ProcessLimits
import Testing

@Suite struct `Limits of the system` {
    private static let limits = """
        Limit                     Soft Limit           Hard Limit           Units
        Max data size             unlimited            unlimited            bytes
        Max processes             500                  500                  processes
        Max address space         1073741824           unlimited            bytes
        """

    private func files(_ texts: [String: String]) -> SystemFiles {
        SystemFiles(
            contents: { texts[$0] },
            entries: { folder in
                texts.keys.compactMap { $0.hasPrefix(folder + "/") ? $0.dropFirst(folder.count + 1) : nil }
                    .compactMap { $0.split(separator: "/").first.map(String.init) }
            }
        )
    }

    private func refusal(_ body: () throws(BeyondLimit) -> Void) -> String? {
        do throws(BeyondLimit) {
            try body()
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `memory is the least of what process, group and machine allow`() throws {
        var texts = ["/proc/meminfo": "MemTotal:       4194304 kB\nSwapTotal:            0 kB\n"]
        #expect(MemoryBudget(files(texts), pageSize: 4096).available == 4 << 30)
        texts["/proc/self/cgroup"] = "0::/a/b\n"
        texts["/sys/fs/cgroup/a/memory.max"] = "2147483648\n"
        texts["/sys/fs/cgroup/a/memory.current"] = "1073741824\n"
        #expect(MemoryBudget(files(texts), pageSize: 4096).available == 1 << 30)
        // Files that are kept are given back.
        texts["/sys/fs/cgroup/a/memory.stat"] = "anon 0\ninactive_file 536870912\nactive_file 0\n"
        #expect(MemoryBudget(files(texts), pageSize: 4096).available == 3 << 29)
        texts["/proc/self/limits"] = Self.limits
        texts["/proc/self/statm"] = "131072 1000 1000 1 0 1000 0\n"
        let budget = MemoryBudget(files(texts), pageSize: 4096)
        #expect(budget.available == 1 << 29)
        let line = refusal { () throws(BeyondLimit) in try budget.check(1 << 29, for: "a table", "use fewer states") }
        #expect(line?.contains("512 MiB more (ulimit -v: 1024 MiB)") == true, "\(line ?? "fits")")
        #expect(
            refusal { () throws(BeyondLimit) in try budget.check(1 << 28, for: "a table", "use fewer states") } == nil
        )
        #expect(refusal { () throws(BeyondLimit) in try budget.check(.max, for: "a table", "use fewer states") } != nil)
    }

    @Test func `a group of the older kind counts, also where a container sees its own as the root`() {
        let texts = [
            "/proc/self/cgroup": "8:pids:/\n4:cpu,memory:/docker/4711\n",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "268435456\n",
            "/sys/fs/cgroup/memory/memory.usage_in_bytes": "1048576\n",
            "/sys/fs/cgroup/memory/memory.stat": "inactive_file 0\ntotal_inactive_file 1048576\n",
        ]
        #expect(MemoryBudget(files(texts), pageSize: 4096).available == 256 << 20)
    }

    @Test func `threads are held against the user's, the group's and the memory's limits`() {
        func line(_ count: Int, _ texts: [String: String]) -> String? {
            refusal { () throws(BeyondLimit) in
                try ThreadBudget(files(texts)).check(count, stackSize: 1 << 20, for: "--threads", "use fewer")
            }
        }
        let user = [
            "/proc/self/limits": Self.limits, "/proc/self/statm": "0 0 0 0 0 0 0",
            "/proc/self/status": "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\nThreads:\t4\n",
            "/proc/6/status": "Uid:\t1000\t1000\t1000\t1000\nThreads:\t4\n",
            "/proc/7/status": "Uid:\t1000\t1000\t1000\t1000\nThreads:\t396\n",
            "/proc/8/status": "Uid:\t1\t1\t1\t1\nThreads:\t1000\n",
            "/proc/loadavg": "0.1 0.1 0.1 1/1400 4711\n",
        ]
        #expect(line(100, user) == nil)
        #expect(line(101, user)?.contains("100 more (ulimit -u: 500, of which 400 are taken)") == true)
        // What root and administrators begin is not counted.
        #expect(line(500, user.merging(["/proc/self/status": "Uid:\t0\t0\t0\t0\n"]) { $1 }) == nil)
        let capable = "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000001000000\n"
        #expect(line(500, user.merging(["/proc/self/status": capable]) { $1 }) == nil)
        let group = ["/proc/self/cgroup": "0::/", "/sys/fs/cgroup/pids.max": "64", "/sys/fs/cgroup/pids.current": "60"]
        #expect(line(4, group) == nil)
        #expect(line(5, group)?.contains("pids.max of its control group: 64") == true)
        #expect(line(5, group.merging(["/sys/fs/cgroup/pids.max": "max"]) { $1 }) == nil)
        let memory = [
            "/proc/self/limits": Self.limits, "/proc/self/statm": "0 0 0 0 0 0 0", "/proc/self/status": "Uid:\t0\n",
        ]
        #expect(line(900, memory) == nil)
        #expect(line(1000, memory)?.contains("1000 MiB for the stacks of 1000 threads") == true)
    }

    @Test func `this machine's own files are understood`() {
        #expect(MemoryBudget.own.available < .max)
        #expect(refusal { () throws(BeyondLimit) in try ThreadBudget.own.checkBeginning() } == nil)
        let line = refusal { () throws(BeyondLimit) in
            try ThreadBudget.own.check(1 << 30, stackSize: 1 << 20, for: "too many", "use fewer")
        }
        #expect(line?.contains("too many takes 1073741824 threads") == true, "\(line ?? "allowed")")
    }
}
