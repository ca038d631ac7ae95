/// A policy that gives every allowed action a probability, by an exponential of fixed operations.
enum SoftPolicy: Sendable {
    case boltzmann(temperature: Double)
    case mellowmax(sharpness: Double)

    /// The policy at a number of lane-steps; `nil` where another kind of exploring is chosen.
    init?(_ exploration: Exploration, at laneSteps: UInt64) {
        switch exploration {
        case .epsilonGreedy, .ladder: return nil
        case .boltzmann(let temperature): self = .boltzmann(temperature: temperature.value(at: laneSteps))
        case .mellowmax(let sharpness): self = .mellowmax(sharpness: sharpness)
        }
    }

    /// Draws an action.
    ///
    /// - Parameters:
    ///   - allowed: The allowed actions as a bit set, not empty.
    ///   - random: 64 random bits.
    ///   - value: What an action is worth.
    /// - Returns: One of the allowed actions.
    func draw(from allowed: UInt64, random: UInt64, _ value: (Int) -> Float) -> UInt8 {
        var (rest, greatest) = (allowed, -Float.infinity)
        while rest != 0 {
            let candidate = value(rest.trailingZeroBitCount)
            rest &= rest &- 1
            greatest = candidate > greatest ? candidate : greatest
        }
        let inverse = inverseTemperature(allowed, greatest, value)
        func weight(_ action: Int) -> Double {
            Self.weight((Double(value(action)) - Double(greatest)) * inverse)
        }
        let total = Self.sum(over: allowed, weight)
        let mark = Double(random &>> 11) * 0x1p-53 * total
        var (sum, last) = (0.0, allowed.trailingZeroBitCount)
        rest = allowed
        while rest != 0 {
            let action = rest.trailingZeroBitCount
            rest &= rest &- 1
            let share = weight(action)
            sum += share
            // What rounding leaves over is the last one's that has a share.
            if share > 0 { last = action }
            if mark < sum { break }
        }
        return UInt8(truncatingIfNeeded: last)
    }

    /// What values are multiplied by in the exponent.
    private func inverseTemperature(_ allowed: UInt64, _ greatest: Float, _ value: (Int) -> Float) -> Double {
        switch self {
        case .boltzmann(let temperature): 1 / temperature
        case .mellowmax(let sharpness): Self.entropyRoot(allowed, greatest, sharpness, value)
        }
    }

    /// The β at which Σ exp(β (Q − mm)) (Q − mm) is 0, by halving an interval so often that nothing of it is left.
    private static func entropyRoot(
        _ allowed: UInt64,
        _ greatest: Float,
        _ sharpness: Double,
        _ value: (Int) -> Float
    ) -> Double {
        let top = Double(greatest)
        let mean =
            sum(over: allowed) { weight((Double(value($0)) - top) * sharpness) } / Double(allowed.nonzeroBitCount)
        let mellowmax = top + naturalLogarithm(mean) / sharpness
        func balance(_ beta: Double) -> Double {
            sum(over: allowed) { (Double(value($0)) - mellowmax) * weight((Double(value($0)) - top) * beta) }
        }
        guard top > mellowmax else { return 0 }
        var (low, high) = (0.0, sharpness)
        for _ in 0..<64 where balance(high) < 0 { (low, high) = (high, 2 * high) }
        for _ in 0..<50 {
            let middle = 0.5 * (low + high)
            if balance(middle) < 0 { low = middle } else { high = middle }
        }
        return 0.5 * (low + high)
    }

    @inline(__always)
    private static func weight(_ exponent: Double) -> Double { exponent > -745 ? exponential(exponent) : 0 }

    /// Adds something over the allowed actions, from the lowest up.
    @inline(__always)
    private static func sum(over allowed: UInt64, _ term: (Int) -> Double) -> Double {
        var (rest, sum) = (allowed, 0.0)
        while rest != 0 {
            sum += term(rest.trailingZeroBitCount)
            rest &= rest &- 1
        }
        return sum
    }
}

extension LearningRule {
    /// Answers from rows that have been brought, and draws an action from each.
    ///
    /// What a rule bootstraps on is told which action was drawn, as if the lane had explored.
    ///
    /// - Parameters:
    ///   - policy: The policy.
    ///   - randoms: 64 random bits a row.
    ///   - question: What is asked; its notes name no action.
    ///   - rows: [rows × planes × actions] action values.
    ///   - actionCount: The actions there are.
    ///   - answers: Gets the values, and what was drawn as the only greedy action.
    func answer(
        _ policy: SoftPolicy,
        _ randoms: [UInt64],
        _ question: Question,
        rows: [Float],
        actionCount: Int,
        into answers: inout GreedyAnswers
    ) {
        var question = question
        let width = actionCount * planeCount
        let all = ActionMask.all(actionCount)
        let drawn = randoms.indices.map { index in
            policy.draw(from: question.masks.isEmpty ? all : question.masks[index], random: randoms[index]) { action in
                let offset = question.offsets.isEmpty ? 0 : question.offsets[index * actionCount + action]
                return actingValue(
                    { rows[index * width + $0 * actionCount + $1] + (takesOffset($0) ? offset : 0) },
                    action
                )
            }
        }
        for index in question.notes.indices {
            let coin = QueryNote(rawValue: question.notes[index]).coin
            question.notes[index] = QueryNote(exploring: drawn[index], coin: UInt8(coin)).rawValue
        }
        answer(question, rows: rows, actionCount: actionCount, into: &answers)
        answers.takeOnly(drawn)
    }
}

extension GreedyAnswers {
    /// Names one action each as the only greedy one.
    mutating func takeOnly(_ drawn: [UInt8]) {
        switch choice {
        case .lowest: actions = drawn
        case .sets: sets = drawn.map { 1 << $0 }
        case .wideSets: wideSets = drawn.map { 1 << UInt64($0) }
        }
    }
}
