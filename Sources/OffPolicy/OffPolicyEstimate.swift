public import Evaluation

/// What a policy is worth, told from what another has done: returns from the beginning of an episode.
///
/// With ρₜ the product of the ratios π/b up to step t, rₜ the rewards and γ the discount, over n episodes:
///
///     per decision   mean of Σₜ γᵗ ρₜ rₜ                           (Precup, Sutton & Singh 2000)
///     weighted       Σₜ γᵗ (Σᵢ ρᵢₜ rᵢₜ) / (Σᵢ ρᵢₜ)
///     doubly robust  mean of V₀, Vₜ = v̂(sₜ) + (π/b)ₜ (rₜ + γ Vₜ₊₁ − q̂(sₜ, aₜ))   (Jiang & Li 2016)
///
/// An episode that is over goes on counting in the weighted one with its last ρ and no reward.
public struct OffPolicyEstimate: Sendable {
    /// What whoever was logged is worth: the mean of the returns as they are.
    public let logged: ConfidenceInterval
    /// Importance sampling per decision.
    public let perDecision: ConfidenceInterval
    /// The same, weighted: little variance, and a bias that goes away with more episodes; its interval is symmetric bootstrap-t.
    public let weighted: ConfidenceInterval
    /// Doubly robust, with the values of the policy's own table as the model.
    public let doublyRobust: ConfidenceInterval
    /// As many episodes of the policy itself would say as much: (Σ ρ)² / Σ ρ² of whole episodes.
    public let effectiveSampleSize: Double

    /// Below this an interval from Student's t says more than is known.
    public static let leastEffectiveSampleSize = 50.0

    /// Estimates.
    ///
    /// - Parameters:
    ///   - episodes: At least two, each with a step at least.
    ///   - discount: γ, within 0...1.
    public init(_ episodes: [[LoggedStep]], discount: Double) {
        precondition(episodes.count >= 2 && episodes.allSatisfy { !$0.isEmpty }, "an interval needs two episodes")
        var (returns, products, robust) = ([Double](), [Double](), [Double]())
        var weights: [Double] = []
        for steps in episodes {
            var (factor, weight, plain, product) = (1.0, 1.0, 0.0, 0.0)
            for step in steps {
                weight *= step.ratio
                plain += factor * step.reward
                product += factor * weight * step.reward
                factor *= discount
            }
            var value = 0.0
            for step in steps.reversed() {
                value = step.value + step.ratio * (step.reward + discount * value - step.actionValue)
            }
            returns.append(plain)
            products.append(product)
            robust.append(value)
            weights.append(weight)
        }
        let (sum, squares) = (weights.reduce(0, +), weights.reduce(0) { $0 + $1 * $1 })
        let effective = squares > 0 ? sum * sum / squares : 0
        logged = ConfidenceInterval(returns)
        // A few large weights tell as little of the spread as a few episodes would.
        perDecision = ConfidenceInterval(products, countingAs: effective)
        doublyRobust = ConfidenceInterval(robust, countingAs: effective)
        weighted = Self.weighted(episodes, discount, effective)
        effectiveSampleSize = effective
    }

    private static func weighted(_ episodes: [[LoggedStep]], _ discount: Double, _ size: Double) -> ConfidenceInterval {
        let (estimate, halfWidth) = WeightedImportanceSampling(episodes, discount: discount).interval()
        guard let halfWidth else { return ConfidenceInterval(jackknife(episodes, discount), countingAs: size) }
        return ConfidenceInterval(
            mean: estimate.value,
            standardError: estimate.standardError,
            halfWidth: halfWidth,
            count: episodes.count
        )
    }

    /// By episode: the weighted estimate and how far it goes without the episode, so that the mean is the estimate's and the
    /// spread the jackknife's (Efron & Stein 1981): wide where there is next to nothing to draw from.
    private static func jackknife(_ episodes: [[LoggedStep]], _ discount: Double) -> [Double] {
        let others = Double(episodes.count - 1)
        let longest = episodes.map(\.count).max() ?? 0
        var weights = episodes.map { _ in 1.0 }
        var parts = episodes.map { _ in 0.0 }
        var (estimate, factor) = (0.0, 1.0)
        for step in 0..<longest {
            var (sum, rewards) = (0.0, 0.0)
            for (index, steps) in episodes.enumerated() {
                if step < steps.count {
                    weights[index] *= steps[step].ratio
                    rewards += weights[index] * steps[step].reward
                }
                sum += weights[index]
            }
            // From here on nobody has done what the policy would.
            guard sum > 0 else { break }
            let mean = rewards / sum
            estimate += factor * mean
            for (index, steps) in episodes.enumerated() where weights[index] > 0 {
                let reward = step < steps.count ? steps[step].reward : 0
                let left = sum - weights[index]
                // Without the only one who has done it the step counts for nothing.
                let change = left > 0 ? weights[index] * (reward - mean) / left : mean
                parts[index] += factor * others * change
            }
            factor *= discount
        }
        let bias = parts.reduce(0, +) / Double(parts.count)
        return parts.map { estimate + ($0 - bias) }
    }
}
