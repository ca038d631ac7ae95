internal import Scenarios

/// What a file says of roads unless a road says otherwise.
struct RoadDefaults {
    var length = RoadGeometry().length
    var speed = RoadGeometry().speed
    var vehicleSpacing = RoadGeometry().vehicleSpacing
    var saturationFlow = RoadGeometry().saturationFlow

    static let speeds = 1.0...60
    static let lengths = 10.0...30_000
    static let flows = 1...7200

    init(_ value: YAMLValue?) throws(NetworkTextError) {
        guard let fields = try value?.fields(["length", "speed", "vehicle-spacing", "saturation-flow"]) else { return }
        if let value = fields["length"] { length = try value.number(Self.lengths) }
        if let value = fields["speed"] { speed = try value.number(Self.speeds) }
        if let value = fields["vehicle-spacing"] { vehicleSpacing = try value.number(1...50) }
        if let value = fields["saturation-flow"] { saturationFlow = try value.integer(Self.flows) }
    }
}

/// A road as the file describes it.
struct RoadDescription {
    /// A movement at its end.
    struct Movement {
        let name: String
        let value: YAMLValue
        /// The road it leads to; `nil` out of the network.
        let to: YAMLValue?
        let share: Double
        let saturationFlow: Int
        /// Where it goes, when its name says so.
        var turn: RoadNetwork.Turn? { RoadNetwork.Turn(rawValue: name) }
    }

    let name: String
    let value: YAMLValue
    let arm: RoadNetwork.Arm
    /// The intersections at its end and, if it is not an edge of the network, at its beginning.
    let to: YAMLValue
    let from: YAMLValue?
    let speed: Double
    let travelTime: Int
    let storage: Int
    /// Vehicles per hour, period by period; empty where nobody enters.
    let demand: [Double]
    let movements: [Movement]

    private static let keys = [
        "to", "from", "arm", "length", "speed", "lanes", "demand", "movements",
    ]

    init(_ name: String, _ value: YAMLValue, _ defaults: RoadDefaults) throws(NetworkTextError) {
        let fields = try value.fields(Self.keys)
        self.name = name
        self.value = value
        to = try fields.required("to")
        from = fields["from"]
        arm = try fields.required("arm").choice(RoadNetwork.Arm.self)
        speed = try fields["speed"]?.number(RoadDefaults.speeds) ?? defaults.speed
        let length = try fields["length"]?.number(RoadDefaults.lengths) ?? defaults.length
        travelTime = max(1, Int(length / speed + 0.5))
        var lanes = 0
        movements = try Self.movements(try fields.required("movements"), defaults, lanes: &lanes)
        lanes = try fields["lanes"]?.integer(1...20) ?? lanes
        storage = max(1, Int(length / defaults.vehicleSpacing) * lanes)
        demand = try Self.flows(fields["demand"])
        guard from != nil || !demand.isEmpty else {
            throw value.failure(
                "needs the key \"from\" (the intersection it comes from) or \"demand\" (it is an entry)"
            )
        }
    }

    private static func flows(_ value: YAMLValue?) throws(NetworkTextError) -> [Double] {
        guard let value else { return [] }
        guard value.isList else { return [try value.number(0...3600)] }
        var flows: [Double] = []
        for item in try value.items() { flows.append(try item.number(0...3600)) }
        guard !flows.isEmpty else { throw value.failure("needs at least one flow") }
        return flows
    }

    private static func movements(
        _ value: YAMLValue,
        _ defaults: RoadDefaults,
        lanes: inout Int
    ) throws(NetworkTextError) -> [Movement] {
        var movements: [Movement] = []
        for (name, value) in try value.entries("movement") {
            let fields = try value.fields(["to", "share", "lanes", "saturation-flow"])
            let own = try fields["lanes"]?.integer(1...10) ?? 1
            lanes += own
            movements.append(
                Movement(
                    name: name,
                    value: value,
                    to: fields["to"],
                    share: try fields["share"]?.number(0...1) ?? -1,
                    saturationFlow: own
                        * (try fields["saturation-flow"]?.integer(RoadDefaults.flows) ?? defaults.saturationFlow)
                )
            )
        }
        guard !movements.isEmpty else { throw value.failure("needs at least one movement") }
        return try withShares(movements, value)
    }

    /// Gives what is left over to the one movement without a share.
    private static func withShares(_ movements: [Movement], _ value: YAMLValue) throws(NetworkTextError) -> [Movement] {
        let open = movements.indices.filter { movements[$0].share < 0 }
        let sum = movements.reduce(0) { $0 + max(0, $1.share) }
        guard open.count <= 1, sum <= 1 + 1e-9, !open.isEmpty || (sum - 1).magnitude < 1e-9 else {
            throw value.failure("needs shares that add up to 1 (one movement may leave its share out), not \(sum)")
        }
        return movements.enumerated().map { index, movement in
            let share = open.contains(index) ? max(0, 1 - sum) : movement.share
            return Movement(
                name: movement.name,
                value: movement.value,
                to: movement.to,
                share: share,
                saturationFlow: movement.saturationFlow
            )
        }
    }
}
