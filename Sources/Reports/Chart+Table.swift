internal import Evaluation

extension Chart {
    /// The chart's data as rows: one per point, bar, marker, cell, block, segment and label.
    ///
    /// Columns in which nothing is said are left out.
    var table: TextTable {
        let header = ["element", "name", "x", "y", "x2", "y2", "lower", "upper", "value"]
        let rows = curveRows + barRows + markerRows + cellRows + blockRows + segmentRows + labelRows
        let used = header.indices.filter { column in column == 0 || rows.contains { !$0[column].isEmpty } }
        return TextTable(header: used.map { header[$0] }, rows: rows.map { row in used.map { row[$0] } })
    }

    private func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

    private var curveRows: [[String]] {
        curves.flatMap { curve in
            curve.points.map { point in
                [
                    "curve", curve.name, "\(point.x)", "\(point.y)", "", "", text(point.lower), text(point.upper), "",
                ]
            }
        }
    }

    private var barRows: [[String]] {
        bars.map { ["bar", $0.name, "", "", "", "", text($0.lower), text($0.upper), "\($0.value)"] }
    }

    private var markerRows: [[String]] {
        markers.map { ["\($0.direction.rawValue) marker", $0.name, "", "", "", "", "", "", "\($0.value)"] }
    }

    private var cellRows: [[String]] {
        cells.map { cell in
            [
                "cell", "", "\(cell.x.lowerBound)", "\(cell.y.lowerBound)", "\(cell.x.upperBound)",
                "\(cell.y.upperBound)", "", "", "\(cell.value)",
            ]
        }
    }

    private var blockRows: [[String]] {
        blocks.map { block in
            [
                "block", "", "\(block.x.lowerBound)", "\(block.y.lowerBound)", "\(block.x.upperBound)",
                "\(block.y.upperBound)", "", "", "",
            ]
        }
    }

    private var segmentRows: [[String]] {
        segments.map { segment in
            let (name, value) =
                switch segment.ink {
                case .value(let value): ("", "\(value)")
                case .green: ("green", "")
                case .red: ("red", "")
                case .grey: ("grey", "")
                }
            return [
                "segment", name, "\(segment.from.x)", "\(segment.from.y)", "\(segment.to.x)", "\(segment.to.y)", "",
                "", value,
            ]
        }
    }

    private var labelRows: [[String]] {
        labels.map { ["label", $0.text, "\($0.position.x)", "\($0.position.y)", "", "", "", "", ""] }
    }
}
