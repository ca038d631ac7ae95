/// A place in a picture: x to the right, y down, in pixels.
typealias Place = SIMD2<Double>

/// What a line is drawn with.
struct Pen: Sendable, Hashable {
    /// Its colour as `#rrggbb`.
    var colour: String
    /// Its width in pixels.
    var width: Double
    /// Lengths of strokes and gaps in turn; empty for a line without gaps.
    var dash: [Double] = []
}

/// How a text stands.
struct Lettering: Sendable, Hashable {
    /// Which part of the text lies at its place.
    enum Anchor: String, Sendable, Hashable {
        case start
        case middle
        case end
    }

    /// The height of its letters in pixels.
    var size = 13.0
    /// Which part of it lies at its place.
    var anchor = Anchor.start
    /// Its colour as `#rrggbb`.
    var colour = "#222222"
    /// Whether it is set off.
    var isBold = false
    /// Whether it runs upward.
    var isUpward = false
    /// Whether it stands on what is drawn, and keeps it at a distance.
    var hasHalo = false
}

/// One stroke, area or text of a picture.
struct Mark: Sendable, Hashable {
    /// What is drawn.
    enum Form: Sendable, Hashable {
        /// A line through places.
        case line([Place], Pen)
        /// An area between places; a pen draws its edge.
        case area([Place], fill: String, opacity: Double, edge: Pen?)
        /// A filled circle.
        case dot(Place, radius: Double, fill: String)
        /// A text; its place is on the base line.
        case text(String, Place, Lettering)
        /// Nothing to be seen: where a pointer finds what is said.
        case target(Place, radius: Double)
    }

    /// What is drawn.
    var form: Form
    /// What is said when somebody points there.
    var hint: String?
    /// Whether what lies outside the axes is cut off.
    var isCut = false
}

/// Widths of texts in Helvetica, which every printer knows.
enum Letters {
    /// By ASCII code from 32 on, in thousandths of the letters' height (Adobe's font metrics of Helvetica).
    private static let widths: [Double] = [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
        556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
        667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
        556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ]

    /// The width of a text whose letters are one pixel high; of letters beyond ASCII a guess.
    static func width(of text: String) -> Double {
        text.unicodeScalars.reduce(0) { sum, letter in
            let index = Int(letter.value) - 32
            return sum + (widths.indices.contains(index) ? widths[index] : 600) / 1000
        }
    }

    /// As much of a text as has room, the rest told by an ellipsis.
    static func cut(_ text: String, to room: Double) -> String {
        guard width(of: text) > room else { return text }
        var shown = Substring(text)
        while !shown.isEmpty, width(of: shown + "…") > room { shown.removeLast() }
        return shown + "…"
    }

    /// A text in lines, broken between words.
    static func lines(_ text: String, room: Double) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            let longer = line.isEmpty ? String(word) : line + " " + word
            if !line.isEmpty, width(of: longer) > room {
                lines.append(line)
                line = String(word)
            } else {
                line = longer
            }
        }
        return (lines + [line]).map { cut($0, to: room) }
    }
}
