internal import Checkpoints
internal import Foundation
internal import ScenarioCatalogue
internal import TabularLearning
internal import TimeTravel
internal import TrainingRuns

/// How the values of a state, or of one action there, came about: the updates that made them.
struct BlameReport {
    private let past: PastRun
    private let history: RowHistory
    private let action: Int?
    private let shownCount: Int
    /// Whether the updates, one after another, make the bits of the table at the end of the run.
    let foldsToReplay: Bool
    /// Whether they make those of the folder's table; `nil` where it has none.
    let foldsToFolder: Bool?

    /// Collects a report.
    ///
    /// - Parameters:
    ///   - past: The run.
    ///   - history: All updates of the state, from the beginning of the run to its end.
    ///   - action: The action; `nil` for all.
    ///   - table: The table at the end.
    ///   - shownCount: How many updates are shown, the latest.
    init(_ past: PastRun, _ history: RowHistory, action: Int?, table: ActionValueTable, shownCount: Int) {
        self.past = past
        self.history = history
        self.action = action
        self.shownCount = shownCount
        let parameters = past.run.parameters
        foldsToReplay = history.makes(rowOf: table, with: parameters)
        foldsToFolder = past.policy.map { history.makes(rowOf: $0.table, with: parameters) }
    }

    private var updates: [AppliedUpdate] { history.updates.filter { action == nil || $0.action == action } }

    private var hasPlanes: Bool { past.run.parameters.update.planeCount > 1 }

    /// Whether a target goes over several transitions.
    private var hasReturns: Bool { past.run.parameters.update.returns != nil }

    /// The report for people, within 80 columns.
    var text: String {
        let space = past.space
        let all = updates
        let heading =
            "state \(history.state): \(space.describe(history.state))\n"
            + (action.map { "action \($0): \(space.actions[$0])" }
                ?? "actions: " + space.actions.enumerated().map { "\($0) \($1)" }.joined(separator: ", "))
        guard !all.isEmpty else {
            return Self.wrapped(heading) + "\nno update has ever moved this: it has its initial value"
        }
        let shown = all.suffix(shownCount)
        let count = shown.count == all.count ? "all" : "the last \(shown.count) of"
        let rule = past.description.parameters.update.rawValue
        return
            ([Self.wrapped(heading), "\(count) \(all.count) updates, \(rule), α by \(stepSizeWords)", ""]
            + rows(Array(shown)) + [
                "", verdict,
            ])
            .joined(separator: "\n")
    }

    /// Lines of at most 80 characters, broken behind commas where that can be done.
    private static func wrapped(_ text: String) -> String {
        var lines: [String] = []
        for line in text.split(separator: "\n") {
            for (index, part) in line.split(separator: ",").enumerated() {
                let last = lines.count - 1
                if index == 0 {
                    lines.append(String(part))
                } else if lines[last].count + part.count < 79 {
                    lines[last] += "," + part
                } else {
                    lines[last] += ","
                    lines.append(" " + part)
                }
            }
        }
        return lines.joined(separator: "\n")
    }

    private var stepSizeWords: String {
        switch past.run.parameters.stepSize {
        case .constant(let value): "the constant \(value)"
        case .visitCount: "visits"
        }
    }

    /// What the list is worth.
    var verdict: String {
        guard foldsToReplay else { return "these updates do not make the run's value: this is a fault of the program" }
        switch foldsToFolder {
        case true?: return "checked: all updates, one after another, make the bits in the folder"
        case false?: return "these updates make the run's value, and the folder has another: see shardq verify"
        case nil: return "checked: all updates, one after another, make the run's bits; the folder has no table"
        }
    }

    private func rows(_ updates: [AppliedUpdate]) -> [String] {
        var header = ["step", "lane", "reward", "next", "target", "error", "α", "before", "after"]
        if hasReturns { header.insert("over", at: 3) }
        if action == nil { header.insert("action", at: 2) }
        if hasPlanes { header.insert("plane", at: 2) }
        let lines = [header] + updates.map(cells)
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            zip(cells, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: " ")
        }
    }

    private func cells(of update: AppliedUpdate) -> [String] {
        var cells: [String] = ["?", "?", "?", "?"]
        if let origin = update.origin {
            let next = origin.nextState.map { String($0) } ?? "end"
            cells = [
                String(step(of: origin)), origin.isReplayed ? "again" : String(origin.lane), short(origin.reward), next,
            ]
        }
        let numbers: [Float] = [
            update.target, update.temporalDifferenceError, update.stepSize, update.before.value, update.after.value,
        ]
        cells += numbers.map { short($0) }
        if hasReturns { cells.insert(update.origin.map { String($0.transitionCount) } ?? "?", at: 3) }
        if action == nil { cells.insert("\(update.action)", at: 2) }
        if hasPlanes { cells.insert("\(update.plane)", at: 2) }
        return cells
    }

    private func short(_ value: Float) -> String { String(format: "%.5g", Double(value)) }

    private func step(of origin: AppliedUpdate.Origin) -> UInt64 { origin.stepOfLane * past.clock.stepsAtOnce }
}

extension BlameReport {
    /// The object of `--json`.
    struct Object: Encodable {
        struct Update: Encodable {
            var step: UInt64?
            var round: UInt64
            var lane: Int?
            var replayed: Bool?
            var action: Int
            var plane: Int?
            var reward: Float?
            var duration: UInt8?
            var transitions: Int?
            var nextState: UInt64?
            var bootstrap: Float?
            var target: Float
            var error: Float
            var stepSize: Float
            var before: Float
            var after: Float
            var visits: UInt32
        }

        var folder: String
        var state: UInt64
        var description: String
        var action: String?
        var count: Int
        var updates: [Update]
        var foldsToRun: Bool
        var foldsToFolder: Bool?
    }

    /// The report for programs: every number with all its bits.
    var object: Object {
        let all = updates
        return Object(
            folder: past.folder,
            state: history.state,
            description: past.space.describe(history.state),
            action: action.map { past.space.actions[$0] },
            count: all.count,
            updates: all.suffix(shownCount).map { object(of: $0) },
            foldsToRun: foldsToReplay,
            foldsToFolder: foldsToFolder
        )
    }

    /// An update for programs.
    func object(of update: AppliedUpdate) -> Object.Update {
        Self.object(of: update, stepsAtOnce: past.clock.stepsAtOnce, hasPlanes: hasPlanes)
    }

    /// An update for programs.
    static func object(of update: AppliedUpdate, stepsAtOnce: UInt64, hasPlanes: Bool) -> Object.Update {
        Object.Update(
            step: update.origin.map { $0.stepOfLane * stepsAtOnce },
            round: update.round,
            lane: update.origin.flatMap { $0.isReplayed ? nil : $0.lane },
            replayed: update.origin?.isReplayed == true ? true : nil,
            action: update.action,
            plane: hasPlanes ? update.plane : nil,
            reward: update.origin?.reward,
            duration: update.origin?.duration,
            transitions: update.origin?.transitionCount,
            nextState: update.origin?.nextState,
            bootstrap: update.origin?.bootstrap,
            target: update.target,
            error: update.temporalDifferenceError,
            stepSize: update.stepSize,
            before: update.before.value,
            after: update.after.value,
            visits: update.after.visitCount
        )
    }
}
