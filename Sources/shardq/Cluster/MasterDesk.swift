internal import CommandBasics
internal import Messaging
internal import WireProtocol

/// A conversation with the master of a run.
struct MasterDesk {
    private let endpoint: any Endpoint
    private let run: String
    private let asker: String
    private let limit: Duration
    private var number: UInt64 = 0

    /// How long an answer may take, and how often it is asked how far things are.
    private static let answerLimit = Duration.seconds(10)
    private static let interval = Duration.milliseconds(100)

    /// Connects.
    ///
    /// - Throws: `MessagingError` when the broker is out of reach or the name is taken.
    init(_ transport: any Transport, run: String, asker: String, limit: Duration) throws {
        (self.run, self.asker, self.limit) = (run, asker, limit)
        endpoint = try transport.connect(as: asker)
        do {
            try endpoint.open(.worker(asker))
        } catch {
            endpoint.disconnect()
            throw error
        }
    }

    /// Ends the conversation.
    func close() { endpoint.disconnect() }

    /// Asks for something and waits for the answer.
    ///
    /// - Throws: `CommandFailure` when there is no such run, or the master refuses.
    mutating func ask(_ wish: WishFrame.Wish) throws -> StatusFrame {
        number += 1
        let body = WishFrame(wish, asker: asker, number: number).encoded()
        try endpoint.publish(Message(type: "WISH", correlation: 0, body: body), to: .control)
        let deadline = ContinuousClock.now + Self.answerLimit
        while ContinuousClock.now < deadline {
            switch try endpoint.receive(within: Self.interval) {
            case .returned:
                throw CommandFailure(.unavailable, "there is no run \(run) at this broker, or its master is away")
            case .delivery(let message, _):
                guard let header = try? FrameHeader(of: message.body), header.kind == .status,
                    let status = try? StatusFrame(message.body, header: header), status.number == number
                else { continue }
                if let refusal = status.refusal { throw CommandFailure(.usage, "refused: \(refusal)") }
                return status
            default: continue
            }
        }
        throw CommandFailure(
            .unavailable,
            "the master of run \(run) has not answered within \(Self.answerLimit.components.seconds) s"
        )
    }

    /// Waits a while; the connection stays.
    mutating func lookOn(for time: Duration) throws {
        let deadline = ContinuousClock.now + time
        while ContinuousClock.now < deadline { _ = try endpoint.receive(within: Self.interval) }
    }

    /// Asks for something and looks on until it has happened.
    ///
    /// - Parameters:
    ///   - wish: What is wanted.
    ///   - isDone: Whether it has happened.
    /// - Returns: What has come of it.
    /// - Throws: `CommandFailure` when it is refused, is not made, or takes too long.
    mutating func ask(_ wish: WishFrame.Wish, until isDone: (StatusFrame) -> Bool) throws -> ClusterResult {
        let first = try ask(wish)
        let begin = ContinuousClock.now
        var status = first
        while !isDone(status) {
            guard status.isMoving else {
                throw CommandFailure(
                    .unavailable,
                    "not done: " + (status.note.isEmpty ? "the run returned to a checkpoint meanwhile" : status.note)
                )
            }
            guard ContinuousClock.now - begin < limit else {
                throw CommandFailure(
                    .unavailable,
                    "not done within \(limit.components.seconds) s, and still going on: \(first.note)"
                )
            }
            _ = try endpoint.receive(within: Self.interval)
            status = try ask(.show)
        }
        return ClusterResult(
            status,
            said: first.note,
            moves: status.moveCount >= first.moveCount ? status.moveCount - first.moveCount : 0,
            taken: ContinuousClock.now - begin
        )
    }
}
