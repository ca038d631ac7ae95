internal import CAllocator

/// What the allocator does with memory that is given back.
enum FreedMemory {
    /// Has it kept for the next message, where the default gives the system back what is above 128 KiB.
    ///
    /// Rounds of 8,192 lanes and more would have their pages taken and zeroed anew each time.
    static func keep() {
        _ = mallopt(M_TRIM_THRESHOLD, 32 << 20)
        // Naming one limit ends the other's growth. Tables are above it, and are given back.
        _ = mallopt(M_MMAP_THRESHOLD, 4 << 20)
    }
}
