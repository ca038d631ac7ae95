/// A way to reach the other nodes of a run.
public protocol Transport: Sendable {
    /// Opens a connection.
    ///
    /// Call it on the thread that will use the endpoint, or hand the endpoint to that thread unused.
    ///
    /// - Parameter name: Who connects, for the broker's own displays: `master`, `worker 3`.
    /// - Returns: An endpoint that belongs to the calling thread.
    /// - Throws: `MessagingError` with `unreachable`, `accessRefused` or `configuration`.
    func connect(as name: String) throws(MessagingError) -> any Endpoint
}

/// One node's connection to the run's exchange; owned by one thread, and blocking.
///
/// Whoever has made it may hand it over to another thread before it is used.
///
/// Messages from one endpoint to one mailbox arrive in the order of their publication, each at most once. Nothing is
/// promised across mailboxes.
public protocol Endpoint: AnyObject {
    /// Makes a mailbox that only this endpoint reads; it disappears with the endpoint.
    ///
    /// - Throws: `MessagingError` with `mailboxTaken` when another endpoint reads it.
    func open(_ mailbox: Mailbox) throws(MessagingError)

    /// Gives a mailbox up; what lies in it is lost.
    func close(_ mailbox: Mailbox) throws(MessagingError)

    /// Hands a message to the exchange.
    ///
    /// When nobody has opened the mailbox, the message comes back as `MessagingEvent.returned`. May block while the
    /// broker refuses to read (its memory or disk alarm).
    ///
    /// - Throws: `MessagingError` with `connectionLost` or `tooLarge`.
    func publish(_ message: Message, to mailbox: Mailbox) throws(MessagingError)

    /// Waits for the next event.
    ///
    /// - Parameter limit: How long to wait; zero looks only at what has already arrived.
    /// - Returns: The event, or `nil` when the time was up.
    /// - Throws: `MessagingError` with `connectionLost`.
    func receive(within limit: Duration) throws(MessagingError) -> MessagingEvent?

    /// Closes the connection; every mailbox it opened disappears. Safe to call twice.
    func disconnect()
}

/// An endpoint that stands on a socket, so that somebody who serves several can wait for all of them at once.
public protocol SocketEndpoint: Endpoint {
    /// Becomes readable when something arrives. It stays the endpoint's own; `nil` once the connection has ended.
    ///
    /// What the endpoint has read and not yet handed out does not show: `receive` until it has nothing more, then wait.
    var socket: CInt? { get }
}

/// What an endpoint hears.
public enum MessagingEvent: Sendable {
    /// A message arrived in a mailbox this endpoint opened.
    case delivery(Message, in: Mailbox)
    /// A message this endpoint published found no mailbox.
    case returned(type: String, correlation: UInt64, from: Mailbox)
    /// Bytes arrived that are no body of words.
    case malformed(reason: String, in: Mailbox)
    /// The broker stopped reading what this endpoint publishes, and why.
    case blocked(reason: String)
    /// The broker reads again.
    case unblocked

    /// The mailbox that it is about, if it is about one.
    public var mailbox: Mailbox? {
        switch self {
        case .delivery(_, let mailbox), .returned(_, _, let mailbox), .malformed(_, let mailbox): mailbox
        case .blocked, .unblocked: nil
        }
    }
}
