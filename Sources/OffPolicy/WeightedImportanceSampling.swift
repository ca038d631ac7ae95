internal import TabularLearning

/// Weighted importance sampling per decision: Σₜ γᵗ (Σᵢ cᵢ ρᵢₜ rᵢₜ) / (Σᵢ cᵢ ρᵢₜ) over episodes that count cᵢ times, once each
/// in a log as it is.
///
/// An episode that is over goes on counting with its last ρ and no reward. From the first step on that nobody has done as the
/// policy would, nothing counts.
///
/// The interval is symmetric bootstrap-t (Hall 1988, *On symmetric bootstrap confidence intervals*): episodes are drawn with
/// replacement, |θ* − θ| / s* of each draw tells how many standard errors hold 95% of them, and s is the linearised standard error of
/// a sum of ratios. Student's t takes the spread as if it were told apart from the value; here both hang on the same few weights.
struct WeightedImportanceSampling {
    /// Draws: the 950th of 999 is the 95% quantile without interpolation.
    static let drawCount = 999

    /// What is left of an episode: the steps that count, and what its weight is behind them.
    private struct Episode {
        /// Where its steps are among all.
        let steps: Range<Int>
        /// ρ behind the last of them; 0 where the policy would have done something else.
        let lastWeight: Double
    }

    /// An estimate with its standard error.
    struct Estimate {
        var value: Double
        var standardError: Double
    }

    private var episodes: [Episode] = []
    /// ρ of each step, and ρ times its reward.
    private var weights: [Double] = []
    private var products: [Double] = []
    private let longest: Int
    private let discount: Double

    /// Takes what counts of the episodes.
    init(_ logged: [[LoggedStep]], discount: Double) {
        self.discount = discount
        longest = logged.map(\.count).max() ?? 0
        for steps in logged {
            let start = weights.count
            var weight = 1.0
            for step in steps {
                weight *= step.ratio
                guard weight > 0 else { break }
                weights.append(weight)
                products.append(weight * step.reward)
            }
            episodes.append(Episode(steps: start..<weights.count, lastWeight: weight))
        }
    }

    /// The estimate with an interval that holds the truth in 95% of the logs.
    ///
    /// - Returns: No half width where so few episodes count that one draw in twenty has no spread.
    func interval() -> (estimate: Estimate, halfWidth: Double?) {
        let counts = episodes.map { _ in 1.0 }
        let whole = estimate(counts)
        let random = CounterBasedRandom(seed: 0, stream: .resampling)
        let distances = (0..<Self.drawCount).map { draw in
            let drawn = estimate(drawnCounts(random.generator(lane: UInt64(draw), step: 0)))
            let distance = abs(drawn.value - whole.value) / drawn.standardError
            // Nobody who counts, or always the same one: 0 / 0 and more.
            return distance.isFinite ? distance : .infinity
        }
        let quantile = distances.sorted()[(Self.drawCount + 1) * 95 / 100 - 1]
        return (whole, quantile.isFinite ? quantile * whole.standardError : nil)
    }

    private func drawnCounts(_ generator: SplitMix64) -> [Double] {
        var (generator, counts) = (generator, episodes.map { _ in 0.0 })
        for _ in episodes.indices { counts[generator.nextIndex(below: episodes.count)] += 1 }
        return counts
    }

    /// Estimates from episodes that count so often.
    private func estimate(_ counts: [Double]) -> Estimate {
        let sums = self.sums(counts)
        var (value, factor) = (0.0, 1.0)
        // What a unit of ρ r, and of ρ, of one episode adds to the value.
        var (ofProduct, ofWeight) = ([Double](), [Double]())
        for (weight, product) in zip(sums.weights, sums.products) {
            guard weight > 0 else { break }
            value += factor * product / weight
            ofProduct.append(factor / weight)
            ofWeight.append(factor * product / (weight * weight))
            factor *= discount
        }
        let horizon = ofWeight.count
        // What a unit of ρ from a step on takes away.
        var ahead = Array(repeating: 0.0, count: horizon + 1)
        for step in (0..<horizon).reversed() { ahead[step] = ahead[step + 1] + ofWeight[step] }
        var squares = 0.0
        for (episode, count) in zip(episodes, counts) where count > 0 {
            var influence = 0.0
            for (step, place) in zip(0..<horizon, episode.steps) {
                influence += ofProduct[step] * products[place] - ofWeight[step] * weights[place]
            }
            influence -= episode.lastWeight * ahead[min(horizon, episode.steps.count)]
            squares += count * influence * influence
        }
        return Estimate(value: value, standardError: squares.squareRoot())
    }

    /// By step the sums of ρ and of ρ r over all episodes.
    private func sums(_ counts: [Double]) -> (weights: [Double], products: [Double]) {
        var weightSums = Array(repeating: 0.0, count: longest)
        var (productSums, ended) = (weightSums, weightSums)
        for (episode, count) in zip(episodes, counts) where count > 0 {
            for (step, place) in episode.steps.enumerated() {
                weightSums[step] += count * weights[place]
                productSums[step] += count * products[place]
            }
            if episode.steps.count < longest { ended[episode.steps.count] += count * episode.lastWeight }
        }
        var behind = 0.0
        for step in weightSums.indices {
            behind += ended[step]
            weightSums[step] += behind
        }
        return (weightSums, productSums)
    }
}

extension CounterBasedRandom.Stream {
    /// Which episodes of a log are drawn again.
    static let resampling = Self(rawValue: 8)
}
