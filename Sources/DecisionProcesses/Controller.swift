/// A way to decide in a decision process: a rule of the field, a policy, the optimum.
///
/// A finite-state controller: beside the state it may know a memory of its own, as an age, a calendar, whose turn it is.
package struct Controller: Sendable {
    package let name: String
    /// The number of memories; 1 where nothing is remembered.
    package let memoryCount: Int
    package let firstMemory: Int
    /// What is remembered next, given the memory, the state, the action and what came of it.
    package let remember: @Sendable (Int, Int, Int, DecisionProcess.Outcome) -> Int
    /// [states × memories × actions] with what probability an action is taken.
    private let probabilities: [Double]
    private let actionCount: Int

    /// Describes a rule.
    ///
    /// - Parameters:
    ///   - name: As in tables and conditions.
    ///   - process: Where it decides.
    ///   - memoryCount: The number of memories.
    ///   - firstMemory: What an episode begins with.
    ///   - remember: What is remembered next.
    ///   - shares: By state and memory the shares of the actions it takes; they are allowed, and add up to anything above 0.
    package init(
        _ name: String,
        in process: DecisionProcess,
        memoryCount: Int = 1,
        firstMemory: Int = 0,
        remember: @escaping @Sendable (Int, Int, Int, DecisionProcess.Outcome) -> Int = { memory, _, _, _ in memory },
        shares: (Int, Int) -> [(action: Int, share: Double)]
    ) {
        self.name = name
        self.memoryCount = memoryCount
        self.firstMemory = firstMemory
        self.remember = remember
        actionCount = process.actionCount
        var probabilities = Array(repeating: 0.0, count: process.stateCount * memoryCount * process.actionCount)
        for state in 0..<process.stateCount where process.masks[state] != 0 {
            for memory in 0..<memoryCount {
                let taken = shares(state, memory)
                let total = taken.reduce(0) { $0 + $1.share }
                for (action, share) in taken {
                    precondition(process.masks[state] & 1 << action != 0, "\(name) takes an action that is not allowed")
                    probabilities[(state * memoryCount + memory) * process.actionCount + action] += share / total
                }
            }
        }
        self.probabilities = probabilities
    }

    /// A rule that takes one action in each state and remembers nothing.
    package init(_ name: String, in process: DecisionProcess, action: (Int) -> Int) {
        self.init(name, in: process) { state, _ in [(action(state), 1)] }
    }

    /// A policy.
    package init(_ name: String, in process: DecisionProcess, policy: [UInt8]) {
        self.init(name, in: process) { Int(policy[$0]) }
    }

    /// All allowed actions alike.
    package static func random(in process: DecisionProcess) -> Self {
        Self("random", in: process) { state, _ in process.actions(in: state).map { ($0, 1) } }
    }

    /// With what probability an action is taken.
    package func probability(of action: Int, in state: Int, _ memory: Int) -> Double {
        probabilities[(state * memoryCount + memory) * actionCount + action]
    }

    /// Takes an action.
    ///
    /// - Parameters:
    ///   - state: Where it is taken.
    ///   - memory: What is remembered.
    ///   - unit: Uniform in [0, 1).
    /// - Returns: An allowed action.
    package func action(in state: Int, _ memory: Int, unit: Double) -> Int {
        let first = (state * memoryCount + memory) * actionCount
        var (rest, last) = (unit, 0)
        for action in 0..<actionCount where probabilities[first + action] > 0 {
            rest -= probabilities[first + action]
            if rest < 0 { return action }
            last = action
        }
        return last
    }
}
