internal import Glibc

/// Sockets of which one waits for the first that has something to read.
public struct SocketSet: Sendable {
    private var entries: [pollfd]

    /// Creates a set.
    ///
    /// - Parameter descriptors: Open sockets, which stay their owners'.
    public init(_ descriptors: [CInt]) {
        entries = descriptors.map { pollfd(fd: $0, events: CShort(POLLIN), revents: 0) }
    }

    /// How many there are.
    public var count: Int { entries.count }

    /// Waits until something can be read from one of them, or one has ended.
    ///
    /// - Parameter nanoseconds: How long at most; rounded up to milliseconds. Zero only looks.
    /// - Returns: Whether there is one; `isReadable` says which.
    public mutating func awaitReadable(within nanoseconds: UInt64) -> Bool {
        let milliseconds = CInt(clamping: (nanoseconds + 999_999) / 1_000_000)
        for position in entries.indices { entries[position].revents = 0 }
        return unsafe poll(&entries, nfds_t(entries.count), milliseconds) > 0
    }

    /// Whether there was something to read, or an end, when it was looked at last.
    public func isReadable(_ position: Int) -> Bool { entries[position].revents != 0 }
}
