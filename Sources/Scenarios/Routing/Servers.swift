/// The servers of a network: what forwards one packet a tick and has a queue before it.
package struct Servers: Sendable {
    /// The links, each in both directions.
    package let links: DirectedLinks
    /// For each directed link the server that a packet waits for to use it: its router, or the link itself.
    package let ofLink: [Int]
    /// The number of servers.
    package let count: Int

    /// Finds the servers of a network.
    package init(_ topology: NetworkTopology, _ model: RoutingScenario.Model) {
        links = DirectedLinks(topology)
        switch model {
        case .node:
            ofLink = links.sources
            count = topology.routerCount
        case .link:
            ofLink = Array(0..<links.count)
            count = links.count
        }
    }
}
