/// The last n steps of an episode, from which transitions of n steps are made.
package struct StepWindow: Sendable {
    struct Step: Sendable {
        var features: [Float]
        var action: Int
        var forces: [Float] = []
        var reward: Float
    }

    let stepCount: Int
    private let discount: Float
    var steps: [Step] = []

    package init(stepCount: Int, discount: Float) {
        (self.stepCount, self.discount) = (stepCount, discount)
    }

    /// How an episode stands after a step.
    package enum Ending { case none, terminal, cut }

    /// Takes a step.
    ///
    /// - Parameters:
    ///   - features: What was seen.
    ///   - action: What was done.
    ///   - forces: What was done where actions have no numbers.
    ///   - reward: What came of it.
    ///   - next: What is seen then.
    ///   - ending: Whether the episode has come to its end, after which nothing follows, or was cut.
    ///   - add: Takes what is complete.
    package mutating func take(
        _ features: [Float],
        _ action: Int,
        forces: [Float] = [],
        _ reward: Float,
        next: [Float],
        _ ending: Ending,
        _ add: (Transition) -> Void
    ) {
        steps.append(Step(features: features, action: action, forces: forces, reward: reward))
        if ending == .none {
            guard steps.count == stepCount else { return }
            add(transition(next, isTerminal: false))
            steps.removeFirst()
        } else {
            while !steps.isEmpty {
                add(transition(next, isTerminal: ending == .terminal))
                steps.removeFirst()
            }
        }
    }

    /// From the oldest step to what is seen now.
    private func transition(_ next: [Float], isTerminal: Bool) -> Transition {
        var (sum, factor) = (Float(0), Float(1))
        for step in steps {
            sum += factor * step.reward
            factor *= discount
        }
        return Transition(
            features: steps[0].features,
            action: steps[0].action,
            forces: steps[0].forces,
            partialReturn: sum,
            discount: isTerminal ? 0 : factor,
            nextFeatures: next
        )
    }
}
