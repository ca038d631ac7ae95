/// Connects to a broker that is not there yet, or has been lost, as long as patience lasts.
///
/// What a broker refuses for good ends the attempts at once: a password, a virtual host, a certificate.
public struct ConnectionPatience: Sendable {
    private let limit: Duration
    private let stop: StopFlag
    private let say: @Sendable (String) -> Void

    /// How long the operator is left without a word.
    private static let wordInterval = Duration.seconds(30)

    /// - Parameters:
    ///   - limit: How long to try.
    ///   - stop: Ends the attempts when it is raised.
    ///   - say: Told what is waited for, at once and then every 30 seconds.
    public init(_ limit: Duration, stop: StopFlag, say: @escaping @Sendable (String) -> Void) {
        self.limit = limit
        self.stop = stop
        self.say = say
    }

    /// Tries to connect until it is done; blocks its thread.
    ///
    /// - Parameters:
    ///   - loss: How the connection before was lost; `nil` before the first, when more is taken for final.
    ///   - connect: One attempt.
    /// - Returns: What `connect` gave, an endpoint; `nil` when the stop flag was raised.
    /// - Throws: What cannot pass, or what stands in the way when patience is over, which tells more than what began it.
    public func endpoint<Connected>(
        after loss: MessagingError? = nil,
        _ connect: () throws(MessagingError) -> Connected
    ) throws(MessagingError) -> Connected? {
        let clock = ContinuousClock()
        let begin = clock.now
        var pause = Backoff()
        // Who has lost a connection has said so.
        var lastWord = loss.map { _ in begin }
        var last = loss
        while !stop.isRaised {
            if let last, clock.now - begin >= limit { throw last }
            do throws(MessagingError) {
                return try connect()
            } catch {
                guard loss == nil ? error.isRetriable : error.mayPassAfterLoss else { throw error }
                last = error
                let now = clock.now
                if lastWord.map({ now - $0 > Self.wordInterval }) ?? true {
                    lastWord = now
                    let (spent, whole) = ((now - begin).components.seconds, limit.components.seconds)
                    say("\(error); waiting for it: \(spent) of \(whole) s")
                }
                pause.wait()
            }
        }
        return nil
    }
}
