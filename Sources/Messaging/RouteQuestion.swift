/// What nodes with several brokers ask the others: whether a mailbox is read at this broker, and how far.
///
/// The question travels like any other message. Its answer comes when its reader takes it up, which is behind all that the same
/// endpoint has published to the mailbox through this broker before. It comes back where nobody reads the mailbox.
package struct RouteQuestion {
    /// The type of the question.
    package static let type = "ROUTE"
    /// The type of the answer, which has the question's correlation and nothing else.
    package static let answerType = "ROUTED"

    /// The asker's own mailbox.
    package let asker: Mailbox
    /// What the answer brings back.
    package let token: UInt64

    /// Asks.
    package init(asker: Mailbox, token: UInt64) {
        self.asker = asker
        self.token = token
    }

    /// Reads a question; `nil` when it is none.
    package init?(_ message: Message) {
        // The longest name of AMQP has 255 bytes.
        guard (1...255).contains(message.body.count),
            let name = String(validating: message.body.lazy.map { UInt8(exactly: $0) ?? 0xFF }, as: UTF8.self)
        else { return nil }
        asker = Mailbox(routingKey: name)
        token = message.correlation
    }

    /// The question as a message: the asker's mailbox, a word for each byte.
    package var message: Message {
        Message(type: Self.type, correlation: token, body: asker.name.utf8.map(UInt32.init))
    }

    /// Its answer.
    package var answer: Message { Message(type: Self.answerType, correlation: token, body: []) }
}
