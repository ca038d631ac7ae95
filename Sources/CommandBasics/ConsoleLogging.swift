internal import ArgumentParser
package import Logging
internal import Messaging
internal import Monitoring

/// How log records look.
package enum LogFormat: String, Sendable, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

extension Logger {
    /// A logger for people, whose lines go to standard error: warnings, or everything if wanted.
    package static func console(verbose: Bool) -> Logger {
        var logger = Logger(label: "shardq") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = verbose ? .debug : .warning
        return logger
    }

    /// The logger of a node, in the format that was chosen; with JSON everything else on standard error has it too.
    package static func console(
        _ format: LogFormat,
        verbose: Bool,
        run: String? = nil,
        worker: String? = nil
    ) -> Logger {
        var logger: Logger
        switch format {
        case .text: logger = .console(verbose: verbose)
        case .json:
            logger = Logger(label: "shardq") { JSONLogHandler(label: $0) { Console.write($0) } }
            logger.logLevel = verbose ? .debug : .info
        }
        if let run { logger[metadataKey: LogKey.run] = "\(run)" }
        if let worker { logger[metadataKey: LogKey.worker] = "\(worker)" }
        if format == .json { Console.writeRecords(with: logger) }
        return logger
    }
}
