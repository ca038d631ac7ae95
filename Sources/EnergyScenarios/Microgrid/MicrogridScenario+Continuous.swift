internal import DecisionProcesses
internal import LinearProgramming

extension MicrogridScenario {
    /// What the batteries would save if they charged any part of a unit, where prices are known.
    ///
    /// Where buying is paid for the program buys what nobody needs: with such prices it is a bound and no more.
    func bounds() throws -> [ProcessBound] {
        guard isKnown else { return [] }
        var charge = ContinuousCharge()
        let stores = batteries.map { charge.addStore(capacity: $0.capacity, hours: prices.count) }
        var bill = 0.0
        for (hour, price) in prices.enumerated() {
            bill += self.bill(batteries.map { _ in 0 }, hour: hour, price: price)
            let (bought, sold) = (charge.addFlow(atMost: limit), charge.addFlow(atMost: limit))
            let (shed, lost) = (charge.addFlow(), charge.addFlow())
            let flows = zip(batteries, stores).flatMap { battery, store -> [LinearProgram.Term] in
                [.init(store[hour].charged, -1), .init(store[hour].discharged, battery.efficiency)]
            }
            charge.require(
                flows + [.init(bought, 1), .init(sold, -1), .init(shed, 1), .init(lost, -1)],
                toBe: demand[hour] - sun[hour]
            )
            charge.pay(-price, for: bought)
            charge.pay(max(0, feedIn * price), for: sold)
            charge.pay(-shedCost, for: shed)
            for store in stores { charge.pay(-wearCost, for: store[hour].discharged) }
        }
        return [try charge.bound(adding: bill)]
    }
}
