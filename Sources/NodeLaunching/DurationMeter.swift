internal import Synchronization

/// Counts durations in buckets less than 1% apart, so that a long run takes no more memory than a short one.
package final class DurationMeter: Sendable {
    private static let bucketsPerOctave = 128
    /// Exact up to 127 ns, then octaves up to 2⁶³ ns.
    private static let bucketCount = 57 * bucketsPerOctave

    private struct State {
        var counts = Array(repeating: UInt64(0), count: bucketCount)
        var total: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Nothing is measured yet.
    package init() {}

    /// Forgets everything.
    package func restart() {
        state.withLock { $0 = State() }
    }

    /// Counts a duration.
    package func add(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = UInt64(max(0, seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000))
        state.withLock { state in
            state.counts[Self.bucket(of: nanoseconds)] += 1
            state.total += 1
        }
    }

    /// The duration in microseconds that a share of them, 0...1, does not exceed; `nil` without measurements.
    package func quantile(_ share: Double) -> Double? {
        state.withLock { state in
            guard state.total > 0 else { return nil }
            let rank = min(state.total - 1, UInt64(share * Double(state.total)))
            var below: UInt64 = 0
            for (bucket, count) in state.counts.enumerated() {
                below += count
                if below > rank { return Self.middle(of: bucket) / 1e3 }
            }
            return nil
        }
    }

    /// Below 128 a bucket each; above, the seven bits that follow the leading one choose the bucket of its octave.
    private static func bucket(of nanoseconds: UInt64) -> Int {
        let bits = UInt64.bitWidth - nanoseconds.leadingZeroBitCount
        guard bits > 8 else { return Int(nanoseconds) }
        let octave = bits - 8
        return min(octave * bucketsPerOctave + Int(nanoseconds >> UInt64(octave)), bucketCount - 1)
    }

    private static func middle(of bucket: Int) -> Double {
        guard bucket >= 2 * bucketsPerOctave else { return Double(bucket) }
        let octave = bucket / bucketsPerOctave - 1
        let mantissa = bucket - octave * bucketsPerOctave
        let width = Double(UInt64(1) << UInt64(octave))
        return (Double(mantissa) + 0.5) * width
    }
}
