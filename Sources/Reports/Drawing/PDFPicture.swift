internal import Evaluation
internal import Foundation

/// A picture as a page of PDF 1.4 at a width of one's own, with Helvetica, which every reader has.
///
/// Source: Adobe, *PDF Reference*, third edition, chapters 3 to 5.
struct PDFPicture {
    private let picture: ChartPicture
    private let width: Double

    /// The width of a printed column in points, 86 mm.
    static let columnWidth = 243.8

    /// Takes a picture.
    ///
    /// - Parameters:
    ///   - picture: What is drawn.
    ///   - width: The width of the page in points.
    init(_ picture: ChartPicture, width: Double = Self.columnWidth) { (self.picture, self.width) = (picture, width) }

    /// The file.
    var data: Data {
        let scale = width / picture.width
        let height = picture.height * scale
        let (content, opacities) = content(scale)
        let states = opacities.enumerated().map { "/O\($0) << /ca \(number($1)) >>" }.joined(separator: " ")
        func font(_ name: String) -> String {
            "<< /Type /Font /Subtype /Type1 /BaseFont /\(name) /Encoding /WinAnsiEncoding >>"
        }
        let objects: [[UInt8]] = [
            Array("<< /Type /Catalog /Pages 2 0 R >>".utf8), Array("<< /Type /Pages /Kids [3 0 R] /Count 1 >>".utf8),
            Array(
                ("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 \(number(width)) \(number(height))] /Contents 4 0 R "
                    + "/Resources << /Font << /F1 5 0 R /F2 6 0 R >> /ExtGState << \(states) >> >> >>").utf8
            ),
            Array("<< /Length \(content.count) >>\nstream\n".utf8) + content + Array("\nendstream".utf8),
            Array(font("Helvetica").utf8), Array(font("Helvetica-Bold").utf8),
        ]
        return Self.file(objects)
    }

    /// Objects behind one another, and where each begins.
    private static func file(_ objects: [[UInt8]]) -> Data {
        var bytes = Array("%PDF-1.4\n%âãÏÓ\n".utf8)
        var starts: [Int] = []
        for (index, object) in objects.enumerated() {
            starts.append(bytes.count)
            bytes += Array("\(index + 1) 0 obj\n".utf8) + object + Array("\nendobj\n".utf8)
        }
        let table = bytes.count
        bytes += Array("xref\n0 \(objects.count + 1)\n0000000000 65535 f \n".utf8)
        for start in starts {
            let digits = "\(start)"
            bytes += Array((String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n").utf8)
        }
        bytes += Array("trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(table)\n%%EOF\n".utf8)
        return Data(bytes)
    }

    private func content(_ scale: Double) -> (bytes: [UInt8], opacities: [Double]) {
        // From pixels that grow downward to points that grow upward.
        var lines = [Array("\(number(scale, 5)) 0 0 \(number(-scale, 5)) 0 \(number(picture.height * scale)) cm".utf8)]
        var opacities: [Double] = []
        let box = picture.plot
        let window = "\(number(box.left)) \(number(box.top - 3)) \(number(box.width)) \(number(box.height + 6)) re W n"
        for mark in picture.marks {
            guard var line = drawing(mark, &opacities) else { continue }
            if mark.isCut { line = Array("q \(window) ".utf8) + line + Array(" Q".utf8) }
            lines.append(line)
        }
        return (Array(lines.joined(separator: [0x0A])), opacities)
    }

    private func drawing(_ mark: Mark, _ opacities: inout [Double]) -> [UInt8]? {
        switch mark.form {
        case .line(let places, let pen): return Array("q \(stroke(pen)) \(path(places)) S Q".utf8)
        case .area(let places, let fill, let opacity, let edge):
            var start = "q \(colour(fill)) rg"
            if opacity < 1 {
                if !opacities.contains(opacity) { opacities.append(opacity) }
                start += " /O\(opacities.firstIndex(of: opacity) ?? 0) gs"
            }
            guard let edge else { return Array("\(start) \(path(places)) h f Q".utf8) }
            return Array("\(start) \(stroke(edge)) \(path(places)) h B Q".utf8)
        case .dot(let place, let radius, let fill):
            return Array("q \(colour(fill)) rg \(circle(place, radius)) f Q".utf8)
        case .text(let text, let place, let style): return drawing(text, place, style)
        case .target: return nil
        }
    }

    private func drawing(_ text: String, _ place: Place, _ style: Lettering) -> [UInt8] {
        let width = style.size * Letters.width(of: text) * (style.isBold ? 1.06 : 1)
        let back = style.anchor == .start ? 0 : style.anchor == .middle ? width / 2 : width
        let start = style.isUpward ? Place(place.x, place.y + back) : Place(place.x - back, place.y)
        // Letters stand upright although the page is turned over.
        let turn = style.isUpward ? "0 -1 -1 0" : "1 0 0 -1"
        let head = "q BT /\(style.isBold ? "F2" : "F1") \(number(style.size)) Tf "
        let shown =
            Array(" \(turn) \(number(start.x)) \(number(start.y)) Tm (".utf8) + Self.encoded(text) + Array(") Tj".utf8)
        let halo = style.hasHalo ? Array("1 Tr 3 w 1 1 1 RG".utf8) + shown + Array(" 0 Tr ".utf8) : []
        return Array(head.utf8) + halo + Array("\(colour(style.colour)) rg".utf8) + shown + Array(" ET Q".utf8)
    }

    /// Letters that Windows' code page has elsewhere than Unicode, and stand-ins for signs that it has not.
    private static let letters: [Character: [UInt8]] = [
        "…": [0x85], "–": [0x96], "—": [0x97], "‘": [0x91], "’": [0x92], "“": [0x93], "”": [0x94], "•": [0x95],
        "€": [0x80], "−": [0x2D], "→": Array("->".utf8), "←": Array("<-".utf8), "≤": Array("<=".utf8),
        "≥": Array(">=".utf8), "ε": Array("epsilon".utf8), "α": Array("alpha".utf8), "γ": Array("gamma".utf8),
        "λ": Array("lambda".utf8), "∞": Array("inf".utf8),
    ]

    private static func encoded(_ text: String) -> [UInt8] {
        text.flatMap { letter -> [UInt8] in
            switch letter {
            case "(", ")", "\\": return Array("\\\(letter)".utf8)
            default: break
            }
            if let known = letters[letter] { return known }
            guard let scalar = letter.unicodeScalars.first, letter.unicodeScalars.count == 1 else { return [0x3F] }
            switch scalar.value {
            case 0x20...0x7E, 0xA0...0xFF: return [UInt8(scalar.value)]
            default: return [letter.isWhitespace ? 0x20 : 0x3F]
            }
        }
    }

    private func path(_ places: [Place]) -> String {
        places.enumerated().map { "\(number($1.x)) \(number($1.y)) \($0 == 0 ? "m" : "l")" }.joined(separator: " ")
    }

    /// Four arcs, each a curve that is off by less than 0.03 %.
    private func circle(_ middle: Place, _ radius: Double) -> String {
        let bend = 0.5523 * radius
        func point(_ x: Double, _ y: Double) -> String { "\(number(middle.x + x)) \(number(middle.y + y))" }
        return "\(point(radius, 0)) m "
            + "\(point(radius, bend)) \(point(bend, radius)) \(point(0, radius)) c "
            + "\(point(-bend, radius)) \(point(-radius, bend)) \(point(-radius, 0)) c "
            + "\(point(-radius, -bend)) \(point(-bend, -radius)) \(point(0, -radius)) c "
            + "\(point(bend, -radius)) \(point(radius, -bend)) \(point(radius, 0)) c h"
    }

    private func stroke(_ pen: Pen) -> String {
        let dash = pen.dash.isEmpty ? "" : " [\(pen.dash.map { number($0) }.joined(separator: " "))] 0 d"
        return "\(colour(pen.colour)) RG \(number(pen.width)) w 1 j\(dash)"
    }

    /// `#rrggbb` as three shares.
    private func colour(_ text: String) -> String {
        let value = UInt32(text.dropFirst(), radix: 16) ?? 0
        return [16, 8, 0].map { number(Double(value >> UInt32($0) & 255) / 255, 3) }.joined(separator: " ")
    }

    private func number(_ value: Double, _ places: Int = 2) -> String { decimal(value, places: places) }
}
