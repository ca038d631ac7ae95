/// A Poisson distribution sampled by inversion, with the same result on every machine.
///
/// The cumulative table is built with basic arithmetic only (no call of the C library's `exp`, whose last bit
/// differs between platforms).
public struct Poisson: Sendable, Hashable {
    /// The expected number of events.
    public let mean: Double

    /// P(X ≤ k) for k = 0, 1, …, until it reaches 1 in `Double` arithmetic or stops growing.
    private let cumulative: [Double]

    /// Creates the distribution.
    ///
    /// - Parameter mean: Events per draw, at least 0 and at most 500.
    public init(mean: Double) {
        precondition(mean >= 0 && mean <= 500, "a Poisson mean is 0...500 events per draw")
        self.mean = mean
        var term = exponential(-mean)
        var sum = term
        var table = [sum]
        var k = 1.0
        while sum < 1, table.count < 2_000 {
            term *= mean / k
            let next = sum + term
            if next == sum, k > mean { break }
            sum = next
            table.append(sum)
            k += 1
        }
        cumulative = table
    }

    /// Draws a number of events.
    public func sample(_ generator: inout SplitMix64) -> Int {
        let unit = generator.nextUnit()
        var count = 0
        while count < cumulative.count - 1, unit >= cumulative[count] { count += 1 }
        return count
    }
}

/// Computes eˣ with additions and multiplications in a fixed order: the same bits on every machine.
///
/// The argument is halved until it is small, the Taylor series is summed, and the result is squared back. Relative
/// error below 10⁻¹³ for |x| ≤ 700. Of infinity it is infinity, of minus infinity 0.
public func exponential(_ x: Double) -> Double {
    guard x.isFinite else { return x == -.infinity ? 0 : x }
    var reduced = x
    var halvings = 0
    while reduced.magnitude > 0.5 {
        reduced *= 0.5
        halvings += 1
    }
    var term = 1.0
    var sum = 1.0
    for k in 1...18 {
        term *= reduced / Double(k)
        sum += term
    }
    for _ in 0..<halvings { sum *= sum }
    return sum
}
