internal import Foundation
internal import Scenarios

/// JSON as networkx, topohub, D3 and Cytoscape write it.
///
/// Nodes have an `id` (a number, a text or a list), perhaps a `name` and a place (`pos`, or longitude and latitude under
/// several names). Where no node has an `id`, links name nodes by their position in the list, or by their names. Links stand
/// under `links` or `edges`, or as lists of neighbours under `adjacency`; in Cytoscape's form nodes and links stand under
/// `elements`, each with its `data`. Demands are under `graph.demands`, source by target, whose keys are texts even where
/// identifiers are numbers.
enum NodeLinkJSON {
    static func parse(_ text: String) throws(NetworkTextError) -> NetworkDescription {
        let root = try JSONTree.parse(text)
        var description = NetworkDescription()
        if let elements = elements(of: root) {
            try add(elements, to: &description)
        } else {
            guard case .object = root else { throw NetworkTextError(1, "the JSON is not an object") }
            try add(root, to: &description)
        }
        if case .truth(false) = root["directed"] { description.isUndirected = root["adjacency"] == nil }
        if let demands = root["graph"]?["demands"] ?? root["demands"] {
            do { description.demands = try parse(demands: demands) } catch { description.demandFailure = error }
        }
        return description
    }

    private static func add(_ root: JSONTree, to description: inout NetworkDescription) throws(NetworkTextError) {
        guard case .array(let nodes) = root["nodes"] else { throw NetworkTextError(nil, "there is no list 'nodes'") }
        var links: [(source: JSONTree, target: JSONTree)] = []
        if case .array(let rows) = root["adjacency"] {
            guard rows.count == nodes.count else {
                throw NetworkTextError(nil, "'adjacency' has \(rows.count) lists for \(nodes.count) nodes")
            }
            for (node, row) in zip(nodes, rows) {
                guard let source = node["id"], case .array(let neighbors) = row else {
                    throw NetworkTextError(nil, "'adjacency' needs nodes with an 'id' and a list for each")
                }
                for neighbor in neighbors { links.append((source, neighbor["id"] ?? .other)) }
            }
        } else {
            guard case .array(let entries) = root["links"] ?? root["edges"] else {
                throw NetworkTextError(nil, "there is no list 'links' or 'edges'")
            }
            for entry in entries { links.append((entry["source"] ?? .other, entry["target"] ?? .other)) }
        }
        let keys = try NodeKeys(nodes, ends: links.flatMap { [$0.source, $0.target] })
        for (index, node) in nodes.enumerated() {
            description.nodes.append(
                .init(
                    id: keys.identifiers[index],
                    name: node["name"]?.identifier ?? node["label"]?.identifier,
                    position: place(node),
                    line: nil
                )
            )
        }
        for (index, link) in links.enumerated() {
            guard let source = link.source.identifier, let target = link.target.identifier else {
                throw NetworkTextError(nil, "link \(index) has no 'source' and 'target'")
            }
            description.links.append(.init(source: source, target: target, line: nil))
        }
    }

    /// The elements of Cytoscape's form: nodes and edges, in two lists or in one.
    private static func elements(of root: JSONTree) -> [JSONTree]? {
        let elements = root["elements"] ?? root
        if case .array(let nodes) = elements["nodes"], root["elements"] != nil {
            if case .array(let edges) = elements["edges"] { return nodes + edges }
            return nodes
        }
        guard case .array(let all) = elements, all.first?["data"] != nil else { return nil }
        return all
    }

    private static func add(_ elements: [JSONTree], to description: inout NetworkDescription) throws(NetworkTextError) {
        for (index, element) in elements.enumerated() {
            let data = element["data"] ?? .other
            if let source = data["source"]?.identifier, let target = data["target"]?.identifier {
                description.links.append(.init(source: source, target: target, line: nil))
            } else if let id = data["id"]?.identifier {
                let name = data["name"]?.identifier ?? data["label"]?.identifier
                let position = place(data) ?? element["position"].flatMap { place($0) }
                description.nodes.append(.init(id: id, name: name, position: position, line: nil))
            } else {
                throw NetworkTextError(nil, "element \(index) has neither 'id' nor 'source' and 'target' in its 'data'")
            }
        }
    }

    private static func parse(demands: JSONTree) throws(NetworkTextError) -> [NetworkDescription.Demand] {
        guard case .object(let sources) = demands else { throw NetworkTextError(nil, "'demands' is not an object") }
        var all: [NetworkDescription.Demand] = []
        for (source, row) in sources.sorted(by: { $0.key < $1.key }) {
            guard case .object(let targets) = row else {
                throw NetworkTextError(nil, "the demands of '\(source)' are not an object")
            }
            for (target, value) in targets.sorted(by: { $0.key < $1.key }) {
                guard case .number(let value) = value else {
                    throw NetworkTextError(nil, "the demand from '\(source)' to '\(target)' is not a number")
                }
                all.append(.init(source: source, target: target, value: value, line: nil))
            }
        }
        return all
    }

    private static func place(_ node: JSONTree) -> NetworkTopology.Position? {
        if case .array(let pair) = node["pos"], pair.count == 2, case .number(let x) = pair[0],
            case .number(let y) = pair[1]
        {
            return .init(x: x, y: y)
        }
        for (x, y) in [
            ("x", "y"), ("Longitude", "Latitude"), ("longitude", "latitude"), ("lon", "lat"), ("lng", "lat"),
        ] {
            if case .number(let x) = node[x], case .number(let y) = node[y] { return .init(x: x, y: y) }
        }
        return nil
    }
}

/// What links call the nodes of a list.
private struct NodeKeys {
    let identifiers: [String]

    init(_ nodes: [JSONTree], ends: [JSONTree]) throws(NetworkTextError) {
        let ids = nodes.map { $0["id"]?.identifier }
        if let missing = ids.firstIndex(of: nil), ids.contains(where: { $0 != nil }) {
            throw NetworkTextError(nil, "node \(missing) of 'nodes' has no 'id'")
        }
        let named = ids.compactMap { $0 }
        guard named.isEmpty, !nodes.isEmpty else {
            identifiers = named
            return
        }
        let positions = nodes.indices.map(String.init)
        let names = nodes.map { $0["name"]?.identifier ?? $0["label"]?.identifier ?? "" }
        let used = Set(ends.compactMap(\.identifier))
        let areNumbersForTexts =
            ends.allSatisfy(\.isNumber) && !nodes.contains { ($0["name"] ?? $0["label"])?.isNumber ?? false }
        let areNames = Set(names).count == nodes.count && used.isSubset(of: names) && !areNumbersForTexts
        let arePositions = used.isSubset(of: positions)
        guard !areNames || !arePositions || names == positions else {
            throw NetworkTextError(
                nil,
                "no node has an 'id', and the numbers in links may be positions in the list or names: give nodes an 'id'"
            )
        }
        guard areNames || arePositions else {
            throw NetworkTextError(
                nil,
                "node 0 of 'nodes' has no 'id', and links name nodes neither by place nor by name"
            )
        }
        identifiers = areNames ? names : positions
    }
}
