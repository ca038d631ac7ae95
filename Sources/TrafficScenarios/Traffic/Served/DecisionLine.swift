internal import Foundation
internal import LoopbackSocket

/// A way to somebody who decides: a JSON object out, a JSON object back, within a deadline.
protocol DecisionLine: Sendable {
    /// Asks and waits.
    ///
    /// - Parameters:
    ///   - body: What is seen.
    ///   - deadline: How long an answer is of use.
    /// - Returns: The answer's body.
    /// - Throws: When none has come in time, or a refusal.
    func ask(_ body: [UInt8], within deadline: Duration) throws -> [UInt8]
}

/// Why there is no decision.
struct DecisionFailure: Error, CustomStringConvertible {
    let description: String
}

/// A connection to `shardq serve` on this machine that is kept open.
final class HTTPDecisionLine: DecisionLine {
    private let socket: LoopbackSocket
    private let head: String

    init(port: UInt16, deadline: Duration) throws {
        let milliseconds = max(1, Int(deadline / .milliseconds(1)))
        socket = try LoopbackSocket(port: port, patience: milliseconds / 1000, milliseconds: milliseconds % 1000)
        head =
            "POST /decide HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\nContent-Length: "
    }

    func ask(_ body: [UInt8], within deadline: Duration) throws -> [UInt8] {
        let end = ContinuousClock.now + deadline
        try socket.send(Array("\(head)\(body.count)\r\n\r\n".utf8) + body)
        var bytes: [UInt8] = []
        while true {
            try socket.receive(appendingTo: &bytes)
            guard ContinuousClock.now <= end else { throw DecisionFailure(description: "the answer came too late") }
            guard bytes.count <= 1 << 20 else { throw DecisionFailure(description: "the answer has no end") }
            if let answer = try Self.answer(in: bytes) { return answer }
        }
    }

    /// The body, once all of it has come.
    private static func answer(in bytes: [UInt8]) throws -> [UInt8]? {
        let blank = Array("\r\n\r\n".utf8)
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: blank) }) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
        let length = lines.dropFirst().compactMap { line -> Int? in
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { return nil }
            return Int(parts[1].trimmingCharacters(in: .whitespaces))
        }.first
        guard let length, length >= 0 else { throw DecisionFailure(description: "an answer without a length") }
        let body = bytes[(end + blank.count)...]
        guard body.count >= length else { return nil }
        guard status == 200 else {
            throw DecisionFailure(description: "\(status) \(String(decoding: body.prefix(300), as: UTF8.self))")
        }
        return Array(body.prefix(length))
    }
}
