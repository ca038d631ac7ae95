internal import Synchronization

/// What the broker of a run says of itself, once somebody has connected to it: kept for whoever wants to know afterwards.
public final class BrokerNote: Sendable {
    private let words = Mutex<[String: String]>([:])

    /// Begins with nothing heard.
    public init() {}

    /// Product and version, `RabbitMQ 4.1.0`, of several brokers each that differs; `nil` while nobody has connected.
    public var version: String? {
        let versions = Set(words.withLock { $0 }.values).sorted()
        return versions.isEmpty ? nil : versions.joined(separator: ", ")
    }

    /// Keeps what a broker said last.
    func take(_ version: String?, of address: BrokerAddress) {
        guard let version else { return }
        words.withLock { $0[address.place] = version }
    }
}
