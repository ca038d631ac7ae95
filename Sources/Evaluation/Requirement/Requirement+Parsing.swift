extension Requirement {
    /// Reads a condition.
    ///
    /// - Parameter text: As the type's description says.
    /// - Throws: `RequirementError` that says what is wrong and what would be right.
    public init(parsing text: String) throws(RequirementError) {
        func fail(_ reason: String) -> RequirementError {
            RequirementError("\"\(text)\": \(reason); write it like \"learned <= 0.9 * fixed\"")
        }
        guard let sign = text.firstIndex(of: "<") else { throw fail("there is no <= or < in it") }
        var rest = text[text.index(after: sign)...]
        let isAtMost = rest.first == "="
        if isAtMost { rest = rest.dropFirst() }
        guard !rest.contains(where: { "<>=".contains($0) }), !text[..<sign].contains(where: { ">=".contains($0) })
        else { throw fail("it compares more than once, or with something else than <= and <") }
        self.text = text
        relation = isAtMost ? .atMost : .below
        do throws(SideFailure) {
            left = try Self.side(text[..<sign])
            right = try Self.side(rest)
        } catch {
            throw fail(error.reason)
        }
        if case .number = left, case .number = right { throw fail("it compares two numbers") }
    }

    private struct SideFailure: Error {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }

    private static func side(_ text: Substring) throws(SideFailure) -> Side {
        let text = trimmed(text)
        guard !text.isEmpty else { throw SideFailure("one side of the comparison is empty") }
        let factors = text.split(separator: "*", omittingEmptySubsequences: false).map { trimmed($0) }
        switch factors.count {
        case 1:
            if let number = Double(factors[0]) { return .number(try finite(number, factors[0])) }
            return try term(factors[0], factor: 1)
        case 2:
            guard let factor = Double(factors[0]) else {
                throw SideFailure("\"\(factors[0])\" before * is not a number")
            }
            guard try finite(factor, factors[0]) > 0 else { throw SideFailure("a factor is above 0") }
            return try term(factors[1], factor: factor)
        default: throw SideFailure("there is more than one * in \"\(text)\"")
        }
    }

    private static func term(_ text: Substring, factor: Double) throws(SideFailure) -> Side {
        guard let open = text.firstIndex(of: "(") else {
            return .term(factor: factor, metric: nil, contender: try name(text, "contender"))
        }
        guard text.last == ")" else { throw SideFailure("\"\(text)\" lacks its closing parenthesis") }
        let inner = text[text.index(after: open)...].dropLast()
        return .term(
            factor: factor,
            metric: try name(trimmed(text[..<open]), "metric"),
            contender: try name(trimmed(inner), "contender")
        )
    }

    private static func name(_ text: Substring, _ kind: String) throws(SideFailure) -> String {
        guard !text.isEmpty else { throw SideFailure("the name of a \(kind) is missing") }
        guard Double(text) == nil, text.allSatisfy({ $0.isLetter || $0.isNumber || "-_./+".contains($0) }) else {
            throw SideFailure("\"\(text)\" is not the name of a \(kind)")
        }
        return String(text)
    }

    private static func finite(_ value: Double, _ text: Substring) throws(SideFailure) -> Double {
        guard value.isFinite else { throw SideFailure("\(text) is not a number to compare with") }
        return value
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return text
    }
}
