internal import Evaluation
internal import Testing

@Suite("Statistics and tables of evaluations")
struct StatisticsTests {
    @Test(
        "An interval's half-width is Student's t times the standard error",
        arguments: [(2, 12.7062047), (3, 4.3026527), (4, 3.1824463), (10, 2.2621572), (11, 2.2281389), (31, 2.0422725)]
    )
    func studentT(count: Int, t: Double) {
        // Values ±1 around 5 in equal numbers, and one 5 if their number is odd.
        let values = (0..<count).map { count % 2 == 1 && $0 == count - 1 ? 5.0 : $0 % 2 == 0 ? 4 : 6 }
        let interval = ConfidenceInterval(values)
        let squares = Double(count / 2 * 2)
        let standardError = (squares / Double(count - 1) / Double(count)).squareRoot()
        #expect(interval.mean == 5)
        #expect(((interval.halfWidth ?? 0) - t * standardError).magnitude < 1e-6)
    }

    @Test("A single value has a mean and no interval")
    func singleValue() {
        let interval = ConfidenceInterval([3])
        #expect(interval.mean == 3)
        #expect(interval.halfWidth == nil)
        #expect(!interval.isBelow(ConfidenceInterval([100, 100, 100])))
    }

    @Test("A paired comparison cancels what both share")
    func pairedComparison() {
        let noise = [10.0, 50, 30, 70, 20]
        let first = MetricSummary(name: "delay", unit: "s", preference: .lower, values: noise)
        let second = MetricSummary(
            name: "delay",
            unit: "s",
            preference: .lower,
            values: zip(noise, [2, 2.1, 1.9, 2, 2]).map { $0 + $1 }
        )
        #expect(!first.interval.isBelow(second.interval))
        #expect(first.difference(from: second).upperBound < 0)
        #expect((first.difference(from: second).mean + 2).magnitude < 1e-9)
        #expect(first.worst == 70 && first.best == 10)
    }

    @Test("Numbers are written with three digits, and never without their sign or their zeros")
    func decimals() {
        #expect(decimal(0) == "0")
        #expect(decimal(0.01234) == "0.012")
        #expect(decimal(1.005) == "1.00")
        #expect(decimal(9.996) == "10.0")
        #expect(decimal(74.44) == "74.4")
        #expect(decimal(-99.97) == "-100")
        #expect(decimal(6145.6) == "6146")
        #expect(decimal(.infinity) == "∞")
        #expect(decimal(-0.5, places: 3) == "-0.500")
        #expect(decimal(-0.0001, places: 2) == "0.00")
    }

    @Test("A table is written as text, Markdown and comma-separated values")
    func tables() {
        let table = TextTable(header: ["controller", "delay [s]"], rows: [["fixed", "89.1"], ["a|b, \"c\"", "7"]])
        #expect(table.plainText == "controller  delay [s]\nfixed            89.1\na|b, \"c\"            7\n")
        #expect(
            table.markdown == """
                | controller | delay [s] |
                | ---------- | --------: |
                | fixed      |      89.1 |
                | a\\|b, "c"  |         7 |

                """
        )
        #expect(table.commaSeparatedValues == "controller,delay [s]\nfixed,89.1\n\"a|b, \"\"c\"\"\",7\n")
    }

    @Test("A table for LaTeX has no sign that is a command there")
    func latex() {
        let rows = [["max_pressure & co", "1.2 ± 0.1"], ["a\\b", "-"]]
        let table = TextTable(header: ["controller", "use [%]"], rows: rows)
        #expect(
            table.latex == #"""
                \begin{tabular}{lr}
                \hline
                controller & use [\%] \\
                \hline
                max\_pressure \& co & 1.2 $\pm$ 0.1 \\
                a\textbackslash{}b & - \\
                \hline
                \end{tabular}

                """#
        )
    }

    @Test("A comparison has a row per contender for people and one per seed for programs")
    func comparison() {
        let contenders = [("a", [1.0, 2, 3]), ("b", [4.0, 4, 4])].map { name, values in
            Comparison.Contender(
                name: name,
                metrics: [MetricSummary(name: "delay", unit: "s", preference: .lower, values: values)]
            )
        }
        let comparison = Comparison(title: "test", seeds: [1, 2, 3], contenders: contenders)
        #expect(comparison.table.header == ["controller", "delay [s]"])
        #expect(comparison.table.rows == [["a", "2.0 ± 2.5"], ["b", "4.00"]])
        #expect(comparison.seedTable.rows.count == 6)
        #expect(comparison.seedTable.rows[4] == ["b", "delay", "s", "2", "4.0"])
    }
}
