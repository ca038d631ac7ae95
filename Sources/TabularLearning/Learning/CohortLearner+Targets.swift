/// What the step's transitions teach, from the answers to its questions.
extension CohortLearner {
    /// Forms an update of each transition, or of those whose returns are known.
    mutating func formTargets() {
        guard memory == nil else { return formTargetsByMemory() }
        updates.states.append(contentsOf: batch.transitions.states)
        updates.columns.append(contentsOf: batch.transitions.actions)
        if parameters.update.rule.learnedPlaneCount > 1 { choosePlanes() }
        updates.targets.resize(to: batch.transitions.count, filling: 0)
        let madeCount = batch.transitions.count - (experience?.drawn.count ?? 0)
        statistics.rewardSum += writeTargets(of: 0..<madeCount)
        guard experience != nil else { return }
        // What is learned again was counted when it was made.
        _ = writeTargets(of: madeCount..<batch.transitions.count)
        experience?.settle(batch, answers.values, &updates.targets)
    }

    /// Writes the targets of some of the step's transitions and returns the sum of their rewards.
    private mutating func writeTargets(of range: Range<Int>) -> Double {
        Self.writeTargets(of: batch.transitions, in: range, values: answers.values, discounts, to: &updates.targets)
    }

    private mutating func formTargetsByMemory() {
        guard var memory = memory.take() else { return }
        if let form = parameters.update.returns {
            statistics.rewardSum += memory.learn(batch, answers.values, discounts, over: form, to: &updates)
        } else if let form = parameters.update.average {
            statistics.rewardSum += memory.learn(batch, answers.values, above: form, to: &updates)
        }
        self.memory = memory
    }

    /// Writes r + γᵏ maxₐ Q(s′, a) for some transitions and returns the sum of the rewards.
    private static func writeTargets(
        of transitions: StepBatch.Transitions,
        in range: Range<Int>,
        values: [Float],
        _ discounts: [Float],
        to targets: inout [Float]
    ) -> Double {
        let (values, discounts) = (values.span, discounts.span)
        let (rewards, bootstraps) = (transitions.rewards.span, transitions.bootstraps.span)
        let durations = transitions.durations.span
        var targets = targets.mutableSpan
        var rewardSum = 0.0
        for i in range {
            var target = rewards[i]
            rewardSum += Double(target)
            if bootstraps[i] >= 0 {
                let discount = durations.isEmpty ? discounts[1] : discounts[Int(durations[i])]
                target += discount * values[Int(bootstraps[i])]
            }
            // Adding zero turns −0 into +0: a sum over shards cannot tell them apart, and a digest would.
            targets[i] = target + 0
        }
        return rewardSum
    }
}
