/// Q-learning toward a copy: what follows is worth what the values were when they were last copied.
///
///     Q(s, a) ← Q(s, a) + α [r + γᵏ maxₐ′ Q̂(s′, a′) − Q(s, a)];  Q̂ ← Q every STEPS steps of the lanes
///
/// The whole table is copied at once, between the updates and the questions of the first cohort's round, and the copy is a
/// second value of each action: it is saved and put back as the first is. Actions are chosen by Q. With one cohort and a copy
/// in every step it is Q-learning, bit for bit.
///
/// Source: Mnih et al. 2015, for a table; Lee and He 2019.
struct TargetQLearning: LearningRule {
    let name = "target-q-learning"
    let code: UInt32 = 21
    let summary = "as q-learning, toward a copy of the values that is renewed now and then"
    var learnsOffPolicy: Bool { true }
    var period: UInt64 = 100
    var planeCount: Int { 2 }
    var learnedPlaneCount: Int { 1 }
    var copyPeriod: UInt64? { period }

    var options: [RuleOption] {
        [RuleOption("STEPS", "steps of a lane between copies", absence: 100, within: 1...16_777_215, isWhole: true)]
    }
    var numbers: [Float] { [Float(period)] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(period: UInt64(numbers[0])) }

    @inline(__always)
    func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float {
        var (rest, copied) = (allowed, -Float.infinity)
        while rest != 0 {
            let value = row(1, rest.trailingZeroBitCount)
            rest &= rest &- 1
            copied = value > copied ? value : copied
        }
        return copied
    }
}
