package import ScenarioCatalogue

/// Operations research: machines, queues and shops.
package enum OperationsRoom {
    /// Machines that wear, and queues.
    package static let queues: [any ScenarioEntry.Type] = [MaintenanceEntry.self, LoadBalancingEntry.self]

    /// Shops whose jobs are put in order.
    package static let shops: [any ScenarioEntry.Type] = [FlowShopEntry.self, JobShopEntry.self]
}
