internal import CommandBasics
internal import Evaluation
internal import Provenance
internal import Reports
package import RunPages

/// How the run of a policy was made, as its folder tells.
struct RunFacts {
    private let record: RunRecord?
    private let snapshot: RunSnapshot

    /// Reads a folder; what is not there, or cannot be read, is left out.
    init(of folder: String) {
        record = (try? RunRecord.read(from: folder)) ?? nil
        snapshot = RunFolder(folder).read()
    }

    /// When, where and by which command.
    var facts: [(name: String, value: String)] {
        guard let sessions = record?.sessions, let first = sessions.first, let last = sessions.last else { return [] }
        let command = (["shardq"] + first.command).map(CommandText.quoted).joined(separator: " ")
        let host = last.host
        let machine = [
            host.name, host.system, "Linux \(host.kernel)", "\(host.architecture), \(host.processors) processors",
            "\(host.memoryBytes >> 30) GiB",
        ]
        var facts = [
            (name: "trained by", value: command), ("trained on", machine.joined(separator: ", ")),
            ("began", first.begun),
        ]
        if let ended = last.end?.ended { facts.append(("ended", ended)) }
        if let seconds = last.end?.wallSeconds { facts.append(("seconds of its rounds", decimal(seconds, places: 1))) }
        if sessions.count > 1 { facts.append(("processes, one after another", "\(sessions.count)")) }
        return facts
    }

    /// Every setting that the result depends on; `nil` where the folder does not tell.
    var settings: TextTable? {
        let values = snapshot.settings.values
        guard !values.isEmpty else { return nil }
        let rows = values.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
        return TextTable(header: ["setting", "value"], rows: rows)
    }
}

extension PolicyCharts.Plane {
    /// The same plan without what only a page needs.
    package init(_ plan: FloorPlan) {
        self.init(
            columnCount: plan.columnCount,
            isOpen: plan.places.map { $0 == .open || $0 == .start },
            names: plan.places.map { place in
                switch place {
                case .open, .wall: ""
                case .start: "S"
                case .goal: "G"
                case .hazard: "!"
                }
            },
            moves: plan.moves.map { ($0.columns, $0.rows) }
        )
    }
}
