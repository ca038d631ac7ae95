internal import HTTPTransport
internal import LoopbackSocket
internal import Messaging
internal import RabbitMQMessaging
internal import ScenarioFiles
internal import Scenarios
internal import YAMLReading

/// Everything that reads what people and strangers write, apart from frames, each given any bytes at all.
///
/// What is looked for is a trap, a stall, or a secret that comes back.
public final class InputReaders: Sendable {
    /// Who reads.
    public enum Reader: Int, Sendable, CaseIterable {
        /// Learners that are restored from changed words, and run on.
        case state
        /// Configurations, road networks, schedules of events.
        case yaml
        /// Packet networks in any format.
        case topology
        /// Addresses of brokers.
        case address
        /// An HTTP service.
        case request
    }

    private let runs = SavedRun.all
    private let service: HTTPService
    private let port: UInt16

    /// Creates the readers: runs a little of each scenario, and begins to serve.
    public init() async throws {
        let service = try await HTTPService.start(
            address: "127.0.0.1",
            port: 0,
            routes: [.get("/here") { HTTPResponse($0.query) }]
        )
        self.service = service
        port = UInt16(service.endpoint.split(separator: ":").last ?? "") ?? 0
    }

    /// Stops serving.
    public func stop() async { await service.stop() }

    /// Lets a reader read.
    ///
    /// - Returns: What went wrong without a trap; `nil` for nothing.
    public func read(_ bytes: [UInt8], by reader: Reader) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        switch reader {
        case .state:
            let run = runs[Int(bytes.first ?? 0) % runs.count]
            run.resume(changedBy: bytes.dropFirst())
            return nil
        case .yaml:
            _ = try? YAMLText.compose(text)
            _ = try? RoadNetworkFile(parsing: text, file: "x")
            _ = try? EventSchedule.events(parsing: text, file: "x", for: NetworkTopology.grid6x6)
            return nil
        case .topology:
            _ = try? NetworkFile(parsing: text, file: "x")
            return nil
        case .address: return complaint(about: text)
        case .request: return ask(bytes)
        }
    }

    /// A word behind a colon may be a password: no message has it.
    private func complaint(about text: String) -> String? {
        do throws(MessagingError) {
            _ = try BrokerAddress(argument: text, environment: [:])
            return nil
        } catch {
            let parts = text.split(separator: "hunter2", omittingEmptySubsequences: false)
            let isSecret = parts.count == 2 && parts[0].last == ":"
            return isSecret && error.message.contains("hunter2") ? "a secret in: \(error.message)" : nil
        }
    }

    /// Sends the bytes on one connection and asks on another.
    private func ask(_ bytes: [UInt8]) -> String? {
        do {
            let stranger = try LoopbackSocket(port: port, patience: 5)
            try? stranger.send(bytes)
            let guest = try LoopbackSocket(port: port, patience: 5)
            try guest.send(Array("GET /here?ok HTTP/1.1\r\nConnection: close\r\n\r\n".utf8))
            var answer: [UInt8] = []
            while (try? guest.receive(appendingTo: &answer)) != nil {}
            return String(decoding: answer, as: UTF8.self).hasSuffix("\r\n\r\nok") ? nil : "nobody else is answered"
        } catch {
            return "\(error)"
        }
    }
}
