package import Checkpoints
internal import CommandBasics
package import Foundation
internal import Scenarios
package import TabularLearning
package import TurnOrders

/// A policy folder with the scenario it was learned on.
package struct Policy {
    package let description: PolicyDescription
    package let table: ActionValueTable
    package let digest: TableDigest
    package let space: StateSpace
    private let folder: PolicyFolder<PolicyDescription>

    /// Reads a folder and checks that its table fits its scenario.
    package init(at path: String) throws {
        folder = try PolicyFolder<PolicyDescription>(readingFrom: URL(fileURLWithPath: path))
        description = folder.description
        table = folder.table.acting(by: folder.description.parameters.update)
        digest = folder.digest
        space = folder.description.scenario.scenario.space
        guard space.stateCount == UInt64(table.rowCount), space.actionCount == table.actionCount else {
            throw FileFailure(
                .damaged,
                "\(path): the table has \(table.rowCount) × \(table.actionCount) cells, its scenario "
                    + "\(space.stateCount) × \(space.actionCount)"
            )
        }
    }

    /// Refuses a table whose rows are tiles.
    ///
    /// - Parameter purpose: What has to find states in it.
    /// - Throws: `CommandFailure` that says what can be done.
    package func requireRowsOfStates(for purpose: String) throws {
        guard scenario.tiles != nil else { return }
        throw CommandFailure(
            .usage,
            "its action values are sums over tiles, and \(purpose) needs a row for each state: learn it with bins, or look at it "
                + "with shardq evaluate \(description.scenario.name)"
        )
    }

    /// All that was learned: of a rule with several planes, all of them.
    package var wholeTable: ActionValueTable { folder.table }

    /// What it was learned on.
    package var scenario: any CataloguedScenario { description.scenario.scenario }

    /// The states that were visited, the most visited first, by index among equals.
    package func statesByVisits() -> [UInt64] {
        let visits = (0..<table.rowCount).map { row in cells(of: UInt64(row)).reduce(0) { $0 + UInt64($1.visitCount) } }
        return visits.indices.filter { visits[$0] > 0 }
            .sorted { (visits[$1], $0) < (visits[$0], $1) }
            .map { UInt64($0) }
    }

    /// The cells of a state's row.
    package func cells(of state: UInt64) -> ArraySlice<ActionValueTable.Cell> {
        let start = Int(state) * table.actionCount
        return table.cells[start..<(start + table.actionCount)]
    }

    /// The action of the highest value among those that were tried, the lowest of equals; `nil` when none was.
    ///
    /// An action that was never tried still has its initial value, which says nothing; an action that is not allowed in
    /// this state is one of them.
    package func greedyAction(of state: UInt64) -> Int? {
        let row = Array(cells(of: state))
        return row.indices.filter { row[$0].visitCount > 0 }.max { (row[$0].value, $1) < (row[$1].value, $0) }
    }

    /// A state's row in words.
    package func explain(_ state: UInt64) -> String {
        let greedy = greedyAction(of: state)
        let rows = zip(space.actions, cells(of: state)).enumerated().map { action, entry in
            let (name, cell) = entry
            let mark = action == greedy ? "→" : " "
            let value = cell.visitCount == 0 ? "           –" : String(format: "%12.5f", cell.value)
            return
                "  \(mark) \(name.padding(toLength: 24, withPad: " ", startingAt: 0)) \(value)  \(cell.visitCount) visits"
        }
        return (["state \(state): \(space.describe(state))"] + rows).joined(separator: "\n")
    }

    /// Writes the two arrays of the table.
    package func writeArrays(to folder: URL) throws {
        try self.folder.writeArrays(to: folder)
    }
}

/// What `policy.json` says of a table: the problem and how it was learned.
package struct PolicyDescription: Codable, Sendable {
    package var scenario: ScenarioConfiguration
    package var seed: UInt64
    /// Lane-steps taken.
    package var steps: UInt64
    /// Lane-steps of the whole run.
    package var plannedSteps: UInt64
    package var lanes: Int
    package var cohorts: Int
    package var exchange: ExchangeProtocol
    package var parameters: LearningParameters
    /// Whether it was learned from a log of decisions, so that there is no run to be done once more; absent where not.
    package var isFromLog: Bool?
    /// In which order its cohorts took their turns; absent where the bits are those of the serial reference.
    package var order: String?
    /// What tells the turns that it took once more from others; absent where it took turns by a rule.
    package var turns: String?

    /// Takes all of it.
    package init(
        scenario: ScenarioConfiguration,
        seed: UInt64,
        steps: UInt64,
        plannedSteps: UInt64,
        lanes: Int,
        cohorts: Int,
        exchange: ExchangeProtocol,
        parameters: LearningParameters,
        isFromLog: Bool? = nil,
        order: String? = nil,
        turns: String? = nil
    ) {
        self.scenario = scenario
        self.seed = seed
        self.steps = steps
        self.plannedSteps = plannedSteps
        self.lanes = lanes
        self.cohorts = cohorts
        self.exchange = exchange
        self.parameters = parameters
        self.isFromLog = isFromLog
        self.order = order
        self.turns = turns
    }

    private enum CodingKeys: String, CodingKey {
        case scenario, seed, steps, plannedSteps, lanes, cohorts, exchange, parameters, isFromLog, order, turns
    }

    /// In which order its cohorts took their turns.
    package var turnOrder: TurnOrder { order.flatMap(TurnOrder.init(argument:)) ?? .strict }

    /// What tells the run from every other: runs with the same identity end in the same bits.
    package var identity: RunIdentity {
        var whole = self
        whole.steps = plannedSteps
        return RunIdentity(of: whole)
    }
}

extension PolicyDescription {
    /// Reads a description.
    ///
    /// - Throws: `DecodingError`, also where no run can have had these numbers.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            scenario: try values.decode(ScenarioConfiguration.self, forKey: .scenario),
            seed: try values.decode(UInt64.self, forKey: .seed),
            steps: try values.decode(UInt64.self, forKey: .steps),
            plannedSteps: try values.decode(UInt64.self, forKey: .plannedSteps),
            lanes: try values.decode(Int.self, forKey: .lanes),
            cohorts: try values.decode(Int.self, forKey: .cohorts),
            exchange: try values.decode(ExchangeProtocol.self, forKey: .exchange),
            parameters: try values.decode(LearningParameters.self, forKey: .parameters),
            isFromLog: try values.decodeIfPresent(Bool.self, forKey: .isFromLog),
            order: try values.decodeIfPresent(String.self, forKey: .order),
            turns: try values.decodeIfPresent(String.self, forKey: .turns)
        )
        let each = scenario.scenario.lanesPerReplica
        let problem: (key: CodingKeys, text: String)? =
            if !RunLimits.lanes.contains(lanes) || lanes % each != 0 {
                (.lanes, "\(lanes) lanes, which are to be a multiple of \(each) within \(RunLimits.lanes)")
            } else if !RunLimits.cohorts.contains(cohorts) {
                (.cohorts, "\(cohorts) cohorts, which are to be within \(RunLimits.cohorts)")
            } else if plannedSteps > RunLimits.steps << 1 || plannedSteps % UInt64(lanes * cohorts) != 0 {
                (.plannedSteps, "\(plannedSteps) steps, which are no whole rounds of \(cohorts) × \(lanes) lanes")
            } else if steps > plannedSteps {
                (.steps, "\(steps) steps taken of \(plannedSteps)")
            } else if let order, turnOrder.isStrict {
                (.order, "there is no order of turns '\(order)' that is to be written down")
            } else {
                nil
            }
        guard let problem else { return }
        throw DecodingError.dataCorruptedError(forKey: problem.key, in: values, debugDescription: problem.text)
    }
}
