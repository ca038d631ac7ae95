/// Which intersections are alike, so that they can learn one table.
public struct SignalShapes: Sendable, Hashable {
    /// By intersection: its shape.
    public let ofIntersection: [Int]
    /// Each shape, named after the first intersection that has it.
    public let names: [String]

    /// Groups intersections.
    ///
    /// - Parameters:
    ///   - names: Their names.
    ///   - shapes: By intersection: whatever is equal for those that are alike.
    public init(of names: [String], shapes: [some Equatable]) {
        precondition(names.count == shapes.count, "every intersection has a shape")
        let first = shapes.map { shape in shapes.firstIndex(of: shape) ?? 0 }
        let leaders = first.indices.filter { first[$0] == $0 }
        ofIntersection = first.map { leader in leaders.firstIndex(of: leader) ?? 0 }
        self.names = leaders.map { "like \(names[$0])" }
    }
}

extension RoadNetwork {
    /// The intersections by shape: the same phases of the same movements, with the same saturation flows.
    public var shapes: SignalShapes {
        SignalShapes(
            of: intersections.map(\.name),
            shapes: intersections.map { intersection in
                intersection.phases.map { phase in
                    phase.movements.flatMap { [$0 - intersection.movements.lowerBound, movements[$0].saturationFlow] }
                }
            }
        )
    }
}
