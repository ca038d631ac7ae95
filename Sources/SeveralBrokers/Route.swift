internal import Messaging

/// The way that an endpoint's messages to one mailbox take, and how they come to take another.
///
/// Messages of one endpoint to one mailbox keep their order. So a way is left in two steps: the other broker is asked whether the
/// mailbox is read there; then everything that follows is held back until what went before has been read.
struct Route {
    enum Step {
        /// Nothing is to change.
        case settled
        /// Another broker has been asked whether the mailbox is read there.
        case looking(at: Int, token: UInt64)
        /// The mailbox is read at the other broker; what lies behind the question follows when the question has been read.
        case leaving(for: Int, token: UInt64, held: [Message])
    }

    /// All brokers, in the order in which they are to be used.
    let preference: [Int]
    /// Through which broker messages go.
    var outlet: Int
    var step = Step.settled
    /// The brokers that are still to be asked, because the mailbox is not where it was written to; the next one first.
    var candidates: [Int] = []

    /// A way through the first broker that is connected.
    init(preference: [Int], _ isAttached: (Int) -> Bool) {
        self.preference = preference
        outlet = preference.first(where: isAttached) ?? preference[0]
    }

    /// Where messages should go while these brokers are connected.
    func home(_ isAttached: (Int) -> Bool) -> Int? { preference.first(where: isAttached) }

    /// Whether messages go there, and nothing else is under way.
    func isAtHome(_ isAttached: (Int) -> Bool) -> Bool {
        guard case .settled = step else { return false }
        return outlet == home(isAttached)
    }

    /// Keeps a message until the way is free.
    mutating func hold(_ message: Message) {
        guard case .leaving(let target, let token, var held) = step else { return }
        step = .settled
        held.append(message)
        step = .leaving(for: target, token: token, held: held)
    }

    mutating func nextCandidate() -> Int? {
        candidates.isEmpty ? nil : candidates.removeFirst()
    }
}
