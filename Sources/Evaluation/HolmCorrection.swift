extension ConfidenceInterval {
    /// How probable values as far from zero as these are where the truth is zero: Student's t, two-sided.
    ///
    /// 1 for values that are all 0, 0 for values that are all the same and not 0; `nil` for a single value, which has no spread.
    public var chanceProbability: Double? {
        guard count > 1 else { return nil }
        guard standardDeviation > 0 else { return mean == 0 ? 1 : 0 }
        let t = mean.magnitude / (standardDeviation / Double(count).squareRoot())
        return max(0, 1 - StudentT.centralProbability(t, count - 1))
    }
}

/// Several comparisons at once: what each says when none is to be believed too easily because there are many.
///
/// Source: Holm, *A simple sequentially rejective multiple test procedure*, Scandinavian Journal of Statistics 6 (1979).
public enum HolmCorrection {
    /// Raises the probabilities of chance so that the probability of one or more false alarms among all stays below a level
    /// when each is compared with that level.
    ///
    /// - Parameter probabilities: One of each comparison.
    /// - Returns: The corrected ones in the same order, at most 1.
    public static func corrected(_ probabilities: [Double]) -> [Double] {
        let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
        var corrected = probabilities
        var highest = 0.0
        for (rank, index) in order.enumerated() {
            highest = max(highest, min(1, probabilities[index] * Double(probabilities.count - rank)))
            corrected[index] = highest
        }
        return corrected
    }
}
