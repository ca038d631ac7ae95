package import TabularLearning

/// What happened: n steps from a state under one action and those that followed, and what may come after.
package struct Transition: Sendable, Hashable {
    package var features: [Float]
    package var action: Int
    /// Where actions have no numbers: what was done, within ±1 each.
    package var forces: [Float] = []
    /// r₁ + γ r₂ + … + γⁿ⁻¹ rₙ.
    package var partialReturn: Float
    /// γⁿ; 0 where the episode came to its end.
    ///
    /// One that was cut goes on in what follows.
    package var discount: Float
    package var nextFeatures: [Float]

    package init(
        features: [Float],
        action: Int,
        forces: [Float] = [],
        partialReturn: Float,
        discount: Float,
        nextFeatures: [Float]
    ) {
        self.features = features
        (self.action, self.forces) = (action, forces)
        self.partialReturn = partialReturn
        self.discount = discount
        self.nextFeatures = nextFeatures
    }
}

/// How transitions are drawn from the memory.
public enum ReplayRule: Sendable, Hashable, Codable {
    /// Each alike.
    case uniform
    /// By |δ|^`exponent`, with weights (N p)^−β whose β grows from `correction` to 1 over the run.
    ///
    /// Source: Schaul et al., *Prioritized Experience Replay*, ICLR 2016, the proportional variant.
    case prioritized(exponent: Double, correction: Double)
}

/// The last transitions, from which minibatches are drawn by numbers that are addressed by the update.
package struct ReplayMemory: Sendable {
    let capacity: Int
    let featureCount: Int
    private let forceCount: Int
    package private(set) var count = 0
    /// Where the next one goes.
    private var place = 0
    private var features: [Float] = []
    private var nextFeatures: [Float] = []
    private var actions: [UInt32] = []
    private var forces: [Float] = []
    private var partialReturns: [Float] = []
    private var discounts: [Float] = []
    /// Priorities in 1/65536; absent where all are alike.
    private var priorities: PrioritySum?
    /// The greatest so far: that of what was never drawn.
    private var greatestPriority: UInt64 = ReplayMemory.unit

    /// The priority of an error of 1.
    private static let unit: UInt64 = 1 << 16
    /// Sums of as many as 2²⁰ stay below 2⁶⁰.
    private static let limit: UInt64 = 1 << 40

    package init(capacity: Int, featureCount: Int, forceCount: Int = 0, rule: ReplayRule) {
        self.capacity = capacity
        (self.featureCount, self.forceCount) = (featureCount, forceCount)
        if case .prioritized = rule { priorities = PrioritySum(capacity: capacity) }
    }

    /// Adds a transition, in the place of the oldest where there is no other.
    package mutating func add(_ transition: Transition) {
        if count < capacity {
            count += 1
            features += transition.features
            nextFeatures += transition.nextFeatures
            actions.append(UInt32(transition.action))
            forces += transition.forces
            partialReturns.append(transition.partialReturn)
            discounts.append(transition.discount)
        } else {
            let start = place * featureCount
            for index in 0..<featureCount {
                features[start + index] = transition.features[index]
                nextFeatures[start + index] = transition.nextFeatures[index]
            }
            actions[place] = UInt32(transition.action)
            for index in 0..<forceCount { forces[place * forceCount + index] = transition.forces[index] }
            partialReturns[place] = transition.partialReturn
            discounts[place] = transition.discount
        }
        priorities?.set(place, greatestPriority)
        place = (place + 1) % capacity
    }

    package subscript(index: Int) -> Transition {
        let range = (index * featureCount)..<((index + 1) * featureCount)
        return Transition(
            features: Array(features[range]),
            action: Int(actions[index]),
            forces: Array(forces[(index * forceCount)..<((index + 1) * forceCount)]),
            partialReturn: partialReturns[index],
            discount: discounts[index],
            nextFeatures: Array(nextFeatures[range])
        )
    }

    /// Draws transitions, with repetition.
    ///
    /// By priority, the whole is cut into as many parts of the same length as are drawn, and one is drawn from each.
    ///
    /// - Parameters:
    ///   - size: How many.
    ///   - random: For this minibatch alone.
    /// - Returns: Their places.
    package func draw(_ size: Int, _ random: inout SplitMix64) -> [Int] {
        guard let priorities else { return (0..<size).map { _ in random.nextIndex(below: count) } }
        let (quotient, rest) = priorities.total.quotientAndRemainder(dividingBy: UInt64(size))
        return (0..<size).map { index in
            let start = quotient * UInt64(index) + min(rest, UInt64(index))
            let length = Int(quotient) + (UInt64(index) < rest ? 1 : 0)
            // Fewer units than draws cannot be: each transition has one at least, and the memory holds a minibatch.
            return priorities.place(of: start + UInt64(random.nextIndex(below: max(length, 1))))
        }
    }

    /// What the errors of drawn transitions are multiplied by, so that priorities change what is learned first and not what is
    /// learned: (N p)^−β, by the greatest of the minibatch.
    package func weights(of places: [Int], beta: Double) -> [Float] {
        guard let priorities else { return Array(repeating: 1, count: places.count) }
        let total = Double(priorities.total)
        let raw = places.map { power(Double(count) * Double(priorities[$0]) / total, -beta) }
        let greatest = raw.reduce(0, max)
        return raw.map { Float($0 / greatest) }
    }

    /// Takes the errors of drawn transitions as their priorities.
    package mutating func note(errors: [Float], of places: [Int], exponent: Double) {
        guard priorities != nil else { return }
        for (place, error) in zip(places, errors) {
            let share = power(Double(error.magnitude) + 1e-6, exponent) * Double(Self.unit)
            let priority = share < Double(Self.limit) ? max(1, UInt64(share)) : Self.limit
            greatestPriority = max(greatestPriority, priority)
            priorities?.set(place, priority)
        }
    }
}

extension ReplayMemory {
    func save(to writer: inout WordWriter) {
        writer.write(place)
        writer.write(greatestPriority)
        for numbers in [features, nextFeatures, partialReturns, discounts] { writer.write(numbers.map(\.bitPattern)) }
        writer.write(actions)
        if forceCount > 0 { writer.write(forces.map(\.bitPattern)) }
        writer.write((0..<(priorities == nil ? 0 : count)).map { priorities?[$0] ?? 0 })
    }

    /// Puts back what `save` wrote.
    mutating func restore(from reader: inout WordReader, actionCount: Int) throws(WordReader.Failure) {
        place = try reader.integer()
        greatestPriority = try reader.long()
        (features, nextFeatures) = (try reader.floatArray(), try reader.floatArray())
        (partialReturns, discounts) = (try reader.floatArray(), try reader.floatArray())
        actions = try reader.wordArray()
        forces = forceCount > 0 ? try reader.floatArray() : []
        let saved = try reader.longArray()
        count = actions.count
        guard count <= capacity, (0..<capacity).contains(place), count == capacity || place == count,
            features.count == count * featureCount, nextFeatures.count == features.count,
            partialReturns.count == count, discounts.count == count, actions.allSatisfy({ $0 < actionCount }),
            forces.count == count * forceCount, forces.allSatisfy({ $0.magnitude <= 1 }),
            [features, nextFeatures, partialReturns, discounts].allSatisfy({ $0.allSatisfy(\.isFinite) }),
            saved.count == (priorities == nil ? 0 : count),
            (Self.unit...Self.limit).contains(greatestPriority),
            saved.allSatisfy({ (1...Self.limit).contains($0) })
        else { throw WordReader.Failure("transitions were saved that cannot have been") }
        for (index, priority) in saved.enumerated() { priorities?.set(index, priority) }
    }
}
