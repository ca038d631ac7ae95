/// Which epochs a run can be in.
///
/// A master begins with the seconds since 1970, or with the epoch behind its checkpoint's, and counts one for each return
/// to a checkpoint. What others say of epochs is believed as far as that can have led, so that nobody drives a run to
/// where no epoch is left.
public enum RunEpochs {
    /// How far ahead of its first epoch a master believes others: a year of seconds.
    static let tolerance: UInt32 = 1 << 25

    /// The latest epoch to begin in, with room for what others may say and for returns to checkpoints.
    private static let latestBeginning = UInt32.max - 2 * tolerance

    /// Returns the epoch in which a master begins: later than those before it, of which workers may be left.
    ///
    /// - Parameters:
    ///   - checkpoint: The epoch of the checkpoint that it goes on from; one that leaves no room behind it, which no
    ///     run reaches by counting, is not followed.
    ///   - secondsSince1970: This machine's clock.
    /// - Returns: At least 1.
    public static func beginning(after checkpoint: UInt32?, secondsSince1970: Int) -> UInt32 {
        let clock = min(max(1, UInt32(clamping: secondsSince1970)), latestBeginning)
        guard let checkpoint, checkpoint < latestBeginning else { return clock }
        return max(checkpoint + 1, clock)
    }

    /// The latest epoch in which a worker can have served before a master that began in `first`.
    static func latestPlausible(from first: UInt32) -> UInt32 {
        min(first, .max - 1 - tolerance) + tolerance
    }
}
