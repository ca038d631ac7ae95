public import ArgumentParser
public import TabularLearning

extension UpdateRule: ExpressibleByArgument {
    /// Reads a rule's name.
    public init?(argument: String) { self.init(rawValue: argument) }

    /// The names there are.
    public static var allValueStrings: [String] { names }

    /// What `--update` says in help.
    static var help: ArgumentHelp {
        let rules = all.map { "\($0.name), \($0.summary)" }.joined(separator: "; ")
        return ArgumentHelp("Update rule: \(rules) (default: \(qLearning.rawValue)).", valueName: "rule")
    }
}
