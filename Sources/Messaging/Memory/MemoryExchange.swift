internal import Synchronization

/// Knows which inbox a mailbox leads to.
final class MemoryExchange: Sendable {
    private let readers = Mutex<[Mailbox: MemoryInbox]>([:])

    /// Gives a mailbox to an inbox; answers whether it was free.
    func bind(_ mailbox: Mailbox, to inbox: MemoryInbox) -> Bool {
        readers.withLock { readers in
            guard readers[mailbox] == nil else { return false }
            readers[mailbox] = inbox
            return true
        }
    }

    /// Frees a mailbox.
    func unbind(_ mailbox: Mailbox) {
        readers.withLock { _ = $0.removeValue(forKey: mailbox) }
    }

    /// Puts a message into the inbox that reads a mailbox; answers whether there is one.
    func route(_ message: Message, to mailbox: Mailbox) -> Bool {
        guard let reader = readers.withLock({ $0[mailbox] }) else { return false }
        // Between the two locks the mailbox may have been closed; the inbox knows and refuses.
        return reader.put(message, in: mailbox)
    }
}
