internal import TabularLearning

/// A word that two problems share only if the same observations make the same states of the same actions.
///
/// It is kept in the log, so that nobody learns from what another problem has seen; it guards against mistakes, not against
/// forgery.
enum CoderDigest {
    /// FNV-1a, 64 bits, of all names, levels and limits.
    static func text(of space: StateSpace, fields: [ObservationField]) -> String {
        let parts =
            space.factors.flatMap { [$0.name, "\($0.levelCount)"] + $0.levels } + ["actions"] + space.actions
            + fields.flatMap { [$0.name, "\($0.kind)", $0.meaning] }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for part in parts {
            // A length before each: no two lists run together into the same bytes.
            for byte in Array("\(part.utf8.count):".utf8) + Array(part.utf8) {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
