/// Sine and cosine by additions and multiplications in a fixed order: the same bits on every machine.
///
/// The angle less the nearest multiple of π/2, which is taken away in three parts, goes into Taylor's series. The error is below
/// 3 · 10⁻¹⁶ for angles within ±10⁶.
enum Trigonometry {
    /// π/2 in parts of which the first two have so few bits that their products with a quotient are exact.
    private static let quarter: (Double, Double, Double) = (0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2e037073p-69)

    /// Computes both.
    ///
    /// - Parameter angle: In radians, within ±10⁶.
    /// - Returns: Sine and cosine.
    static func sineAndCosine(_ angle: Double) -> (sine: Double, cosine: Double) {
        let quotient = (angle * 0.6366197723675814).rounded(.toNearestOrEven)
        let rest = ((angle - quotient * quarter.0) - quotient * quarter.1) - quotient * quarter.2
        let (sine, cosine) = (sine(near: rest), cosine(near: rest))
        switch Int(quotient) & 3 {
        case 0: return (sine, cosine)
        case 1: return (cosine, -sine)
        case 2: return (-sine, -cosine)
        default: return (-cosine, sine)
        }
    }

    static func sine(_ angle: Double) -> Double { sineAndCosine(angle).sine }

    static func cosine(_ angle: Double) -> Double { sineAndCosine(angle).cosine }

    /// Computes x − x³/3! + x⁵/5! − … for a small angle.
    private static func sine(near x: Double) -> Double {
        let s = x * x
        let tail = 1.0 / 355_687_428_096_000 - s * (1.0 / 121_645_100_408_832_000)
        let high = 1.0 / 6_227_020_800 + s * (-1.0 / 1_307_674_368_000 + s * tail)
        let low = -1.0 / 5_040 + s * (1.0 / 362_880 + s * (-1.0 / 39_916_800 + s * high))
        return x + x * (s * (-1.0 / 6 + s * (1.0 / 120 + s * low)))
    }

    /// Computes 1 − x²/2! + x⁴/4! − … for a small angle.
    private static func cosine(near x: Double) -> Double {
        let s = x * x
        let tail = 1.0 / 20_922_789_888_000 - s * (1.0 / 6_402_373_705_728_000)
        let high = 1.0 / 479_001_600 + s * (-1.0 / 87_178_291_200 + s * tail)
        let low = -1.0 / 720 + s * (1.0 / 40_320 + s * (-1.0 / 3_628_800 + s * high))
        return 1 + s * (-0.5 + s * (1.0 / 24 + s * low))
    }
}
