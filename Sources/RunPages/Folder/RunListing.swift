internal import Evaluation

/// Runs as a table for a terminal: what came out, and the settings in which they differ.
public struct RunListing: Sendable {
    private let runs: [RunSnapshot]
    private let comparison: RunComparison

    /// Lists runs in their order.
    public init(_ runs: [RunSnapshot]) {
        self.runs = runs
        comparison = RunComparison(runs)
    }

    /// The figure that is listed: that of the first run that has one.
    private var figure: (name: String, unit: String)? {
        runs.lazy.compactMap(\.outcome?.headline).first.map { ($0.name, $0.metric.unit) }
    }

    /// The list.
    ///
    /// - Parameter width: The columns of the terminal; no line is longer, however long names and values are.
    /// - Returns: Lines.
    public func text(width: Int) -> String {
        var lines = Self.aligned([header] + runs.map(row), width: width)
        lines += runs.filter { !$0.faults.isEmpty }.flatMap { run in
            run.faults.flatMap { Self.wrapped("\(run.name): \($0)", hanging: 2, width: width) }
        }
        if let warning = comparison.warning { lines += [""] + Self.wrapped(warning, hanging: 0, width: width) }
        if runs.count > 1 {
            lines.append("")
            lines +=
                comparison.settings.isEmpty
                ? Self.wrapped("They do not differ in any setting that a result depends on.", hanging: 0, width: width)
                : ["They differ in"] + comparison.settings.flatMap { self.lines(of: $0, width: width) }
        }
        return lines.joined(separator: "\n")
    }

    /// A run as an object.
    private struct Entry: Encodable {
        let folder: String
        let state: RunSnapshot.State
        let words: String
        let steps: UInt64?
        let stepsPlanned: UInt64?
        let wallSeconds: Double?
        let tableDigest: String?
        let settings: [String: String]
        let evaluation: [String: RunOutcome.Metric]?
        let faults: [String]
    }

    /// The list as an array of objects in one line.
    public var json: String {
        JSONForm.text(
            runs.map { run in
                Entry(
                    folder: run.folder,
                    state: run.state,
                    words: run.words,
                    steps: run.steps,
                    stepsPlanned: run.stepsPlanned,
                    wallSeconds: run.elapsedSeconds,
                    tableDigest: run.tableDigest,
                    settings: run.settings.values,
                    evaluation: run.outcome.flatMap { outcome in outcome.subject.flatMap { outcome.controllers[$0] } },
                    faults: run.faults
                )
            }
        )
    }

    private var header: [String] {
        ["run", "state", "steps"] + (figure.map { [$0.unit.isEmpty ? $0.name : "\($0.name) [\($0.unit)]"] } ?? [])
            + ["digest"]
    }

    private func row(of run: RunSnapshot) -> [String] {
        let result = figure.map { figure in
            let metrics = run.outcome?.subject.flatMap { run.outcome?.controllers[$0] }
            return [metrics?[figure.name].map(RunComparison.text) ?? "–"]
        }
        return [run.name, run.state.rawValue, run.steps.map(Self.short) ?? "–"] + (result ?? [])
            + [run.tableDigest.map { String($0.prefix(8)) } ?? "–"]
    }

    /// Values of a setting, each with those that have it: `seed 1: one, three; 2: two`.
    private func lines(of setting: RunComparison.Row, width: Int) -> [String] {
        var order: [String] = []
        var owners: [String: [String]] = [:]
        for (value, name) in zip(setting.values, comparison.names) {
            if owners[value] == nil { order.append(value) }
            owners[value, default: []].append(name)
        }
        let parts = order.map { value in
            "\(value.isEmpty ? "–" : value): " + (owners[value] ?? []).joined(separator: ", ")
        }
        return Self.wrapped("  \(setting.name) " + parts.joined(separator: "; "), hanging: 4, width: width)
    }

    /// Cells below each other; the first column gives way where there is too little room, and then the line's end.
    private static func aligned(_ rows: [[String]], width: Int) -> [String] {
        let count = rows.first?.count ?? 0
        var widths = (0..<count).map { column in rows.map { $0[column].count }.max() ?? 0 }
        let excess = widths.reduce(0, +) + 2 * (count - 1) - width
        if excess > 0 { widths[0] = max(min(widths[0], 8), widths[0] - excess) }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let text = cell.count > widths[column] ? cell.prefix(max(widths[column] - 1, 0)) + "…" : Substring(cell)
                return text + String(repeating: " ", count: widths[column] - text.count)
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed()).cut(to: width)
        }
    }

    /// A sentence in lines; those behind the first stand in.
    private static func wrapped(_ text: String, hanging: Int, width: Int) -> [String] {
        var lines: [String] = []
        var line = String(text.prefix { $0 == " " })
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                (line, isEmpty) = (String(repeating: " ", count: hanging), true)
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return (lines + [line]).map { $0.cut(to: width) }
    }

    /// Three digits, with k, M or G.
    private static func short(_ count: UInt64) -> String {
        switch count {
        case 1_000_000_000...: decimal(Double(count) / 1e9) + "G"
        case 1_000_000...: decimal(Double(count) / 1e6) + "M"
        case 10_000...: decimal(Double(count) / 1e3) + "k"
        default: "\(count)"
        }
    }
}

extension String {
    /// Not longer than so many characters; what is cut off is said to be.
    fileprivate func cut(to width: Int) -> String {
        count <= width ? self : prefix(max(width - 1, 0)) + (width > 0 ? "…" : "")
    }
}
