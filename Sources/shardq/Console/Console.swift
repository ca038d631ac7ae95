internal import Foundation

/// Standard output for results, standard error for everything else.
enum Console {
    /// Prints a result.
    ///
    /// - Throws: `CommandFailure` when standard output takes no more.
    static func result(_ text: String) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
        } catch {
            throw CommandFailure(.inputOutput, "cannot write to standard output: no space left, or its reader is gone")
        }
    }

    /// Prints a line for the operator; where nobody takes it, it is lost.
    static func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Prints an error, without the user information of any URL in it.
    static func error(_ text: String) {
        note("shardq: " + text.replacing(/:\/\/[^\s\/]*@/, with: "://"))
    }

    /// Replaces the line under the cursor.
    static func status(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(("\r\u{1B}[K" + text).utf8))
    }

    /// Whether standard error is a terminal.
    static var isTerminal: Bool { isatty(2) == 1 }
}
