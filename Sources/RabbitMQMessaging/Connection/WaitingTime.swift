internal import Glibc

/// A length of time in whole nanoseconds: what a wait costs to compute must not show in the wait.
///
/// `Duration` counts attoseconds in 128 bits, whose divisions took as long as the rest of receiving a small message.
struct WaitingTime: Comparable {
    private(set) var nanoseconds: Int

    static let zero = Self(nanoseconds: 0)

    static func seconds(_ count: Int) -> Self { Self(nanoseconds: count * 1_000_000_000) }

    static func milliseconds(_ count: Int) -> Self { Self(nanoseconds: count * 1_000_000) }

    private init(nanoseconds: Int) {
        self.nanoseconds = nanoseconds
    }

    /// A duration between nothing and a day.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = min(max(duration, .zero), .seconds(86_400)).components
        nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }

    /// The time since the machine started.
    static var now: Self {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Self(nanoseconds: time.tv_sec * 1_000_000_000 + time.tv_nsec)
    }

    static func < (one: Self, other: Self) -> Bool { one.nanoseconds < other.nanoseconds }

    static func + (one: Self, other: Self) -> Self { Self(nanoseconds: one.nanoseconds + other.nanoseconds) }

    static func - (one: Self, other: Self) -> Self { Self(nanoseconds: one.nanoseconds - other.nanoseconds) }

    /// The form the library takes, prolonged by almost a millisecond: it waits whole milliseconds and rounds down.
    var limit: timeval {
        let microseconds = nanoseconds > 0 ? nanoseconds / 1000 + 999 : 0
        return timeval(tv_sec: microseconds / 1_000_000, tv_usec: microseconds % 1_000_000)
    }
}
