internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
package import Evaluation
package import Foundation
internal import Provenance
internal import Reports
internal import Scenarios
internal import TabularLearning

/// An evaluation as files: tables and pictures for people, the figures of every seed for programs.
package struct EvaluationFiles {
    private let outcome: EvaluationOutcome
    private let findings: [Requirement.Finding]

    package init(_ outcome: EvaluationOutcome, findings: [Requirement.Finding] = []) {
        self.outcome = outcome
        self.findings = findings
    }

    /// Writes `report.html`, `evaluation.md`, `evaluation.tex`, `evaluation.csv`, `evaluation.json` and `charts` into a folder.
    ///
    /// - Returns: What the user should know: which pictures are missing, and why.
    package func write(to folder: URL) throws -> [String] {
        try AtomicFile.makeFolder(folder)
        let all =
            outcome.charts + differences + policyCharts + LearningCharts.greedy(outcome.courses)
            + LearningCharts.all(outcome.learning)
        let gnuplot = all.isEmpty ? nil : Gnuplot.find()
        let charts = ChartFiles(in: folder.appendingPathComponent("charts"), gnuplot: gnuplot)
        let figures = try all.map { try charts.write($0) }
        let files = [
            ("evaluation.md", markdown), ("evaluation.tex", latex),
            ("evaluation.csv", outcome.comparison.seedTable.commaSeparatedValues),
            ("evaluation.json", encodeJSON(EvaluationResult(outcome, findings)) + "\n"),
            ("report.html", page(figures, gnuplot).text),
        ]
        for (name, text) in files {
            try AtomicFile.write(Data(text.utf8), to: folder.appendingPathComponent(name))
        }
        guard gnuplot != nil || all.isEmpty else { return [Gnuplot.advice] }
        return figures.compactMap(\.failure)
    }

    private var differences: [Chart] {
        outcome.reference.flatMap {
            ComparisonCharts.differences(outcome.comparison, of: $0, besides: outcome.parts)
        }
        .map { [$0] } ?? []
    }

    /// The first policy itself: where states are places a plan, else the states that were met most.
    private var policyCharts: [Chart] {
        guard let policy = outcome.policies.first, let scenario = policy.scenario else { return [] }
        let plan = scenario.floorPlan.flatMap { PolicyCharts.plan(policy.table, PolicyCharts.Plane($0)) }
        let heat = PolicyCharts.heat(policy.table, actions: scenario.space.actions)
        return [plan ?? heat].compactMap(\.self)
    }

    private var markdown: String {
        var text = "# \(outcome.comparison.title)\n\n" + outcome.comparison.table.markdown
        if let zeros = outcome.zeros { text += "\n\(zeros)\n" }
        if let differences = outcome.differenceTable { text += "\n" + differences.markdown }
        text += "\n" + outcome.comparison.extremes.markdown
        if !outcome.alarms.isEmpty { text += "\n" + outcome.alarms.map { "- Warning: \($0)\n" }.joined() }
        for (name, history) in outcome.learning {
            text += "\nTraining of \(name):\n\n" + history.extremesTable.markdown
        }
        for (heading, table) in outcome.tables + outcome.details { text += "\n## \(heading)\n\n" + table.markdown }
        for finding in findings { text += "\n- \(finding.description)" }
        return findings.isEmpty ? text : text + "\n"
    }

    /// The table of figures, and the paired differences, for a paper.
    private var latex: String {
        let tables = [outcome.comparison.table] + (outcome.differenceTable.map { [$0] } ?? [])
        let title = outcome.comparison.title.map { $0.isNewline ? " " : String($0) }.joined()
        return "% \(title); \(CommandText.ofThisProcess)\n" + tables.map(\.latex).joined(separator: "\n")
    }

    private func page(_ figures: [ChartFiles.Figure], _ gnuplot: Gnuplot?) -> HTMLReport {
        let comparison = outcome.comparison
        var page = HTMLReport(title: "ShardQ: \(comparison.title)")
        if let verdict = outcome.verdict { page.add(paragraph: verdict + ".") }
        for finding in findings { page.add(paragraph: finding.description) }
        for alarm in outcome.alarms { page.add(paragraph: "Warning: \(alarm).") }
        page.add(heading: "Figures")
        page.add(paragraph: "Mean ± half the 95 % interval (Student's t) over the seeds, common random numbers.")
        page.add(table: comparison.table, highlighting: outcome.reference)
        if let zeros = outcome.zeros { page.add(paragraph: zeros) }
        if let reference = outcome.reference, let differences = outcome.differenceTable {
            page.add(heading: "Paired differences")
            page.add(
                paragraph:
                    "\(reference) minus the other, seed by seed. Better or worse is said only where the interval of "
                    + "the differences does not hold zero."
            )
            page.add(table: differences)
        }
        page.add(heading: "Best and worst seed")
        page.add(table: comparison.extremes, highlighting: outcome.reference)
        for (heading, table) in outcome.tables + outcome.details {
            page.add(heading: heading)
            page.add(table: table)
        }
        if !outcome.learning.isEmpty {
            page.add(heading: "Training: best and last")
            page.add(
                paragraph:
                    "Exploration included. A best episode or interval alone says little; the last ones say whether "
                    + "learning has settled."
            )
        }
        for (name, history) in outcome.learning {
            if outcome.learning.count > 1 { page.add(paragraph: name) }
            page.add(table: history.extremesTable)
        }
        if !figures.isEmpty { page.add(heading: "Pictures") }
        for figure in figures { page.add(figure) }
        if let policy = outcome.policies.first, let scenario = policy.scenario,
            let states = PolicyCharts.table(policy.table, scenario.space)
        {
            page.add(heading: "The states that were met most")
            page.add(table: states)
        }
        page.add(heading: "How this was made")
        page.add(facts: facts(gnuplot))
        if let folder = outcome.policies.first?.facts.folder, !folder.isEmpty,
            let settings = RunFacts(of: folder).settings
        {
            page.add(heading: outcome.policies.count > 1 ? "Settings of the first policy" : "Settings")
            page.add(paragraph: "All that the table depends on, chosen or not.")
            page.add(table: settings)
        }
        return page
    }

    private func facts(_ gnuplot: Gnuplot?) -> [(name: String, value: String)] {
        var facts = [(name: "command", value: CommandText.ofThisProcess)]
        for policy in outcome.policies.map(\.facts) {
            facts += [
                ("policy", policy.folder), ("table digest (SHA-256)", policy.tableDigest),
                ("training", "seed \(policy.trainingSeed), \(policy.trainingSteps) lane-steps"),
            ]
            if !policy.folder.isEmpty { facts += RunFacts(of: policy.folder).facts }
        }
        let seeds = outcome.comparison.seeds
        facts += [
            ("written", "\(RunRecord.now) on \(RunRecord.Host.current.name)"),
            ("evaluation seeds", seeds.count > 1 ? "\(seeds[0]) to \(seeds[seeds.count - 1])" : "none: exact values"),
            ("versions", "shardq \(ProgramVersion.current)" + (gnuplot.map { ", \($0.version)" } ?? "")),
        ]
        return facts
    }
}
