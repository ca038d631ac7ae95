internal import Scenarios

/// GraphML: nodes and edges whose data stand under keys that the head declares.
enum GraphML {
    static func parse(_ root: XMLTree) throws(NetworkTextError) -> NetworkDescription {
        var names: [String: String] = [:]
        for key in root.all("key") {
            names[try key.attribute("id")] = key.attributes["attr.name"] ?? ""
        }
        let graph = try root.child("graph")
        var description = NetworkDescription()
        for node in graph.all("node") {
            var data: [String: String] = [:]
            for entry in node.all("data") { data[names[try entry.attribute("key")] ?? ""] = entry.content }
            description.nodes.append(
                .init(
                    id: try node.attribute("id"),
                    name: data["label"] ?? data["name"],
                    position: place(data),
                    line: node.line
                )
            )
        }
        for edge in graph.all("edge") {
            let (source, target) = (try edge.attribute("source"), try edge.attribute("target"))
            description.links.append(.init(source: source, target: target, line: edge.line))
        }
        return description
    }

    /// A node's place under the names that are in use.
    static func place(_ data: [String: String]) -> NetworkTopology.Position? {
        for (x, y) in [("Longitude", "Latitude"), ("longitude", "latitude"), ("lon", "lat"), ("x", "y")] {
            if let x = data[x].flatMap(Double.init), let y = data[y].flatMap(Double.init), x.isFinite, y.isFinite {
                return .init(x: x, y: y)
            }
        }
        return nil
    }
}
