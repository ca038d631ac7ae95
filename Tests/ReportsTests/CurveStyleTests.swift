import Foundation
import Reports
import Scenarios
import Testing

@Suite("Curves of a chart")
struct CurveStyleTests {
    private static let all = [
        "fixed", "webster", "actuated", "sotl", "longest-queue", "learned", "greedy", "max-pressure", "random",
        "learned-1",
        "learned-2", "learned-3", "learned-worst", "stock",
    ]

    @Test("no two look alike, however many there are", arguments: [2, 9, 14, 30])
    func distinct(_ count: Int) {
        let names = (0..<count).map { Self.all.indices.contains($0) ? Self.all[$0] : "other-\($0)" }
        let styles = CurveStyle.styles(for: names)
        #expect(Set(styles.map { $0.colour + $0.dash }).count == count)
        #expect(CurveStyle.count >= 36)
    }

    @Test("what was learned looks the same in all charts, and like nothing else")
    func learned() {
        for names in [["learned", "a"], ["a", "b", "learned"], Self.all] {
            let styles = CurveStyle.styles(for: names)
            for (name, style) in zip(names, styles) {
                #expect((style == .learned) == (name == "learned"))
                #expect((style.colour == CurveStyle.learned.colour) == (name == "learned"))
            }
        }
    }

    /// The curves of `evaluate --controllers all`, alone, with a policy, and with three.
    private static let casts: [[String]] = [[], ["learned"], ["learned", "learned-1", "learned-2", "learned-3"]].map {
        $0 + SignalControllers.names
    }

    @Test("a deuteranope tells each of all controllers from each other: by colour, or by gaps", arguments: casts)
    func curves(_ names: [String]) throws {
        let styles = CurveStyle.styles(for: names)
        for (index, style) in styles.enumerated() {
            for other in styles[(index + 1)...] {
                let distance = try Colour(style.colour).asDeuteranope.distance(to: Colour(other.colour).asDeuteranope)
                #expect(distance >= 20 || style.dash != other.dash, "\(style) and \(other): ΔE \(distance)")
            }
        }
        // What was learned is told from everything by its colour alone.
        for style in styles where style != .learned && names.first == "learned" {
            let learned = try Colour(CurveStyle.learned.colour).asDeuteranope
            #expect(learned.distance(to: try Colour(style.colour).asDeuteranope) >= 20)
        }
    }

    @Test("colours are told apart by whoever sees all of them, and by whoever sees no difference between red and green")
    func distances() throws {
        let colours = try ([CurveStyle.learned.colour] + CurveStyle.colours).map { try Colour($0) }
        for (index, colour) in colours.enumerated() {
            #expect(colour.contrastWithWhite >= 3)
            for other in colours[(index + 1)...] {
                #expect(colour.distance(to: other) >= 20)
                #expect(colour.asDeuteranope.distance(to: other.asDeuteranope) >= 20)
            }
        }
        let lights = try [CurveStyle.greenLight, CurveStyle.redLight].map { try Colour($0) }
        #expect(lights[0].asDeuteranope.distance(to: lights[1].asDeuteranope) >= 60)
    }
}

/// A colour, linear in light.
private struct Colour {
    let red, green, blue: Double

    init(_ text: String) throws {
        let number = try #require(UInt32(text.dropFirst(), radix: 16))
        func part(_ shift: UInt32) -> Double {
            let share = Double(number >> shift & 255) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        (red, green, blue) = (part(16), part(8), part(0))
    }

    private init(_ red: Double, _ green: Double, _ blue: Double) {
        func within(_ value: Double) -> Double { min(1, max(0, value)) }
        (self.red, self.green, self.blue) = (within(red), within(green), within(blue))
    }

    /// What somebody without the receptors for green sees (Machado, Oliveira and Fernandes 2009, severity 1).
    var asDeuteranope: Colour {
        Colour(
            0.367322 * red + 0.860646 * green - 0.227968 * blue,
            0.280085 * red + 0.672501 * green + 0.047413 * blue,
            -0.011820 * red + 0.042940 * green + 0.968881 * blue
        )
    }

    private var luminance: Double { 0.2126 * red + 0.7152 * green + 0.0722 * blue }

    /// As WCAG 2.2 defines it.
    var contrastWithWhite: Double { 1.05 / (luminance + 0.05) }

    /// CIE 1976 L*, a*, b*, under D65.
    private var lab: [Double] {
        func root(_ value: Double) -> Double { value > 0.008856 ? cbrt(value) : 7.787 * value + 16 / 116 }
        let x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047)
        let z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883)
        let y = root(luminance)
        return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
    }

    /// ΔE of 1976; 2.3 is just to be noticed.
    func distance(to other: Colour) -> Double {
        zip(lab, other.lab).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
}
