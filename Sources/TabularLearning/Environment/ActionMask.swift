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

/// `ActionMask.pick` for sets of at most eight actions, without a branch.
enum SmallPicks {
    /// For each set its actions, four bits each and the lowest first, then their number from bit 32 on.
    ///
    /// An array: a value of so many words would be copied for every pick.
    static let entries = (0..<256).map { (set: Int) -> UInt64 in
        let actions = (0..<8).filter { set & 1 << $0 != 0 }
        let packed = actions.enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << UInt64(4 * $1.offset) }
        return packed | UInt64(actions.count) << 32
    }

    /// Picks one of the actions with equal probability.
    ///
    /// - Parameters:
    ///   - set: At least one bit set.
    ///   - random: Its low 32 bits are uniform.
    ///   - entries: Those of all sets.
    /// - Returns: An action whose bit is set.
    @inline(__always)
    static func pick(from set: UInt8, random: UInt64, _ entries: Span<UInt64>) -> UInt8 {
        let entry = entries[Int(set)]
        let place = ((random & 0xFFFF_FFFF) &* (entry &>> 32)) &>> 32
        return UInt8(truncatingIfNeeded: (entry &>> (4 &* place)) & 7)
    }
}
