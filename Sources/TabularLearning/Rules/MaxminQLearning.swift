/// Maxmin Q-learning: several tables, of which the least counts.
///
///     M(s, a) = minᵢ Qᵢ(s, a);  Qᵢ(s, a) ← Qᵢ(s, a) + α [r + γᵏ maxₐ′ M(s′, a′) − Qᵢ(s, a)]
///
/// for one i, drawn by the lane and the step. Actions are chosen by M. With one table it is Q-learning; the more there are, the
/// lower values are guessed.
///
/// Source: Lan, Pan, Fyshe and White 2020.
struct MaxminQLearning: LearningRule {
    let name = "maxmin-q-learning"
    let code: UInt32 = 7
    let summary = "several tables, toward the best of the least that they say"
    var learnsOffPolicy: Bool { true }
    var tableCount = 2
    var planeCount: Int { tableCount }

    var options: [RuleOption] { [RuleOption("TABLES", "how many", absence: 2, within: 1...8, isWhole: true)] }
    var numbers: [Float] { [Float(tableCount)] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(tableCount: Int(numbers[0])) }

    func plane(_ note: QueryNote, _ random: UInt64) -> Int {
        Int(truncatingIfNeeded: ((random & 0xFFFF_FFFF) &* UInt64(tableCount)) &>> 32)
    }

    @inline(__always)
    func actingValue(_ row: (_ plane: Int, _ action: Int) -> Float, _ action: Int) -> Float {
        var least = row(0, action)
        for plane in 1..<max(1, tableCount) {
            let value = row(plane, action)
            least = value < least ? value : least
        }
        return least
    }
}
