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
}

extension NetworkDescription {
    /// Makes the network: parallel links and the two directions of a link become one two-way link.
    func topology() throws(NetworkTextError) -> NetworkTopology {
        let indices = try indicesByID()
        guard !nodes.isEmpty else { throw NetworkTextError(nil, "there are no nodes") }
        guard !links.isEmpty else { throw NetworkTextError(nil, "there are no links") }
        var seen = Set<[Int]>()
        var pairs: [(Int, Int)] = []
        for link in links {
            let a = try index(of: link.source, in: indices, line: link.line, "a link")
            let b = try index(of: link.target, in: indices, line: link.line, "a link")
            guard a != b else { throw NetworkTextError(link.line, "a link joins node '\(link.source)' to itself") }
            if seen.insert([min(a, b), max(a, b)]).inserted { pairs.append((a, b)) }
        }
        let positions = nodes.compactMap(\.position)
        do {
            return try NetworkTopology(
                checking: pairs,
                routerCount: nodes.count,
                names: names,
                positions: positions.count == nodes.count ? positions : []
            )
        } catch {
            throw NetworkTextError(nil, error.description)
        }
    }

    /// Makes the weights of a network's traffic matrix; `nil` when the file has no demands.
    ///
    /// Demands of the same pair add up; a demand of a node to itself does not enter the network and is left out.
    ///
    /// - Parameters:
    ///   - topology: The network, perhaps of another file; its routers are found by identifier or by name.
    ///   - areTwoWay: Whether a demand stands for both directions.
    /// - Returns: The weights, or `nil`.
    /// - Throws: `NetworkTextError` that names the first demand that makes no sense.
    func matrix(for topology: NetworkTopology, areTwoWay: Bool) throws(NetworkTextError) -> TrafficMatrix? {
        guard !demands.isEmpty else { return nil }
        let indices = try indicesByID()
        let names = names
        var routers: [String: Int] = [:]
        for (router, name) in topology.names.enumerated() { routers[name] = router }
        for (id, node) in indices { if let router = routers[names[node]] { routers[id] = router } }
        var weights = Array(repeating: 0.0, count: topology.routerCount * topology.routerCount)
        for demand in demands {
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

    /// The names to show: those of the file when all differ, otherwise the identifiers.
    private var names: [String] {
        let names = nodes.map { $0.name ?? $0.id }
        return Set(names).count == names.count ? names : nodes.map(\.id)
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
        let known = indices.keys.sorted().prefix(8).joined(separator: ", ")
        throw NetworkTextError(line, "\(what) names node '\(id)', which there is not; there are \(known)…")
    }
}
