internal import RunPages
internal import ScenarioCatalogue
internal import TabularLearning

/// States that are places, as text: an arrow for the action that the table chooses.
struct FloorText {
    private let plan: FloorPlan
    private let policy: Policy

    /// Takes a plan of the policy's states.
    init(_ plan: FloorPlan, _ policy: Policy) { (self.plan, self.policy) = (plan, policy) }

    /// The rows; `nil` where they are wider than the terminal, or the plan is of other states.
    func text(width: Int) -> String? {
        guard plan.columnCount * 2 <= width, plan.places.count == policy.table.rowCount else { return nil }
        let signs = plan.places.indices.map { sign(of: $0) }
        let rows = stride(from: 0, to: signs.count, by: plan.columnCount).map { start in
            signs[start..<(start + plan.columnCount)].joined(separator: " ")
        }
        let legend = "arrows: what the table chooses; # wall, G goal, ! hazard, · never learned from"
        return (rows + [""] + [legend]).joined(separator: "\n")
    }

    private func sign(of place: Int) -> String {
        switch plan.places[place] {
        case .wall: "#"
        case .goal: "G"
        case .hazard: "!"
        case .open, .start: policy.greedyAction(of: UInt64(place)).map { Self.arrow(plan.moves[$0]) } ?? "·"
        }
    }

    private static func arrow(_ move: FloorPlan.Move) -> String {
        switch (move.rows.signum(), move.columns.signum()) {
        case (-1, 0): "↑"
        case (1, 0): "↓"
        case (0, 1): "→"
        case (0, -1): "←"
        case (-1, 1): "↗"
        case (-1, -1): "↖"
        case (1, 1): "↘"
        case (1, -1): "↙"
        default: "○"
        }
    }
}
