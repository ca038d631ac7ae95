internal import ArgumentParser

/// How a node can be looked at while it runs.
struct MonitoringOptions: ParsableArguments {
    @Option(
        name: .customLong("metrics-port"),
        help: "Answer /metrics, /healthz and /readyz on this port; 0 for any that is free (default: do not)."
    )
    var port: UInt16?

    @Option(
        name: .customLong("metrics-address"),
        help: "The address to answer on; only this machine can reach loopback."
    )
    var address: String = "127.0.0.1"

    @Option(
        name: .customLong("metrics-linger"),
        help: "Seconds to go on answering when the run is complete, so that the last figures can be scraped."
    )
    var linger: Int = 0

    @Option(name: .customLong("ready-within"), help: "Seconds without progress after which /readyz says no.")
    var readyWithin: Int = 30

    func validate() throws {
        guard (0...86_400).contains(linger) else {
            throw ValidationError("--metrics-linger \(linger): 0 to 86400 seconds")
        }
        guard (1...86_400).contains(readyWithin) else {
            throw ValidationError("--ready-within \(readyWithin): 1 to 86400 seconds")
        }
    }
}
