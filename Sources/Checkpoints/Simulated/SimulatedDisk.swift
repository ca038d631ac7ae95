internal import TabularLearning

/// Files and folders in memory, each with what a program sees and what would be left after a power cut.
struct SimulatedDisk: Sendable {
    /// A change of a folder's entries that was not flushed: it happens as a whole or not at all.
    enum Change: Sendable {
        case add(String, node: Int)
        case remove(String)
        case rename(String, String, node: Int)
    }

    enum Content: Sendable {
        case file([UInt8])
        case folder([String: Int])
    }

    struct Node: Sendable {
        var seen: Content
        /// What was flushed last.
        var flushed: Content
        /// What was done to a folder since then.
        var changes: [Change] = []
    }

    /// The root is the first; a node stays when its last entry goes, for that may come back.
    private(set) var nodes = [Node(seen: .folder([:]), flushed: .folder([:]))]

    static func parts(of path: String) -> [Substring] {
        path.split(separator: "/").filter { $0 != "." }
    }

    static func split(_ path: String) -> (parent: [Substring], name: String) {
        let parts = parts(of: path)
        return (Array(parts.dropLast()), parts.last.map(String.init) ?? "")
    }

    func find(_ parts: [Substring]) -> Int? {
        var node = 0
        for part in parts {
            guard let next = entries(of: node)?[String(part)] else { return nil }
            node = next
        }
        return node
    }

    func find(_ path: String) -> Int? { find(Self.parts(of: path)) }

    func entries(of node: Int) -> [String: Int]? {
        guard case .folder(let entries) = nodes[node].seen else { return nil }
        return entries
    }

    func bytes(of node: Int) -> [UInt8]? {
        guard case .file(let bytes) = nodes[node].seen else { return nil }
        return bytes
    }

    mutating func append(_ bytes: some Sequence<UInt8>, to node: Int) {
        guard case .file(var content) = nodes[node].seen else { return }
        nodes[node].seen = .file([])
        content.append(contentsOf: bytes)
        nodes[node].seen = .file(content)
    }

    /// Replaces a file's content, flushed or not.
    mutating func replace(_ node: Int, with bytes: [UInt8], flushed: Bool) {
        nodes[node].seen = .file(bytes)
        if flushed { nodes[node].flushed = .file(bytes) }
    }

    /// Adds an empty file or folder.
    mutating func add(_ content: Content, named name: String, to folder: Int) -> Int {
        nodes.append(Node(seen: content, flushed: content))
        change(folder, .add(name, node: nodes.count - 1))
        return nodes.count - 1
    }

    mutating func change(_ folder: Int, _ change: Change) {
        guard var entries = entries(of: folder) else { return }
        Self.apply(change, to: &entries)
        nodes[folder].seen = .folder(entries)
        nodes[folder].changes.append(change)
    }

    private static func apply(_ change: Change, to entries: inout [String: Int]) {
        switch change {
        case .add(let name, let node): entries[name] = node
        case .remove(let name): entries[name] = nil
        case .rename(let old, let new, let node):
            entries[old] = nil
            entries[new] = node
        }
    }

    mutating func flush(_ node: Int) {
        nodes[node].flushed = nodes[node].seen
        nodes[node].changes = []
    }

    /// The size of all files that can be reached.
    var usedByteCount: Int {
        var sum = 0
        var rest = [0]
        while let node = rest.popLast() {
            sum += bytes(of: node)?.count ?? 0
            rest += entries(of: node).map { Array($0.values) } ?? []
        }
        return sum
    }

    /// Cuts the power: of what was not flushed each change of a folder survives or not, and a file's content becomes
    /// the flushed one, a beginning of the new one, or one whose end is zeros.
    mutating func loseUnflushed(_ generator: inout SplitMix64) {
        for index in nodes.indices {
            switch (nodes[index].seen, nodes[index].flushed) {
            case (.file(let seen), .file(let flushed)):
                guard seen != flushed else { continue }
                nodes[index].seen = .file(Self.remains(of: seen, flushed, &generator))
            case (_, .folder(var entries)):
                for change in nodes[index].changes where generator.nextIndex(below: 2) == 0 {
                    Self.apply(change, to: &entries)
                }
                nodes[index].seen = .folder(entries)
            default: continue
            }
            flush(index)
        }
    }

    private static func remains(of seen: [UInt8], _ flushed: [UInt8], _ generator: inout SplitMix64) -> [UInt8] {
        let cut = generator.nextIndex(below: seen.count + 1)
        switch generator.nextIndex(below: 4) {
        case 0: return flushed
        case 1: return Array(seen.prefix(cut))
        case 2: return seen.prefix(cut) + Array(repeating: 0, count: seen.count - cut)
        default: return seen
        }
    }
}
