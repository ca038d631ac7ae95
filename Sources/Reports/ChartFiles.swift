internal import Checkpoints
internal import Evaluation
public import Foundation

/// Charts as files: `NAME.csv`, `NAME.json`, and, where gnuplot is there, `NAME.svg`, `NAME.png` and `NAME.pdf`.
public struct ChartFiles: Sendable {
    private let folder: URL
    private let gnuplot: Gnuplot?

    /// A chart that has been written down.
    public struct Figure: Sendable {
        /// The chart.
        public let chart: Chart
        /// The vector picture; `nil` when it was not drawn.
        public let svg: String?
        /// Why it was not drawn although gnuplot is there.
        public let failure: String?
    }

    /// Names a folder for charts.
    ///
    /// - Parameters:
    ///   - folder: It is made when the first chart is written.
    ///   - gnuplot: Draws the pictures; without it there are data only.
    public init(in folder: URL, gnuplot: Gnuplot?) {
        self.folder = folder
        self.gnuplot = gnuplot
    }

    /// Writes a chart's data and has it drawn.
    ///
    /// - Throws: `FileFailure` when the folder cannot be written to; a picture that cannot be drawn is in the result.
    public func write(_ chart: Chart) throws -> Figure {
        try AtomicFile.makeFolder(folder)
        try AtomicFile.write(Data(chart.table.commaSeparatedValues.utf8), to: file(chart, "csv"))
        try AtomicFile.write(json(chart), to: file(chart, "json"))
        guard let gnuplot else { return Figure(chart: chart, svg: nil, failure: nil) }
        let (svg, png, pdf) = (file(chart, "svg"), file(chart, "png"), file(chart, "pdf"))
        for url in [svg, png, pdf] { try? FileManager.default.removeItem(at: url) }
        if let complaint = gnuplot.draw(PlotScript(chart).text(svg: svg.path, png: png.path, pdf: pdf.path)) {
            // A gnuplot without PDF has drawn the others.
            let drawn = try? text(of: svg)
            return Figure(
                chart: chart,
                svg: drawn?.contains("</svg>") == true ? drawn : nil,
                failure: "gnuplot could not draw \(chart.name): \(complaint)"
            )
        }
        return Figure(chart: chart, svg: try text(of: svg), failure: nil)
    }

    private func text(of file: URL) throws -> String { String(decoding: try AtomicFile.read(file), as: UTF8.self) }

    private func file(_ chart: Chart, _ suffix: String) -> URL {
        folder.appendingPathComponent("\(chart.name).\(suffix)")
    }

    private func json(_ chart: Chart) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return try encoder.encode(chart) + Data("\n".utf8)
    }
}
