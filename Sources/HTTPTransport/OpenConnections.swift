internal import NIOCore
internal import Synchronization

/// Who is connected: never more than a number, the newest rather than the idlest.
///
/// Whoever opens connections to keep others out pushes out its own first: one that has just asked is used more lately.
final class OpenConnections: Sendable {
    private struct State {
        var entries: [ObjectIdentifier: (channel: any Channel, lastUse: UInt64)] = [:]
        var clock: UInt64 = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes up a connection, at the cost of another where there are too many.
    func add(_ channel: any Channel) {
        let idlest = state.withLock { state in
            state.clock += 1
            let idlest =
                state.entries.count < limit ? nil : state.entries.min { $0.value.lastUse < $1.value.lastUse }
            if let idlest { state.entries[idlest.key] = nil }
            state.entries[ObjectIdentifier(channel)] = (channel, state.clock)
            return idlest?.value.channel
        }
        channel.closeFuture.whenComplete { _ in self.remove(channel) }
        idlest?.close(promise: nil)
    }

    /// Notes that a connection has had an answer.
    func note(use channel: any Channel) {
        state.withLock { state in
            state.clock += 1
            state.entries[ObjectIdentifier(channel)]?.lastUse = state.clock
        }
    }

    /// Those that are open now.
    var all: [any Channel] { state.withLock { $0.entries.values.map(\.channel) } }

    private func remove(_ channel: any Channel) {
        state.withLock { state in
            // The address may be another connection's by now.
            if state.entries[ObjectIdentifier(channel)]?.channel === channel {
                state.entries[ObjectIdentifier(channel)] = nil
            }
        }
    }
}
