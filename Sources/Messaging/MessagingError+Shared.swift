extension MessagingError {
    /// The mailbox is read by another endpoint.
    package static func taken(_ mailbox: Mailbox) -> Self {
        Self(.mailboxTaken, "mailbox \(mailbox) is already read by another node of this run; give each node its own")
    }
}

extension Message {
    /// Refuses a body that no broker would take.
    ///
    /// - Throws: `MessagingError` with `tooLarge`.
    package func checkSize() throws(MessagingError) {
        guard body.count <= Self.maximumWordCount else {
            throw MessagingError(
                .tooLarge,
                "a message of type \(type) has \(body.count) words; at most \(Self.maximumWordCount) (16 MiB) are allowed"
            )
        }
    }
}
