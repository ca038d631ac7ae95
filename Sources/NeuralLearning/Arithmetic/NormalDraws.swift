internal import TabularLearning

extension SplitMix64 {
    /// Draws a number of the standard normal distribution, by Marsaglia's polar method: no sine, and the core's logarithm.
    mutating func nextNormal() -> Double {
        while true {
            let (x, y) = (2 * nextUnit() - 1, 2 * nextUnit() - 1)
            let square = x * x + y * y
            guard square > 0, square < 1 else { continue }
            return x * (-2 * naturalLogarithm(square) / square).squareRoot()
        }
    }
}
