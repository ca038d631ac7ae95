internal import TabularLearning

/// A fixed part of what was seen between two updates: some lanes.
public struct A2CSlice: Sendable, Hashable {
    /// What was seen, [rows × features].
    var features: [Float] = []
    var actions: [UInt32] = []
    /// How much better than expected what followed was.
    var advantages: [Float] = []
    /// What the values come to by what followed.
    var returns: [Float] = []

    /// Creates one without steps.
    package init() {}

    package mutating func add(_ features: [Float], _ action: Int, advantage: Float, return value: Float) {
        self.features += features
        actions.append(UInt32(action))
        advantages.append(advantage)
        returns.append(value)
    }
}

/// The parameters of policy and values.
public struct A2CParameters: Sendable {
    package let policy: [Vector]
    package let value: [Vector]

    package init(policy: [Vector], value: [Vector]) { (self.policy, self.value) = (policy, value) }
}

/// Probabilities in proportion to exponentials, by the core's exponential and sums in ascending order.
enum Softmax {
    /// The probability of each action.
    static func probabilities(_ outputs: [Float]) -> [Double] {
        var greatest = outputs[0]
        for output in outputs where output > greatest { greatest = output }
        var (shares, sum) = (outputs.map { exponential(Double($0) - Double(greatest)) }, 0.0)
        for share in shares { sum += share }
        for index in shares.indices { shares[index] /= sum }
        return shares
    }

    /// Draws an action.
    static func draw(_ outputs: [Float], _ random: inout SplitMix64) -> Int {
        let probabilities = probabilities(outputs)
        var mark = random.nextUnit()
        for (action, share) in probabilities.enumerated() {
            mark -= share
            if mark < 0 { return action }
        }
        // What rounding left over goes to the last one that can be chosen at all.
        return probabilities.lastIndex { $0 > 0 } ?? 0
    }
}

/// Computes gradients of slices: the same bits in any process.
public struct A2CComputer: GradientComputer {
    let entropyShare: Double
    private(set) var policy: NetworkPass
    private(set) var value: NetworkPass
    private var outputs: [Float] = []

    package init(policy: NetworkShape, value: NetworkShape, entropyShare: Float) {
        (self.policy, self.value) = (NetworkPass(policy), NetworkPass(value))
        self.entropyShare = Double(entropyShare)
    }

    /// Computes the gradients of policy and values.
    ///
    ///     ∂/∂z (−A log π(a) − β H(π)) = A (π − 1ₐ) + β π (log π + H);  ∂/∂v (R − v)² / 2 = v − R
    public mutating func gradient(of slice: A2CSlice, _ parameters: A2CParameters) -> [SliceGradient] {
        let rows = slice.actions.count
        policy.run(parameters.policy, slice.features)
        var slopes: [Float] = []
        for row in 0..<rows {
            policy.values(of: row, into: &outputs)
            let shares = Softmax.probabilities(outputs)
            let logs = shares.map { naturalLogarithm(max($0, 1e-300)) }
            var entropy = 0.0
            for (share, log) in zip(shares, logs) { entropy -= share * log }
            for action in shares.indices {
                let chosen: Double = action == Int(slice.actions[row]) ? 1 : 0
                let byAdvantage = Double(slice.advantages[row]) * (shares[action] - chosen)
                let byEntropy = entropyShare * (shares[action] * (logs[action] + entropy))
                slopes.append(Float(byAdvantage + byEntropy))
            }
        }
        var first = SliceGradient(
            gradient: Array(repeating: .zero, count: policy.shape.vectorCount),
            errors: slice.advantages
        )
        policy.differentiate(parameters.policy, outputSlopes: slopes, into: &first.gradient)
        value.run(parameters.value, slice.features)
        let errors = (0..<rows).map { row in
            value.values(of: row, into: &outputs)
            return slice.returns[row] - outputs[0]
        }
        var second = SliceGradient(
            gradient: Array(repeating: .zero, count: value.shape.vectorCount),
            errors: errors
        )
        value.differentiate(parameters.value, outputSlopes: errors.map { -$0 }, into: &second.gradient)
        return [first, second]
    }
}
