internal import CommandBasics
internal import Messaging
internal import NodeLaunching

/// The round trip of a small message between two endpoints of a broker, with nothing else to do.
///
/// It is what a stepwise round cannot be faster than on that machine through that broker.
enum RawRoundTrip {
    /// As many words as the message of a stepwise round has.
    private static let wordCount = 12
    private static let warmUp = 500
    private static let measured = 3000
    private static let limit = Duration.seconds(60)

    /// Measures with one endpoint that asks and one, on a thread of its own, that echoes.
    ///
    /// - Throws: `MessagingError`; `CommandFailure` when an echo stays away.
    static func measure(over transport: any Transport) async throws -> DurationMeter {
        let meter = DurationMeter()
        let stop = StopFlag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await DedicatedThread.run(named: "echo") { try echo(over: transport, until: stop) } }
            group.addTask {
                defer { stop.raise() }
                try await DedicatedThread.run(named: "round trips") { try ask(over: transport, meter) }
            }
            try await group.waitForAll()
        }
        return meter
    }

    private static func echo(over transport: any Transport, until stop: StopFlag) throws {
        let endpoint = try transport.connect(as: "echo")
        defer { endpoint.disconnect() }
        try endpoint.open(.worker("0"))
        while !stop.isRaised {
            guard case .delivery(let message, _)? = try endpoint.receive(within: .milliseconds(20)) else { continue }
            try endpoint.publish(message, to: .replies)
        }
    }

    private static func ask(over transport: any Transport, _ meter: DurationMeter) throws {
        let endpoint = try transport.connect(as: "round trips")
        defer { endpoint.disconnect() }
        try endpoint.open(.replies)
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        var number: UInt64 = 0
        while number < UInt64(warmUp + measured) {
            let start = clock.now
            guard start < deadline else { throw CommandFailure(.unavailable, "no echo came through the broker") }
            let body = Array(repeating: UInt32(0), count: wordCount)
            try endpoint.publish(Message(type: "COMPUTE_Q", correlation: number, body: body), to: .worker("0"))
            // What comes back unread was sent before the echo had its mailbox.
            guard case .delivery? = try endpoint.receive(within: limit) else { continue }
            if number >= UInt64(warmUp) { meter.add(clock.now - start) }
            number += 1
        }
    }
}
