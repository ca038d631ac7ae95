internal import Foundation
internal import Logging
internal import Messaging
internal import NeuralLearning

/// A coordinator on its way through one connection or more; used by one thread at a time.
struct GradientSession<Computer: PortableComputer> {
    private var coordinator: GradientCoordinator<Computer>
    private var endpoint: (any Endpoint)?
    private var computer: Computer
    private let transport: any Transport
    private let logger: Logger
    private let clock = ContinuousClock()
    private let begun: ContinuousClock.Instant
    private var lastLook = Duration.zero
    private var hasConnected = false
    private var isEnded = false

    /// How often time is looked at while an answer is waited for.
    private static var lookInterval: Duration { .milliseconds(50) }
    /// How long workers are waited for without a word.
    private static var wordInterval: Duration { .seconds(5) }

    init(_ computer: Computer, over transport: any Transport, answerLimit: Duration, logger: Logger) {
        (self.computer, self.transport, self.logger) = (computer, transport, logger)
        begun = clock.now
        let seconds = UInt32(clamping: Int(Date().timeIntervalSince1970))
        coordinator = GradientCoordinator(computer, epoch: min(seconds, 1 << 31), answerLimit: answerLimit)
    }

    var isConnected: Bool { endpoint != nil }
    var presentWorkers: [String] { coordinator.presentWorkers }
    var statistics: GradientCoordinator<Computer>.Statistics { coordinator.statistics }

    private var now: Duration { clock.now - begun }

    /// Connects, where no connection is.
    mutating func connect() throws(MessagingError) {
        let endpoint = try transport.connect(as: "learner")
        do throws(MessagingError) {
            for mailbox in [Mailbox.control, .replies] { try endpoint.open(mailbox) }
        } catch {
            endpoint.disconnect()
            throw error
        }
        if hasConnected { coordinator.reconnect() }
        (self.endpoint, hasConnected) = (endpoint, true)
    }

    /// Waits for workers.
    mutating func gather(_ count: Int, within patience: Duration, stop: StopFlag) throws {
        var nextWord = now + Self.wordInterval
        let end = now + patience
        while presentWorkers.count < count {
            guard !stop.isRaised else { throw GatheringFailure("interrupted before the workers were there") }
            guard now < end else {
                throw GatheringFailure(
                    "\(presentWorkers.count) of \(count) workers have joined within \(patience): start more, or use fewer --workers"
                )
            }
            if now >= nextWord {
                nextWord = now + Self.wordInterval
                logger.notice("\(presentWorkers.count) of \(count) workers have joined")
            }
            _ = try attempt { session throws(MessagingError) in try session.hear(within: .milliseconds(100)) }
            guard isConnected else { throw GatheringFailure("the broker was lost before the workers were there") }
        }
    }

    /// Has slices computed; blocks its thread until they are.
    mutating func gradients(
        of slices: [Computer.Slice],
        _ parameters: Computer.Parameters
    ) throws -> [[SliceGradient]] {
        // Who has come is told of the task; what comes late is out of the way.
        _ = try attempt { session throws(MessagingError) in try session.drain() }
        let actions = coordinator.begin(slices, parameters, at: now)
        var open = try attempt { session throws(MessagingError) in try session.perform(actions) }
        while true {
            for range in open {
                let part = Array(slices[range])
                coordinator.take(SliceShare(part, from: range.lowerBound, parameters, &computer))
            }
            if let failure = coordinator.failure { throw GatheringFailure(failure) }
            if let outcome = coordinator.outcome { return outcome }
            open = try attempt { session throws(MessagingError) in try session.hear(within: Self.lookInterval) }
        }
    }

    /// Serves the connection while nobody waits for slices, and gets another one where it was lost.
    mutating func look() {
        guard !isEnded else { return }
        if isConnected {
            _ = try? attempt { session throws(MessagingError) in try session.drain() }
        } else if (try? connect()) != nil {
            logger.notice("the broker is back: workers may join again")
        }
    }

    /// Lets the workers go and disconnects.
    mutating func end(_ reason: String) {
        isEnded = true
        let farewell = coordinator.dismiss(reason)
        _ = try? attempt { session throws(MessagingError) in try session.perform(farewell) }
        endpoint?.disconnect()
        endpoint = nil
    }

    /// Takes up what has come.
    private mutating func drain() throws(MessagingError) -> [Range<Int>] {
        var open: [Range<Int>] = []
        while let event = try endpoint?.receive(within: .zero) {
            open += try perform(coordinator.receive(event, at: now))
        }
        return open
    }

    /// Takes up what comes next, and now and then that time has passed.
    private mutating func hear(within limit: Duration) throws(MessagingError) -> [Range<Int>] {
        var open: [Range<Int>] = []
        if let event = try endpoint?.receive(within: limit) {
            open += try perform(coordinator.receive(event, at: now))
        }
        if now - lastLook >= Self.lookInterval {
            lastLook = now
            open += try perform(coordinator.look(at: now))
        }
        return open
    }

    /// Does what the coordinator says.
    ///
    /// - Returns: What is to be computed here.
    private mutating func perform(
        _ actions: [GradientCoordinator<Computer>.Action]
    ) throws(MessagingError) -> [Range<Int>] {
        var open: [Range<Int>] = []
        for action in actions {
            switch action {
            case .publish(let message, let mailbox): try endpoint?.publish(message, to: mailbox)
            case .compute(let range): open.append(range)
            case .report(let text): logger.warning("\(text)")
            }
        }
        return open
    }

    /// Does something on the connection; where that is lost, all that is open is to be computed here.
    private mutating func attempt(
        _ body: (inout Self) throws(MessagingError) -> [Range<Int>]
    ) throws(MessagingError) -> [Range<Int>] {
        do throws(MessagingError) {
            return try body(&self)
        } catch {
            guard error.code != .tooLarge else { throw error }
            logger.warning("\(error); the run goes on without workers until there is a broker again")
            endpoint?.disconnect()
            endpoint = nil
            return try perform(coordinator.disconnect())
        }
    }
}
