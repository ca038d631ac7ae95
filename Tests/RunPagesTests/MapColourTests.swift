import Foundation
import HTTPTransport
import RunPages
import Testing

@Suite("Colours of the maps")
struct MapColourTests {
    /// Red, green and blue in linear light of a colour of the style.
    private static func light(_ name: String, _ style: some StringProtocol) throws -> SIMD3<Double> {
        let mark = "--\(name): #"
        let start = try #require(style.range(of: mark)).upperBound
        let number = try #require(UInt32(style[start...].prefix(6), radix: 16))
        let parts = [number >> 16, number >> 8, number].map { part in
            let share = Double(part & 255) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return SIMD3(parts[0], parts[1], parts[2])
    }

    /// A colour as a deuteranope sees it (Machado, Oliveira and Fernandes 2009, severity 1), in CIE L*a*b*.
    private static func seen(_ light: SIMD3<Double>) -> SIMD3<Double> {
        func times(_ one: SIMD3<Double>, _ other: SIMD3<Double>) -> Double { max(0, (one * other).sum()) }
        let rgb = SIMD3(
            times(light, SIMD3(0.367322, 0.860646, -0.227968)),
            times(light, SIMD3(0.280085, 0.672501, 0.047413)),
            times(light, SIMD3(-0.011820, 0.042940, 0.968881))
        )
        func root(_ share: Double) -> Double { share > 0.008856 ? pow(share, 1.0 / 3) : 7.787 * share + 16.0 / 116 }
        let x = root(times(rgb, SIMD3(0.4124, 0.3576, 0.1805)) / 0.9505)
        let y = root(times(rgb, SIMD3(0.2126, 0.7152, 0.0722)))
        let z = root(times(rgb, SIMD3(0.0193, 0.1192, 0.9505)) / 1.089)
        return SIMD3(116 * y - 16, 500 * (x - y), 200 * (y - z))
    }

    @Test(
        "are told apart in both schemes by whoever sees no green",
        arguments: [
            ["go", "change", "stop"], ["queue", "moving", "faint"], ["load", "accent", "warning", "text"],
            ["queue", "warning"], ["load", "load-pale"],
        ]
    )
    func deuteranopia(_ names: [String]) throws {
        let style = String(
            decoding: RunPage(version: "1").respond(to: HTTPRequest(path: "/page.css")).body,
            as: UTF8.self
        )
        let dark = try #require(style.range(of: "prefers-color-scheme: dark")).lowerBound
        for scheme in [style[..<dark], style[dark...]] {
            let seen = try names.map { Self.seen(try Self.light($0, scheme)) }
            for one in seen.indices {
                for other in 0..<one {
                    let way = seen[one] - seen[other]
                    #expect((way * way).sum().squareRoot() >= 20, "\(names[one]) and \(names[other])")
                }
            }
        }
    }
}
