internal import HTTPTransport

/// Asks a node's health over HTTP, for containers that have no `curl`.
public struct HealthProbe: Sendable {
    private let host: String
    private let port: UInt16
    private let path: String

    /// What a node has answered.
    public struct Answer: Sendable {
        /// Whether the status says so.
        public let isGood: Bool
        /// The first line of the answer.
        public let text: String
    }

    /// Reads `http://ADDRESS:PORT/PATH`, `ADDRESS:PORT` or a port; `/readyz` where no path is given.
    ///
    /// - Throws: `MonitoringFailure` for anything else.
    public init(_ text: String) throws {
        var rest = text.hasPrefix("http://") ? text.dropFirst(7) : text[...]
        path = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/readyz"
        rest = rest.prefix { $0 != "/" }
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        let host = parts.count > 1 ? parts.dropLast().joined(separator: ":") : "127.0.0.1"
        guard let last = parts.last, let port = UInt16(last), port > 0 else {
            throw MonitoringFailure("'\(text)': http://ADDRESS:PORT/PATH, ADDRESS:PORT or PORT")
        }
        self.host = host == "localhost" ? "127.0.0.1" : String(host.filter { !"[]".contains($0) })
        self.port = port
    }

    /// Asks.
    ///
    /// - Parameter limit: How long the answer may take.
    /// - Returns: What the node says.
    /// - Throws: `MonitoringFailure` when there is none.
    public func ask(within limit: Duration = .seconds(5)) async throws(MonitoringFailure) -> Answer {
        let answer: HTTPQuestion.Answer?
        do {
            answer = try await HTTPQuestion(host: host, port: port, path: path).ask(within: limit)
        } catch {
            throw MonitoringFailure("nobody answers at \(host) port \(port): \(error)")
        }
        guard let answer else { throw MonitoringFailure("\(host):\(port) has not answered within \(limit)") }
        let line = String(decoding: answer.body, as: UTF8.self).prefix { $0 != "\n" }
        return Answer(isGood: (200..<300).contains(answer.status), text: String(line))
    }
}
