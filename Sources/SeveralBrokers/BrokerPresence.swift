internal import Messaging
internal import Synchronization

/// Which brokers of a run this process has reached, for its log and for whoever asks after its health.
public final class BrokerPresence: Sendable {
    private struct State {
        /// Why each of them is away; `nil` for those that are there.
        var reasons: [String?]
        var hasBeenThere: [Bool]
        /// Whether the operator has been told that it is away.
        var isTold: [Bool]
    }

    /// The brokers, in the order in which they were named.
    public let names: [String]
    private let say: @Sendable (String) -> Void
    private let state: Mutex<State>

    /// - Parameters:
    ///   - names: What the brokers are called, without credentials.
    ///   - say: Told when one is away and when it is back.
    public init(_ names: [String], say: @escaping @Sendable (String) -> Void) {
        self.names = names
        self.say = say
        let nobody = names.map { _ in false }
        state = Mutex(State(reasons: names.map { _ in "not reached yet" }, hasBeenThere: nobody, isTold: nobody))
    }

    /// Names the brokers that are away and says why; `nil` when all are there.
    public var absence: String? {
        let reasons = state.withLock { $0.reasons }
        let away = zip(names, reasons).compactMap { name, reason in reason.map { "broker \(name) is away (\($0))" } }
        return away.isEmpty ? nil : away.joined(separator: ", ")
    }

    /// The indices of those that are there.
    package var present: [Int] { state.withLock { state in names.indices.filter { state.reasons[$0] == nil } } }

    /// Whether a broker has let this process in before: what it says now may then pass.
    func hasBeenThere(_ index: Int) -> Bool { state.withLock { $0.hasBeenThere[index] } }

    /// Takes up that a broker is there.
    func note(there index: Int) {
        let wasTold = state.withLock { state in
            state.reasons[index] = nil
            state.hasBeenThere[index] = true
            defer { state.isTold[index] = false }
            return state.isTold[index]
        }
        if wasTold { say("broker \(names[index]) is back; mailboxes that are at home there return to it") }
    }

    /// Takes up that a connection is gone; whether the broker is, is not known before the next attempt.
    func note(lost index: Int, _ reason: MessagingError) {
        state.withLock { $0.reasons[index] = reason.message }
    }

    /// Takes up that a broker cannot be used, and says so once.
    func note(away index: Int, _ reason: String) {
        let (isNews, count) = state.withLock { state in
            state.reasons[index] = reason
            defer { state.isTold[index] = true }
            return (!state.isTold[index], state.reasons.count(where: { $0 == nil }))
        }
        guard isNews else { return }
        say(
            "broker \(names[index]) is away (\(reason)); \(count) of \(names.count) are there, its mailboxes are with them"
        )
    }
}
