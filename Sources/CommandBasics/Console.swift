internal import CSignals
internal import Evaluation
internal import Foundation
package import Logging
internal import Synchronization

/// Standard output for results, standard error for everything else.
package enum Console {
    /// Takes what is said on standard error as records; `nil` for lines for people.
    private static let recorder = Mutex<Logger?>(nil)

    /// Prints a result.
    ///
    /// - Throws: `CommandFailure` when standard output takes no more.
    package static func result(_ text: String) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
        } catch {
            throw CommandFailure(.inputOutput, "cannot write to standard output: no space left, or its reader is gone")
        }
    }

    /// From now on, what is said on standard error goes to a logger.
    static func writeRecords(with logger: Logger) {
        recorder.withLock { $0 = logger }
    }

    /// Whether standard error has records of a log and nothing else.
    package static var writesRecords: Bool { recorder.withLock { $0 } != nil }

    /// Writes a record of the log, where there are records.
    package static func record(_ message: Logger.Message, _ metadata: Logger.Metadata) {
        recorder.withLock { $0 }?.info(message, metadata: metadata)
    }

    /// Prints a line for the operator; where nobody takes it, it is lost.
    package static func note(_ text: String) {
        if let logger = recorder.withLock({ $0 }) {
            let text = text.trimmingPrefix("\n")
            if !text.isEmpty { logger.notice("\(text)") }
        } else {
            // On a terminal a line that is too long is broken between words, not within one.
            guard isTerminal else { return write(text + "\n") }
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let shown = lines.flatMap { TextTable.lines(String($0), width: statusColumns) }
            write(shown.joined(separator: "\n") + "\n")
        }
    }

    /// Prints an error, without the user information of any URL in it.
    package static func error(_ text: String) {
        if let logger = recorder.withLock({ $0 }) {
            logger.error("\(redact(text))")
        } else {
            let line = "shardq: " + redact(text)
            write((isTerminal ? TextTable.lines(line, width: statusColumns).joined(separator: "\n") : line) + "\n")
        }
    }

    /// Writes to standard error as it is.
    package static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// Removes the user information of any URL, and of what lacks only the scheme to be one.
    package static func redact(_ text: String) -> String {
        text.replacing(/:\/\/\S*@/, with: "://").replacing(/[^\s"'\/]+:[^\s"']+@/, with: "")
    }

    /// Removes the user information of any URL, and of the broker's address whatever it looks like, from a configuration.
    package static func redact(configuration: String) -> String {
        configuration.replacing(/(?m)^( *broker: *["']?)([a-z]+:\/\/)?.*@/) { "\($0.1)\($0.2 ?? "")" }
            .replacing(/:\/\/\S*@/, with: "://")
    }

    /// Replaces the line under the cursor by one that fits.
    package static func status(_ text: String) {
        write("\r\u{1B}[K" + text.prefix(statusColumns - 1))
    }

    /// The columns of the terminal that standard error is; 80 where it does not say.
    package static var statusColumns: Int { columns(of: 2) }

    /// The columns of the terminal that standard output is; 80 where it is none.
    package static var resultColumns: Int { columns(of: 1) }

    /// A paragraph of a result: in lines that fit where standard output is a terminal, in one where a program may read it.
    package static func prose(_ text: String) -> String {
        isatty(1) == 1 ? TextTable.lines(text, width: resultColumns).joined(separator: "\n") : text
    }

    private static func columns(of stream: Int32) -> Int {
        let count = shardq_terminal_columns(stream)
        return count > 0 ? Int(count) : 80
    }

    /// Whether standard error is a terminal.
    package static var isTerminal: Bool { isatty(2) == 1 }
}
