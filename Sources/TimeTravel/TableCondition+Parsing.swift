public import TabularLearning

extension TableCondition {
    /// Reads a condition.
    ///
    /// - Parameters:
    ///   - text: `action(STATE) = ACTION`, `value(STATE, ACTION) > NUMBER`, `visits(STATE) >= NUMBER`; actions by number or name.
    ///   - space: The states and actions.
    /// - Throws: `TableConditionError` that names what is wrong.
    public init(parsing text: String, space: StateSpace) throws(TableConditionError) {
        description = text
        guard let open = text.firstIndex(of: "("), let relation = Self.relation(in: text, after: open),
            let close = text[open..<relation.range.lowerBound].lastIndex(of: ")"),
            text[text.index(after: close)..<relation.range.lowerBound].allSatisfy(\.isWhitespace)
        else { throw Self.noCondition(text) }
        self.relation = relation.value
        let words = text[text.index(after: open)..<close].split(separator: ",", maxSplits: 1).map(Self.trimmed)
        guard let first = words.first else { throw Self.noCondition(text) }
        guard let state = UInt64(first), state < space.stateCount else {
            throw TableConditionError(
                description: "'\(first)' in '\(text)' is no state: the table's states are 0 to \(space.stateCount - 1)"
            )
        }
        self.state = state
        var action: Int?
        if words.count > 1 { action = try Self.action(words[1], in: text, space) }
        let right = Self.trimmed(text[relation.range.upperBound...])
        switch (Self.trimmed(text[..<open]), action) {
        case ("action", nil):
            guard [.equal, .same, .unequal].contains(relation.value) else {
                throw TableConditionError(
                    description: "'\(text)': an action is = or != another, '\(relation.value.rawValue)' is for numbers"
                )
            }
            quantity = .action
            number = Double(try Self.action(right, in: text, space))
            return
        case ("value", _): quantity = .value(action)
        case ("visits", _): quantity = .visits(action)
        default: throw Self.noCondition(text)
        }
        guard let number = Double(right), number.isFinite else {
            throw TableConditionError(description: "'\(right)' in '\(text)' is no number")
        }
        // Values have single precision: in double none would be 0.1.
        if case .value = quantity { self.number = Double(Float(number)) } else { self.number = number }
    }

    /// Whether a text begins as a condition on a state does; others may be about a whole policy.
    public static func isMeant(by text: String) -> Bool {
        guard let open = text.firstIndex(of: "(") else { return false }
        let first = text[text.index(after: open)...].first { !$0.isWhitespace }
        return ["action", "value", "visits"].contains(trimmed(text[..<open])) && first?.isLetter != true
    }

    /// Which action a number or a name means.
    ///
    /// - Parameters:
    ///   - word: The number or the name.
    ///   - space: The states and actions.
    /// - Returns: The number; `nil` where it means none.
    public static func action(_ word: String, in space: StateSpace) -> Int? {
        space.actions.firstIndex(of: word) ?? Int(word).flatMap { space.actions.indices.contains($0) ? $0 : nil }
    }

    private static func action(_ word: String, in text: String, _ space: StateSpace) throws(TableConditionError) -> Int
    {
        guard let action = action(word, in: space) else {
            throw TableConditionError(description: "'\(word)' in '\(text)' is no action: there are \(names(of: space))")
        }
        return action
    }

    /// The actions with their numbers.
    public static func names(of space: StateSpace) -> String {
        space.actions.enumerated().map { String($0) == $1 ? $1 : "\($0) (\($1))" }.joined(separator: ", ")
    }

    /// The first relation behind a place; a longer one before a part of it.
    private static func relation(
        in text: String,
        after open: String.Index
    ) -> (value: Relation, range: Range<String.Index>)? {
        // A name of an action may hold any sign, so the relation is looked for behind the bracket that closes.
        var depth = 0
        var index = open
        while index < text.endIndex {
            switch text[index] {
            case "(": depth += 1
            case ")": depth -= 1
            default:
                let rest = text[index...]
                if depth == 0, let relation = Relation.allCases.first(where: { rest.hasPrefix($0.rawValue) }) {
                    return (relation, index..<text.index(index, offsetBy: relation.rawValue.count))
                }
            }
            index = text.index(after: index)
        }
        return nil
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var text = Substring(text)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    private static func noCondition(_ text: String) -> TableConditionError {
        TableConditionError(
            description: "'\(text)' is no condition: write action(STATE) = ACTION, value(STATE, ACTION) > NUMBER or "
                + "visits(STATE) >= NUMBER"
        )
    }
}
