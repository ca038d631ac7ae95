internal import CAllocator
internal import ProcessLimits

/// What the allocator does with memory that is given back.
enum FreedMemory {
    /// Has it kept for the next message, where the default gives the system back what is above 128 KiB.
    ///
    /// From about 8,192 lanes on, rounds would have their pages taken and zeroed anew each time. An operator's own
    /// settings (`MALLOC_TRIM_THRESHOLD_` and its like) give way to these.
    static func keep() {
        _ = mallopt(M_TRIM_THRESHOLD, 32 << 20)
        // Naming one limit ends the other's growth. Most messages are below 4 MiB; tables are above, and are given back.
        _ = mallopt(M_MMAP_THRESHOLD, 4 << 20)
        // Each thread would take 64 MiB of addresses for what it allocates, used or not.
        if MemoryBudget.own.limitsAddresses { _ = mallopt(M_ARENA_MAX, 1) }
    }
}
