internal import ArgumentParser

/// How log records look.
struct LogOptions: ParsableArguments {
    @Option(name: .customLong("log-format"), help: "text for people, or json: one object a line on standard error.")
    var format: LogFormat = .text
}
