// What it takes to follow single vehicles, which the simulation itself only counts.
extension TrafficSimulation {
    /// Vehicles that ever entered a road, modulo 2³².
    package func enteredCount(ofRoad road: Int) -> UInt32 { state.roads[road].entered }

    /// The movement that a vehicle takes at the end of a road.
    ///
    /// - Parameters:
    ///   - number: How many entered the road before it.
    ///   - road: The road.
    /// - Returns: The movement's number.
    package func movement(ofVehicle number: UInt32, on road: Int) -> Int {
        model.turn(ofVehicle: number, key: state.roads[road].turnKey, plan.roads[road])
    }
}
