/// Connects the nodes of a run inside one process.
///
/// Each instance is an exchange of its own: endpoints of different instances never meet. Bodies are passed by
/// reference, nothing is encoded. Queues have no bound; the rounds in flight bound what lies in them.
public final class MemoryTransport: Transport {
    private let exchange = MemoryExchange()

    /// Creates an exchange without mailboxes.
    public init() {}

    /// Opens a connection; never fails.
    public func connect(as name: String) -> any Endpoint {
        MemoryEndpoint(named: name, on: exchange)
    }
}
