package import ArgumentParser
internal import CommandBasics

/// Whether a run shows its own page, and to whom.
package struct PageOptions: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        name: .customLong("page-port"),
        help: ArgumentHelp("Show the run in a browser (docs/viewing.md).", valueName: "port")
    )
    package var port: UInt16?

    @Option(
        name: .customLong("page-address"),
        help: ArgumentHelp(
            "Where; beyond this machine only with --page-token-file.",
            valueName: "ip",
            visibility: .hidden
        )
    )
    var addressGiven: String?

    @Option(
        name: .customLong("page-host"),
        help: ArgumentHelp("A name under which it is asked; may be repeated.", valueName: "name", visibility: .hidden)
    )
    package var hosts: [String] = []

    @Option(
        name: .customLong("page-token-file"),
        help: ArgumentHelp("What has to come with every request.", valueName: "file", visibility: .hidden),
        completion: .file()
    )
    var tokenFile: String?

    package func validate() throws {
        let given = [
            ("--page-address", addressGiven != nil), ("--page-host", !hosts.isEmpty),
            ("--page-token-file", tokenFile != nil),
        ].filter(\.1).map(\.0)
        if port == nil, let option = given.first {
            throw ValidationError("\(option) without --page-port: nothing is shown; give a port, or leave it out")
        }
        guard tokenFile != nil || AskerOptions.isLoopback(addressGiven ?? "127.0.0.1") else {
            throw ValidationError(
                "--page-address \(addressGiven ?? "") without --page-token-file: whoever reaches this machine could ask; "
                    + "give a token, or leave the address out"
            )
        }
    }

    /// Refuses a page that has nothing to show, or no place of its own.
    ///
    /// - Throws: `CommandFailure` that says what would be right.
    package func check(output: String?, _ monitoring: MonitoringOptions) throws {
        guard let port else { return }
        guard output != nil else {
            throw CommandFailure(.usage, "--page-port \(port) shows the run's folder: name one with --output")
        }
        guard port == 0 || port != monitoring.port else {
            throw CommandFailure(
                .usage,
                "--page-port \(port) and --metrics-port \(port): each answers at a port of its own, give another one"
            )
        }
    }

    /// Who may ask, as for `view`.
    package var askers: AskerOptions {
        var askers = AskerOptions()
        (askers.address, askers.hosts, askers.tokenFile) = (addressGiven ?? "127.0.0.1", hosts, tokenFile)
        return askers
    }
}
