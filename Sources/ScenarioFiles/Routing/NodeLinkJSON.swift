internal import Foundation
internal import Scenarios

/// Node-link JSON as networkx and topohub write it.
///
/// Nodes have an `id` (a number or a text), perhaps a `name` and a place (`pos`, or longitude and latitude under several
/// names); links stand under `links` or `edges`; demands under `graph.demands`, source by target, whose keys are texts even
/// where identifiers are numbers.
enum NodeLinkJSON {
    static func parse(_ text: String) throws(NetworkTextError) -> NetworkDescription {
        let root = try JSONTree.parse(text)
        guard case .object(let members) = root else { throw NetworkTextError(1, "the JSON is not an object") }
        var description = NetworkDescription()
        guard case .array(let nodes) = members["nodes"] else { throw NetworkTextError(nil, "there is no list 'nodes'") }
        for (index, node) in nodes.enumerated() {
            guard let id = node["id"]?.identifier else {
                throw NetworkTextError(nil, "node \(index) of 'nodes' has no 'id'")
            }
            description.nodes.append(.init(id: id, name: node["name"]?.identifier, position: place(node), line: nil))
        }
        guard case .array(let links) = members["links"] ?? members["edges"] else {
            throw NetworkTextError(nil, "there is no list 'links' or 'edges'")
        }
        for (index, link) in links.enumerated() {
            guard let source = link["source"]?.identifier, let target = link["target"]?.identifier else {
                throw NetworkTextError(nil, "link \(index) has no 'source' and 'target'")
            }
            description.links.append(.init(source: source, target: target, line: nil))
        }
        if let demands = members["graph"]?["demands"] ?? members["demands"] {
            description.demands = try parse(demands: demands)
        }
        return description
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
        for (x, y) in [("x", "y"), ("Longitude", "Latitude"), ("longitude", "latitude"), ("lon", "lat")] {
            if case .number(let x) = node[x], case .number(let y) = node[y] { return .init(x: x, y: y) }
        }
        return nil
    }
}

/// Any JSON.
indirect enum JSONTree: Decodable {
    case object([String: JSONTree])
    case array([JSONTree])
    case number(Double)
    case text(String)
    case other

    static func parse(_ text: String) throws(NetworkTextError) -> JSONTree {
        do {
            return try JSONDecoder().decode(Self.self, from: Data(text.utf8))
        } catch {
            throw reason(text)
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let object = try? container.decode([String: JSONTree].self) {
            self = .object(object)
        } else if let array = try? container.decode([JSONTree].self) {
            self = .array(array)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .other
        }
    }

    subscript(key: String) -> JSONTree? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// A text, or a number as a text: 7 and "7" name the same node.
    var identifier: String? {
        switch self {
        case .text(let text): text
        case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
        default: nil
        }
    }

    /// Why a text is no JSON, and the line; the decoder does not tell, but Foundation's older reader does.
    private static func reason(_ text: String) -> NetworkTextError {
        let data = Data(text.utf8)
        let words = "the JSON cannot be read"
        do {
            _ = try JSONSerialization.jsonObject(with: data)
            return NetworkTextError(nil, words)
        } catch {
            guard let detail = (error as NSError).userInfo["NSDebugDescription"] as? String else {
                return NetworkTextError(nil, words)
            }
            let offset = detail.range(of: "character ").flatMap { Int(detail[$0.upperBound...].prefix { $0.isNumber }) }
            let line = offset.map { 1 + data.prefix($0).count { $0 == UInt8(ascii: "\n") } }
            return NetworkTextError(line, "\(words): \(detail)")
        }
    }
}
