internal import ArgumentParser
internal import CommandBasics
internal import DecisionProcesses
internal import ScenarioCatalogue
internal import Scenarios

/// The network under attack in the catalogue.
enum SecurityEntry: ProcessEntry {
    typealias Options = SecurityOptions

    static let standard: any CataloguedScenario = SecurityScenario()
    static let summary = "Hosts under attack: which one is cleaned now, beside the exact optimum."
    static let comparison = "Compare policies with cleaning by rank, at random and not at all, and the exact optimum."
    static let example = "--output runs/security"
    static let samples: [any CataloguedScenario] = [
        SecurityScenario(), SecurityScenario(links: SecurityScenario.ring(of: 4), attacker: .targeted),
    ]
}

/// The settings of the network under attack.
struct SecurityOptions: ProcessOptionGroup {
    @Option(help: ArgumentHelp("Hosts in a ring with one link across, 3 to 8 (default: 6).", valueName: "n"))
    var hosts: Int?

    @Option(
        help: ArgumentHelp(
            "Instead of --hosts: which hosts see each other; the attack comes in at 0, the last one is the database.",
            valueName: "0-1,1-2,…"
        )
    )
    var links: String?

    @Option(
        help: ArgumentHelp(
            "Instead of --hosts: a file of 2 to 8 hosts and their links, in any format of a packet network.",
            valueName: "file"
        ),
        completion: .file()
    )
    var graph: String?

    @Option(
        name: .customLong("entry-host"),
        help: ArgumentHelp(
            "Where the attack comes in with --graph (default: the file's first host).",
            valueName: "name"
        )
    )
    var entryHost: String?

    @Option(help: ArgumentHelp("Which host is the database with --graph (default: the last one).", valueName: "name"))
    var database: String?

    @Option(help: ArgumentHelp("Whom it strikes: all neighbours, or the nearest to the database (default: spreading)."))
    var attacker: SecurityScenario.Attacker?

    @Option(help: ArgumentHelp("Probability to take a neighbour in a tick (default: 0.15).", valueName: "p"))
    var infection: Double?

    @Option(help: ArgumentHelp("Probability to come in from outside in a tick (default: 0.1).", valueName: "p"))
    var entry: Double?

    var given: [String] {
        [
            ("--hosts", hosts != nil), ("--links", links != nil), ("--graph", graph != nil),
            ("--entry-host", entryHost != nil), ("--database", database != nil), ("--attacker", attacker != nil),
            ("--infection", infection != nil), ("--entry", entry != nil),
        ]
        .filter(\.1).map(\.0)
    }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        var scenario = SecurityScenario()
        let networks = [("--hosts", hosts != nil), ("--links", links != nil), ("--graph", graph != nil)].filter(\.1)
        guard networks.count < 2 else {
            throw CommandFailure(.usage, "\(networks.map(\.0).joined(separator: " with ")): one of them")
        }
        if let graph {
            (scenario.links, scenario.names) = try HostGraph(file: graph)
                .hosts(from: entryHost, to: database)
        } else if entryHost != nil || database != nil {
            throw CommandFailure(.usage, "--entry-host and --database name hosts of a file: say which by --graph")
        }
        if let hosts {
            guard (3...SecurityScenario.hostCounts.upperBound).contains(hosts) else {
                throw CommandFailure(.usage, "--hosts \(hosts): 3 to \(SecurityScenario.hostCounts.upperBound) hosts")
            }
            scenario.links = SecurityScenario.ring(of: hosts)
        }
        if let links { scenario.links = try Self.links(links) }
        if let attacker { scenario.attacker = attacker }
        if let infection { scenario.infection = infection }
        if let entry { scenario.entry = entry }
        return ScenarioConfiguration(scenario)
    }

    private static func links(_ text: String) throws -> [SecurityScenario.Link] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0.drop { $0 == " " }) }
            guard ends.count == 2, let first = ends[0], let second = ends[1] else {
                throw CommandFailure(
                    .usage,
                    "--links \(text): '\(part)' is no link; write pairs of hosts, such as 0-1,1-2"
                )
            }
            return .init(from: min(first, second), to: max(first, second))
        }
    }
}

extension SecurityScenario.Attacker: ExpressibleByArgument {}
