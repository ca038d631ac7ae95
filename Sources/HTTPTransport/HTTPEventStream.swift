internal import Synchronization

/// News that whoever asks gets as they come: server-sent events.
///
/// Only the latest counts: a reader that is slow misses what was in between, and slows nobody down.
public final class HTTPEventStream: Sendable {
    private struct State {
        var version: UInt64 = 0
        var latest: [UInt8]?
        var readers: [ObjectIdentifier: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    /// Begins a stream without news.
    public init() {}

    /// Replaces the latest news; those who follow get it as soon as they take it.
    ///
    /// - Parameter text: The data of the event; a line of it is a line of data.
    public func send(_ text: String) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { "data: \($0)\n" }
        let readers = state.withLock { state in
            state.version += 1
            state.latest = Array("id: \(state.version)\n\(lines.joined())\n".utf8)
            return Array(state.readers.values)
        }
        for wake in readers { wake() }
    }

    /// The number of those who follow.
    public var readerCount: Int { state.withLock { $0.readers.count } }

    /// What is newer than something; `nil` where nothing is.
    func news(since version: UInt64) -> (version: UInt64, bytes: [UInt8])? {
        state.withLock { state in
            guard state.version > version, let latest = state.latest else { return nil }
            return (state.version, latest)
        }
    }

    /// Takes up a reader, who is woken for news.
    func join(_ reader: ObjectIdentifier, wake: @escaping @Sendable () -> Void) {
        state.withLock { $0.readers[reader] = wake }
    }

    /// Forgets a reader.
    func leave(_ reader: ObjectIdentifier) {
        state.withLock { _ = $0.readers.removeValue(forKey: reader) }
    }
}

extension HTTPEventStream: Hashable {
    /// Whether it is the very same stream.
    public static func == (one: HTTPEventStream, other: HTTPEventStream) -> Bool { one === other }

    /// Tells streams apart by what they are, not by their news.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
