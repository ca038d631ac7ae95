/// Sets of allowed actions as bits of a 64-bit number, bit a for action a.
public enum ActionMask {
    /// Returns the set of the first `count` actions.
    @inlinable
    public static func all(_ count: Int) -> UInt64 {
        count >= 64 ? .max : (1 << UInt64(count)) - 1
    }

    /// Picks one of the allowed actions with equal probability.
    ///
    /// - Parameters:
    ///   - mask: At least one bit set.
    ///   - random: 32 uniform bits.
    /// - Returns: An action whose bit is set.
    public static func pick(from mask: UInt64, random: UInt64) -> UInt8 {
        var rest = mask
        for _ in 0..<((random * UInt64(mask.nonzeroBitCount)) >> 32) { rest &= rest - 1 }
        return UInt8(truncatingIfNeeded: rest.trailingZeroBitCount)
    }
}
