internal import Scenarios

/// GEXF, the format of Gephi: nodes with labels and places, edges; nodes within nodes count as well.
enum GEXF {
    static func parse(_ root: XMLTree) throws(NetworkTextError) -> NetworkDescription {
        let graph = try root.child("graph")
        var titles: [String: String] = [:]
        for attribute in graph.all("attributes").filter({ $0.attributes["class"] == "node" }).flatMap(\.children) {
            titles[try attribute.attribute("id")] = attribute.attributes["title"] ?? ""
        }
        var description = NetworkDescription()
        description.isUndirected = graph.attributes["defaultedgetype"] != "directed"
        for nodes in graph.all("nodes") { try add(nodes, titles, to: &description) }
        for edge in graph.all("edges").flatMap({ $0.all("edge") }) {
            let (source, target) = (try edge.attribute("source"), try edge.attribute("target"))
            description.links.append(.init(source: source, target: target, line: edge.line))
        }
        return description
    }

    private static func add(
        _ nodes: XMLTree,
        _ titles: [String: String],
        to description: inout NetworkDescription
    ) throws(NetworkTextError) {
        for node in nodes.all("node") {
            var data: [String: String] = [:]
            for value in node.all("attvalues").flatMap({ $0.all("attvalue") }) {
                guard let key = value.attributes["for"] ?? value.attributes["id"] else { continue }
                data[titles[key] ?? key] = value.attributes["value"]
            }
            description.nodes.append(
                .init(
                    id: try node.attribute("id"),
                    name: node.attributes["label"],
                    position: GraphML.place(data) ?? GraphML.place(node.first("position")?.attributes ?? [:]),
                    line: node.line
                )
            )
            for inner in node.all("nodes") { try add(inner, titles, to: &description) }
        }
    }
}
