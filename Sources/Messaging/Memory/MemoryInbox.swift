internal import Dispatch
internal import Synchronization

/// The events that wait for one endpoint, and the place where its thread sleeps until there is one.
///
/// Any thread puts; only the endpoint's own thread takes, admits and expels.
final class MemoryInbox: Sendable {
    private struct State {
        var events: [MessagingEvent] = []
        var mailboxes: [Mailbox] = []
        var isReaderAsleep = false
    }

    private let state = Mutex(State())

    /// Whether events wait; lets the reader look without taking the lock.
    private let isFilled = Atomic(false)

    /// Signalled exactly once each time a putter clears `isReaderAsleep`.
    private let wakeUp = DispatchSemaphore(value: 0)

    /// How often the reader looks before it goes to sleep: a few microseconds, about what waking a thread costs.
    private static let glances = 2000

    /// The longest single sleep; keeps the arithmetic of absurdly long limits from overflowing.
    private static let longestSleep = Duration.seconds(3600)

    /// Accepts messages for a mailbox from now on.
    func admit(_ mailbox: Mailbox) {
        state.withLock { $0.mailboxes.append(mailbox) }
    }

    /// Accepts no more messages for a mailbox and drops those that wait.
    func expel(_ mailbox: Mailbox) {
        state.withLock { state in
            state.mailboxes.removeAll { $0 == mailbox }
            state.events.removeAll { $0.isDelivery(in: mailbox) }
            isFilled.store(!state.events.isEmpty, ordering: .releasing)
        }
    }

    /// Adds a delivery unless the mailbox has been given up; answers whether it was added.
    func put(_ message: Message, in mailbox: Mailbox) -> Bool {
        let (isAdded, mustWake) = state.withLock { state in
            guard state.mailboxes.contains(mailbox) else { return (false, false) }
            return (true, append(.delivery(message, in: mailbox), to: &state))
        }
        if mustWake { wakeUp.signal() }
        return isAdded
    }

    /// Adds an event that belongs to no mailbox of this inbox.
    func put(_ event: MessagingEvent) {
        let mustWake = state.withLock { append(event, to: &$0) }
        if mustWake { wakeUp.signal() }
    }

    private func append(_ event: MessagingEvent, to state: inout State) -> Bool {
        state.events.append(event)
        isFilled.store(true, ordering: .releasing)
        defer { state.isReaderAsleep = false }
        return state.isReaderAsleep
    }

    /// Swaps all waiting events, oldest first, for an empty array; waits for one if there is none.
    ///
    /// - Parameters:
    ///   - events: An empty array, whose memory the next events will use.
    ///   - limit: How long to wait at most.
    func take(into events: inout [MessagingEvent], within limit: Duration) {
        if takeWaiting(into: &events, orFallAsleep: false) || limit <= .zero { return }
        for _ in 0..<Self.glances where isFilled.load(ordering: .acquiring) { break }
        let deadline = ContinuousClock.now + min(limit, .seconds(1 << 40))
        while !takeWaiting(into: &events, orFallAsleep: true) {
            let remaining = deadline - ContinuousClock.now
            if !sleep(for: min(max(remaining, .zero), Self.longestSleep)), remaining <= .zero { return }
        }
    }

    private func takeWaiting(into events: inout [MessagingEvent], orFallAsleep: Bool) -> Bool {
        state.withLock { state in
            guard !state.events.isEmpty else {
                state.isReaderAsleep = orFallAsleep
                return false
            }
            swap(&state.events, &events)
            isFilled.store(false, ordering: .relaxed)
            return true
        }
    }

    /// Answers whether a putter woke the reader.
    private func sleep(for limit: Duration) -> Bool {
        let (seconds, attoseconds) = limit.components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        if wakeUp.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success { return true }
        let isStillAsleep = state.withLock { state in
            defer { state.isReaderAsleep = false }
            return state.isReaderAsleep
        }
        // A putter that cleared the flag in the meantime signals without fail: take its signal, or it would end a
        // later sleep at once.
        if !isStillAsleep { wakeUp.wait() }
        return !isStillAsleep
    }
}

extension MessagingEvent {
    func isDelivery(in mailbox: Mailbox) -> Bool {
        guard case .delivery(_, let other) = self else { return false }
        return other == mailbox
    }
}
