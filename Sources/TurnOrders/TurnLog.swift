/// The order in which the cohorts of a run have ended their turns, from the first turn on.
///
/// Kept as differences from the strict order: after how many turns as they would be there comes one that would not, and
/// whose it is. A strict run takes a few bytes, any other about two for each turn that is not the slowest cohort's.
public struct TurnLog: Sendable, Hashable {
    /// The cohorts of the run.
    public let cohortCount: Int
    /// The turns.
    public private(set) var count: UInt64 = 0
    /// Where the next turn is looked for, and what the next one would be in the strict order.
    private var tally: TurnTally
    /// Variable-length numbers, alternately a length and a cohort.
    private var bytes: [UInt8] = []
    /// The turns behind the last cohort, each the slowest's.
    private var tail: UInt64 = 0

    /// The most turns that a log takes.
    public static let limit: UInt64 = 1 << 28
    /// The most cohorts of a run with a log.
    public static let mostCohorts = 1024

    /// Creates a log of no turn.
    public init(cohortCount: Int) {
        precondition((1...Self.mostCohorts).contains(cohortCount), "1 to 1024 cohorts")
        self.cohortCount = cohortCount
        tally = TurnTally(cohortCount: cohortCount)
    }

    /// Adds a turn.
    public mutating func append(_ cohort: Int) {
        if cohort == tally.slowest {
            tail += 1
        } else {
            Varint.append(tail, to: &bytes)
            Varint.append(UInt64(cohort), to: &bytes)
            tail = 0
        }
        tally.note(cohort)
        count += 1
    }

    /// The turns from the first one on.
    public var cursor: Cursor { Cursor(self) }

    /// The first rounds of it: the turns up to where every cohort has taken as many.
    ///
    /// - Parameter round: How many each has taken.
    /// - Returns: `nil` when there is no such place: not so many turns, or some cohorts ahead of others.
    public func prefix(rounds round: UInt64) -> TurnLog? {
        guard let turns = turns(ofRounds: round) else { return nil }
        var log = TurnLog(cohortCount: cohortCount)
        var cursor = cursor
        while log.count < turns, let cohort = cursor.next {
            log.append(cohort)
            cursor.advance()
        }
        return log.tally.isLevel ? log : nil
    }

    /// The turns of so many rounds of all cohorts; `nil` for more than there are.
    private func turns(ofRounds round: UInt64) -> UInt64? {
        let (turns, overflow) = round.multipliedReportingOverflow(by: UInt64(cohortCount))
        return overflow || turns > count ? nil : turns
    }

    /// The rounds behind which all cohorts have taken as many turns.
    ///
    /// - Parameter body: Called with each of them in ascending order, 0 and the last one included; what it answers says whether
    ///   to go on.
    public func forEachLevel(_ body: (UInt64) -> Bool) {
        guard body(0) else { return }
        var cursor = cursor
        while cursor.next != nil {
            cursor.advance()
            if cursor.isLevel, !body(cursor.position / UInt64(cohortCount)) { return }
        }
    }

    /// How stale what the turns learned from was, where questions are first asked in the order of the cohorts.
    ///
    /// - Parameter each: Called with each turn: its cohort, its round, and the turns of others since its question.
    public func forEachAge(_ each: (_ cohort: Int, _ round: UInt64, _ age: UInt64) -> Void) {
        var asked = (0..<cohortCount).map { UInt64($0) }
        var rounds = Array(repeating: UInt64(0), count: cohortCount)
        var cursor = cursor
        while let cohort = cursor.next {
            let now = cursor.position + UInt64(cohortCount)
            rounds[cohort] += 1
            each(cohort, rounds[cohort], now - asked[cohort] - 1)
            asked[cohort] = now
            cursor.advance()
        }
    }
}

extension TurnLog {
    /// A place between two turns of a log.
    public struct Cursor: Sendable {
        /// The turns before it.
        public private(set) var position: UInt64 = 0
        private let log: TurnLog
        private var tally: TurnTally
        private var offset = 0
        /// The turns of the slowest that come before the cohort that is known, if one is.
        private var run: UInt64 = 0
        private var exception: Int?

        fileprivate init(_ log: TurnLog) {
            self.log = log
            tally = TurnTally(cohortCount: log.cohortCount)
            read()
        }

        /// Whose turn comes; `nil` behind the last.
        public var next: Int? {
            guard position < log.count else { return nil }
            return run > 0 ? tally.slowest : exception
        }

        /// Whether all cohorts have taken as many turns.
        public var isLevel: Bool { tally.isLevel }

        /// Goes on behind that turn.
        public mutating func advance() {
            guard let next else { return }
            position += 1
            tally.note(next)
            if run > 0 { run -= 1 } else { read() }
        }

        /// Reads as far as the next exception; what follows the last is in the log's tail.
        private mutating func read() {
            guard let run = Varint.read(log.bytes, at: &offset) else {
                (self.run, exception) = (log.tail, nil)
                return
            }
            self.run = run
            exception = Varint.read(log.bytes, at: &offset).map { Int(clamping: $0) }
        }
    }

    /// What a file holds of it: all runs and exceptions, the last run included.
    var encoded: [UInt8] {
        var bytes = bytes
        Varint.append(tail, to: &bytes)
        return bytes
    }

    /// Reads what `encoded` was.
    ///
    /// - Returns: `nil` when it is not what a log of so many turns is written as.
    init?(_ encoded: [UInt8], cohortCount: Int, count: UInt64) {
        guard (1...Self.mostCohorts).contains(cohortCount), count <= Self.limit else { return nil }
        self.init(cohortCount: cohortCount)
        var offset = 0
        while let run = Varint.read(encoded, at: &offset) {
            guard run <= count - self.count else { return nil }
            for _ in 0..<run { append(tally.slowest) }
            guard offset < encoded.count else { break }
            guard let cohort = Varint.read(encoded, at: &offset), cohort < UInt64(cohortCount),
                Int(cohort) != tally.slowest, self.count < count, offset < encoded.count
            else { return nil }
            append(Int(cohort))
        }
        guard offset == encoded.count, self.count == count, self.encoded == encoded else { return nil }
    }
}

/// How many turns each cohort has taken, and whose is the next in the strict order.
struct TurnTally: Sendable, Hashable {
    private(set) var counts: [UInt64]
    /// The cohort with the fewest, the first of them.
    private(set) var slowest = 0
    private var most: UInt64 = 0

    init(cohortCount: Int, at round: UInt64 = 0) {
        counts = Array(repeating: round, count: cohortCount)
        most = round
    }

    /// The fewest.
    var least: UInt64 { counts[slowest] }

    /// Whether all have taken as many.
    var isLevel: Bool { least == most }

    /// The most.
    var greatest: UInt64 { most }

    mutating func note(_ cohort: Int) {
        counts[cohort] += 1
        most = max(most, counts[cohort])
        guard cohort == slowest else { return }
        let former = counts[cohort] - 1
        // All before it have taken more, and in the strict order the next one is right behind it.
        if let next = counts[(cohort + 1)...].firstIndex(of: former) { return slowest = next }
        slowest = 0
        for other in counts.indices where counts[other] < counts[slowest] { slowest = other }
    }
}

/// Whole numbers in as few bytes as they need: seven bits a byte, the lowest first, the highest bit set but in the last.
enum Varint {
    static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Reads a number; `nil` where none begins, ends, or fits 63 bits.
    static func read(_ bytes: [UInt8], at offset: inout Int) -> UInt64? {
        var value: UInt64 = 0
        var position = offset
        for shift in stride(from: 0, to: 63, by: 7) {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            guard byte & 0x80 != 0 else {
                offset = position
                return value
            }
        }
        return nil
    }
}
