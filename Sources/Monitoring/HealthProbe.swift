internal import HTTPTransport

/// Asks a node's health over HTTP, for containers that have no `curl`.
public struct HealthProbe: Sendable {
    private let place: Place
    private let path: String

    /// What a node has answered.
    public struct Answer: Sendable {
        /// Whether the status says so.
        public let isGood: Bool
        /// The first line of the answer.
        public let text: String
    }

    /// Whom to ask.
    private struct Place {
        let host: String
        let port: UInt16

        /// Reads `HOST:PORT`, `[ADDRESS]:PORT` or a port; `nil` for anything else.
        init?(_ text: Substring) {
            let colon = text.lastIndex(of: ":")
            guard let port = UInt16(colon.map { text[text.index(after: $0)...] } ?? text), port > 0 else { return nil }
            self.port = port
            guard let colon else {
                host = "127.0.0.1"
                return
            }
            let host = text[..<colon]
            let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
            let name = isBracketed ? host.dropFirst().dropLast() : host
            // Without brackets it would be a guess where an IPv6 address ends and the port begins.
            guard !name.isEmpty, isBracketed == name.contains(":"),
                name.unicodeScalars.allSatisfy({ !" \t\"<>@[]\\^`{|}%?#".unicodeScalars.contains($0) && $0.value > 32 })
            else { return nil }
            self.host = String(name)
        }

        var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    /// Reads `http://HOST:PORT/PATH`, `HOST:PORT` or a port; `/readyz` where no path is given.
    ///
    /// - Parameter text: The host is a name, an IPv4 address, or an IPv6 address in brackets.
    /// - Throws: `MonitoringFailure` for anything else.
    public init(_ text: String) throws {
        let rest = text.hasPrefix("http://") ? text.dropFirst(7) : text[...]
        let path = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/readyz"
        guard let place = Place(rest.prefix { $0 != "/" }), path.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw MonitoringFailure(
                "'\(text)' is no place to ask: http://HOST:PORT/PATH, HOST:PORT or PORT, and an IPv6 address in brackets"
            )
        }
        self.place = place
        self.path = path
    }

    /// Asks.
    ///
    /// - Parameter limit: How long the answer may take.
    /// - Returns: What the node says.
    /// - Throws: `MonitoringFailure` when there is none.
    public func ask(within limit: Duration = .seconds(5)) async throws(MonitoringFailure) -> Answer {
        let answer: HTTPQuestion.Answer?
        do {
            answer = try await HTTPQuestion(host: place.host, port: place.port, path: path).ask(within: limit)
        } catch {
            throw MonitoringFailure("nobody answers at \(place.text): \(error)")
        }
        guard let answer else { throw MonitoringFailure("\(place.text) has not answered within \(limit)") }
        let line = String(decoding: answer.body, as: UTF8.self).prefix { $0 != "\n" }
        return Answer(isGood: (200..<300).contains(answer.status), text: String(line))
    }
}
