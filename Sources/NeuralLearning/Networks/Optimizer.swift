/// How parameters follow a gradient.
public enum OptimizerRule: Sendable, Hashable, Codable {
    /// Source: Kingma and Ba, *Adam: A Method for Stochastic Optimization*, ICLR 2015, algorithm 1, with β₁ = 0.9, β₂ = 0.999,
    /// ε = 10⁻⁸.
    case adam
    /// v ← 0.99 v + 0.01 g²; θ ← θ − α g / (√v + 10⁻⁵).
    case rmsprop
    /// m ← μ m + g; θ ← θ − α m.
    case momentum(Float)

    /// Whether what was remembered fades.
    var isInRange: Bool {
        guard case .momentum(let share) = self else { return true }
        return share >= 0 && share < 1
    }
}

/// A gradient's rule with what it remembers.
public struct Optimizer: Sendable, Hashable {
    /// The rule.
    public let rule: OptimizerRule
    /// α.
    public let stepSize: Float
    /// The greatest norm that a gradient keeps; `nil` for any.
    public let normLimit: Float?

    /// Means of gradients, and of their squares.
    private(set) var first: [Vector]
    private(set) var second: [Vector]
    /// β₁ᵗ and β₂ᵗ, multiplied step by step.
    private(set) var decays: (first: Double, second: Double) = (1, 1)

    private static let beta1: Float = 0.9
    private static let beta2: Float = 0.999

    /// Begins without a memory.
    ///
    /// - Parameters:
    ///   - rule: The rule.
    ///   - stepSize: α, above 0.
    ///   - normLimit: Above 0.
    ///   - vectorCount: Of the parameters.
    public init(_ rule: OptimizerRule, stepSize: Float, normLimit: Float?, vectorCount: Int) {
        (self.rule, self.stepSize, self.normLimit) = (rule, stepSize, normLimit)
        first = rule == .rmsprop ? [] : Array(repeating: .zero, count: vectorCount)
        second = rule == .adam || rule == .rmsprop ? Array(repeating: .zero, count: vectorCount) : []
    }

    /// Moves parameters.
    ///
    /// - Parameters:
    ///   - gradient: g, which is cut here to the norm that is allowed.
    ///   - parameters: θ.
    public mutating func apply(_ gradient: inout [Vector], to parameters: inout [Vector]) {
        if let normLimit { Self.clip(&gradient, to: normLimit) }
        switch rule {
        case .adam: adam(gradient, &parameters)
        case .rmsprop: rmsprop(gradient, &parameters)
        case .momentum(let momentum): descend(gradient, momentum, &parameters)
        }
    }

    /// The norm of a gradient: its lanes' squares in order, then the lanes.
    static func norm(of gradient: [Vector]) -> Float {
        var sum = Vector.zero
        for part in gradient { sum += part * part }
        return sum.sumInHalves.squareRoot()
    }

    private static func clip(_ gradient: inout [Vector], to limit: Float) {
        let norm = norm(of: gradient)
        guard norm > limit else { return }
        let factor = limit / norm
        for index in gradient.indices { gradient[index] *= factor }
    }

    private mutating func adam(_ gradient: [Vector], _ parameters: inout [Vector]) {
        decays.first *= Double(Self.beta1)
        decays.second *= Double(Self.beta2)
        Self.adam(gradient, &first, &second, &parameters, decays, stepSize)
    }

    private static func adam(
        _ gradient: [Vector],
        _ first: inout [Vector],
        _ second: inout [Vector],
        _ parameters: inout [Vector],
        _ decays: (first: Double, second: Double),
        _ stepSize: Float
    ) {
        let (one, two) = (Float(1 - decays.first), Float(1 - decays.second))
        let gradients = gradient.span
        var means = first.mutableSpan
        var squares = second.mutableSpan
        var values = parameters.mutableSpan
        for index in 0..<gradients.count {
            let g = gradients[index]
            let mean = means[index] * beta1 + g * (1 - beta1)
            let square = squares[index] * beta2 + (g * g) * (1 - beta2)
            means[index] = mean
            squares[index] = square
            values[index] -= (mean / one) * stepSize / ((square / two).squareRoot() + 1e-8)
        }
    }

    private mutating func rmsprop(_ gradient: [Vector], _ parameters: inout [Vector]) {
        for index in gradient.indices {
            let g = gradient[index]
            second[index] = second[index] * 0.99 + (g * g) * 0.01
            parameters[index] -= g * stepSize / (second[index].squareRoot() + 1e-5)
        }
    }

    private mutating func descend(_ gradient: [Vector], _ momentum: Float, _ parameters: inout [Vector]) {
        for index in gradient.indices {
            first[index] = first[index] * momentum + gradient[index]
            parameters[index] -= first[index] * stepSize
        }
    }

    /// Compares rule, settings and memory.
    public static func == (one: Self, other: Self) -> Bool {
        one.rule == other.rule && one.stepSize == other.stepSize && one.normLimit == other.normLimit
            && one.first == other.first && one.second == other.second && one.decays == other.decays
    }

    /// Hashes what tells rules apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(rule)
        hasher.combine(stepSize)
    }

    /// The same rule with a memory that was written down.
    func remembering(_ first: [Vector], _ second: [Vector], _ decays: (first: Double, second: Double)) -> Self {
        var copy = self
        (copy.first, copy.second, copy.decays) = (first, second, decays)
        return copy
    }
}

/// What an error of a value costs.
public enum Loss: String, Sendable, Hashable, Codable, CaseIterable {
    /// δ² / 2 within ±1, |δ| − 1/2 beyond.
    case huber
    /// δ² / 2.
    case squared

    /// The derivative by the value, for an error of target − value.
    func slope(_ error: Float) -> Float {
        switch self {
        case .huber: -min(max(error, -1), 1)
        case .squared: -error
        }
    }

    /// The loss of an error.
    func value(_ error: Float) -> Float {
        switch self {
        case .huber: error.magnitude <= 1 ? error * error / 2 : error.magnitude - 0.5
        case .squared: error * error / 2
        }
    }
}
