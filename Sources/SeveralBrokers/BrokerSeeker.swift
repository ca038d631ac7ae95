internal import Dispatch
internal import Foundation
internal import Messaging
internal import Synchronization

/// Connects to one broker on a thread of its own, again and again until it is there or nobody wants it any more.
///
/// The endpoint that waits for it has others to serve meanwhile, and one attempt may take ten seconds.
final class BrokerSeeker: Sendable {
    /// What has come of it.
    enum Finding {
        /// Nothing yet; the reason of the last failure, if an attempt has been made.
        case none(MessagingError?)
        /// The connection, to whoever asks first.
        case endpoint(any Endpoint)
        /// The broker will not have this node.
        case refusal(MessagingError)
    }

    private struct State {
        var failure: MessagingError?
        var connection: Connection?
        var refusal: MessagingError?
        var isAbandoned = false
    }

    /// An endpoint on its way from the thread that made it to the one that will use it.
    private final class Connection: Sendable {
        private let endpoint: Mutex<(any Endpoint)?>

        init(_ endpoint: sending any Endpoint) {
            self.endpoint = Mutex(endpoint)
        }

        func take() -> sending (any Endpoint)? {
            endpoint.withLock { endpoint in
                let taken = endpoint
                endpoint = nil
                return taken
            }
        }
    }

    private let state = Mutex(State())
    private let news: DispatchSemaphore

    /// Begins to connect.
    ///
    /// - Parameters:
    ///   - transport: The way to the broker.
    ///   - name: Who connects.
    ///   - acceptsRefusals: Whether a broker that refuses this node is asked again: it has let it in before.
    ///   - news: Signalled whenever an attempt has ended.
    init(_ transport: any Transport, as name: String, acceptsRefusals: Bool, news: DispatchSemaphore) {
        self.news = news
        let thread = Thread { [self] in seek(transport, name, acceptsRefusals) }
        thread.stackSize = 1 << 20
        thread.name = "broker seeker"
        thread.start()
    }

    /// What has come of it so far.
    func finding() -> Finding {
        let (connection, failure, refusal) = state.withLock { ($0.connection, $0.failure, $0.refusal) }
        if let endpoint = connection?.take() { return .endpoint(endpoint) }
        return refusal.map { .refusal($0) } ?? .none(failure)
    }

    /// Whether an attempt has ended.
    var hasNews: Bool { state.withLock { $0.failure != nil || $0.connection != nil || $0.refusal != nil } }

    /// Whether the broker is there.
    var hasConnection: Bool { state.withLock { $0.connection != nil } }

    /// Ends the attempts; a connection that nobody has taken is closed.
    func abandon() {
        let connection = state.withLock { state in
            state.isAbandoned = true
            return state.connection
        }
        connection?.take()?.disconnect()
    }

    private func seek(_ transport: any Transport, _ name: String, _ acceptsRefusals: Bool) {
        var pause = Backoff()
        while !state.withLock({ $0.isAbandoned }) {
            do throws(MessagingError) {
                let connection = Connection(try transport.connect(as: name))
                let isWanted = state.withLock { state in
                    state.connection = connection
                    return !state.isAbandoned
                }
                if !isWanted { connection.take()?.disconnect() }
                news.signal()
                return
            } catch {
                let isFinal = !error.isRetriable && !acceptsRefusals
                state.withLock { state in
                    state.failure = error
                    if isFinal { state.refusal = error }
                }
                news.signal()
                if isFinal { return }
            }
            pause.wait()
        }
    }
}
