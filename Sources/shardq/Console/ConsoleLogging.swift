internal import Logging

extension Logger {
    /// A logger whose lines go to standard error: warnings, or everything if wanted.
    static func console(verbose: Bool) -> Logger {
        var logger = Logger(label: "shardq") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = verbose ? .debug : .warning
        return logger
    }
}
