internal import Suggestions

/// The settings in the environment: `SHARDQ_` and the key in capitals, with underscores.
struct Variables {
    /// A variable that sets an option.
    struct Variable {
        let name: String
        let value: String
    }

    private static let prefix = "SHARDQ_"
    private static let fileVariable = "SHARDQ_CONFIG"

    /// The file to read, if one is named.
    let file: String?
    private var settings: [String: Variable] = [:]
    /// Variables that set nothing and are not like any that does.
    private(set) var strangers: [String] = []

    /// Looks through the environment; what is empty counts as not set.
    ///
    /// - Throws: `ConfigurationFailure` for a variable that sets nothing and nearly has the name of one that does.
    init(
        _ environment: [String: String],
        tree: CommandTree,
        own: EffectiveConfiguration.OwnVariables
    ) throws(ConfigurationFailure) {
        file = environment[Self.fileVariable].flatMap { $0.isEmpty ? nil : $0 }
        let keys = Set(tree.root.allOptions.map(\.key))
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
            guard name.hasPrefix(Self.prefix), name != Self.fileVariable, !own.names.contains(name), !value.isEmpty
            else {
                continue
            }
            // Not even where it has the name of a setting.
            if Self.isOfService(name, value) { continue }
            let key = name.dropFirst(Self.prefix.count).lowercased().replacing("_", with: "-")
            guard keys.contains(key) else {
                let known = (keys.map(Self.name) + own.names + [Self.fileVariable]).map {
                    $0.dropFirst(Self.prefix.count)
                }
                let meant = Spelling.nearest(
                    to: String(name.dropFirst(Self.prefix.count)),
                    among: known.map(String.init)
                )
                guard let meant else {
                    strangers.append(name)
                    continue
                }
                throw ConfigurationFailure("the variable \(name) is no setting; did you mean \(Self.prefix)\(meant)?")
            }
            settings[key] = Variable(name: name, value: value)
        }
    }

    /// Whether Kubernetes or Docker has put a variable there for a service or a container whose name begins with `shardq`:
    /// every process beside it gets `SHARDQ_MASTER_SERVICE_HOST`, `SHARDQ_MASTER_PORT=tcp://10.0.0.1:9100` and others.
    private static func isOfService(_ name: String, _ value: String) -> Bool {
        if name.hasSuffix("_SERVICE_HOST") || name.contains("_SERVICE_PORT") { return true }
        let protocols = ["tcp", "udp", "sctp"]
        let namesAddress = ["_PORT", "_TCP", "_UDP", "_SCTP"].contains(where: name.hasSuffix)
        if namesAddress && protocols.contains(where: { value.hasPrefix($0 + "://") }) { return true }
        // SHARDQ_MASTER_PORT_9100_TCP_ADDR, …_PORT and …_PROTO.
        let words = name.split(separator: "_").suffix(4)
        guard words.count == 4, let first = words.first, let last = words.last else { return false }
        return first == "PORT" && ["ADDR", "PORT", "PROTO"].contains(last)
            && UInt16(words[words.startIndex + 1]) != nil
            && protocols.contains(words[words.startIndex + 2].lowercased())
    }

    /// The variable that sets an option.
    func variable(for key: String) -> Variable? { settings[key] }

    /// The name of the variable for a key.
    static func name(_ key: String) -> String { prefix + key.uppercased().replacing("-", with: "_") }
}
