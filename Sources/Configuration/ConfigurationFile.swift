internal import Foundation
internal import InputFiles
internal import Suggestions
internal import YAMLReading
internal import Yams

/// The settings of a YAML file: keys at the top for every command that has them, and sections named after commands.
struct ConfigurationFile {
    /// A setting and where it stands.
    struct Entry {
        /// The commands whose section it stands in; empty at the top.
        let section: [String]
        let key: String
        let values: [String]
        let line: Int
    }

    let name: String
    private(set) var entries: [Entry] = []

    /// A file of settings is no larger than this, in bytes.
    private static let sizeLimit = 1 << 20

    /// Reads a file.
    ///
    /// - Throws: `ConfigurationFailure` that names the line and what would be right.
    init(path: String, tree: CommandTree) throws(ConfigurationFailure) {
        let data: Data
        do {
            data = try InputFile.contents(of: path, limit: Self.sizeLimit)
        } catch {
            throw ConfigurationFailure("the configuration \(path) cannot be read: \(error)")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ConfigurationFailure("the configuration \(path) is no UTF-8 text")
        }
        // Some editors begin a file with a byte order mark.
        try self.init(text: text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text, name: path, tree: tree)
    }

    /// Reads a text.
    init(text: String, name: String, tree: CommandTree) throws(ConfigurationFailure) {
        self.name = name
        let root: Node?
        do {
            root = try YAMLText.compose(text)
        } catch {
            throw ConfigurationFailure("\(name)\(error.line.map { ":\($0)" } ?? ""): \(error)")
        }
        // Nothing but comments.
        guard let root, root.scalar?.string != "" else { return }
        guard let mapping = root.mapping else { throw ConfigurationFailure("\(name): lines of the form 'key: value'") }
        try read(mapping, section: [], of: tree.root)
    }

    /// The entries for a command: those of its section before those at the top.
    func entry(_ key: String, for command: [String]) -> Entry? {
        let matching = entries.filter { $0.key == key && command.starts(with: $0.section) }
        return matching.max { $0.section.count < $1.section.count }
    }

    /// Where an entry stands.
    func place(of entry: Entry) -> String { "\(name):\(entry.line)" }

    private mutating func read(
        _ mapping: Node.Mapping,
        section: [String],
        of command: CommandTree.Command
    ) throws(ConfigurationFailure) {
        for (node, value) in mapping {
            let line = node.mark?.line ?? 0
            let place = "\(name):\(line)"
            guard let key = node.scalar?.string else { throw ConfigurationFailure("\(place): a key is a word") }
            if let below = value.mapping {
                guard let subcommand = command.subcommand(key) else {
                    throw unknown(key, at: place, known: command.subcommands.map(\.name), "section", in: section)
                }
                try read(below, section: section + [key], of: subcommand)
                continue
            }
            // At the top a key may be meant for any command; in a section for the section's.
            let known = command.allOptions
            guard let option = known.first(where: { $0.key == key }) else {
                throw unknown(key, at: place, known: known.map(\.key), "key", in: section)
            }
            if entries.contains(where: { $0.key == key && $0.section == section }) {
                throw ConfigurationFailure("\(place): '\(key)' is set twice")
            }
            let values = try Self.values(value, of: option, at: place)
            entries.append(Entry(section: section, key: key, values: values, line: line))
        }
    }

    private func unknown(
        _ key: String,
        at place: String,
        known: [String],
        _ kind: String,
        in section: [String]
    ) -> ConfigurationFailure {
        let owner = section.isEmpty ? "" : " of \(section.joined(separator: " "))"
        let hint = Spelling.nearest(to: key, among: known).map { "; did you mean '\($0)'?" } ?? ""
        return ConfigurationFailure("\(place): unknown \(kind) '\(key)'\(owner)\(hint)")
    }

    private static func values(
        _ node: Node,
        of option: CommandTree.Option,
        at place: String
    ) throws(ConfigurationFailure) -> [String] {
        if let sequence = node.sequence {
            guard option.isRepeating else { throw ConfigurationFailure("\(place): '\(option.key)' takes one value") }
            let values = sequence.compactMap(\.scalar?.string)
            guard values.count == sequence.count, !values.isEmpty else {
                throw ConfigurationFailure("\(place): '\(option.key)' takes a list of plain values")
            }
            return values
        }
        // Nothing behind the colon is a mistake; nothing in quotes is meant.
        guard let scalar = node.scalar?.string, !scalar.isEmpty || node.scalar?.style == .doubleQuoted else {
            throw ConfigurationFailure("\(place): '\(option.key)' has no value")
        }
        return [scalar]
    }
}
