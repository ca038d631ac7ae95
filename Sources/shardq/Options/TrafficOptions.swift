internal import ArgumentParser
internal import Scenarios

/// The settings of the traffic scenario.
struct TrafficOptions: ParsableArguments {
    @Option(help: "Rows of the grid of intersections.")
    var rows: Int?

    @Option(help: "Columns of the grid of intersections.")
    var columns: Int?

    @Option(help: "Vehicles per hour that want to enter at each entry.")
    var demand: Double?

    @Flag(name: .customLong("shared-table"), help: "All intersections learn one table.")
    var sharesTable = false

    /// The options that were given.
    var given: [String] {
        [
            ("--rows", rows != nil), ("--columns", columns != nil), ("--demand", demand != nil),
            ("--shared-table", sharesTable),
        ].filter(\.1).map(\.0)
    }

    /// Builds the scenario, to be learned with the discount that was given.
    func scenario(discount: Float?) throws -> TrafficScenario {
        var scenario = TrafficScenario()
        // The environment discounts the rewards within a hold, so it has to know.
        if let discount { scenario.discount = discount }
        if let rows { scenario.rows = rows }
        if let columns { scenario.columns = columns }
        if let demand { scenario.demand = .steady(demand) }
        scenario.sharesTable = sharesTable
        return scenario
    }
}
