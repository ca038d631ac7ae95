/// Cards as far as they count: their sum, with an ace as 11 where that is no more than 21.
struct BlackjackHand {
    var sum = 0
    var hasUsableAce = false

    /// The cards of a suit, pictures as tens.
    static let deck = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10]

    /// The cards by their worth, and how likely each is.
    static let cards: [(card: Int, probability: Double)] = (1...10).map { card in
        (card, Double(deck.count { $0 == card }) / Double(deck.count))
    }

    func adding(_ card: Int) -> Self {
        var hand = self
        hand.sum += card
        if card == 1, hand.sum + 10 <= 21, !hand.hasUsableAce {
            hand.sum += 10
            hand.hasUsableAce = true
        } else if hand.sum > 21, hand.hasUsableAce {
            hand.sum -= 10
            hand.hasUsableAce = false
        }
        return hand
    }

    /// How likely a dealer who shows a card comes to each sum; 22 for all beyond 21.
    static func dealer(showing card: Int) -> [Int: Double] { drawing(Self().adding(card)) }

    private static func drawing(_ hand: Self) -> [Int: Double] {
        guard hand.sum < 17 else { return [min(hand.sum, 22): 1] }
        var shares: [Int: Double] = [:]
        for (card, probability) in cards {
            for (sum, share) in drawing(hand.adding(card)).sorted(by: { $0.key < $1.key }) {
                shares[sum, default: 0] += probability * share
            }
        }
        return shares
    }

    /// How likely the hidden card makes a natural of the one that is shown.
    static func natural(showing card: Int) -> Double {
        card == 1 ? cards[9].probability : card == 10 ? cards[0].probability : 0
    }
}
