internal import Checkpoints
internal import Evaluation
public import Foundation

/// Charts as files: `NAME.csv`, `NAME.json`, `NAME.svg`, `NAME.pdf`, and, where gnuplot is there, `NAME.png`.
public struct ChartFiles: Sendable {
    private let folder: URL
    private let gnuplot: Gnuplot?

    /// A chart that has been written down.
    public struct Figure: Sendable {
        /// The chart.
        public let chart: Chart
        /// The vector picture.
        public let svg: String
        /// Whether there is a pixel picture.
        public let hasPixels: Bool
        /// Why there is none although gnuplot is there.
        public let failure: String?
    }

    /// Names a folder for charts.
    ///
    /// - Parameters:
    ///   - folder: It is made when the first chart is written.
    ///   - gnuplot: Draws pictures of pixels; without it there are none of these.
    public init(in folder: URL, gnuplot: Gnuplot?) {
        self.folder = folder
        self.gnuplot = gnuplot
    }

    /// Writes a chart's data and draws it.
    ///
    /// - Throws: `FileFailure` when the folder cannot be written to; what gnuplot cannot draw is in the result.
    public func write(_ chart: Chart) throws -> Figure {
        try AtomicFile.makeFolder(folder)
        try AtomicFile.write(Data(chart.table.commaSeparatedValues.utf8), to: file(chart, "csv"))
        try AtomicFile.write(json(chart), to: file(chart, "json"))
        let svg = SVGPicture(ChartPicture(chart)).text
        try AtomicFile.write(Data(svg.utf8), to: file(chart, "svg"))
        let column = ChartPicture(chart, width: ChartPicture.columnWidth)
        try AtomicFile.write(PDFPicture(column).data, to: file(chart, "pdf"))
        let png = file(chart, "png")
        try? FileManager.default.removeItem(at: png)
        guard let gnuplot else { return Figure(chart: chart, svg: svg, hasPixels: false, failure: nil) }
        let complaint = gnuplot.draw(PlotScript(chart).text(png: png.path))
        return Figure(
            chart: chart,
            svg: svg,
            hasPixels: complaint == nil,
            failure: complaint.map { "gnuplot could not draw \(chart.name) as PNG: \($0)" }
        )
    }

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
