// What is known of an intersection phase by phase: one lane of a SIMD8 each, −1 where it has no such phase.
extension TrafficSimulation {
    /// Returns the vehicles of each phase: queued, or at the stop line within a number of seconds.
    public func demand(at intersection: Int, within seconds: Int) -> SIMD8<Int32> {
        Self.demand(words, layout, network.tables, time: time, intersection, within: min(seconds, layout.wheelSize))
    }

    /// Returns for each phase the longest unbroken wait of its vehicles at red, in seconds; 0 where none waits.
    public func redWaits(at intersection: Int) -> SIMD8<Int32> {
        let tables = network.tables
        var waits = SIMD8<Int32>(repeating: 0)
        for phase in Self.phases(of: intersection, tables) {
            let lane = phase - Int(tables.firstPhase[intersection])
            for index in Int(tables.firstPhaseMovement[phase])..<Int(tables.firstPhaseMovement[phase + 1]) {
                waits[lane] = max(waits[lane], words[layout.redWait + Int(tables.phaseMovements[index])])
            }
        }
        return waits
    }

    private static func phases(of intersection: Int, _ tables: NetworkTables) -> Range<Int> {
        Int(tables.firstPhase[intersection])..<Int(tables.firstPhase[intersection + 1])
    }

    private static func demand(
        _ words: [Int32],
        _ layout: SimulationLayout,
        _ tables: NetworkTables,
        time: Int,
        _ intersection: Int,
        within seconds: Int
    ) -> SIMD8<Int32> {
        let state = words.span
        var demand = SIMD8<Int32>(repeating: -1)
        let row = time % layout.wheelSize
        for phase in phases(of: intersection, tables) {
            var vehicles: Int32 = 0
            for index in Int(tables.firstPhaseMovement[phase])..<Int(tables.firstPhaseMovement[phase + 1]) {
                let movement = Int(tables.phaseMovements[index])
                vehicles += state[layout.queue + movement]
                var next = row
                for _ in 0..<seconds {
                    vehicles += state[layout.wheel + next * tables.movementCount + movement]
                    next = next + 1 == layout.wheelSize ? 0 : next + 1
                }
            }
            demand[phase - Int(tables.firstPhase[intersection])] = vehicles
        }
        return demand
    }
}
