/// A finite Markov decision process with every outcome of every action written out.
///
/// What is learned is sampled from it, and its exact solution is what the learned has to come to.
///
/// Source of the terms: Puterman, *Markov Decision Processes*, 1994, §2.1.
package struct DecisionProcess: Sendable {
    /// What an action may lead to.
    package struct Outcome: Sendable, Hashable {
        /// Above 0; those of one action add up to 1.
        package var probability: Double
        package var reward: Double
        /// The state it leads to; `nil` where the episode ends.
        package var next: Int?
        /// What happened, as the process numbers it: for rules that remember it.
        package var event = 0

        /// Takes all of it.
        package init(probability: Double, reward: Double, next: Int? = nil, event: Int = 0) {
            self.probability = probability
            self.reward = reward
            self.next = next
            self.event = event
        }
    }

    package let stateCount: Int
    package let actionCount: Int
    /// The allowed actions of each state, bit a for action a; none where nothing is decided any more.
    package let masks: [UInt64]
    /// The outcomes of all actions of all states, one after another.
    package let outcomes: [Outcome]
    /// Where those of each state and action begin, and one more.
    private let offsets: [Int]

    /// Writes a process out.
    ///
    /// - Parameters:
    ///   - stateCount: The number of states.
    ///   - actionCount: The number of actions, 1...64.
    ///   - mask: The allowed actions of a state.
    ///   - makeOutcomes: What an allowed action may lead to.
    package init(
        stateCount: Int,
        actionCount: Int,
        mask: (Int) -> UInt64,
        outcomes makeOutcomes: (Int, Int) -> [Outcome]
    ) {
        self.stateCount = stateCount
        self.actionCount = actionCount
        masks = (0..<stateCount).map(mask)
        var (outcomes, offsets) = ([Outcome](), [0])
        for state in 0..<stateCount {
            for action in 0..<actionCount {
                if masks[state] & 1 << action != 0 {
                    let possible = makeOutcomes(state, action)
                    let total = possible.reduce(0) { $0 + $1.probability }
                    precondition((total - 1).magnitude < 1e-9, "the outcomes of an action add up to 1")
                    outcomes += possible
                }
                offsets.append(outcomes.count)
            }
        }
        self.outcomes = outcomes
        self.offsets = offsets
    }

    /// Where the outcomes of an action are.
    package func range(of action: Int, in state: Int) -> Range<Int> {
        let index = state * actionCount + action
        return offsets[index]..<offsets[index + 1]
    }

    /// The allowed actions of a state, the lowest first.
    package func actions(in state: Int) -> [Int] { (0..<actionCount).filter { masks[state] & 1 << $0 != 0 } }

    /// Whether some state in which something is decided allows fewer than all actions.
    var isMasked: Bool {
        let all: UInt64 = actionCount >= 64 ? .max : 1 << UInt64(actionCount) - 1
        return masks.contains { $0 != all && $0 != 0 }
    }

    /// Whether no episode of it ever ends.
    var isContinuing: Bool { outcomes.allSatisfy { $0.next != nil } }

    /// The expected return of an action, given the values of the states.
    package func value(of action: Int, in state: Int, from values: [Double], discount: Double) -> Double {
        var value = 0.0
        for outcome in outcomes[range(of: action, in: state)] {
            value += outcome.probability * (outcome.reward + (outcome.next.map { discount * values[$0] } ?? 0))
        }
        return value
    }

    /// Draws what an action leads to.
    ///
    /// - Parameters:
    ///   - action: Allowed in the state.
    ///   - state: Where it is taken.
    ///   - unit: Uniform in [0, 1).
    /// - Returns: The outcome's index.
    package func draw(_ action: Int, in state: Int, unit: Double) -> Int {
        let range = range(of: action, in: state)
        var rest = unit
        for index in range {
            rest -= outcomes[index].probability
            if rest < 0 { return index }
        }
        return range.upperBound - 1
    }
}
