internal import CommandBasics
internal import Foundation
internal import ScenarioCatalogue
internal import TabularLearning
internal import TimeTravel

/// Why two runs ended in different tables: the settings that differ, and the first update that does.
struct PartingReport {
    private let one: PastRun
    private let other: PastRun

    /// Puts two runs side by side.
    init(_ one: PastRun, _ other: PastRun) {
        self.one = one
        self.other = other
    }

    /// Runs both once more, as far as they go together.
    ///
    /// - Throws: What keeps them from being done once more.
    func text(isQuiet: Bool) throws -> String {
        let settings = SettingDifferences(one.description, other.description)
        guard !settings.isEmpty else { return sameRun }
        return ([settings.text, try parting(isQuiet: isQuiet)]).joined(separator: "\n")
    }

    /// One run cannot end in two tables.
    private var sameRun: String {
        let (steps, others) = (one.description.steps, other.description.steps)
        guard steps == others else {
            return "no setting differs, so both are one run: \(one.folder) has it after \(steps) steps, "
                + "\(other.folder) after \(others)"
        }
        return "no setting differs and both have \(steps) steps, so one of the folders is not what its settings make: "
            + "shardq verify \(one.folder), shardq verify \(other.folder)"
    }

    private func parting(isQuiet: Bool) throws -> String {
        var comparison = RunComparison(try one.beginning(watching: .all), try other.beginning(watching: .all))
        var pace = ReplayPace(one.run, isQuiet: isQuiet)
        defer { pace.finish() }
        var parting = comparison.partingAtBeginning
        while parting == nil, !comparison.isOver {
            parting = try comparison.runRound()
            pace.show(comparison.learners)
        }
        guard let parting else { return "they never part: all \(comparison.round) rounds make the same updates" }
        return words(parting)
    }

    private func words(_ parting: RunComparison.Parting) -> String {
        switch parting {
        case .beginning(let state, let action, let left, let right):
            let place = "\(one.space.describe(state)), action \(one.space.actions[action])"
            return "they part before the first round: \(place) begins at \(left) and \(right)"
        case .end(let round, let firstIsOver):
            let (ended, going) = firstIsOver ? (one, other) : (other, one)
            return "they make the same updates for \(round) rounds; then \(ended.folder) ends, \(going.folder) goes on"
        case .update(let round, let left, let right):
            return (["they part in round \(round)"] + compare(left, right)).joined(separator: "\n")
        }
    }

    private func compare(_ left: AppliedUpdate?, _ right: AppliedUpdate?) -> [String] {
        guard let left, let right else {
            let (who, update) = left == nil ? (other, right) : (one, left)
            return ["only \(who.folder) makes an update there: " + (update.map { sentence($0, of: who) } ?? "")]
        }
        return [
            reason(left, right), "  \(one.folder): \(sentence(left, of: one))",
            "  \(other.folder): \(sentence(right, of: other))",
        ]
    }

    /// The first thing in the course of an update that is another.
    private func reason(_ left: AppliedUpdate, _ right: AppliedUpdate) -> String {
        let (before, behind) = (left.origin, right.origin)
        if before?.stepOfLane != behind?.stepOfLane || before?.lane != behind?.lane {
            return "the updates come from other lanes or steps"
        }
        if left.state != right.state { return "the lane was in another state" }
        if left.action != right.action { return "the lane took another action in the same state" }
        if before?.reward != behind?.reward { return "the same action had another reward" }
        if before?.nextState != behind?.nextState || before?.duration != behind?.duration {
            return "the same action led elsewhere"
        }
        if left.plane != right.plane { return "the update went to the other of the two values" }
        if left.before != right.before { return "the value stood elsewhere before" }
        if before?.bootstrap != behind?.bootstrap { return "the next state was worth something else" }
        if left.target != right.target { return "the same transition has another target: the discount is another" }
        return "the same target moves the value by another step size"
    }

    private func sentence(_ update: AppliedUpdate, of past: PastRun) -> String {
        let change = "\(update.before.value) → \(update.after.value) (target \(update.target), α \(update.stepSize))"
        guard let origin = update.origin else { return change }
        let next = origin.nextState.map { "state \($0), worth \(origin.bootstrap)" } ?? "the end"
        let lane = origin.isReplayed ? "replayed" : "lane \(origin.lane)"
        return "step \(origin.stepOfLane * past.clock.stepsAtOnce), \(lane), state \(update.state), action "
            + "\(update.action) (\(past.space.actions[update.action])), reward \(origin.reward), then \(next): \(change)"
    }
}

/// The settings of two runs that differ, each by the way to it.
struct SettingDifferences {
    private let lines: [String]

    /// Compares what their folders say, but for how far they have come.
    init(_ one: PolicyDescription, _ other: PolicyDescription) {
        let (left, right) = (Self.settings(of: one), Self.settings(of: other))
        lines = Set(left.keys).union(right.keys).sorted().compactMap { key in
            guard left[key] != right[key] else { return nil }
            return "  \(key): \(left[key] ?? "absent"), \(right[key] ?? "absent")"
        }
    }

    /// Whether none does.
    var isEmpty: Bool { lines.isEmpty }

    /// The first of them, a line each.
    var text: String {
        let shown = lines.prefix(10)
        let rest = lines.count - shown.count
        return (["settings that differ:"] + shown + (rest > 0 ? ["  and \(rest) more"] : [])).joined(separator: "\n")
    }

    private static func settings(of description: PolicyDescription) -> [String: String] {
        let json = Data(encodeJSON(description).utf8)
        guard let object = try? JSONSerialization.jsonObject(with: json) else { return [:] }
        var found: [String: String] = [:]
        collect(object, at: "", into: &found)
        found["steps"] = nil
        return found
    }

    private static func collect(_ value: Any, at path: String, into found: inout [String: String]) {
        func below(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
        switch value {
        case let object as [String: Any]:
            for (key, value) in object { collect(value, at: below(key), into: &found) }
        case let array as [Any]:
            for (index, value) in array.enumerated() { collect(value, at: below("\(index)"), into: &found) }
        default: found[path] = "\(value)"
        }
    }
}
