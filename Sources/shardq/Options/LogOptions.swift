internal import ArgumentParser

/// How log records look.
struct LogOptions: ParsableArguments {
    @Option(
        name: .customLong("log-format"),
        help: ArgumentHelp("Of log records.", valueName: "form")
    )
    var format: LogFormat = .text
}
