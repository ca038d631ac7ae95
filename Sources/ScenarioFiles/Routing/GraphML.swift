internal import Scenarios

/// GraphML: nodes and edges whose data stand under keys that the head declares; graphs within nodes count as well.
enum GraphML {
    static func parse(_ root: XMLTree) throws(NetworkTextError) -> NetworkDescription {
        var names: [String: String] = [:]
        for key in root.all("key") {
            names[try key.attribute("id")] = key.attributes["attr.name"] ?? ""
        }
        let graph = try root.child("graph")
        var description = NetworkDescription()
        description.isUndirected = graph.attributes["edgedefault"] == "undirected"
        try add(graph, names, to: &description)
        return description
    }

    private static func add(
        _ graph: XMLTree,
        _ names: [String: String],
        to description: inout NetworkDescription
    ) throws(NetworkTextError) {
        for node in graph.all("node") {
            var data: [String: String] = [:]
            for entry in node.all("data") { data[names[try entry.attribute("key")] ?? ""] = entry.content }
            // yEd keeps names and places in elements of its own.
            let drawn = node.all("data").lazy
            let label = drawn.compactMap { $0.descendant("NodeLabel")?.content }.first { !$0.isEmpty }
            let geometry = drawn.compactMap { $0.descendant("Geometry")?.attributes }.first
            description.nodes.append(
                .init(
                    id: try node.attribute("id"),
                    name: data["label"] ?? data["name"] ?? label,
                    position: place(data) ?? geometry.flatMap { place($0) },
                    line: node.line
                )
            )
            for inner in node.all("graph") { try add(inner, names, to: &description) }
        }
        for edge in graph.all("edge") {
            let (source, target) = (try edge.attribute("source"), try edge.attribute("target"))
            description.links.append(.init(source: source, target: target, line: edge.line))
        }
    }

    /// A node's place under the names that are in use, in whatever case.
    static func place(_ data: [String: String]) -> NetworkTopology.Position? {
        let values = Dictionary(data.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
        for (x, y) in [("longitude", "latitude"), ("lon", "lat"), ("lng", "lat"), ("x", "y")] {
            if let x = values[x].flatMap(Double.init), let y = values[y].flatMap(Double.init), x.isFinite, y.isFinite {
                return .init(x: x, y: y)
            }
        }
        return nil
    }
}
