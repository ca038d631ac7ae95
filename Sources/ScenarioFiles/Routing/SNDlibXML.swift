internal import Scenarios

/// The XML format of SNDlib: `network` with `networkStructure` and, perhaps, `demands`.
enum SNDlibXML {
    static func parse(_ root: XMLTree) throws(NetworkTextError) -> NetworkDescription {
        var description = NetworkDescription()
        let structure = try root.child("networkStructure")
        for node in structure.first("nodes")?.all("node") ?? [] {
            var entry = NetworkDescription.Node(id: try node.attribute("id"), line: node.line)
            if let coordinates = node.first("coordinates") {
                entry.position = .init(
                    x: try coordinates.child("x").number(),
                    y: try coordinates.child("y").number()
                )
            }
            description.nodes.append(entry)
        }
        for link in structure.first("links")?.all("link") ?? [] {
            let (source, target) = (try link.child("source").content, try link.child("target").content)
            description.links.append(.init(source: source, target: target, line: link.line))
        }
        for demand in root.first("demands")?.all("demand") ?? [] {
            do {
                description.demands.append(
                    .init(
                        source: try demand.child("source").content,
                        target: try demand.child("target").content,
                        value: try demand.child("demandValue").number(),
                        line: demand.line
                    )
                )
            } catch {
                description.demandFailure = description.demandFailure ?? error
            }
        }
        return description
    }
}
