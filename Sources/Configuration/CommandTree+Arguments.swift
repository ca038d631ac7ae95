internal import Suggestions

extension CommandTree {
    /// The arguments that set an option of a command, as a line of a file would.
    ///
    /// - Parameters:
    ///   - key: The option's name without dashes.
    ///   - values: Its values.
    ///   - command: The words of the command, of which a scenario may be one.
    ///   - place: Where the option stands, for errors.
    /// - Returns: The arguments; none for a flag that is set to no and has no negation.
    /// - Throws: `ConfigurationFailure` when there is no such command or option, or it takes no such values.
    public func arguments(
        for key: String,
        _ values: [String],
        of command: [String],
        from place: String
    ) throws(ConfigurationFailure) -> [String] {
        var found = root
        for (depth, word) in command.enumerated() {
            guard let below = found.subcommand(word) else {
                let names = found.subcommands.filter(\.isListed).map(\.name)
                throw ConfigurationFailure(
                    "\(place): \(Spelling.unknown(depth == 0 ? "command" : "scenario to \(command[0])", word, among: names))"
                )
            }
            found = below
        }
        guard let option = found.option(key), !option.isPositional else {
            let hint = Spelling.nearest(to: key, among: found.options.filter { !$0.isPositional }.map(\.key))
            throw ConfigurationFailure(
                "\(place): '\(key)' is no option of \(command.joined(separator: " "))"
                    + (hint.map { "; did you mean '\($0)'?" } ?? "")
            )
        }
        guard option.isRepeating || values.count == 1 else {
            throw ConfigurationFailure("\(place): '\(key)' takes one value")
        }
        return try option.arguments(values, from: place)
    }
}
