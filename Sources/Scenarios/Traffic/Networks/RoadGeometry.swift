/// Lengths, speeds and capacities of the roads of a generated network.
public struct RoadGeometry: Sendable, Hashable, Codable {
    /// Metres from stop line to stop line.
    ///
    /// Default 200, within the 150...300 m of the published grids.
    public var length = 200.0
    /// Free-flow metres per second.
    ///
    /// Default 13.9 (50 km/h).
    public var speed = 13.9
    /// Metres of lane that a standing vehicle takes.
    ///
    /// Default 7.5: SUMO's 5 m vehicle and 2.5 m gap.
    public var vehicleSpacing = 7.5
    /// Vehicles per hour and lane that leave a standing queue.
    ///
    /// Default 1800, the textbook value.
    public var saturationFlow = 1800
    /// The share of vehicles that turn left.
    ///
    /// Default 0.2.
    public var leftShare = 0.2
    /// The share of vehicles that turn right.
    ///
    /// Default 0.2.
    public var rightShare = 0.2

    /// Creates the default geometry.
    public init() {}

    /// Free-flow seconds from stop line to stop line, at least 1.
    public var travelTime: Int { max(1, Int(length / speed + 0.5)) }

    /// The vehicles that fit on a number of lanes.
    public func storage(lanes: Int) -> Int { max(1, Int(length / vehicleSpacing) * lanes) }

    func check() throws(ScenarioError) {
        guard length >= 10, length <= 10_000 else {
            throw ScenarioError("a road length of \(length) m is not within 10...10000 m")
        }
        guard speed >= 1, speed <= 60 else {
            throw ScenarioError("a speed of \(speed) m/s is not within 1...60 m/s")
        }
        guard vehicleSpacing >= 1, vehicleSpacing <= 50 else {
            throw ScenarioError("a vehicle spacing of \(vehicleSpacing) m is not within 1...50 m")
        }
        guard (1...7200).contains(saturationFlow) else {
            throw ScenarioError("a saturation flow of \(saturationFlow) veh/h is not within 1...7200")
        }
        guard leftShare >= 0, rightShare >= 0, leftShare + rightShare <= 1 else {
            throw ScenarioError(
                "left share \(leftShare) and right share \(rightShare) add up to more than 1"
            )
        }
    }
}
