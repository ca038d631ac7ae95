public import Evaluation

/// A page that can be mailed: headings, paragraphs, tables, pictures inside, nothing fetched from anywhere.
public struct HTMLReport: Sendable {
    private let title: String
    private var body: [String] = []
    private var headings: [String] = []

    /// Begins a page.
    public init(title: String) { self.title = title }

    /// Appends a heading, which the contents name too.
    public mutating func add(heading: String) {
        headings.append(heading)
        body.append("<h2 id=\"part-\(headings.count)\">\(Self.escaped(heading))</h2>")
    }

    /// Appends a paragraph.
    public mutating func add(paragraph: String) { body.append("<p>\(Self.escaped(paragraph))</p>") }

    /// Appends a table; the first column holds names, the others figures.
    ///
    /// - Parameters:
    ///   - table: The cells.
    ///   - name: The name, in the first column, of rows to be set off.
    public mutating func add(table: TextTable, highlighting name: String? = nil) {
        let header = table.header.map { "<th>\(Self.escaped($0))</th>" }.joined()
        let rows = table.rows.map { row in
            let mark = row.first == name ? " class=\"learned\"" : ""
            return "<tr\(mark)>" + row.map { "<td>\(Self.escaped($0))</td>" }.joined() + "</tr>"
        }
        body.append(
            "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"\(Self.escaped(headings.last ?? title))\">"
                + "<table><thead><tr>\(header)</tr></thead>\n<tbody>\(rows.joined(separator: "\n"))</tbody></table></div>"
        )
    }

    /// Appends names with their values: how the page came to be.
    public mutating func add(facts: [(name: String, value: String)]) {
        let rows = facts.map { "<dt>\(Self.escaped($0.name))</dt><dd><code>\(Self.escaped($0.value))</code></dd>" }
        body.append("<dl>\(rows.joined(separator: "\n"))</dl>")
    }

    /// Appends a chart with its caption.
    public mutating func add(_ figure: ChartFiles.Figure) {
        let chart = figure.chart
        let forms = ["svg", "pdf"] + (figure.hasPixels ? ["png"] : []) + ["csv", "json"]
        let files = forms.map { "<a href=\"charts/\(chart.name).\($0)\">\($0.uppercased())</a>" }
        body.append(
            "<figure>\(Self.inlined(figure.svg, of: chart))<figcaption>\(Self.escaped(chart.caption)) "
                + "<span>Pictures and data: \(files.joined(separator: ", "))</span></figcaption></figure>"
        )
    }

    /// Links to the headings; nothing where there are few.
    private var contents: String {
        guard headings.count > 2 else { return "" }
        let items = headings.enumerated().map { "<li><a href=\"#part-\($0 + 1)\">\(Self.escaped($1))</a></li>" }
        return "<nav aria-label=\"Contents\"><ul>\(items.joined())</ul></nav>"
    }

    /// The whole page.
    public var text: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(Self.escaped(title))</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        <main>
        <h1>\(Self.escaped(title))</h1>
        \(contents)
        \(body.joined(separator: "\n"))
        </main>
        </body>
        </html>

        """
    }

    private static let style = """
        body { font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #222; max-width: 78rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid #ddd; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.9rem; }
        th, td { padding: 0.3rem 0.7rem; text-align: right; border-bottom: 1px solid #e5e5e5; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; } th { border-bottom: 2px solid #888; }
        tr.learned td { background: #eaf3fb; font-weight: 600; }
        nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; font-size: 0.9rem; }
        figure { margin: 1.5rem 0; max-width: 48rem; } figure svg { width: 100%; height: auto; }
        figcaption { font-size: 0.85rem; color: #555; } figcaption span { color: #666; }
        code { font-size: 0.85rem; overflow-wrap: anywhere; }
        dt { color: #666; font-size: 0.85rem; } dd { margin: 0 0 0.4rem 1rem; }
        a { color: #0b5cad; } figure svg { background: #fff; }
        @media (prefers-color-scheme: dark) {
        body { color: #e6edf3; background: #0d1117; } h2, th, td { border-color: #30363d; } tr.learned td { background: #12304f; }
        figcaption, figcaption span, dt { color: #9fa9b4; } a { color: #79b8ff; }
        }
        @media print {
        nav { display: none; } body { font-size: 10pt; max-width: none; margin: 0; color: #000; background: #fff; }
        .wide { overflow: visible; } table { font-size: 7.5pt; } th, td { padding: 0.15rem 0.3rem; white-space: normal; }
        figure { break-inside: avoid; max-width: 16cm; margin: 0.5rem 0; } h2 { break-after: avoid; margin-top: 1rem; }
        tr { break-inside: avoid; } a { color: inherit; text-decoration: none; }
        }
        """

    /// A text in which nothing is markup.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }

    /// A picture as an element of the page: without what belongs to a file of its own, its names unlike other pictures'.
    ///
    /// It says what it shows, to those who hear the page too.
    static func inlined(_ svg: String, of chart: Chart) -> String {
        guard let start = svg.firstRange(of: "<svg")?.upperBound else { return "" }
        let name = chart.name
        let words = escaped("\(chart.title). \(chart.caption)")
        return "<svg role=\"img\" aria-label=\"\(words)\""
            + String(svg[start...])
            .replacing(/\s+xmlns\s*=\s*"[^"]*"/, with: "")
            .replacing(/\sid="/) { $0.output + name + "-" }
            .replacing(/url\(#/) { $0.output + name + "-" }
    }
}
