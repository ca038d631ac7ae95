import Foundation
import Logging
import Monitoring
import Synchronization
import Testing

@Suite("Logs as JSON lines")
struct JSONLogTests {
    /// Keeps what is written.
    final class Lines: Sendable {
        private let text = Mutex("")

        var all: String { text.withLock { $0 } }

        func append(_ line: String) { text.withLock { $0 += line } }
    }

    private let lines = Lines()

    private func logger() -> Logger {
        var logger = Logger(label: "shardq") { [lines] in
            JSONLogHandler(label: $0, now: { Date(timeIntervalSince1970: 1_700_000_000.25) }) { lines.append($0) }
        }
        logger.logLevel = .info
        return logger
    }

    @Test("a record is one line: time, level, logger, message, then the metadata by name")
    func golden() {
        var logger = logger()
        logger[metadataKey: "run"] = "7"
        logger.warning("gone", metadata: ["round": .stringConvertible(UInt64(12)), "epoch": .stringConvertible(3)])
        logger.debug("not wanted")
        #expect(
            lines.all == """
                {"time":"2023-11-14T22:13:20.250Z","level":"warning","logger":"shardq","message":"gone",\
                "epoch":3,"round":12,"run":"7"}

                """
        )
    }

    @Test("whatever is in a message or its metadata, every line parses and says the same")
    func hostileText() throws {
        let texts = ["\"quoted\" \\ \n next\r\t", "\u{0}\u{1F}\u{7F}", "ünïcode 🚦 \u{2028}", "{\"level\":\"fake\"}"]
        let logger = logger()
        for text in texts {
            logger.error("\(text)", metadata: ["message": "\(text)", "list": ["\(text)", .dictionary(["k": "v"])]])
        }
        let records = try lines.all.split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(records.map { $0["message"] as? String } == texts)
        #expect(records.map { $0["metadata.message"] as? String } == texts)
        #expect(records.allSatisfy { $0["level"] as? String == "error" })
    }
}
