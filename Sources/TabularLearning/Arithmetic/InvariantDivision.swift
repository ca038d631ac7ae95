/// Division of many numbers by one divisor, without a division instruction, exact for every operand.
///
/// With m = ⌊(2⁶⁴ − 1) / d⌋ the high word of x · m is ⌊x / d⌋ or one less, for any x and d ≥ 1: m is short of 2⁶⁴ / d
/// by at most 1, and x · 1 / 2⁶⁴ < 1. One conditional correction makes quotient and remainder exact.
///
/// Source: Granlund and Montgomery, *Division by Invariant Integers using Multiplication*, PLDI 1994, with a
/// reciprocal of one word and a correction instead of their longer one.
public struct InvariantDivision: Sendable, Hashable {
    /// The divisor, at least 1.
    public let divisor: UInt64

    /// ⌊(2⁶⁴ − 1) / divisor⌋.
    @usableFromInline let reciprocal: UInt64

    /// Prepares the division by a divisor.
    ///
    /// - Parameter divisor: At least 1.
    public init(_ divisor: UInt64) {
        precondition(divisor >= 1, "a divisor is at least 1")
        self.divisor = divisor
        reciprocal = .max / divisor
    }

    /// Returns `value` mod `divisor`.
    @inlinable
    public func remainder(of value: UInt64) -> UInt64 { quotientAndRemainder(of: value).remainder }

    /// Returns ⌊`value` / `divisor`⌋ and `value` mod `divisor`.
    @inlinable
    public func quotientAndRemainder(of value: UInt64) -> (quotient: UInt64, remainder: UInt64) {
        let quotient = value.multipliedFullWidth(by: reciprocal).high
        let remainder = value &- quotient &* divisor
        let isShort = remainder >= divisor
        return (isShort ? quotient &+ 1 : quotient, isShort ? remainder &- divisor : remainder)
    }
}
