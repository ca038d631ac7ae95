public import TabularLearning

/// Acts greedily on a table of action values; where the table knows nothing, serves the phase with most vehicles.
///
/// An action that was never tried still has its initial value, which says nothing: only tried actions are compared.
public struct LearnedController: SignalController {
    /// The name in tables.
    public let name: String
    /// The interval it was trained with.
    public let decisionInterval: Int
    /// It is so far ahead of the plan (docs/scenarios/traffic.md, broken detectors).
    public var toleratedPlanShare: Double { 0.7 }
    private let table: ActionValueTable
    private let encoder: SignalStateEncoder
    private var counts = StateCoverage()

    /// Creates a controller.
    ///
    /// - Parameters:
    ///   - table: The whole table, one row per state of the scenario.
    ///   - scenario: What it was trained on.
    ///   - name: The name in tables.
    public init(table: ActionValueTable, scenario: TrafficScenario, name: String = "learned") {
        self.init(
            table: table,
            encoder: scenario.makeEncoder(),
            decisionInterval: scenario.decisionInterval,
            name: name
        )
    }

    /// Creates a controller for any simulation whose intersections an encoder can look at.
    ///
    /// - Parameters:
    ///   - table: The whole table, one row per state of the encoder.
    ///   - encoder: Turns what is seen into a state.
    ///   - decisionInterval: The interval it was trained with.
    ///   - name: The name in tables.
    public init(
        table: ActionValueTable,
        encoder: SignalStateEncoder,
        decisionInterval: Int,
        name: String = "learned"
    ) {
        self.name = name
        self.table = table
        self.encoder = encoder
        self.decisionInterval = decisionInterval
        precondition(
            UInt64(table.rowCount) == encoder.space.stateCount && table.actionCount == encoder.space.actionCount,
            "the table has a row for every state of the scenario"
        )
    }

    /// How often it knew the state.
    public var coverage: StateCoverage? { counts }

    /// Chooses the best of the choices that were tried in training, the lowest on ties.
    public mutating func choosePhase(_ view: IntersectionView) -> Int {
        counts.decisions += 1
        let start = Int(encoder.state(of: view)) * table.actionCount
        let choices = view.choices
        var best: Int?
        for phase in 0..<view.phaseCount where choices & (1 << UInt64(phase)) != 0 {
            let cell = table.cells[start + phase]
            guard cell.visitCount > 0 else { continue }
            if let leader = best, cell.value <= table.cells[start + leader].value { continue }
            best = phase
        }
        if let best { return best }
        counts.unvisited += 1
        return view.strongestChoice(by: view.demand)
    }
}
