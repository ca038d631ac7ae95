internal import Foundation

/// The names under which nodes become routers: those of the file; nodes that share one have their identifier behind it.
struct RouterNames {
    let names: [String]
    /// Says whose name is not as it stands in the file.
    let remarks: [String]

    init(_ nodes: [NetworkDescription.Node]) {
        let bare = nodes.map { node in
            let name = Self.inOneLine(node.name ?? "")
            return name.isEmpty ? node.id : name
        }
        var counts: [String: Int] = [:]
        for name in bare { counts[name, default: 0] += 1 }
        let shared = zip(nodes, bare).map { node, name in
            counts[name] == 1 ? name : name == node.id ? name : "\(name) (\(node.id))"
        }
        let twice = bare.filter { counts[$0, default: 0] > 1 }
        guard Set(shared).count == nodes.count else {
            names = nodes.map(\.id)
            remarks = ["nodes go by their identifiers, since several share the name '\(twice.first ?? "")'"]
            return
        }
        names = shared
        guard let first = twice.first else {
            remarks = []
            return
        }
        let some = zip(bare, shared).filter { $0.0 == first }.prefix(3).map { "'\($0.1)'" }.joined(separator: ", ")
        remarks = ["\(twice.count) nodes share their name with others and have their identifier behind it: \(some)"]
    }

    /// A name may have been written over several lines; tables and messages have one.
    private static func inOneLine(_ name: String) -> String {
        name.split { $0.isWhitespace || $0.unicodeScalars.allSatisfy { $0.properties.generalCategory == .control } }
            .joined(separator: " ")
    }
}

/// The pairs of nodes that links join, each once.
struct LinkPairs {
    let isUndirected: Bool
    private(set) var links: [(Int, Int)] = []
    private var counts: [[Int]: (there: Int, back: Int)] = [:]
    private var loops: [Int] = []

    init(isUndirected: Bool) { self.isUndirected = isUndirected }

    mutating func add(_ a: Int, _ b: Int) {
        guard a != b else { return loops.append(a) }
        let pair = [min(a, b), max(a, b)]
        var count = counts[pair] ?? (0, 0)
        if count == (0, 0) { links.append((a, b)) }
        if a < b { count.there += 1 } else { count.back += 1 }
        counts[pair] = count
    }

    /// Says what is not in the network as it stands in the file.
    func remarks(_ names: [String]) -> [String] {
        var remarks: [String] = []
        if let first = loops.first {
            remarks.append(
                "\(loops.count) \(loops.count == 1 ? "link joins a node" : "links join nodes") to itself and "
                    + "\(loops.count == 1 ? "is" : "are") left out: '\(names[first])'"
            )
        }
        let extra = links.map { a, b in
            let (there, back) = counts[[min(a, b), max(a, b)]] ?? (1, 0)
            return (isUndirected ? there + back : max(there, back)) - 1
        }
        if let first = extra.firstIndex(where: { $0 > 0 }) {
            let count = extra.reduce(0) { $0 + max(0, $1) }
            let (a, b) = links[first]
            remarks.append(
                "\(count) parallel \(count == 1 ? "link is" : "links are") merged with the one beside, and together carry no "
                    + "more than one: '\(names[a])' – '\(names[b])'"
            )
        }
        return remarks
    }
}

/// The parts of a network between which no link leads.
struct NetworkParts {
    /// For each node the first node of its part.
    let members: [Int]
    /// The nodes of the largest part in ascending order; of the first where several are as large.
    let largest: [Int]
    /// The number of parts.
    let count: Int

    init(nodeCount: Int, links: [(Int, Int)]) {
        var leaders = Array(0..<nodeCount)
        func leader(_ node: Int) -> Int {
            var node = node
            while leaders[node] != node {
                leaders[node] = leaders[leaders[node]]
                node = leaders[node]
            }
            return node
        }
        for (a, b) in links {
            let (one, other) = (leader(a), leader(b))
            leaders[max(one, other)] = min(one, other)
        }
        let members = (0..<nodeCount).map(leader)
        self.members = members
        var sizes = [Int](repeating: 0, count: nodeCount)
        for leader in members { sizes[leader] += 1 }
        count = sizes.count { $0 > 0 }
        let most = sizes.max() ?? 0
        let first = sizes.firstIndex(of: most)
        largest = members.indices.filter { members[$0] == first }
    }

    /// Says which nodes are left out when only the largest part is taken.
    func remarks(_ names: [String]) -> [String] {
        guard count > 1 else { return [] }
        let kept = largest.first.map { members[$0] }
        let lost = members.indices.filter { members[$0] != kept }
        let some = lost.prefix(3).map { "'\(names[$0])'" }.joined(separator: ", ")
        return [
            "\(lost.count) of \(names.count) routers are not in the largest part and are left out, with their demands: "
                + some + (lost.count > 3 ? ", …" : "")
        ]
    }
}
