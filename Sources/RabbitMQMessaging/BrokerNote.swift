internal import Synchronization

/// What the broker of a run says of itself, once somebody has connected to it: kept for whoever wants to know afterwards.
public final class BrokerNote: Sendable {
    private let words = Mutex<String?>(nil)

    /// Begins with nothing heard.
    public init() {}

    /// Product and version, `RabbitMQ 4.1.0`; `nil` while nobody has connected.
    public var version: String? { words.withLock { $0 } }

    /// Keeps what was said last.
    func take(_ version: String?) {
        guard let version else { return }
        words.withLock { $0 = version }
    }
}
