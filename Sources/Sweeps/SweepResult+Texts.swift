public import Evaluation

/// Which of two settings is better by their runs.
struct Ranking {
    private let figure: GreedyCourse.Figure

    init(_ figure: GreedyCourse.Figure) { self.figure = figure }

    /// The figure over the training seeds.
    func metric(_ runs: [SweepResult.Run]) -> MetricSummary {
        MetricSummary(name: figure.name, unit: figure.unit, preference: figure.preference, values: runs.map(\.mean))
    }

    /// Whether one has the better mean; one whose figure grew without end is behind all others.
    func isBetter(_ one: [SweepResult.Run], _ other: [SweepResult.Run]) -> Bool {
        let (grows, otherGrows) = (one.contains { $0.grows == true }, other.contains { $0.grows == true })
        if grows != otherGrows { return otherGrows }
        let (mean, otherMean) = (metric(one).interval.mean, metric(other).interval.mean)
        guard mean != otherMean else { return (one.first?.setting ?? 0) < (other.first?.setting ?? 0) }
        return figure.preference == .higher ? mean > otherMean : mean < otherMean
    }

    /// The run with the worst figure, the first of equal ones.
    func worst(_ runs: [SweepResult.Run]) -> SweepResult.Run? {
        runs.max { one, other in
            one.mean == other.mean
                ? one.seed > other.seed : figure.preference == .higher ? one.mean > other.mean : one.mean < other.mean
        }
    }
}

extension SweepResult {
    /// Which is best, and whether that is certain.
    static func verdict(
        _ settings: [Setting],
        _ figure: GreedyCourse.Figure,
        seedCount: Int,
        isCertain: Bool,
        missing: [String]
    ) -> String {
        let best = settings[0]
        let unit = figure.unit.isEmpty ? "" : " \(figure.unit)"
        var words = "Best: \(best.name), with \(figure.name) \(ConfidenceInterval(best.values).cell)\(unit)"
        words += seedCount > 1 ? " over \(seedCount) training seeds. " : ". "
        let others = settings.dropFirst().filter { $0.standing != .dropped }
        let dropped = settings.count(where: { $0.standing == .dropped })
        func names(_ standing: Standing) -> [String] { others.filter { $0.standing == standing }.map(\.name) }
        let (open, equal) = (names(.undecided), names(.equal))
        if others.isEmpty {
            words += dropped > 0 ? "It alone was trained to the last rung." : "There is nothing to compare it with."
        } else if seedCount == 1 {
            words += "Nobody knows whether that is chance: one training seed says nothing about it; use at least 5."
        } else if isCertain {
            words +=
                others.count == 1
                ? "That is certain: the other setting is worse."
                : "That is certain: each of the \(others.count) other settings is worse, corrected for \(others.count) comparisons."
        } else if open.isEmpty, equal.isEmpty {
            words += "Nothing is certain: its own figure grows as long as one looks, and so do all others."
        } else {
            var parts: [String] = []
            if !open.isEmpty { parts.append("not told apart from \(list(open))") }
            if !equal.isEmpty { parts.append("equal on every seed to \(list(equal))") }
            words += "That is not certain: it is \(parts.joined(separator: ", and "))."
            let worse = others.count - open.count - equal.count
            if worse > 0 {
                words += " \(worse) of \(others.count) other settings \(worse == 1 ? "is" : "are") worse for certain."
            }
            if !open.isEmpty { words += " More training seeds would tell." }
        }
        if dropped > 0 {
            words +=
                " \(dropped) setting\(dropped == 1 ? " was" : "s were") dropped at an earlier rung and not compared."
        }
        if !missing.isEmpty { words += " Without a result: \(missing.joined(separator: "; "))." }
        return words
    }

    private static func list(_ names: [String]) -> String {
        names.count <= 3
            ? names.map { "(\($0))" }.joined(separator: ", ")
            : names.prefix(2).map { "(\($0))" }.joined(separator: ", ") + " and \(names.count - 2) more"
    }

    /// A row for each run.
    public var runTable: TextTable {
        TextTable(
            header: ["setting"] + axes + ["seed", "steps", figure.heading, "lower", "upper", "table digest", "folder"],
            rows: runs.map { run in
                let interval = ConfidenceInterval(run.values)
                let half = interval.halfWidth ?? 0
                let options = settings.first { $0.number == run.setting }?.options ?? [:]
                return ["\(run.setting)"] + axes.map { options[$0] ?? "" } + [
                    "\(run.seed)", "\(run.steps)", "\(interval.mean)", "\(interval.mean - half)",
                    "\(interval.mean + half)", run.tableDigest, run.folder,
                ]
            }
        )
    }

    /// A row for each setting, for programs.
    public var summaryTable: TextTable {
        func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
        return TextTable(
            header: ["setting"] + axes + [
                "steps", figure.heading, "lower", "upper", "worst seed", "worst", "difference", "difference lower",
                "difference upper", "seeds won", "p corrected", "standing",
            ],
            rows: settings.map { setting in
                let difference = setting.difference
                return ["\(setting.number)"] + axes.map { setting.options[$0] ?? "" } + [
                    "\(setting.steps)", "\(setting.mean)", text(setting.lower), text(setting.upper),
                    "\(setting.worstSeed)", "\(setting.worst)", text(difference?.mean), text(difference?.lower),
                    text(difference?.upper), difference.map { "\($0.seedsWon)" } ?? "", text(difference?.corrected),
                    setting.standing.rawValue,
                ]
            }
        )
    }

    /// A row for each setting, the best first, for people.
    public var table: TextTable {
        TextTable(
            header: axes + [figure.heading, "worst (seed)", "behind the best", "p", "standing"],
            rows: settings.map { setting in
                let difference = setting.difference
                let words =
                    setting.standing == .dropped ? "dropped at \(Self.short(setting.steps))" : setting.standing.rawValue
                return axes.map { setting.options[$0] ?? "" } + [
                    setting.standing == .grows ? "grows" : ConfidenceInterval(setting.values).cell,
                    "\(decimal(setting.worst)) (\(setting.worstSeed))",
                    difference.map { decimal($0.mean.magnitude) } ?? "",
                    difference?.corrected.map(Self.chance) ?? "", words,
                ]
            }
        )
    }

    /// A table for a terminal: where the whole one is too wide, options stand in a list below it and columns give way.
    ///
    /// - Parameter width: The columns of the terminal; no line is longer.
    /// - Returns: Lines.
    public func text(width: Int) -> String {
        var shown = table
        var legend: [String] = []
        if Self.width(of: shown) > width {
            shown = TextTable(
                header: ["setting"] + table.header.dropFirst(axes.count),
                rows: zip(settings, table.rows).map { ["\($0.number)"] + $1.dropFirst(axes.count) }
            )
            legend = settings.sorted { $0.number < $1.number }.map { "\($0.number): \($0.name)" }
        }
        // What is worth least goes first.
        for column in ["worst (seed)", "p", "behind the best"] where Self.width(of: shown) > width {
            shown = Self.without(column, shown)
        }
        let lines = shown.plainText.split(separator: "\n").map(String.init) + (legend.isEmpty ? [] : [""] + legend)
        return (lines + [""] + Self.wrapped(verdict, width: width)).map { String($0.prefix(width)) }.joined(
            separator: "\n"
        )
    }

    private static func width(of table: TextTable) -> Int {
        table.plainText.split(separator: "\n").map(\.count).max() ?? 0
    }

    private static func without(_ column: String, _ table: TextTable) -> TextTable {
        guard let index = table.header.firstIndex(of: column) else { return table }
        func rest(_ row: [String]) -> [String] { row.enumerated().filter { $0.offset != index }.map(\.element) }
        return TextTable(header: rest(table.header), rows: table.rows.map(rest))
    }

    /// A probability as people read it.
    static func chance(_ value: Double) -> String { value < 0.001 ? "< 0.001" : decimal(value, places: 3) }

    /// Lane-steps in three digits.
    static func short(_ steps: UInt64) -> String {
        switch steps {
        case 1_000_000...: decimal(Double(steps) / 1e6) + "M"
        case 1_000...: decimal(Double(steps) / 1e3) + "k"
        default: "\(steps)"
        }
    }

    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + [line]
    }
}
