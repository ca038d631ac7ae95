public import TabularLearning

/// Q-learning from what was logged: the transitions in the order of the log, over and over.
///
///     Q(s, a) ← Q(s, a) + α [r + γ max Q(s′, ·) − Q(s, a)]
///
/// The maximum is over the allowed actions that the log has tried in s′: of the others nothing will ever be known, and an
/// initial value that nobody corrects would be taken for the best. Where it has tried none, s′ is worth the initial value.
///
/// Source: Lange, Gabel and Riedmiller, *Batch Reinforcement Learning*, 2012, §2.
public struct BatchLearner: Sendable {
    private let transitions: [LoggedTransition]
    private let initialValue: Float
    /// By state, the actions that the log has tried there.
    private let tried: [UInt64: UInt64]

    /// Takes up what was logged.
    public init(_ transitions: [LoggedTransition], initialValue: Float) {
        self.transitions = transitions
        self.initialValue = initialValue
        var tried: [UInt64: UInt64] = [:]
        for transition in transitions { tried[transition.state, default: 0] |= 1 << UInt64(transition.action) }
        self.tried = tried
    }

    /// Goes through the log once.
    ///
    /// - Parameters:
    ///   - table: A row for every state.
    ///   - discount: γ.
    ///   - stepSize: The rule for α.
    public func pass(_ table: inout ActionValueTable, discount: Float, stepSize: StepSize) {
        for transition in transitions {
            var target = transition.reward
            if let next = transition.next { target += discount * best(next, table) }
            table.update(row: Int(transition.state), action: transition.action, toward: target, stepSize: stepSize)
        }
    }

    private func best(_ next: LoggedTransition.Next, _ table: ActionValueTable) -> Float {
        let known = next.allowed & (tried[next.state] ?? 0)
        var best: Float?
        for action in 0..<table.actionCount where known & 1 << UInt64(action) != 0 {
            let value = table.cells[Int(next.state) * table.actionCount + action].value
            best = max(best ?? value, value)
        }
        return best ?? initialValue
    }
}
