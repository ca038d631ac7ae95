package import ArgumentParser
package import CommandBasics

/// How log records look.
package struct LogOptions: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        name: .customLong("log-format"),
        help: ArgumentHelp("Of log records.", valueName: "form")
    )
    package var format: LogFormat = .text
}
