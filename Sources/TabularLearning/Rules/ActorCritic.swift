/// Actor and critic: preferences that say what is done, and a value of each state that says how well it went.
///
///     δ = r + γᵏ V(s′) − V(s);  V(s) ← V(s) + α δ
///     π(b) = exp(H(s, b)) ÷ Σ_c exp(H(s, c));  H(s, b) ← H(s, b) + β δ (1{b = a} − π(b)) for every b
///
/// The first value of each action is its preference; V(s) is the second of the first action, and the other seconds are unused. Both
/// lie with the row's owner, which has π from them by an exponential of fixed operations, added from the lowest action
/// up. Lanes draw from π: a Boltzmann policy of temperature 1. Forbidden actions count as the others do, and what is added to
/// action values elsewhere is added to preferences and not to V. With one action V is what SARSA learns, bit for bit.
///
/// Source: Barto, Sutton and Anderson 1983; Sutton & Barto 2018, §13.5, one step and without the factor γᵗ.
struct ActorCritic: LearningRule {
    let name = "actor-critic"
    let code: UInt32 = 22
    let summary = "preferences that are drawn from, moved by what a value of the state had not expected"
    var rate: Float = 1
    var planeCount: Int { 2 }
    var learnedPlaneCount: Int { 1 }
    var hasOwnMove: Bool { true }
    var ownExploration: Exploration? { .boltzmann(temperature: .constant(1)) }
    func takesOffset(_ plane: Int) -> Bool { plane == 0 }

    var options: [RuleOption] { [RuleOption("BETA", "β, a step of preferences", absence: 1, within: 0...1e6)] }
    var numbers: [Float] { [rate] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(rate: numbers[0]) }

    @inline(__always)
    func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float { row(1, 0) }

    @inline(__always)
    func move(
        _ cells: inout MutableSpan<ActionValueTable.Cell>,
        _ place: CellPlace,
        toward target: Float,
        by stepSize: StepSize
    ) {
        let (start, count) = (place.start, place.actionCount)
        let critic = cells[start + count]
        let error = target - critic.value
        cells[start + count] = critic.moved(by: stepSize(critic.visitCount) * error)
        var greatest = -Float.infinity
        for action in 0..<count { greatest = max(greatest, cells[start + action].value) }
        var sum = 0.0
        for action in 0..<count {
            sum += boltzmannWeight(of: cells[start + action].value, below: greatest, temperature: 1)
        }
        for action in 0..<count {
            let weight = boltzmannWeight(of: cells[start + action].value, below: greatest, temperature: 1)
            let share = Float(weight / sum)
            let change = rate * error * ((action == place.column ? 1 : 0) - share)
            cells[start + action].value += change
        }
        cells[place.cell].visitCount = cells[place.cell].visitedOnceMore
    }
}
