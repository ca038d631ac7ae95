/// By what ways to decide in a process are compared.
package enum ProcessYardstick: Sendable, Hashable {
    /// The discounted return from where one begins.
    case discounted
    /// The undiscounted return of an episode that is over after so many steps at the latest; the best knows how many are left.
    case episodes(steps: Int)
    /// The reward of a step in the long run.
    case gain
}

extension DecisionProcess {
    /// What is best where so many steps are left, without a discount.
    ///
    /// By backward induction. Source: Puterman, *Markov Decision Processes*, 1994, §4.5.
    ///
    /// - Returns: By state what it is worth, and by steps left, from 1 on, the best actions, the lowest of equal ones.
    package func best(within steps: Int) -> (values: [Double], actions: [[UInt8]]) {
        var (values, actions) = (Array(repeating: 0.0, count: stateCount), [[UInt8]]())
        for _ in 0..<steps {
            let (next, taken) = backup(values)
            values = next
            actions.append(taken)
        }
        return (values, actions)
    }

    /// The largest reward of a step in the long run, and the actions that earn it.
    ///
    /// By relative value iteration, where all states come to each other. Source: Puterman, §8.5.
    func bestGain() -> (gain: Double, actions: [UInt8]) {
        var values = Array(repeating: 0.0, count: stateCount)
        while true {
            let (next, actions) = backup(values)
            if let gain = gain(from: values, to: next) { return (gain, actions) }
            values = next.map { $0 - next[0] }
        }
    }

    private func backup(_ values: [Double]) -> (values: [Double], actions: [UInt8]) {
        var (next, taken) = (values, Array(repeating: UInt8(0), count: stateCount))
        for state in 0..<stateCount where masks[state] != 0 {
            var best = -Double.infinity
            for action in actions(in: state) {
                let value = value(of: action, in: state, from: values, discount: 1)
                if value > best { (best, taken[state]) = (value, UInt8(action)) }
            }
            next[state] = best
        }
        return (next, taken)
    }

    /// How much every state gains in a step, where they agree on it.
    private func gain(from values: [Double], to next: [Double]) -> Double? {
        let gains = zip(next, values).map { $0 - $1 }
        let (least, most) = (gains.min() ?? 0, gains.max() ?? 0)
        return most - least < 1e-12 * max(1, most.magnitude) ? (least + most) / 2 : nil
    }

    /// What a way to decide earns in so many steps, by state, from its first memory on.
    package func returns(of controller: Controller, within steps: Int) -> [Double] {
        let memories = controller.memoryCount
        var values = Array(repeating: 0.0, count: stateCount * memories)
        for _ in 0..<steps { values = backup(controller, values) }
        return (0..<stateCount).map { values[$0 * memories + controller.firstMemory] }
    }

    /// What a way to decide earns in a step in the long run, from a state: the mean of as many as it takes.
    ///
    /// Without a claim that states come to each other: a policy may divide them.
    package func gain(of controller: Controller, from start: Int) -> Double {
        let place = start * controller.memoryCount + controller.firstMemory
        var values = Array(repeating: 0.0, count: stateCount * controller.memoryCount)
        var (steps, last) = (1_000, Double.infinity)
        var done = 0
        while true {
            let half = steps / 2
            while done < half { (values, done) = (backup(controller, values), done + 1) }
            let earlier = values[place]
            while done < steps { (values, done) = (backup(controller, values), done + 1) }
            // What the second half earned: where one begins no longer counts.
            let gain = (values[place] - earlier) / Double(steps - half)
            if (gain - last).magnitude < 1e-10 * max(1, gain.magnitude) || steps >= 1_000_000 { return gain }
            (last, steps) = (gain, 2 * steps)
        }
    }

    private func backup(_ controller: Controller, _ values: [Double]) -> [Double] {
        var next = values
        for index in values.indices where masks[index / controller.memoryCount] != 0 {
            let (state, memory) = index.quotientAndRemainder(dividingBy: controller.memoryCount)
            next[index] = 0
            for action in actions(in: state) {
                let share = controller.probability(of: action, in: state, memory)
                guard share > 0 else { continue }
                for outcome in outcomes[range(of: action, in: state)] {
                    let follows = outcome.next.map { next in
                        values[next * controller.memoryCount + controller.remember(memory, state, action, outcome)]
                    }
                    next[index] += share * outcome.probability * (outcome.reward + (follows ?? 0))
                }
            }
        }
        return next
    }
}
