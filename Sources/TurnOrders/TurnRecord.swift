public import Foundation
internal import Hashing

/// A file that holds the turns of a run, and says which run it was.
///
///     offset  bytes
///     0       8      SHARDQTL
///     8       4      version, 1; this and what follows little-endian
///     12      4      length of the head, H
///     16      H      the head, a JSON object
///     16+H    8      length of the turns, T
///     24+H    T      the turns: variable-length numbers, alternately how many are as the strict order has them and, unless that is
///                    the last number, the cohort of one that is not
///     24+H+T  32     SHA-256 of everything before
public struct TurnRecord: Sendable, Hashable {
    /// The turns.
    public var log: TurnLog
    /// The rule by which they were taken.
    public var order: TurnOrder
    /// What tells the run from every other.
    public var runIdentity: String
    /// Whether they are those of the whole run; else it was ended early, or goes on.
    public var isComplete: Bool

    /// Why a file is none, or cannot be used.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong with it.
        public let description: String

        init(_ description: String) { self.description = description }
    }

    private struct Head: Codable {
        var runIdentity: String
        var order: String
        var cohorts: Int
        var turns: UInt64
        var isComplete: Bool
    }

    /// What such a file begins with.
    public static let magic = Data("SHARDQTL".utf8)
    private static let version: UInt32 = 1
    private static let mostHeadBytes = 4096

    /// Describes the turns of a run.
    public init(_ log: TurnLog, order: TurnOrder, runIdentity: String, isComplete: Bool) {
        self.log = log
        self.order = order
        self.runIdentity = runIdentity
        self.isComplete = isComplete
    }

    /// What the file holds.
    public var data: Data {
        let head = Head(
            runIdentity: runIdentity,
            order: order.argument,
            cohorts: log.cohortCount,
            turns: log.count,
            isComplete: isComplete
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(head) else { preconditionFailure("a head has a JSON form") }
        let turns = log.encoded
        var data = Self.magic + Self.littleEndian(Self.version, 4) + Self.littleEndian(UInt32(json.count), 4) + json
        data += Self.littleEndian(UInt64(turns.count), 8) + Data(turns)
        return data + Data(SHA256.hash(data))
    }

    /// Reads a file.
    ///
    /// - Throws: `Failure` when it is no such file, is cut off, or has a byte changed.
    public init(_ data: Data) throws(Failure) {
        let bytes = [UInt8](data)
        guard bytes.starts(with: Self.magic) else { throw Failure("it is no log of turns") }
        guard bytes.count >= 16 else { throw Failure("it is cut off behind \(bytes.count) bytes") }
        let version = Self.number(bytes[8..<12])
        guard version == UInt64(Self.version) else {
            throw Failure("it is a log of turns of version \(version), and this program reads version \(Self.version)")
        }
        let headCount = Int(Self.number(bytes[12..<16]))
        guard headCount <= Self.mostHeadBytes else { throw Failure("it is damaged: a head of \(headCount) bytes") }
        guard bytes.count >= 24 + headCount + SHA256.byteCount else {
            throw Failure("it is cut off behind \(bytes.count) bytes")
        }
        let turnBytes = Self.number(bytes[(16 + headCount)..<(24 + headCount)])
        let wanted = turnBytes.addingReportingOverflow(UInt64(24 + headCount + SHA256.byteCount))
        guard !wanted.overflow, UInt64(bytes.count) >= wanted.partialValue else {
            throw Failure("it is cut off: it has \(bytes.count) of \(wanted.partialValue) bytes")
        }
        guard UInt64(bytes.count) == wanted.partialValue else {
            throw Failure("it is damaged: it has \(bytes.count) bytes, and should have \(wanted.partialValue)")
        }
        let content = data.prefix(bytes.count - SHA256.byteCount)
        guard SHA256.hash(Data(content)) == Array(bytes.suffix(SHA256.byteCount)) else {
            throw Failure("it is damaged: its checksum is that of other bytes")
        }
        guard let head = try? JSONDecoder().decode(Head.self, from: Data(bytes[16..<(16 + headCount)])),
            let order = TurnOrder(argument: head.order),
            let log = TurnLog(
                Array(bytes[(24 + headCount)..<(bytes.count - SHA256.byteCount)]),
                cohortCount: head.cohorts,
                count: head.turns
            )
        else { throw Failure("it is damaged: its turns are not what its head says") }
        self.init(log, order: order, runIdentity: head.runIdentity, isComplete: head.isComplete)
    }

    private static func littleEndian(_ value: some UnsignedInteger, _ count: Int) -> Data {
        Data((0..<count).map { UInt8(truncatingIfNeeded: UInt64(value) >> UInt64(8 * $0)) })
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension TurnLog {
    /// The SHA-256 of its turns, as 64 hexadecimal digits in lower case: what tells them from all others.
    public var digest: String {
        let head = "\(cohortCount) \(count) "
        return SHA256.hash(Data(head.utf8) + Data(encoded)).map { String(format: "%02x", $0) }.joined()
    }
}
