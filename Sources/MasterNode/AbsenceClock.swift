/// For how long workers have been missing.
package struct AbsenceClock: Sendable {
    private var since: ContinuousClock.Instant?

    /// Starts with nobody missing.
    package init() {}

    /// Takes up how many are missing, and says whether that has gone on for too long.
    ///
    /// - Parameters:
    ///   - missing: How many workers the run waits for.
    ///   - now: The time.
    ///   - limit: How long somebody may be missing, without a moment in between at which nobody was.
    /// - Returns: Whether the limit is passed.
    package mutating func isOver(missing: Int, at now: ContinuousClock.Instant, limit: Duration) -> Bool {
        guard missing > 0 else {
            since = nil
            return false
        }
        let begin = since ?? now
        since = begin
        return now - begin > limit
    }
}
