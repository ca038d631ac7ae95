/// How a lane strays from the greedy action.
///
/// Whatever it is, a choice depends on the lane's random number of the step, the answers and nothing else.
public enum Exploration: Sendable, Hashable, Codable {
    /// With probability ε any allowed action.
    case epsilonGreedy

    /// ε-greedy with another ε in every lane: ε to the power of 1 + exponent × i / (N − 1) in lane i of N.
    ///
    /// Source: Horgan et al. 2018 (Ape-X), with 7 for the exponent.
    case ladder(exponent: Double)

    /// Each allowed action with a probability proportional to exp(Q / τ), τ a function of the lane-steps.
    ///
    /// Source: Sutton & Barto 2018, §13.1.
    case boltzmann(temperature: Schedule)

    /// The policy of greatest entropy whose mean value is mellowmax: exp(β Q) with the β that makes it so.
    ///
    /// Source: Asadi and Littman 2017.
    case mellowmax(sharpness: Double)

    /// Whether all action values of a row are looked at, and not the greatest alone.
    public var needsRows: Bool {
        switch self {
        case .epsilonGreedy, .ladder: false
        case .boltzmann, .mellowmax: true
        }
    }

    /// Whether its numbers make sense.
    public var isSound: Bool {
        switch self {
        case .epsilonGreedy: true
        case .ladder(let exponent): (0...100).contains(exponent)
        case .boltzmann(let temperature): temperature.isAlwaysAbove(0)
        case .mellowmax(let sharpness): sharpness > 0 && sharpness.isFinite
        }
    }

    /// Why a rule cannot be had with it; `nil` where it can.
    public func objection(to update: UpdateRule) -> String? {
        let name = update.rawValue
        if let own = update.rule.ownExploration, own != self { return "\(name) draws from a policy of its own" }
        switch self {
        case .epsilonGreedy: return nil
        case .ladder:
            return update.rule.averagesOverEpsilon ? "\(name) averages over one ε, and a ladder has one a lane" : nil
        case .boltzmann, .mellowmax:
            if update.rule.averagesOverEpsilon {
                return "\(name) averages over the ε-greedy policy: softmax-sarsa does over this one"
            }
            let asksGreedy = update.returns?.isCut ?? update.average?.followsGreedyOnly ?? false
            return asksGreedy ? "\(name) asks whether an action was the greedy one, and here none is" : nil
        }
    }
}

/// It was ε-greedy before there was a choice.
public enum AbsentExploration: SettingAbsence {
    /// ε-greedy.
    public static var value: Exploration { .epsilonGreedy }
}

extension Schedule {
    /// Whether it is finite and above a number at every step.
    func isAlwaysAbove(_ limit: Double) -> Bool {
        let ends =
            switch self {
            case .constant(let value): [value]
            case .linear(let initial, let final, _), .exponential(let initial, let final, _): [initial, final]
            }
        if case .exponential(_, _, 0) = self { return false }
        return ends.allSatisfy { $0 > limit && $0.isFinite }
    }
}

extension Exploration {
    /// The ε of some lanes.
    ///
    /// - Parameters:
    ///   - epsilon: That of the first lane.
    ///   - exponent: What the last one's power is above 1.
    ///   - lanes: Which lanes.
    ///   - count: All lanes of the run.
    /// - Returns: One each.
    static func ladder(_ epsilon: Double, _ exponent: Double, lanes: Range<Int>, of count: Int) -> [Double] {
        lanes.map { lane in
            guard epsilon > 0, lane > 0, exponent > 0 else { return epsilon }
            let power = 1 + exponent * (Double(lane) / Double(count - 1))
            return exponential(power * naturalLogarithm(epsilon))
        }
    }
}
