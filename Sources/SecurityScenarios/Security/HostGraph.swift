internal import CommandBasics
internal import ScenarioFiles
internal import Scenarios
internal import Suggestions

/// Hosts and who sees whom, from a file in any of the formats of packet networks.
struct HostGraph {
    private let file: String
    private let topology: NetworkTopology

    /// Reads a file; what of it is left out, such as hosts that no link reaches, is said.
    ///
    /// - Throws: `NetworkFileError` with the line, `CommandFailure` for more hosts than are solved.
    init(file: String) throws {
        let read = try NetworkFile(readingFrom: file, largestPart: true)
        for remark in read.remarks { Console.note("\(file): \(remark)") }
        (self.file, topology) = (file, read.network.topology)
        guard SecurityScenario.hostCounts.contains(topology.routerCount) else {
            throw CommandFailure(
                .badInput,
                "\(file) has \(topology.routerCount) hosts: 2 to \(SecurityScenario.hostCounts.upperBound), "
                    + "whose states are twice as many with each"
            )
        }
    }

    /// The hosts, numbered so that the attack comes in at 0 and the last one is the database; else as in the file.
    ///
    /// - Parameters:
    ///   - entry: Where the attack comes in; `nil` for the first.
    ///   - database: `nil` for the last.
    /// - Returns: The links and the names.
    /// - Throws: `CommandFailure` for a name that the file does not have, or one host that is both.
    func hosts(from entry: String?, to database: String?) throws -> (links: [SecurityScenario.Link], names: [String]) {
        let count = topology.routerCount
        let first = try entry.map { try number(of: $0, "--entry-host") } ?? (try database.map(otherThan) ?? 0)
        let last = try database.map { try number(of: $0, "--database") } ?? (first == count - 1 ? 0 : count - 1)
        guard first != last else {
            throw CommandFailure(
                .usage,
                "\(topology.names[first]) is where the attack comes in and the database: name two"
            )
        }
        let order = [first] + (0..<count).filter { $0 != first && $0 != last } + [last]
        var numbers = Array(repeating: 0, count: count)
        for (number, host) in order.enumerated() { numbers[host] = number }
        let links = topology.neighbors.enumerated().flatMap { host, neighbors in
            neighbors.filter { host < $0 }.map { neighbor in
                SecurityScenario.Link(
                    from: min(numbers[host], numbers[neighbor]),
                    to: max(numbers[host], numbers[neighbor])
                )
            }
        }
        return (links.sorted { ($0.from, $0.to) < ($1.from, $1.to) }, order.map { topology.names[$0] })
    }

    /// The first host that is not the one of this name.
    private func otherThan(_ name: String) throws -> Int { try number(of: name, "--database") == 0 ? 1 : 0 }

    private func number(of name: String, _ option: String) throws -> Int {
        guard let host = topology.names.firstIndex(of: name) else {
            throw CommandFailure(
                .usage,
                "\(option) \(name): in \(file) \(Spelling.unknown("host", name, among: topology.names))"
            )
        }
        return host
    }
}
