/// Student's t distribution with a whole number of degrees of freedom.
///
/// Source of the finite series: Abramowitz and Stegun, *Handbook of Mathematical Functions*, 26.7.3 and 26.7.4.
enum StudentT {
    /// Finds the t for which P(|T| ≤ t) has a value: 1.96 for 0.95 and very many degrees of freedom.
    ///
    /// - Parameters:
    ///   - probability: Within 0..<1.
    ///   - degreesOfFreedom: At least 1.
    /// - Returns: The quantile.
    static func twoSidedQuantile(_ probability: Double, degreesOfFreedom: Int) -> Double {
        func isBelow(_ t: Double) -> Bool { centralProbability(t, degreesOfFreedom) < probability }
        var low = 0.0
        var high = 1.0
        while isBelow(high), high < 1e9 { high *= 2 }
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if isBelow(middle) { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// Returns P(|T| ≤ t).
    static func centralProbability(_ t: Double, _ degreesOfFreedom: Int) -> Double {
        let degrees = Double(degreesOfFreedom)
        let cosineSquared = degrees / (degrees + t * t)
        let sine = (1 - cosineSquared).squareRoot()
        let isOdd = degreesOfFreedom % 2 == 1
        // Odd: cos θ [1 + 2/3 cos² θ + …]; even: 1 + 1/2 cos² θ + …
        var term = isOdd ? cosineSquared.squareRoot() : 1
        var sum = degreesOfFreedom == 1 ? 0 : term
        var k = isOdd ? 3 : 2
        while k <= degreesOfFreedom - 2 {
            term *= cosineSquared * Double(k - 1) / Double(k)
            sum += term
            k += 2
        }
        return isOdd ? 2 / Double.pi * (arcTangent(t / degrees.squareRoot()) + sine * sum) : sine * sum
    }

    /// arctan x for x ≥ 0: the argument is halved until the power series is short.
    private static func arcTangent(_ x: Double) -> Double {
        var x = x
        var factor = 1.0
        for _ in 0..<6 {
            x /= 1 + (1 + x * x).squareRoot()
            factor *= 2
        }
        var power = x
        var sum = 0.0
        for k in 0..<12 {
            sum += (k % 2 == 0 ? power : -power) / Double(2 * k + 1)
            power *= x * x
        }
        return factor * sum
    }
}
