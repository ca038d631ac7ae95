/// A setting in a file or a variable that makes no sense.
public struct ConfigurationFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence that names the place and what would be right.
    public let description: String
    /// A setting that belongs to another choice than the one that was made, where that is what is wrong.
    public let foreign: ForeignSetting?
    /// Whether the mistake is one of the command's words, not of a file or a variable.
    public let isUsage: Bool

    init(_ description: String, foreign: ForeignSetting? = nil, isUsage: Bool = false) {
        self.description = description
        self.foreign = foreign
        self.isUsage = isUsage
    }
}

/// A setting that was made and that the chosen subcommand does not have, though others beside it do.
public struct ForeignSetting: Sendable, Hashable {
    /// The option as it is written among arguments.
    public let option: String
    /// What it was set to.
    public let values: [String]
    /// The subcommands that have it and that can be chosen.
    public let owners: [String]
    /// What was chosen; `nil` where nothing was.
    public let chosen: String?
    /// The keys of what was set and does belong to the chosen one.
    public let set: Set<String>
}
