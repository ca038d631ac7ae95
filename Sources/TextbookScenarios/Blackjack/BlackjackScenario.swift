internal import DecisionProcesses
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// Blackjack against a dealer who sticks from 17 on, with an endless deck: hit or stick.
///
/// States, actions and outcomes are those of Gymnasium's Blackjack-v1; where a natural, an ace and a ten at the start, is worth
/// something of its own, the state tells it from another 21.
///
/// Source: Sutton & Barto 2018, example 5.1.
struct BlackjackScenario: Scenario, Hashable {
    static let name = "blackjack"

    /// What a natural is worth.
    enum Natural: String, Hashable, Codable, CaseIterable {
        /// Nothing of its own: a 21 as any other.
        case plain
        /// It wins against all but another (Gymnasium's `sab`).
        case wins
        /// It earns half as much again where it wins (Gymnasium's `natural`).
        case pays
    }

    var natural = Natural.plain

    func check() throws(ScenarioError) {}

    /// The player's sum, the dealer's card, and what the sum is made of.
    var space: StateSpace {
        StateSpace(
            factors: [
                .init("sum", count: 32), .init("dealer", count: 11),
                .init("hand", levels: ["hard", "usable ace"] + (natural == .plain ? [] : ["natural"])),
            ],
            actions: ["stick", "hit"]
        )
    }

    /// Many hands, all choices tried: two differ by little and their samples by much.
    var defaults: TrainingDefaults {
        .overAllStates(discount: 1, stepSize: .visitCount(horizon: 10, minimum: 0), steps: 20_000_000)
    }
}

extension BlackjackScenario: ProcessScenario {
    /// The deals, all equally likely: two cards of the player's and one of the dealer's.
    var starts: [Int] {
        let deck = BlackjackHand.deck
        return deck.flatMap { first in
            deck.flatMap { second in
                deck.map { dealer in
                    state(BlackjackHand().adding(first).adding(second), isDealt: true, dealer: dealer)
                }
            }
        }
    }

    var start: Int { starts[0] }
    var trainingStarts: [Int] { starts }
    var stepLimit: Int? { nil }
    var figures: [ProcessFigure] { [] }
    var subject: String { "blackjack, naturals \(natural == .plain ? "as any 21" : natural.rawValue)" }

    private var handCount: Int { natural == .plain ? 2 : 3 }

    private func state(_ hand: BlackjackHand, isDealt: Bool, dealer: Int) -> Int {
        let kind = hand.hasUsableAce ? (natural != .plain && isDealt && hand.sum == 21 ? 2 : 1) : 0
        return (hand.sum * 11 + dealer) * handCount + kind
    }

    private func reading(_ state: Int) -> (sum: Int, dealer: Int, kind: Int) {
        let (rest, kind) = state.quotientAndRemainder(dividingBy: handCount)
        return (rest / 11, rest % 11, kind)
    }

    var process: DecisionProcess {
        let dealers = (0..<11).map { $0 == 0 ? [:] : BlackjackHand.dealer(showing: $0) }
        return DecisionProcess(
            stateCount: 32 * 11 * handCount,
            actionCount: 2,
            mask: { state in
                let (sum, dealer, kind) = reading(state)
                let sums = kind == 0 ? 4...21 : kind == 1 ? 12...21 : 21...21
                return dealer > 0 && sums.contains(sum) ? 0b11 : 0
            },
            outcomes: { state, action in
                let (sum, dealer, kind) = reading(state)
                guard action == 1 else { return sticking(on: sum, kind, dealer, dealers[dealer]) }
                let hand = BlackjackHand(sum: sum, hasUsableAce: kind > 0)
                return BlackjackHand.cards.map { card, probability in
                    let next = hand.adding(card)
                    let isBust = next.sum > 21
                    return .init(
                        probability: probability,
                        reward: isBust ? -1 : 0,
                        next: isBust ? nil : self.state(next, isDealt: false, dealer: dealer)
                    )
                }
            }
        )
    }

    /// Wins, draws and losses against what the dealer may come to.
    private func sticking(on sum: Int, _ kind: Int, _ card: Int, _ sums: [Int: Double]) -> [DecisionProcess.Outcome] {
        var shares: [Double: Double] = [:]
        for (dealer, share) in sums.sorted(by: { $0.key < $1.key }) {
            let reward = dealer > 21 || dealer < sum ? 1.0 : dealer == sum ? 0 : -1
            shares[reward, default: 0] += share
        }
        if kind == 2, natural == .wins {
            // Draws only with the dealer's own natural.
            let draw = BlackjackHand.natural(showing: card)
            shares = [1: 1 - draw, 0: draw]
        } else if kind == 2, natural == .pays {
            shares[1.5] = shares.removeValue(forKey: 1)
        }
        return shares.sorted { $0.key < $1.key }.filter { $0.value > 0 }
            .map { .init(probability: $0.value, reward: $0.key, next: nil) }
    }

    /// The dealer's way, the book's player, and chance.
    func rules(_ solution: ExactSolution) -> [Controller] {
        [
            Controller("stick-on-20", in: solution.process) { reading($0).sum >= 20 ? 0 : 1 },
            Controller("as-the-dealer", in: solution.process) { reading($0).sum >= 17 ? 0 : 1 },
            .random(in: solution.process),
        ]
    }
}
