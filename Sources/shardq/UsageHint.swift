/// What would be right, where the argument parser only says that a value is wrong.
enum UsageHint {
    /// What options with a form of their own take.
    private static let forms = [
        "--epsilon": "0 to 1, or FROM:TO as in 0.5:0.01", "--broker": "none, memory, local, or an amqp:// address",
    ]

    /// The message with what would be right behind it, where it does not say so itself.
    static func explained(_ message: String) -> String {
        let pattern = /The value '(.*)' is invalid for '(--[a-z0-9-]+)[^']*'/
        guard let match = message.wholeMatch(of: pattern) else { return message }
        let (value, option) = (String(match.output.1), String(match.output.2))
        if let form = forms[option] { return "\(message): \(form)" }
        let number = value.prefix { $0.isNumber || $0 == "." || $0 == "-" }
        guard !number.isEmpty, number.contains(where: \.isNumber) else { return "\(message): a number is expected" }
        return number.count < value.count
            ? "\(message): a number is expected, without a unit or sign behind it, such as \(number)"
            : "\(message): a whole number is expected, or one of another size"
    }
}
