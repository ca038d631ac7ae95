import Messaging
import SeveralBrokers
import Testing

@Suite("A mailbox's place among several brokers")
struct MailboxPlaceTests {
    @Test("mailboxes with consecutive numbers are dealt evenly, whatever stands before and behind the number")
    func numbersAreDealt() {
        for count in 1...8 {
            let plain = (0..<count).map { MailboxPlace(of: .worker("w\($0)")).preference(among: count)[0] }
            #expect(plain == Array(0..<count))
            let workers = (0..<count).map { MailboxPlace(of: .worker("local-\($0).7")).preference(among: count)[0] }
            #expect(workers == Array(0..<count))
        }
    }

    @Test("what a lost broker leaves behind is dealt among the others")
    func theRestIsDealt() {
        for count in 2...6 {
            // As many as give each of the others the same number of those that were at home at broker 0.
            let numbers = 0..<(count * (count - 1))
            let places = numbers.map { MailboxPlace(of: .worker("w\($0)")).preference(among: count) }
            let heirs = places.filter { $0[0] == 0 }.map { $0[1] }
            #expect(heirs.count == count - 1 && Set(heirs).count == count - 1, "\(count) brokers: \(heirs)")
        }
    }

    @Test(
        "each name has every broker once in its order, the same in every process",
        arguments: [
            "", "control", "replies", "worker.", "worker.häuser", "shard.18446744073709551615",
            "shard.18446744073709551616", "x.y.3",
        ]
    )
    func orderIsComplete(name: String) {
        let place = MailboxPlace(of: Mailbox(routingKey: name))
        for count in 1...9 {
            #expect(place.preference(among: count).sorted() == Array(0..<count))
        }
    }

    @Test("names without a number keep their place from release to release")
    func hashesArePinned() {
        let places = ["control", "replies", "worker.one", "worker.two"].map {
            MailboxPlace(of: Mailbox(routingKey: $0)).preference(among: 3)[0]
        }
        #expect(places == [1, 2, 2, 2])
    }
}
