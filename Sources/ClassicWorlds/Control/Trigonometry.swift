/// Sine and cosine by additions and multiplications in a fixed order: the same bits on every machine.
///
/// The angle less the nearest multiple of π/2, which is taken away in three parts, goes into Taylor's series. The error is below
/// 3 · 10⁻¹⁶ for angles within ±10⁶.
enum Trigonometry {
    /// π/2 in parts of which the first two have so few bits that their products with a quotient are exact.
    private static let quarter: (Double, Double, Double) = (0x1.921fb544p+0, 0x1.0b4611a4p-34, 0x1.4c4c6628b80dcp-68)

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
        let square = x * x
        var sum = 0.0
        for n in stride(from: 17.0, through: 3, by: -2) { sum = (1 - sum) * square / (n * (n - 1)) }
        return x - x * sum
    }

    /// Computes 1 − x²/2! + x⁴/4! − … for a small angle.
    private static func cosine(near x: Double) -> Double {
        let square = x * x
        var sum = 0.0
        for n in stride(from: 18.0, through: 2, by: -2) { sum = (1 - sum) * square / (n * (n - 1)) }
        return 1 - sum
    }
}
