extension EffectiveConfiguration {
    /// The settings as a configuration file, each line with its origin in a comment.
    public func text(program: String) -> String {
        let lines = settings.map { setting -> (text: String, origin: String) in
            let key = setting.values.isEmpty ? "# \(setting.key):" : "\(setting.key):"
            let values = setting.values.map(Self.scalar)
            let value = values.count > 1 ? "[" + values.joined(separator: ", ") + "]" : values.first ?? ""
            return (value.isEmpty ? key : "\(key) \(value)", setting.origin.description)
        }
        let width = min(48, lines.map(\.text.count).max() ?? 0)
        let head = "# \(program) \(command.joined(separator: " "))"
        return ([head] + lines.map { $0.text.padded(to: width) + "  # " + $0.origin }).joined(separator: "\n")
    }

    /// A value as YAML reads it back: plain where that is safe, else in quotes.
    static func scalar(_ value: String) -> String {
        let isPlain =
            value.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-_./:=".contains($0)) }
            && value.first.map { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "." } ?? false
            && !value.hasSuffix(":")
        guard !isPlain else { return value }
        let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\"\(escaped)\""
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
