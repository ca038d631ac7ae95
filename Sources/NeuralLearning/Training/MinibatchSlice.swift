/// A fixed part of a minibatch: what is needed to compute its gradient, wherever that is.
public struct MinibatchSlice: Sendable, Hashable {
    /// [rows × features], where actions were taken.
    var features: [Float] = []
    /// [rows × features], where values are bootstrapped from.
    var nextFeatures: [Float] = []
    var actions: [UInt32] = []
    var partialReturns: [Float] = []
    /// γⁿ, or 0 behind an end.
    var discounts: [Float] = []
    /// What corrects for priorities.
    var weights: [Float] = []

    /// Creates one without transitions.
    package init() {}

    package mutating func add(_ transition: Transition, weight: Float) {
        features += transition.features
        nextFeatures += transition.nextFeatures
        actions.append(UInt32(transition.action))
        partialReturns.append(transition.partialReturn)
        discounts.append(transition.discount)
        weights.append(weight)
    }
}

/// The parameters that an update is computed with.
public struct ParameterPair: Sendable {
    /// Of the network that learns.
    public let online: [Vector]
    /// Of the one that says what next states are worth.
    public let target: [Vector]
    /// Names them.
    public init(online: [Vector], target: [Vector]) {
        (self.online, self.target) = (online, target)
    }
}

/// Computes gradients of slices: the same bits in any process.
public struct SliceComputer: GradientComputer {
    let isDouble: Bool
    let loss: Loss
    private var pass: NetworkPass
    private var nextPass: NetworkPass
    private var values: [Float] = []

    /// Gets ready.
    public init(_ shape: NetworkShape, isDouble: Bool, loss: Loss) {
        (self.isDouble, self.loss) = (isDouble, loss)
        (pass, nextPass) = (NetworkPass(shape), NetworkPass(shape))
    }

    /// The network.
    var shape: NetworkShape { pass.shape }

    /// Computes the gradient of a slice.
    ///
    ///     δ = r + γⁿ Q⁻(s′, argmax Q⁻(s′, ·)) − Q(s, a), or with the argmax of Q for Double Q-learning
    ///
    /// - Parameters:
    ///   - slice: The slice.
    ///   - parameters: Q and Q⁻.
    /// - Returns: The gradient, and δ.
    public mutating func gradient(of slice: MinibatchSlice, _ parameters: ParameterPair) -> [SliceGradient] {
        let rows = slice.actions.count
        var chosen: [Int] = []
        if isDouble {
            pass.run(parameters.online, slice.nextFeatures)
            for row in 0..<rows { chosen.append(pass.greedyAction(of: row, scratch: &values)) }
        }
        nextPass.run(parameters.target, slice.nextFeatures)
        var targets: [Float] = []
        for row in 0..<rows {
            let greedy = nextPass.greedyAction(of: row, scratch: &values)
            let next = values[isDouble ? chosen[row] : greedy]
            targets.append(slice.partialReturns[row] + slice.discounts[row] * next)
        }
        pass.run(parameters.online, slice.features)
        var (errors, slopes) = ([Float](), [(action: Int, slope: Float)]())
        for row in 0..<rows {
            pass.values(of: row, into: &values)
            let action = Int(slice.actions[row])
            errors.append(targets[row] - values[action])
            slopes.append((action, loss.slope(errors[row]) * slice.weights[row]))
        }
        var result = SliceGradient(
            gradient: Array(repeating: .zero, count: pass.shape.vectorCount),
            errors: errors
        )
        pass.differentiate(parameters.online, slopes, into: &result.gradient)
        return [result]
    }
}
