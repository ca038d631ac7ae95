internal import DecisionProcesses
internal import Evaluation
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// Houses, their photovoltaics and several batteries behind one transformer, which lets no more than its limit through.
///
/// Each hour every battery charges a unit, discharges one or waits. What the houses take more than the photovoltaics
/// and the batteries give comes from the grid at the hour's price, what is left over is sold at a part of it. Above
/// the transformer's limit demand is shed and surplus is lost. The reward is what the batteries save: the hour's bill
/// without them, less the bill with them.
///
/// With known prices the optimum is by backward induction over hours and all charges together (Bellman, *Dynamic
/// Programming*, 1957).
struct MicrogridScenario: Scenario, Hashable {
    static let name = "microgrid"

    /// A store of energy.
    struct Battery: Hashable, Codable {
        /// The units that it holds.
        var capacity: Int
        /// The part of a discharged unit that comes out.
        var efficiency: Double
    }

    var batteries = [Battery(capacity: 6, efficiency: 0.9), Battery(capacity: 4, efficiency: 0.95)]
    /// The expected price of a unit in each hour.
    var prices = [20.0, 20, 20, 20, 20, 20, 30, 45, 50, 40, 30, 25, 20, 20, 25, 35, 50, 70, 80, 70, 50, 35, 25, 20]
    /// The units that are wanted in each hour.
    var demand = [2.0, 2, 2, 2, 2, 2, 3, 4, 4, 3, 3, 3, 3, 3, 3, 4, 5, 6, 6.5, 6, 5, 4, 3, 2]
    /// The units that the sun gives in each hour.
    var sun = [0.0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 5.5, 5, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0]
    /// The units that the transformer lets through in an hour, either way.
    var limit = 5.0
    /// The part of the price at which surplus is sold.
    var feedIn = 0.4
    /// What a unit of demand costs that is shed.
    var shedCost = 500.0
    /// What a discharged unit costs in wear.
    var wearCost = 0.0
    /// By what share prices are lower or higher, each in a quarter of the hours; 0 where they are known.
    var spread = 0.0

    static let batteryCounts = 1...3
    static let capacities = 1...100
    static let hourCounts = 1...8_784
    /// The most states that are solved.
    static let mostStates = 200_000

    var isKnown: Bool { spread == 0 }

    func check() throws(ScenarioError) {
        guard Self.batteryCounts.contains(batteries.count) else {
            throw ScenarioError("\(batteries.count) batteries: 1 to 3")
        }
        for battery in batteries {
            guard Self.capacities.contains(battery.capacity) else {
                throw ScenarioError("a capacity of \(battery.capacity) units is not within 1...100")
            }
            guard (0...1).contains(battery.efficiency) else {
                throw ScenarioError("an efficiency of \(battery.efficiency) is not within 0...1")
            }
        }
        guard Self.hourCounts.contains(prices.count) else {
            throw ScenarioError("prices of \(prices.count) hours: 1 to 8784 hours, a year at most")
        }
        guard demand.count == prices.count, sun.count == prices.count else {
            throw ScenarioError(
                "prices of \(prices.count) hours, demand of \(demand.count), sun of \(sun.count): as many of each"
            )
        }
        for (hour, price) in prices.enumerated() where !(-1e6...1e6).contains(price) {
            throw ScenarioError("the price \(price) of hour \(hour) is not within -1000000...1000000")
        }
        for (what, values) in [("demand", demand), ("sun", sun)] {
            for (hour, value) in values.enumerated() where !(0...1e6).contains(value) {
                throw ScenarioError("the \(what) \(value) of hour \(hour) is not within 0...1000000")
            }
        }
        for (what, value) in [("limit", limit), ("shed cost", shedCost), ("wear cost", wearCost)]
        where !(0...1e6).contains(value) {
            throw ScenarioError("a \(what) of \(value) is not within 0...1000000")
        }
        for (what, value) in [("feed-in", feedIn), ("price spread", spread)] where !(0...1).contains(value) {
            throw ScenarioError("a \(what) of \(value) is not within 0...1")
        }
        guard stateCount <= Self.mostStates else {
            throw ScenarioError(
                "\(prices.count) hours and batteries of \(batteries.map { "\($0.capacity)" }.joined(separator: ", ")) units make "
                    + "\(stateCount) states; at most \(Self.mostStates) are solved: take fewer of either"
            )
        }
    }

    /// The hour, what its price is as against what was expected, and the charges; what each battery does.
    var space: StateSpace {
        StateSpace(
            factors: [
                .init("hour", count: prices.count),
                .init("price", levels: isKnown ? ["known"] : ["low", "usual", "high"]),
            ] + batteries.enumerated().map { .init("charge \($0 + 1)", count: $1.capacity + 1) },
            actions: (0..<actionCount).map { action in
                moves(action).map { $0 < 0 ? "discharge" : $0 > 0 ? "charge" : "wait" }.joined(separator: ", ")
            }
        )
    }

    /// Random actions from all hours and charges at first; nothing is drawn where prices are known, so that each
    /// update may count in full.
    var defaults: TrainingDefaults {
        .overAllStates(
            discount: 1,
            stepSize: isKnown ? .constant(1) : .visitCount(horizon: Float(prices.count), minimum: 0),
            steps: (isKnown ? 4_000_000 : 20_000_000) * HourlySeries(count: prices.count).days
        )
    }
}

extension MicrogridScenario: ProcessScenario {
    /// What an hour's price may be, as a share of what is expected, and how likely.
    var priceLevels: [(probability: Double, factor: Double)] {
        isKnown ? [(1, 1)] : [(0.25, 1 - spread), (0.5, 1), (0.25, 1 + spread)]
    }

    /// All ways in which the batteries can be charged.
    private var chargeCount: Int { batteries.reduce(1) { $0 * ($1.capacity + 1) } }

    var stateCount: Int { prices.count * priceLevels.count * chargeCount }

    private var actionCount: Int { batteries.reduce(1) { count, _ in 3 * count } }

    /// What each battery does: −1 discharges, 0 waits, 1 charges.
    func moves(_ action: Int) -> [Int] {
        var (rest, moves) = (action, [Int]())
        for _ in batteries {
            moves.append(rest % 3 - 1)
            rest /= 3
        }
        return moves.reversed()
    }

    /// The action in which the batteries do that.
    func action(_ moves: [Int]) -> Int { moves.reduce(0) { $0 * 3 + $1 + 1 } }

    /// All wait.
    var waiting: Int { action(batteries.map { _ in 0 }) }

    /// Everything empty, before an hour at the price that was expected.
    var start: Int { state(hour: 0, level: isKnown ? 0 : 1, charges: batteries.map { _ in 0 }) }

    var trainingStarts: [Int] { Array(0..<stateCount) }

    var stepLimit: Int? { HourlySeries(count: prices.count).episodeLimit }

    /// Money of the last hour is worth as much as that of the first.
    var comparedDiscount: Double? { 1 }

    var subject: String {
        "microgrid, \(prices.count) hours, \(batteries.count) batteries of "
            + "\(batteries.map { "\($0.capacity)" }.joined(separator: ", ")) units, "
            + (isKnown ? "known prices" : "prices within ±\(decimal(100 * spread, places: 0)) %")
    }

    func state(hour: Int, level: Int, charges: [Int]) -> Int {
        zip(batteries, charges).reduce(hour * priceLevels.count + level) { $0 * ($1.0.capacity + 1) + $1.1 }
    }

    /// The hour, the price and the charges of a state.
    func reading(_ state: Int) -> (hour: Int, price: Double, charges: [Int]) {
        var (rest, charges) = (state, [Int]())
        for battery in batteries.reversed() {
            charges.append(rest % (battery.capacity + 1))
            rest /= battery.capacity + 1
        }
        let (hour, level) = rest.quotientAndRemainder(dividingBy: priceLevels.count)
        return (hour, prices[hour] * priceLevels[level].factor, charges.reversed())
    }

    /// What flows in an hour.
    struct Flow {
        /// Bought, sold, shed and lost, in units.
        var bought = 0.0
        var sold = 0.0
        var shed = 0.0
        var lost = 0.0
    }

    /// What flows where the batteries do that.
    func flow(_ moves: [Int], hour: Int) -> Flow {
        let net = zip(batteries, moves).reduce(demand[hour] - sun[hour]) { net, each in
            net + (each.1 > 0 ? 1 : each.1 < 0 ? -each.0.efficiency : 0)
        }
        var flow = Flow()
        flow.bought = min(max(0, net), limit)
        flow.shed = max(0, net) - flow.bought
        flow.sold = min(max(0, -net), limit)
        flow.lost = max(0, -net) - flow.sold
        return flow
    }

    /// What an hour costs where the batteries do that.
    func bill(_ moves: [Int], hour: Int, price: Double) -> Double {
        let flow = flow(moves, hour: hour)
        let wear = wearCost * Double(moves.count { $0 < 0 })
        // Who would have to pay for what is sold does not sell it.
        return price * flow.bought - max(0, feedIn * price) * flow.sold + shedCost * flow.shed + wear
    }

    /// What an action saves in an hour against batteries that wait.
    func reward(_ action: Int, hour: Int, price: Double) -> Double {
        let moves = moves(action)
        return bill(moves.map { _ in 0 }, hour: hour, price: price) - bill(moves, hour: hour, price: price)
    }

    /// The actions for which there are charges and room, and which do not charge beyond what the transformer lets
    /// through.
    func mask(hour: Int, charges: [Int]) -> UInt64 {
        (0..<actionCount).reduce(0) { mask, action in
            let moves = moves(action)
            let isPossible = batteries.indices.allSatisfy {
                (0...batteries[$0].capacity).contains(charges[$0] + moves[$0])
            }
            let isWithin = flow(moves, hour: hour).shed == 0 || moves.allSatisfy { $0 <= 0 }
            return isPossible && isWithin ? mask | 1 << UInt64(action) : mask
        }
    }

    var process: DecisionProcess {
        DecisionProcess(
            stateCount: stateCount,
            actionCount: actionCount,
            mask: {
                let (hour, _, charges) = reading($0)
                return mask(hour: hour, charges: charges)
            },
            outcomes: { state, action in
                let (hour, price, charges) = reading(state)
                let reward = reward(action, hour: hour, price: price)
                guard hour + 1 < prices.count else { return [.init(probability: 1, reward: reward, next: nil)] }
                let after = zip(charges, moves(action)).map { $0 + $1 }
                return priceLevels.indices.map { level in
                    .init(
                        probability: priceLevels[level].probability,
                        reward: reward,
                        next: self.state(hour: hour + 1, level: level, charges: after)
                    )
                }
            }
        )
    }
}
