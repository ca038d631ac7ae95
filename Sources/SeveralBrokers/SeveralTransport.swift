internal import Dispatch
public import Messaging

/// Connects the nodes of a run through several brokers that know nothing of one another.
///
/// Every node connects to all of them and reads its mailboxes at all of them; who publishes uses one broker for each mailbox,
/// chosen by the mailbox's name (`MailboxPlace`). A lost broker is a lost connection like any other: the endpoint fails, and the
/// next one does without until the broker is back, which every endpoint notices by itself.
public struct SeveralTransport: Transport {
    private let transports: [any Transport]
    private let presence: BrokerPresence
    private let grace: Duration

    /// Longer than an attempt takes, however it ends.
    private static let limit = Duration.seconds(60)

    /// Creates a transport; does not connect.
    ///
    /// - Parameters:
    ///   - transports: The brokers of the run, at least one, in the order of the names.
    ///   - presence: Told which of them are there.
    ///   - grace: How long one that does not answer at all is waited for while another is there.
    public init(_ transports: [any Transport], presence: BrokerPresence, grace: Duration = .seconds(2)) {
        precondition(!transports.isEmpty && transports.count == presence.names.count, "a transport for each name")
        self.transports = transports
        self.presence = presence
        self.grace = grace
    }

    /// Connects to all brokers, or to those that are there.
    ///
    /// - Parameter name: Who connects.
    /// - Returns: An endpoint that belongs to the calling thread.
    /// - Throws: What a broker says that refuses this node for good, or why none of them can be reached.
    public func connect(as name: String) throws(MessagingError) -> any Endpoint {
        let news = DispatchSemaphore(value: 0)
        let seekers = transports.indices.map { index in
            BrokerSeeker(transports[index], as: name, acceptsRefusals: presence.hasBeenThere(index), news: news)
        }
        wait(for: seekers, news)
        var endpoints: [Int: any Endpoint] = [:]
        var failures: [Int: MessagingError?] = [:]
        var refusal: MessagingError?
        for (index, seeker) in seekers.enumerated() {
            switch seeker.finding() {
            case .endpoint(let endpoint): endpoints[index] = endpoint
            case .none(let failure): failures[index] = .some(failure)
            case .refusal(let error): refusal = refusal ?? error
            }
        }
        if let error = refusal ?? (endpoints.isEmpty ? Self.nobody(failures) : nil) {
            for seeker in seekers { seeker.abandon() }
            for endpoint in endpoints.values { endpoint.disconnect() }
            throw error
        }
        for index in endpoints.keys { presence.note(there: index) }
        for (index, failure) in failures.sorted(by: { $0.key < $1.key }) {
            presence.note(away: index, failure?.message ?? "it does not answer")
        }
        return SeveralEndpoint(
            named: name,
            over: transports,
            endpoints: endpoints,
            seekers: seekers.enumerated().reduce(into: [:]) {
                if endpoints[$1.offset] == nil { $0[$1.offset] = $1.element }
            },
            presence: presence
        )
    }

    /// Until each has tried, or one is there and the others have had their time.
    private func wait(for seekers: [BrokerSeeker], _ news: DispatchSemaphore) {
        let clock = ContinuousClock()
        let deadline = clock.now + grace
        let last = deadline + Self.limit
        while !seekers.allSatisfy(\.hasNews) {
            let now = clock.now
            if now >= deadline, now >= last || seekers.contains(where: \.hasConnection) { return }
            _ = news.wait(timeout: .now() + .milliseconds(100))
        }
    }

    private static func nobody(_ failures: [Int: MessagingError?]) -> MessagingError {
        let first = failures.sorted { $0.key < $1.key }.lazy.compactMap(\.value).first
        let reason = first?.message ?? "they do not answer"
        guard failures.count > 1 else { return first ?? MessagingError(.unreachable, reason) }
        return MessagingError(
            first?.code ?? .unreachable,
            "none of the \(failures.count) brokers can be reached: \(reason)"
        )
    }
}
