package import PolicyServing
package import Scenarios

/// What a cabinet tells a server: what its detectors and its light say, by the names that the policy's fields have.
package struct CabinetReport: Sendable {
    private let intersections: [String]
    private let phases: [String]
    private let tellsFullExits: Bool
    private let tellsNeighbors: Bool
    private let tellsPriority: Bool

    /// Knows what is called how.
    ///
    /// - Parameters:
    ///   - settings: Says what the policy's states hold.
    ///   - intersections: The names of the intersections.
    ///   - phases: The names of the phases, those of the policy's actions.
    package init(of settings: TrafficScenario, intersections: [String], phases: [String]) {
        self.intersections = intersections
        self.phases = phases
        tellsFullExits = settings.observation.seesFullExits
        tellsNeighbors = !settings.observation.neighborBins.isEmpty
        tellsPriority = settings.kinds.contains(where: \.hasPriority)
    }

    /// What the detectors and the light say.
    package func json(of view: IntersectionView) -> JSONValue {
        func counts(_ values: SIMD16<Int32>) -> JSONValue {
            .array((0..<view.phaseCount).map { .number(Double(max(0, values[$0]))) })
        }
        var members: [JSONValue.Member] = [
            .init("intersection", .string(intersections[view.intersection])),
            .init("phase", .string(phases[view.phase])),
            .init("elapsed", .number(Double(view.greenAge))),
            .init("vehicles", counts(view.demand)),
            .init("waited", counts(view.redWaits)),
        ]
        if tellsFullExits {
            members.append(.init("full", names(of: view.fullExits, view)))
        }
        if tellsPriority { members.append(.init("priority", names(of: view.priorityPhases, view))) }
        if tellsNeighbors { members.append(.init("neighbors", .number(Double(view.neighborQueue)))) }
        return .object(members)
    }

    private func names(of bits: UInt64, _ view: IntersectionView) -> JSONValue {
        .array((0..<view.phaseCount).filter { bits & 1 << UInt64($0) != 0 }.map { .string(phases[$0]) })
    }
}
