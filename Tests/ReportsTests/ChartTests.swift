import Evaluation
import Foundation
import FoundationXML
import Reports
import Testing

@Suite("Charts")
struct ChartTests {
    /// One of everything that a chart can hold, with names that would be commands if they were not quoted.
    private static let chart: Chart = {
        var chart = Chart(
            "everything",
            title: "it's 100 % \"quoted\" `date` <b>",
            caption: "a < b & c",
            x: .init("time", unit: "s", from: 0, to: 10),
            y: .init("load", isLogarithmic: true)
        )
        chart.colours = .init("use", unit: "%", from: 0, to: 100)
        chart.curves = [
            .init(
                "learned",
                points: [.init(x: 1, y: 2, lower: 1.5, upper: 2.5), .init(x: 2, y: 3, lower: 2.5, upper: 4)]
            ),
            .init("it's fixed", points: [.init(x: 1, y: 4), .init(x: 2, y: 5)], style: .linesAndPoints),
        ]
        chart.markers = [.init("capacity", .vertical, at: 3.5), .init("goal", .horizontal, at: 2)]
        chart.cells = [.init(x: 0...5, y: 1...2, value: 40)]
        chart.blocks = [.init(x: 5...6, y: 1...2)]
        chart.segments = [
            .init(from: SIMD2(0, 1), to: SIMD2(5, 1), ink: .green),
            .init(from: SIMD2(5, 1), to: SIMD2(9, 1), ink: .red),
            .init(from: SIMD2(0, 3), to: SIMD2(5, 4), ink: .value(70)),
            .init(from: SIMD2(0, 3), to: SIMD2(5, 3), ink: .grey),
        ]
        chart.labels = [.init("a, \"b\"", at: SIMD2(1, 1), hasDot: true)]
        return chart
    }()

    private static func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shardq-test-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test("the data of a chart stand beside it as CSV, a row per element, and as JSON that gives the same chart")
    func data() throws {
        try Self.withFolder { folder in
            let figure = try ChartFiles(in: folder, gnuplot: nil).write(Self.chart)
            #expect(!figure.hasPixels && figure.failure == nil)
            let csv = try String(contentsOf: folder.appendingPathComponent("everything.csv"), encoding: .utf8)
            #expect(
                csv == """
                    element,name,x,y,x2,y2,lower,upper,value
                    curve,learned,1.0,2.0,,,1.5,2.5,
                    curve,learned,2.0,3.0,,,2.5,4.0,
                    curve,it's fixed,1.0,4.0,,,,,
                    curve,it's fixed,2.0,5.0,,,,,
                    vertical marker,capacity,,,,,,,3.5
                    horizontal marker,goal,,,,,,,2.0
                    cell,,0.0,1.0,5.0,2.0,,,40.0
                    block,,5.0,1.0,6.0,2.0,,,
                    segment,green,0.0,1.0,5.0,1.0,,,
                    segment,red,5.0,1.0,9.0,1.0,,,
                    segment,,0.0,3.0,5.0,4.0,,,70.0
                    segment,grey,0.0,3.0,5.0,3.0,,,
                    label,"a, ""b\""",1.0,1.0,,,,,

                    """
            )
            let json = try Data(contentsOf: folder.appendingPathComponent("everything.json"))
            #expect(try JSONDecoder().decode(Chart.self, from: json) == Self.chart)
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            #expect(files == ["csv", "json", "pdf", "svg"].map { "everything.\($0)" })
        }
    }

    @Test("columns in which nothing is said are left out")
    func emptyColumns() throws {
        var chart = Chart("bars", title: "", caption: "", x: .init("delay", unit: "s"), y: .init(""))
        chart.bars = [.init("a", value: 2, lower: 1, upper: 3), .init("b", value: 4)]
        try Self.withFolder { folder in
            _ = try ChartFiles(in: folder, gnuplot: nil).write(chart)
            let csv = try String(contentsOf: folder.appendingPathComponent("bars.csv"), encoding: .utf8)
            #expect(csv == "element,name,lower,upper,value\nbar,a,1.0,3.0,2.0\nbar,b,,,4.0\n")
        }
    }

    @Test("where gnuplot is not in the path there is none")
    func missingGnuplot() {
        #expect(Gnuplot.find(path: "/nowhere:/") == nil)
        #expect(Gnuplot.advice.contains("gnuplot-nox"))
    }

    @Test("every element is drawn without any other program, and no name is taken for markup")
    func pictures() throws {
        try Self.withFolder { folder in
            let svg = try ChartFiles(in: folder, gnuplot: nil).write(Self.chart).svg
            for text in ["capacity", "goal", "learned", "it's fixed", "time [s]", "use [%]", "`date`", "green light"] {
                #expect(svg.contains(text), "\(text) is not in the picture")
            }
            #expect(svg.contains("&lt;b&gt;") && !svg.contains("<b>"))
            // Whoever points at a place of a curve is told what is there.
            #expect(svg.contains("<title>learned, time 1.00 s: 2.00 (1.50 … 2.50)</title>"))
            #expect(svg.contains("<title>40.0 %</title>") && svg.contains("<title>70.0 %</title>"))
            // Under curves even the darkest cell is pale, and a wall has a colour of its own.
            #expect(svg.contains("#AEB6BF"))
            #expect(!svg.contains("#08306b"))
            #expect(svg.contains("stroke-dasharray") && svg.contains("fill-opacity=\"0.18\""))
            let document = try XMLDocument(data: Data(svg.utf8))
            #expect(document.rootElement()?.name == "svg")
            #expect(try Data(contentsOf: folder.appendingPathComponent("everything.svg")) == Data(svg.utf8))
        }
    }

    @Test("a page of PDF says where each of its objects begins, and holds the texts of the chart")
    func pdf() throws {
        try Self.withFolder { folder in
            _ = try ChartFiles(in: folder, gnuplot: nil).write(Self.chart)
            let data = try Data(contentsOf: folder.appendingPathComponent("everything.pdf"))
            #expect(data.starts(with: Data("%PDF-1.4".utf8)) && data.suffix(6) == Data("%%EOF\n".utf8))
            let text = String(decoding: data, as: Unicode.ASCII.self)
            let end = try #require(text.split(separator: "startxref\n").last)
            let place = try #require(end.split(separator: "\n").first.flatMap { Int($0) })
            #expect(data[place...].starts(with: Data("xref\n".utf8)))
            let lines = text.split(separator: "\n").filter { $0.hasSuffix(" 00000 n ") }
            let starts = lines.compactMap { Int($0.prefix(10)) }
            #expect(starts.count == 6)
            for (index, start) in starts.enumerated() {
                #expect(data[start...].starts(with: Data("\(index + 1) 0 obj".utf8)))
            }
            #expect(text.contains("(capacity) Tj") && text.contains("(time [s]) Tj"))
            // 86 mm wide.
            #expect(text.contains("/MediaBox [0 0 243.80 "))
        }
    }

    @Test("gnuplot draws the same in pixels, and no name is taken for a command", .enabled(if: Gnuplot.find() != nil))
    func pixels() throws {
        try Self.withFolder { folder in
            let figure = try ChartFiles(in: folder, gnuplot: Gnuplot.find()).write(Self.chart)
            #expect(figure.failure == nil && figure.hasPixels)
            let png = try Data(contentsOf: folder.appendingPathComponent("everything.png"))
            #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        }
    }

    @Test("what has no place on an axis, no end or no size is left out and breaks nothing")
    func oddities() throws {
        let odd: [Double] = [.nan, .infinity, -.infinity, 0, -1, 1e308, .leastNonzeroMagnitude, 3]
        for isLogarithmic in [false, true] {
            var chart = Chart(
                "odd",
                title: "",
                caption: "",
                x: .init("x", isLogarithmic: isLogarithmic),
                y: .init("y", isLogarithmic: isLogarithmic, from: .nan, to: -.infinity)
            )
            chart.colours = .init("use", from: 0, to: 0)
            chart.curves = [
                .init("a", points: odd.map { .init(x: $0, y: $0, lower: $0, upper: $0) }, style: .linesAndPoints),
                .init("none", points: []),
            ]
            chart.cells = odd.map { .init(x: 0...1, y: 0...1, value: $0) }
            chart.segments = odd.map { .init(from: SIMD2($0, 0), to: SIMD2(0, $0), ink: .value($0)) }
            chart.markers = odd.map { .init("m", .vertical, at: $0) } + odd.map { .init("m", .horizontal, at: $0) }
            chart.labels = odd.map { .init("l", at: SIMD2($0, $0), hasDot: true) }
            var bars = chart
            bars.bars = odd.map { .init("b", value: $0, lower: $0, upper: $0) }
            try Self.withFolder { folder in
                for chart in [chart, bars] {
                    let svg = try ChartFiles(in: folder, gnuplot: nil).write(chart).svg
                    #expect(!svg.contains("nan") && !svg.contains("inf"))
                }
            }
        }
    }

    @Test(
        "what gnuplot cannot draw is a failure in words, the vector picture is there all the same",
        .enabled(if: Gnuplot.find() != nil)
    )
    func impossibleChart() throws {
        var chart = Chart("nothing", title: "", caption: "", x: .init("x"), y: .init("y", isLogarithmic: true))
        chart.curves = [.init("below zero", points: [.init(x: 1, y: -1), .init(x: 2, y: -2)])]
        try Self.withFolder { folder in
            let figure = try ChartFiles(in: folder, gnuplot: Gnuplot.find()).write(chart)
            #expect(figure.svg.contains("</svg>") && !figure.hasPixels)
            #expect(figure.failure?.contains("gnuplot could not draw nothing") == true)
        }
    }

    @Test("a bound beyond all data is in the picture")
    func bounds() throws {
        var chart = Chart("bounds", title: "", caption: "", x: .init("load"), y: .init("time"))
        chart.curves = [.init("a", points: [.init(x: 1, y: 1), .init(x: 2, y: 2)])]
        chart.markers = [.init("capacity", .vertical, at: 70), .init("goal", .horizontal, at: 90)]
        try Self.withFolder { folder in
            let svg = try ChartFiles(in: folder, gnuplot: nil).write(chart).svg
            #expect(svg.contains(">60<") && svg.contains(">80<"))
        }
    }

    @Test("a page holds its tables and pictures and fetches nothing")
    func page() throws {
        try Self.withFolder { folder in
            let figure = try ChartFiles(in: folder, gnuplot: nil).write(Self.chart)
            var page = HTMLReport(title: "A <report> & more")
            page.add(heading: "Figures")
            page.add(
                table: TextTable(header: ["controller", "delay"], rows: [["learned", "<1>"]]),
                highlighting: "learned"
            )
            page.add(facts: [("command", "shardq evaluate 'a b'")])
            page.add(figure)
            let text = page.text
            #expect(text.contains("<svg") && text.contains("</svg>"))
            #expect(!text.contains("http:") && !text.contains("https:") && !text.contains("src="))
            #expect(text.contains("A &lt;report&gt; &amp; more") && text.contains("<td>&lt;1&gt;</td>"))
            #expect(text.contains("<tr class=\"learned\">"))
            #expect(
                text.contains(#"role="img" aria-label="it's 100 % &quot;quoted&quot; `date` &lt;b&gt;. a &lt; b"#)
            )
            #expect(text.contains(#"href="charts/everything.csv""#) && !text.contains("everything.png"))
            #expect(text.contains("@media print") && text.contains("prefers-color-scheme: dark"))
            // Names inside a picture are its own: two pictures in one page do not share what they cut off.
            #expect(text.contains("url(#everything-plot)") && text.contains(#"id="everything-plot""#))
        }
    }

    @Test("a long page begins with its contents")
    func contents() {
        var page = HTMLReport(title: "report")
        for heading in ["Figures", "A & B", "Pictures"] { page.add(heading: heading) }
        #expect(page.text.contains(##"<a href="#part-2">A &amp; B</a>"##) && page.text.contains(#"<h2 id="part-2">"#))
    }

    @Test("a sweep has a curve per contender through the values at which it has a figure, and bounds as lines")
    func sweep() throws {
        func comparison(_ values: [String: [Double]]) -> Comparison {
            Comparison(
                title: "t",
                seeds: [1, 2],
                contenders: values.sorted { $0.key < $1.key }.map { name, values in
                    let metric = MetricSummary(name: "delivery time", unit: "ticks", preference: .lower, values: values)
                    return .init(name: name, metrics: [metric])
                }
            )
        }
        let chart = try #require(
            ComparisonCharts.sweep(
                [
                    (1, comparison(["a": [4, 6], "b": [7, 7]])),
                    (2, comparison(["a": [.infinity, 9], "b": [8, 10], "c": [1, 1]])),
                ],
                over: .init("load", unit: "packets/tick"),
                bounds: [("capacity", 2.5)],
                isLogarithmic: true
            )
        )
        #expect(chart.name == "delivery-time-by-load")
        #expect(chart.curves.map(\.name) == ["a", "b", "c"])
        #expect(chart.curves.map { $0.points.map(\.y) } == [[5], [7, 9], [1]])
        #expect(chart.markers == [.init("capacity", .vertical, at: 2.5)])
        #expect(chart.y.isLogarithmic && chart.y.unit == "ticks")
    }
}
