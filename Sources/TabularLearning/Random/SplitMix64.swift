/// A 64-bit generator whose n-th value is a hash of its seed and n.
///
/// Position is arithmetic, so a generator can start anywhere without drawing what comes before.
///
/// Source: Steele, Lea and Flood, *Fast Splittable Pseudorandom Number Generators*, OOPSLA 2014, §3 (variant 13 of
/// the mixing function).
public struct SplitMix64: RandomNumberGenerator, Sendable, Hashable {
    /// The odd constant nearest to 2⁶⁴ divided by the golden ratio.
    @inlinable public static var increment: UInt64 { 0x9E37_79B9_7F4A_7C15 }

    /// The position in the sequence; the whole state of the generator.
    public var state: UInt64

    /// Creates a generator at a position.
    @inlinable
    public init(state: UInt64) {
        self.state = state
    }

    /// Draws the next 64 uniform bits.
    @inlinable
    public mutating func next() -> UInt64 {
        state &+= Self.increment
        return Self.mix(state)
    }

    /// Mixes 64 bits so that each output bit depends on each input bit; a bijection.
    @inlinable
    public static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z &>> 31)
    }

    /// Draws a uniform number in [0, 1) with 53 random bits.
    @inlinable
    public mutating func nextUnit() -> Double {
        Double(next() &>> 11) * 0x1p-53
    }

    /// Draws a uniform integer in 0..<`bound`.
    ///
    /// The high word of a 64×64-bit product: one draw whatever the bound, with a bias below `bound` / 2⁶⁴.
    ///
    /// - Parameter bound: The exclusive upper limit, at least 1.
    /// - Returns: A number from 0 to `bound` − 1.
    @inlinable
    public mutating func nextIndex(below bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(truncatingIfNeeded: bound)).high)
    }
}
