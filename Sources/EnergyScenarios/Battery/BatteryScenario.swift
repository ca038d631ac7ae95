internal import DecisionProcesses
internal import Evaluation
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A battery that buys energy when it is cheap and sells it when it is dear.
///
/// Each hour it charges a unit at the hour's price, discharges one, of which the losses leave a part to be sold, or does nothing.
/// What is left in it at the end is worth nothing. Prices are known, or spread about what is expected: then the price of an hour
/// is seen before it is decided, and those of later hours are not.
///
/// With known prices the optimum is that of a day seen as a whole, by backward induction (Bellman, *Dynamic Programming*, 1957).
struct BatteryScenario: Scenario, Hashable {
    static let name = "battery"

    /// The expected price of a unit in each hour.
    var prices = [20.0, 20, 20, 20, 20, 20, 30, 45, 50, 40, 30, 25, 20, 20, 25, 35, 50, 70, 80, 70, 50, 35, 25, 20]
    /// The units that it holds.
    var capacity = 10
    /// The part of a discharged unit that is sold.
    var efficiency = 0.9
    /// What a discharged unit costs in wear.
    var wearCost = 0.0
    /// By what share prices are lower or higher, each in a quarter of the hours; 0 where they are known.
    var spread = 0.0

    static let hourCounts = 1...8_784
    static let capacities = 1...1_000
    /// The most states that are solved.
    static let mostStates = 200_000

    func check() throws(ScenarioError) {
        guard Self.hourCounts.contains(prices.count) else {
            throw ScenarioError("prices of \(prices.count) hours: 1 to 8784 hours, a year at most")
        }
        for (hour, price) in prices.enumerated() where !(-1e6...1e6).contains(price) {
            throw ScenarioError("the price \(price) of hour \(hour) is not within -1000000...1000000")
        }
        guard Self.capacities.contains(capacity) else {
            throw ScenarioError("a capacity of \(capacity) units is not within 1...1000")
        }
        guard (0...1).contains(efficiency) else {
            throw ScenarioError("an efficiency of \(efficiency) is not within 0...1")
        }
        guard (0...1e6).contains(wearCost) else {
            throw ScenarioError("a wear cost of \(wearCost) is not within 0...1000000")
        }
        guard (0...1).contains(spread) else { throw ScenarioError("a price spread of \(spread) is not within 0...1") }
        guard stateCount <= Self.mostStates else {
            throw ScenarioError(
                "\(prices.count) hours and \(capacity) units make \(stateCount) states; at most \(Self.mostStates) are "
                    + "solved: take fewer of either"
            )
        }
    }

    /// The hour, what its price is as against what was expected, and the charge.
    var space: StateSpace {
        StateSpace(
            factors: [
                .init("hour", count: prices.count),
                .init("price", levels: isKnown ? ["known"] : ["low", "usual", "high"]),
                .init("charge", count: capacity + 1),
            ],
            actions: ["discharge", "wait", "charge"]
        )
    }

    /// Random actions from all hours and charges at first; nothing is drawn where prices are known, so that each update may count in full.
    var defaults: TrainingDefaults {
        .overAllStates(
            discount: 1,
            stepSize: isKnown ? .constant(1) : .visitCount(horizon: Float(prices.count), minimum: 0),
            steps: (isKnown ? 1_000_000 : 4_000_000) * HourlySeries(count: prices.count).days
        )
    }

    var isKnown: Bool { spread == 0 }
}

extension BatteryScenario: ProcessScenario {
    /// What an hour's price may be, as a share of what is expected, and how likely.
    var priceLevels: [(probability: Double, factor: Double)] {
        isKnown ? [(1, 1)] : [(0.25, 1 - spread), (0.5, 1), (0.25, 1 + spread)]
    }

    private var levels: Int { capacity + 1 }
    var stateCount: Int { prices.count * priceLevels.count * levels }

    /// Empty, before an hour at the price that was expected.
    var start: Int { state(hour: 0, level: isKnown ? 0 : 1, charge: 0) }

    var trainingStarts: [Int] { Array(0..<stateCount) }

    var stepLimit: Int? { HourlySeries(count: prices.count).episodeLimit }

    /// Money of the last hour is worth as much as that of the first.
    var comparedDiscount: Double? { 1 }

    /// What it would earn if it charged any part of a unit, where prices are known.
    func bounds() throws -> [ProcessBound] {
        guard isKnown else { return [] }
        var charge = ContinuousCharge()
        for (price, flows) in zip(prices, charge.addStore(capacity: capacity, hours: prices.count)) {
            charge.pay(-price, for: flows.charged)
            charge.pay(efficiency * price - wearCost, for: flows.discharged)
        }
        return [try charge.bound()]
    }

    var subject: String {
        "battery, \(prices.count) hours, \(capacity) units, "
            + (isKnown ? "known prices" : "prices within ±\(decimal(100 * spread, places: 0)) %")
    }

    func state(hour: Int, level: Int, charge: Int) -> Int { (hour * priceLevels.count + level) * levels + charge }

    /// The hour, the price and the charge of a state.
    func reading(_ state: Int) -> (hour: Int, price: Double, charge: Int) {
        let (rest, charge) = state.quotientAndRemainder(dividingBy: levels)
        let (hour, level) = rest.quotientAndRemainder(dividingBy: priceLevels.count)
        return (hour, prices[hour] * priceLevels[level].factor, charge)
    }

    /// What an hour earns: 0 discharge, 1 wait, 2 charge.
    func reward(_ action: Int, at price: Double) -> Double {
        action == 0 ? efficiency * price - wearCost : action == 1 ? 0 : -price
    }

    /// The actions for which there is charge, or room.
    func mask(charge: Int) -> UInt64 { (charge > 0 ? 0b001 : 0) | 0b010 | (charge < capacity ? 0b100 : 0) }

    var process: DecisionProcess {
        DecisionProcess(
            stateCount: stateCount,
            actionCount: 3,
            mask: { mask(charge: reading($0).charge) },
            outcomes: { state, action in
                let (hour, price, charge) = reading(state)
                let reward = reward(action, at: price)
                guard hour + 1 < prices.count else { return [.init(probability: 1, reward: reward, next: nil)] }
                return priceLevels.indices.map { level in
                    .init(
                        probability: priceLevels[level].probability,
                        reward: reward,
                        next: self.state(hour: hour + 1, level: level, charge: charge + action - 1)
                    )
                }
            }
        )
    }
}
