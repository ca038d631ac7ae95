/// WoLF policy hill-climbing: a policy that moves toward the greedy action, slowly where it wins and fast where it loses.
///
///     Q(s, a) ← Q(s, a) + α [r + γᵏ maxₐ′ Q(s′, a′) − Q(s, a)];  n: the updates of s before this one
///     π̄(b) ← π̄(b) + (π(b) − π̄(b)) ÷ (n + 1);  δ = 1 ÷ (PERIOD + n), times RATIO unless Σ π Q > Σ π̄ Q
///     π(b) ← π(b) − min(π(b), δ ÷ (A − 1)) for every b but the greedy action, which gets what the others lose
///
/// Two learners that play each other come to rest at the draw of an equilibrium, around which one that climbs at one pace goes
/// round. The three values of an action are Q, π and π̄; π begins with equal shares at a state's first update. Greedy is the best
/// action that was tried, the lowest of several, so that one that is forbidden loses its share. Lanes draw from π with every
/// share raised by FLOOR, or what is never tried would never be found better: to whoever chooses an action is worth
/// ln(π + FLOOR). What is added to action values elsewhere is added to Q and not to shares. With RATIO 1 it is plain policy
/// hill-climbing.
///
/// Source: Bowling and Veloso 2002.
struct WolfPolicyHillClimbing: LearningRule {
    let name = "wolf-phc"
    let code: UInt32 = 24
    let summary = "a policy that is drawn from, toward the best action: slowly where it wins, fast where it loses"
    var period: Float = 20_000
    var ratio: Float = 4
    var floor: Float = 0.02
    var planeCount: Int { 3 }
    var learnedPlaneCount: Int { 1 }
    var hasOwnMove: Bool { true }
    var ownExploration: Exploration? { .boltzmann(temperature: .constant(1)) }
    func takesOffset(_ plane: Int) -> Bool { plane == 0 }

    var options: [RuleOption] {
        [
            RuleOption(
                "PERIOD",
                "updates of a state until its policy moves half as fast",
                absence: 20_000,
                within: 1...1e9,
                isWhole: true
            ),
            RuleOption("RATIO", "how much faster it moves where it loses", absence: 4, within: 1...1000),
            RuleOption("FLOOR", "what every share is raised by in a draw", absence: 0.02, within: 1e-6...1),
        ]
    }
    var numbers: [Float] { [period, ratio, floor] }
    func with(_ numbers: [Float]) -> any LearningRule {
        Self(period: numbers[0], ratio: numbers[1], floor: numbers[2])
    }

    @inline(__always)
    func actingValue(_ row: (_ plane: Int, _ action: Int) -> Float, _ action: Int) -> Float {
        Float(naturalLogarithm(max(1e-9, Double(row(1, action)) + Double(floor))))
    }

    @inline(__always)
    func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float {
        var (rest, best) = (allowed, -Float.infinity)
        while rest != 0 {
            let value = row(0, rest.trailingZeroBitCount)
            rest &= rest &- 1
            best = value > best ? value : best
        }
        return best
    }

    @inline(__always)
    func move(
        _ cells: inout MutableSpan<ActionValueTable.Cell>,
        _ place: CellPlace,
        toward target: Float,
        by stepSize: StepSize
    ) {
        let (start, count) = (place.start, place.actionCount)
        var updates: UInt64 = 0
        for action in 0..<count { updates += UInt64(cells[start + action].visitCount) }
        if updates == 0 {
            for cell in (start + count)..<(start + 3 * count) { cells[cell].value = 1 / Float(count) }
        }
        let cell = cells[place.cell]
        cells[place.cell] = cell.moved(by: stepSize(cell.visitCount) * (target - cell.value))
        var (greedy, best, worth, usual) = (place.column, -Float.infinity, Float(0), Float(0))
        for action in 0..<count {
            let (cell, share) = (cells[start + action], cells[start + count + action].value)
            let average = cells[start + 2 * count + action].value
            let moved = average + (share - average) / Float(updates + 1)
            cells[start + 2 * count + action].value = moved
            worth += share * cell.value
            usual += moved * cell.value
            if cell.visitCount > 0, cell.value > best { (greedy, best) = (action, cell.value) }
        }
        climb(&cells, start + count, count, toward: greedy, by: (worth > usual ? 1 : ratio) / (period + Float(updates)))
    }

    /// Moves shares to an action.
    @inline(__always)
    private func climb(
        _ cells: inout MutableSpan<ActionValueTable.Cell>,
        _ start: Int,
        _ count: Int,
        toward greedy: Int,
        by step: Float
    ) {
        var gained: Float = 0
        for action in 0..<count where action != greedy {
            let lost = min(cells[start + action].value, step / Float(count - 1))
            cells[start + action].value -= lost
            gained += lost
        }
        cells[start + greedy].value += gained
    }
}
