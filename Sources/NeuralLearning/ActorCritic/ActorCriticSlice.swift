/// A fixed part of a minibatch, for the critics or then for the actor.
public struct ActorCriticSlice: Sendable, Hashable {
    /// Whose gradient is asked for.
    package enum Part: Sendable { case critics, actor }

    package var part = Part.critics
    /// [rows × features], where forces were given.
    var features: [Float] = []
    /// [rows × features], where values are bootstrapped from.
    var nextFeatures: [Float] = []
    /// [rows × forces].
    var forces: [Float] = []
    /// What is added to the forces of the target, [rows × forces]; none where nothing is.
    package var noises: [Float] = []
    var partialReturns: [Float] = []
    /// γⁿ, or 0 behind an end.
    var discounts: [Float] = []

    /// Creates one for the critics, without transitions.
    package init() {}

    package mutating func add(_ transition: Transition) {
        features += transition.features
        nextFeatures += transition.nextFeatures
        forces += transition.forces
        partialReturns.append(transition.partialReturn)
        discounts.append(transition.discount)
    }
}

/// The parameters that an update of actor or critics is computed with.
public struct ActorCriticParameters: Sendable {
    let actor: [Vector]
    /// One or two.
    let critics: [[Vector]]
    let targetActor: [Vector]
    let targetCritics: [[Vector]]

    package init(actor: [Vector], critics: [[Vector]], targetActor: [Vector], targetCritics: [[Vector]]) {
        (self.actor, self.critics) = (actor, critics)
        (self.targetActor, self.targetCritics) = (targetActor, targetCritics)
    }
}

/// Computes gradients of slices: the same bits in any process.
public struct ActorCriticComputer: GradientComputer {
    let featureCount: Int
    let forceCount: Int
    let criticCount: Int
    private(set) var actor: NetworkPass
    private(set) var critic: NetworkPass
    private var numbers: [Float] = []

    package init(actor: NetworkShape, critic: NetworkShape, criticCount: Int) {
        (featureCount, forceCount, self.criticCount) = (actor.inputCount, actor.outputCount, criticCount)
        (self.actor, self.critic) = (NetworkPass(actor), NetworkPass(critic))
    }

    /// Computes the gradients of a slice: of each critic, or of the actor.
    public mutating func gradient(of slice: ActorCriticSlice, _ parameters: ActorCriticParameters) -> [SliceGradient] {
        switch slice.part {
        case .critics: criticGradients(slice, parameters)
        case .actor: [actorGradient(slice, parameters)]
        }
    }

    /// δ = r + γⁿ min Q⁻(s′, π⁻(s′) + noise) − Q(s, a), for each Q.
    private mutating func criticGradients(
        _ slice: ActorCriticSlice,
        _ parameters: ActorCriticParameters
    ) -> [SliceGradient] {
        let rows = slice.partialReturns.count
        var nextForces = forces(parameters.targetActor, slice.nextFeatures)
        for index in slice.noises.indices {
            nextForces[index] = min(max(nextForces[index] + slice.noises[index], -1), 1)
        }
        let next = joined(slice.nextFeatures, nextForces)
        var least: [Float] = []
        for target in parameters.targetCritics {
            let values = values(target, next)
            least = least.isEmpty ? values : zip(least, values).map { min($0, $1) }
        }
        let targets = (0..<rows).map { slice.partialReturns[$0] + slice.discounts[$0] * least[$0] }
        let taken = joined(slice.features, slice.forces)
        return parameters.critics.map { online in
            let errors = zip(targets, values(online, taken)).map { $0 - $1 }
            var result = SliceGradient(
                gradient: Array(repeating: .zero, count: critic.shape.vectorCount),
                errors: errors
            )
            critic.differentiate(online, outputSlopes: errors.map { -$0 }, into: &result.gradient)
            return result
        }
    }

    /// Of −Q(s, π(s)) by the actor's parameters, for the first critic's Q, whose values stand for errors.
    private mutating func actorGradient(
        _ slice: ActorCriticSlice,
        _ parameters: ActorCriticParameters
    ) -> SliceGradient {
        let chosen = forces(parameters.actor, slice.features)
        let values = values(parameters.critics[0], joined(slice.features, chosen))
        let slopes = critic.inputSlopes(parameters.critics[0])
        let width = featureCount + forceCount
        let outputSlopes = chosen.indices.map { index in
            let byForce = slopes[index / forceCount * width + featureCount + index % forceCount]
            return -byForce * (1 - chosen[index] * chosen[index])
        }
        var result = SliceGradient(gradient: Array(repeating: .zero, count: actor.shape.vectorCount), errors: values)
        actor.differentiate(parameters.actor, outputSlopes: outputSlopes, into: &result.gradient)
        return result
    }

    private mutating func forces(_ parameters: [Vector], _ features: [Float]) -> [Float] {
        actor.run(parameters, features)
        var all: [Float] = []
        for row in 0..<actor.rowCount {
            actor.forces(of: row, into: &numbers)
            all += numbers
        }
        return all
    }

    private mutating func values(_ parameters: [Vector], _ inputs: [Float]) -> [Float] {
        critic.run(parameters, inputs)
        return (0..<critic.rowCount).map { row in
            critic.values(of: row, into: &numbers)
            return numbers[0]
        }
    }

    /// What goes into a critic, [rows × (features + forces)].
    private func joined(_ features: [Float], _ forces: [Float]) -> [Float] {
        var all: [Float] = []
        for row in 0..<(forces.count / forceCount) {
            all += features[(row * featureCount)..<((row + 1) * featureCount)]
            all += forces[(row * forceCount)..<((row + 1) * forceCount)]
        }
        return all
    }
}
