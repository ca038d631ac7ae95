/// What becomes of a hidden layer's sums.
public enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
    /// max(0, x)
    case relu
    /// tanh x
    case tanh
}

/// A layer whose outputs are sums over all inputs: y = x W + b.
///
/// Its parameters lie in panels of sixteen outputs: for each panel the weights from input 0, 1, … and then the bias. Outputs that
/// fill up the last panel have parameters 0 and stay so, since nothing flows back into them.
public struct DenseLayer: Sendable, Hashable {
    /// The numbers that go in.
    public let inputCount: Int
    /// The numbers that come out.
    public let outputCount: Int
    /// Where its parameters begin, in vectors.
    let offset: Int

    /// The panels.
    var panelCount: Int { (outputCount + 15) / 16 }
    /// The vectors of a panel.
    var panelLength: Int { inputCount + 1 }
    /// The vectors of all its parameters.
    var vectorCount: Int { panelCount * panelLength }
}

/// A network of dense layers: numbers in, the value of each action out.
public struct NetworkShape: Sendable, Hashable, Codable {
    /// The numbers that go in.
    public let inputCount: Int
    /// The widths of the hidden layers, the first one first.
    public let hiddenCounts: [Int]
    /// What becomes of their sums.
    public let activation: Activation
    /// The actions.
    public let outputCount: Int
    /// Whether the last layer gives a value of the state and an advantage of each action, whose mean is subtracted.
    ///
    ///     Q(s, a) = V(s) + A(s, a) − mean A(s, ·)
    ///
    /// Source: Wang et al., *Dueling Network Architectures for Deep Reinforcement Learning*, ICML 2016.
    public let isDueling: Bool

    /// The most a width may be.
    public static let greatestWidth = 4096

    /// Describes a network.
    ///
    /// - Parameters:
    ///   - inputCount: 1 to 4096.
    ///   - hiddenCounts: Each 1 to 4096; none makes a linear function.
    ///   - activation: What becomes of the sums of hidden layers.
    ///   - outputCount: 1 to 4095.
    ///   - isDueling: Whether values and advantages are apart.
    public init(
        inputCount: Int,
        hiddenCounts: [Int],
        activation: Activation = .relu,
        outputCount: Int,
        isDueling: Bool = false
    ) {
        self.inputCount = inputCount
        self.hiddenCounts = hiddenCounts
        self.activation = activation
        self.outputCount = outputCount
        self.isDueling = isDueling
        precondition(isWithinLimits, "widths are 1 to \(Self.greatestWidth)")
    }

    /// Describes a network by numbers that came from outside; `nil` where they are beyond what the other initializer asks for.
    public init?(
        checking inputCount: Int,
        hiddenCounts: [Int],
        activation: Activation,
        outputCount: Int,
        isDueling: Bool
    ) {
        self.inputCount = inputCount
        self.hiddenCounts = hiddenCounts
        self.activation = activation
        self.outputCount = outputCount
        self.isDueling = isDueling
        guard isWithinLimits else { return nil }
    }

    /// Whether all widths are what the initializer asks for: one that was read from a file may be of any.
    public var isWithinLimits: Bool {
        let widths = [inputCount, outputCount] + hiddenCounts
        return widths.allSatisfy { (1...Self.greatestWidth).contains($0) } && outputCount < Self.greatestWidth
            && hiddenCounts.count <= 16
    }

    /// The layers, the first one first.
    public var layers: [DenseLayer] {
        let widths = [inputCount] + hiddenCounts + [outputCount + (isDueling ? 1 : 0)]
        var layers: [DenseLayer] = []
        for (inputs, outputs) in zip(widths, widths.dropFirst()) {
            let offset = layers.last.map { $0.offset + $0.vectorCount } ?? 0
            layers.append(DenseLayer(inputCount: inputs, outputCount: outputs, offset: offset))
        }
        return layers
    }

    /// The weights and biases, without what fills up panels.
    public var parameterCount: Int { layers.reduce(0) { $0 + ($1.inputCount + 1) * $1.outputCount } }

    /// The vectors that hold them.
    public var vectorCount: Int { layers.reduce(0) { $0 + $1.vectorCount } }
}
