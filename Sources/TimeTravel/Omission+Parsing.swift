public import TabularLearning

extension Omission {
    /// Reads what is left out: `lane 3`, `agent 2, steps 0-100000`; all that stands between commas must be so of a transition.
    ///
    /// - Parameters:
    ///   - text: `lane N`, `agent N`, `simulation N`, `cohort N`, `state N`, each also as `lanes N-M`; `steps A-B` in lane-steps,
    ///     `action NAME`, `end`, `reward < NUMBER`.
    ///   - shape: The run's lanes and steps.
    ///   - space: Its states and actions.
    /// - Throws: `OmissionError` that names what is wrong.
    public init(parsing text: String, shape: RunShape, space: StateSpace) throws(OmissionError) {
        var clauses: [Clause] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            clauses.append(try OmissionReader(text: text, shape: shape, space: space).clause(String(part)))
        }
        self.init(clauses, text, shape)
    }
}

/// Reads the parts of an omission.
private struct OmissionReader {
    let text: String
    let shape: RunShape
    let space: StateSpace

    func clause(_ part: String) throws(OmissionError) -> Omission.Clause {
        let words = part.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let first = words.first else { throw failure("nothing stands between two commas, or there is nothing") }
        if first == "reward" || first.hasPrefix("reward<") || first.hasPrefix("reward>") || first.hasPrefix("reward=") {
            return try reward(words.joined().dropFirst("reward".count))
        }
        let value = words.dropFirst().joined(separator: " ")
        switch first {
        case "end", "ends":
            guard value.isEmpty else { throw failure("'end' stands alone, '\(value)' is too much") }
            return .end
        case "action":
            guard let action = TableCondition.action(value, in: space) else {
                throw failure("'\(value)' is no action: there are \(TableCondition.names(of: space))")
            }
            return .action(action)
        case "lane", "lanes": return .lanes(try numbers(value, "lane", below: shape.laneCount))
        case "agent", "agents":
            guard shape.agentCount > 1 else {
                throw failure("a simulation has one lane here: name lanes, 0 to \(shape.laneCount - 1)")
            }
            return .agents(try numbers(value, "agent", below: shape.agentCount))
        case "simulation", "simulations":
            return .simulations(try numbers(value, "simulation", below: shape.laneCount / shape.agentCount))
        case "cohort", "cohorts": return .cohorts(try numbers(value, "cohort", below: shape.cohortCount))
        case "state", "states":
            let range = try numbers(value, "state", below: Int(clamping: space.stateCount))
            return .states(UInt64(range.lowerBound)...UInt64(range.upperBound))
        case "step", "steps": return try steps(value)
        default:
            throw failure(
                "'\(first)' names nothing that can be left out: lane N, agent N, simulation N, cohort N, state N (or N-M), "
                    + "steps A-B, action NAME, end, reward < NUMBER"
            )
        }
    }

    /// A number, or two with a line between them.
    private func numbers(_ value: String, _ what: String, below count: Int) throws(OmissionError) -> ClosedRange<Int> {
        guard let (low, high) = pair(value), low <= high else {
            throw failure("'\(value)' is no \(what) and no range of them: \(what) 3, or \(what)s 3-5")
        }
        guard high < UInt64(count) else { throw failure("\(what) \(high) does not exist: there are 0 to \(count - 1)") }
        return Int(low)...Int(high)
    }

    private func steps(_ value: String) throws(OmissionError) -> Omission.Clause {
        guard let (low, high) = pair(value), low < high, value.contains("-") else {
            throw failure("'\(value)' is no period: steps 0-100000 has what was learned in the first 100000 lane-steps")
        }
        guard high <= shape.laneSteps else { throw failure("the run has \(shape.laneSteps) lane-steps, not \(high)") }
        let atOnce = UInt64(shape.laneCount)
        // A step of all lanes belongs to the period in which it is completed.
        guard low / atOnce < high / atOnce else {
            throw failure("no step of all lanes ends within \(value): they end at the multiples of \(atOnce)")
        }
        return .steps((low / atOnce + 1)...(high / atOnce))
    }

    private func reward(_ rest: Substring) throws(OmissionError) -> Omission.Clause {
        guard let relation = TableCondition.Relation.allCases.first(where: { rest.hasPrefix($0.rawValue) }),
            let number = Double(rest.dropFirst(relation.rawValue.count)), number.isFinite
        else { throw failure("'reward\(rest)' compares no reward with a number: reward < -5") }
        // Rewards have single precision: in double no reward would be 0.1.
        return .reward(relation, Float(number))
    }

    private func pair(_ value: String) -> (UInt64, UInt64)? {
        let ends = value.split(separator: "-", omittingEmptySubsequences: false).map {
            UInt64(String($0.filter { !$0.isWhitespace }))
        }
        guard ends.count <= 2, let low = ends.first ?? nil, let high = ends.last ?? nil else { return nil }
        return (low, high)
    }

    private func failure(_ reason: String) -> OmissionError { OmissionError(description: "'\(text)': \(reason)") }
}

/// Why a text names nothing that can be left out.
public struct OmissionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence: what was read and what would be right.
    public let description: String
}
