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

    /// Looks through the environment; what is empty counts as not set.
    ///
    /// - Throws: `ConfigurationFailure` for a variable that sets nothing, with the nearest name that does.
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
            let key = name.dropFirst(Self.prefix.count).lowercased().replacing("_", with: "-")
            guard keys.contains(key) else {
                let known = (keys.map(Self.name) + own.names + [Self.fileVariable]).map {
                    $0.dropFirst(Self.prefix.count)
                }
                let meant = Spelling.nearest(
                    to: String(name.dropFirst(Self.prefix.count)),
                    among: known.map(String.init)
                )
                let hint = meant.map { "; did you mean \(Self.prefix)\($0)?" } ?? ""
                throw ConfigurationFailure("the variable \(name) is no setting\(hint)")
            }
            settings[key] = Variable(name: name, value: value)
        }
    }

    /// The variable that sets an option.
    func variable(for key: String) -> Variable? { settings[key] }

    /// The name of the variable for a key.
    static func name(_ key: String) -> String { prefix + key.uppercased().replacing("-", with: "_") }
}
