internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import Evaluation
internal import Foundation
internal import Reports
internal import Sweeps

/// The result of a sweep as files: tables for people and programs, pictures, a page that can be mailed.
struct SweepFiles {
    private let result: SweepResult
    private let workshop: SweepWorkshop

    init(_ result: SweepResult, _ workshop: SweepWorkshop) { (self.result, self.workshop) = (result, workshop) }

    /// Writes `sweep.csv`, `summary.csv`, `sweep.json`, `report.html` and `charts`.
    ///
    /// - Returns: What the user should know: which pictures are missing, and why.
    func write(to folder: URL) throws -> [String] {
        let gnuplot = Gnuplot.find()
        let files = ChartFiles(in: folder.appendingPathComponent("charts"), gnuplot: gnuplot)
        let figures = try SweepCharts(result).all.map { try files.write($0) }
        let texts = [
            ("sweep.csv", result.runTable.commaSeparatedValues),
            ("summary.csv", result.summaryTable.commaSeparatedValues),
            ("report.html", page(figures).text), ("sweep.json", encodeJSON(result) + "\n"),
        ]
        for (name, text) in texts {
            try AtomicFile.write(Data(text.utf8), to: folder.appendingPathComponent(name))
        }
        return gnuplot == nil ? [Gnuplot.advice] : figures.compactMap(\.failure)
    }

    private func page(_ figures: [ChartFiles.Figure]) -> HTMLReport {
        var page = HTMLReport(title: "ShardQ: \(result.title)")
        page.add(paragraph: result.verdict)
        page.add(heading: "Settings, the best first")
        page.add(
            paragraph:
                "Mean ± half the 95 % interval (Student's t) over the training seeds; each run's figure is its mean over the "
                + "evaluation seeds. \"Behind the best\" is the mean of the differences paired by training seed, p the probability "
                + "of chance corrected for the number of comparisons (Holm); below \(SweepResult.level) a setting is called worse."
        )
        page.add(table: result.table, highlighting: result.table.rows.first?.first)
        if !figures.isEmpty { page.add(heading: "Pictures") }
        for figure in figures { page.add(figure) }
        page.add(heading: "Runs")
        page.add(table: result.runTable)
        page.add(heading: "How this was made")
        page.add(facts: [
            ("command", CommandText.ofThisProcess),
            ("training seeds", result.seeds.map { "\($0)" }.joined(separator: ", ")),
            ("versions", "shardq \(ProgramVersion.current)"),
        ])
        return page
    }
}

/// The charts of a sweep.
struct SweepCharts {
    private let result: SweepResult

    /// As many curves as can be told apart with their bands.
    private static let mostCurves = 6

    init(_ result: SweepResult) { self.result = result }

    /// All of them.
    var all: [Chart] { [bars, course].compactMap(\.self) }

    private var bars: Chart {
        var chart = Chart(
            "sweep-settings",
            title: "\(result.scenario): \(result.figure.name) by setting",
            caption: "Mean over \(result.seeds.count) training seeds"
                + (result.seeds.count > 1 ? "; whiskers: 95% interval over these seeds." : "."),
            x: .init(result.figure.name, unit: result.figure.unit),
            y: .init("setting")
        )
        chart.bars = result.settings.filter { $0.standing != .dropped }.map {
            Chart.Bar($0.name, value: $0.mean, lower: $0.lower, upper: $0.upper, isHighlighted: $0.standing == .best)
        }
        return chart
    }

    /// The greedy policy on the way, in bands over the training seeds; `nil` without `--evaluate-every`.
    private var course: Chart? {
        let shown = result.curves.prefix(Self.mostCurves)
        guard !shown.isEmpty else { return nil }
        let left = result.settings.count - shown.count
        var chart = Chart(
            "sweep-learning",
            title: "\(result.scenario): learning curves of the greedy policy",
            caption:
                "Mean over \(result.seeds.count) training seeds, evaluated without exploration; bands: 95% interval over "
                + "these seeds." + (left > 0 ? " The best \(shown.count) of \(result.settings.count) settings." : ""),
            x: .init("steps", unit: "million lane-steps", from: 0),
            y: .init(result.figure.name, unit: result.figure.unit)
        )
        chart.curves = shown.map { curve in
            let points = curve.points.map {
                Chart.Curve.Point(x: Double($0.laneSteps) / 1e6, y: $0.mean, lower: $0.lower, upper: $0.upper)
            }
            let name = result.settings.first { $0.number == curve.setting }?.name ?? ""
            return Chart.Curve(name, points: points, style: .linesAndPoints)
        }
        return chart
    }
}
