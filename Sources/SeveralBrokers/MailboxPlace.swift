package import Messaging

/// Where a mailbox is at home among several brokers, and where it goes when its home is away.
///
/// A fixed function of the mailbox's name and of how many brokers a run names, so that nodes need not agree on anything. It
/// only spreads the load: every mailbox is read at every broker that its reader has reached.
package struct MailboxPlace: Sendable {
    private let number: UInt64

    /// Names that end in consecutive numbers, as those of workers do, are dealt like cards; others by their hash.
    ///
    /// The number is looked for at the end of the part behind the first point: `worker.7`, `worker.local-1.2` and
    /// `worker.node3.example` have 7, 1 and 3.
    package init(of mailbox: Mailbox) {
        let parts = mailbox.name.split(separator: ".", maxSplits: 2)
        let digits = parts.dropFirst().first?.reversed().prefix { $0.isWholeNumber }.reversed() ?? []
        number = UInt64(String(digits)) ?? Self.hash(of: mailbox.name)
    }

    /// FNV-1a: the same in every process, unlike Swift's own.
    private static func hash(of name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// The brokers in the order in which they are to be used.
    ///
    /// What one broker leaves behind when it is lost is dealt among the others in turn.
    ///
    /// - Parameter count: How many brokers the run names, at least 1.
    /// - Returns: Their indices, each once.
    package func preference(among count: Int) -> [Int] {
        var left = Array(0..<count)
        var rest = number
        var order: [Int] = []
        while !left.isEmpty {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: UInt64(left.count))
            order.append(left.remove(at: Int(remainder)))
            rest = quotient
        }
        return order
    }
}
