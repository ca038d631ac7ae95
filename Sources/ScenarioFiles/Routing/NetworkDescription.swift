internal import Scenarios

/// What a file says of a network, before it is checked: nodes, links and demands by identifier.
struct NetworkDescription {
    struct Node {
        let id: String
        /// A name to show, if the file has one.
        var name: String?
        var position: NetworkTopology.Position?
        let line: Int?
    }

    struct Link {
        let source: String
        let target: String
        let line: Int?
    }

    struct Demand {
        let source: String
        let target: String
        let value: Double
        let line: Int?
    }

    var nodes: [Node] = []
    var links: [Link] = []
    var demands: [Demand] = []
    /// Why the demands cannot be used, where they cannot: whoever does not ask for them need not know.
    var demandFailure: NetworkTextError?
    /// Whether the file says that links have no direction: then the same two ends the other way round are a second link.
    var isUndirected = false
    /// What was read in another way than it stands there.
    var remarks: [String] = []
}

/// A network that a description makes.
struct DescribedNetwork {
    let topology: NetworkTopology
    /// The routers by identifier.
    let routers: [String: Int]
    /// Identifiers and names of nodes that are no part of it.
    let leftOut: Set<String>
    /// What of the file is not in it, and what goes by another name.
    let remarks: [String]
}

extension NetworkDescription {
    /// Makes the network: parallel links and the two directions of a link become one two-way link, links of a node to
    /// itself are left out.
    ///
    /// - Parameter largestPart: Whether only the largest part that hangs together is taken.
    /// - Returns: The network and what its nodes are called.
    /// - Throws: `NetworkTextError` for what makes no network.
    func network(largestPart: Bool) throws(NetworkTextError) -> DescribedNetwork {
        let indices = try indicesByID()
        guard !nodes.isEmpty else { throw NetworkTextError(nil, "there are no nodes") }
        guard !links.isEmpty else { throw NetworkTextError(nil, "there are no links") }
        var pairs = LinkPairs(isUndirected: isUndirected)
        for link in links {
            let a = try index(of: link.source, in: indices, line: link.line, "a link")
            let b = try index(of: link.target, in: indices, line: link.line, "a link")
            pairs.add(a, b)
        }
        let naming = RouterNames(nodes)
        let names = naming.names
        let parts = NetworkParts(nodeCount: nodes.count, links: pairs.links)
        guard parts.count == 1 || largestPart else { throw Self.apart(parts, names) }
        let kept = parts.largest
        var routers = [Int?](repeating: nil, count: nodes.count)
        for (router, node) in kept.enumerated() { routers[node] = router }
        let positions = kept.compactMap { nodes[$0].position }
        let remarks = self.remarks + naming.remarks + pairs.remarks(names) + parts.remarks(names)
        do {
            let topology = try NetworkTopology(
                checking: pairs.links.compactMap { a, b in routers[a].flatMap { a in routers[b].map { (a, $0) } } },
                routerCount: kept.count,
                names: kept.map { names[$0] },
                // Where all are in the same place, nobody has placed them.
                positions: positions.count == kept.count && Set(positions).count > 1 ? positions : []
            )
            let lost = nodes.indices.filter { routers[$0] == nil }
            return DescribedNetwork(
                topology: topology,
                routers: indices.compactMapValues { routers[$0] },
                leftOut: Set(lost.flatMap { [nodes[$0].id, names[$0]] }),
                remarks: remarks
            )
        } catch {
            throw NetworkTextError(nil, error.description)
        }
    }

    private static func apart(_ parts: NetworkParts, _ names: [String]) -> NetworkTextError {
        let lost = parts.members.indices.first { parts.members[$0] != parts.members[0] } ?? 0
        return NetworkTextError(
            nil,
            "no path leads from router '\(names[0])' to router '\(names[lost])': the largest of \(parts.count) parts has "
                + "\(parts.largest.count) of \(names.count) routers, and --largest-part takes it alone"
        )
    }

    /// Makes the weights of a network's traffic matrix; `nil` when the file has no demands.
    ///
    /// Demands of the same pair add up; a demand of a node to itself does not enter the network and is left out, and so is
    /// one from or to a node that is not in the part of the network that was taken.
    ///
    /// - Parameters:
    ///   - topology: The network, perhaps of another file; its routers are found by name, or by `routers`.
    ///   - known: The network's routers by the identifiers in its own file.
    ///   - leftOut: Nodes of its file that are no part of it.
    ///   - areTwoWay: Whether a demand stands for both directions.
    /// - Returns: The weights, or `nil`.
    /// - Throws: `NetworkTextError` that names the first demand that makes no sense.
    func matrix(
        for topology: NetworkTopology,
        routers known: [String: Int],
        leftOut: Set<String>,
        areTwoWay: Bool
    ) throws(NetworkTextError) -> TrafficMatrix? {
        if let demandFailure { throw demandFailure }
        guard !demands.isEmpty else { return nil }
        let names = RouterNames(nodes).names
        var routers = known
        for (router, name) in topology.names.enumerated() { routers[name] = router }
        for (id, node) in try indicesByID() { if let router = routers[names[node]] { routers[id] = router } }
        var weights = Array(repeating: 0.0, count: topology.routerCount * topology.routerCount)
        for demand in demands where !leftOut.contains(demand.source) && !leftOut.contains(demand.target) {
            let source = try index(of: demand.source, in: routers, line: demand.line, "a demand")
            let target = try index(of: demand.target, in: routers, line: demand.line, "a demand")
            guard demand.value.isFinite, demand.value >= 0 else {
                throw NetworkTextError(
                    demand.line,
                    "the demand from '\(demand.source)' to '\(demand.target)' is \(demand.value)"
                )
            }
            guard source != target else { continue }
            weights[source * topology.routerCount + target] += demand.value
            if areTwoWay { weights[target * topology.routerCount + source] += demand.value }
        }
        let matrix = TrafficMatrix.weights(weights)
        do {
            try matrix.check(for: topology)
        } catch {
            throw NetworkTextError(nil, error.description)
        }
        return matrix
    }

    private func indicesByID() throws(NetworkTextError) -> [String: Int] {
        var indices: [String: Int] = [:]
        for (index, node) in nodes.enumerated() {
            guard indices.updateValue(index, forKey: node.id) == nil else {
                throw NetworkTextError(node.line, "a second node '\(node.id)'")
            }
        }
        return indices
    }

    private func index(
        of id: String,
        in indices: [String: Int],
        line: Int?,
        _ what: String
    ) throws(NetworkTextError) -> Int {
        if let index = indices[id] { return index }
        let alike = indices.keys.filter { $0.hasPrefix("\(id) (") }.sorted()
        let known = (alike.isEmpty ? indices.keys.sorted() : alike).prefix(8).joined(separator: ", ")
        throw NetworkTextError(line, "\(what) names node '\(id)', which there is not; there are \(known)…")
    }
}
