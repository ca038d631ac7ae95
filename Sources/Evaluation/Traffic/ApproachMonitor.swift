internal import Scenarios

/// An observer that takes down, by movement, the longest red with somebody waiting and for how long no queue got shorter.
struct ApproachMonitor: Sendable {
    private var approaches: [Starvation.Approach] = []
    /// By movement: its vehicles at the stop line a second ago, and for how long that has not become fewer.
    private var queues: [Int]
    private var stalls: [Int]

    init(network: RoadNetwork) {
        queues = Array(repeating: 0, count: network.movements.count)
        stalls = queues
        for intersection in network.intersections {
            for movement in intersection.movements {
                let road = network.roads[network.movements[movement].road].name
                approaches.append(
                    .init(light: intersection.name, name: "\(road).\(network.movements[movement].name)", edge: road)
                )
            }
        }
    }

    /// Looks at all movements; to be called once before each simulated second, after the controllers.
    mutating func observe(_ simulation: TrafficSimulation) {
        var place = 0
        for intersection in simulation.network.intersections {
            for movement in intersection.movements {
                approaches[place].longestRed = max(
                    approaches[place].longestRed,
                    simulation.redWait(ofMovement: movement)
                )
                let queue = simulation.queue(ofMovement: movement)
                stalls[movement] = queue > 0 && queue >= queues[movement] ? stalls[movement] + 1 : 0
                queues[movement] = queue
                if stalls[movement] == TrafficSimulation.gridlockTime { approaches[place].gridlocks += 1 }
                place += 1
            }
        }
    }

    /// What has been seen, with who still waits to enter.
    func starvation(
        _ simulation: TrafficSimulation,
        incidents: [EnvelopeMonitor.Violations.Incident]
    ) -> Starvation {
        var neverInserted: [String: Int] = [:]
        for (entry, road) in simulation.network.entries.enumerated() {
            neverInserted[simulation.network.roads[road].name, default: 0] += simulation.backlog(ofEntry: entry)
        }
        return Starvation(approaches: approaches, neverInserted: neverInserted, incidents: incidents)
    }
}
