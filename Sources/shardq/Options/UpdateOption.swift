public import ArgumentParser
public import TabularLearning

extension UpdateRule: ExpressibleByArgument {
    /// Reads a rule's name.
    public init?(argument: String) { self.init(rawValue: argument) }

    /// The names there are.
    public static var allValueStrings: [String] { names }

    /// What `--update` says in help.
    static var help: ArgumentHelp {
        ArgumentHelp("Update rule (default: \(qLearning.rawValue)).", valueName: "rule")
    }
}
