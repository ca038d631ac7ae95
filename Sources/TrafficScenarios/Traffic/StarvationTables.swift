internal import Evaluation
internal import Reports
internal import Scenarios

/// What an evaluation of signals says beside its means: who waited longest, who never entered, what was violated.
enum StarvationTables {
    /// How many approaches, roads and violations of each controller are shown.
    private static let shown = 3

    /// The tables; those without rows are left out.
    static func all(
        _ starvations: [(name: String, runs: [Starvation])],
        seeds: [UInt64]
    ) -> [(heading: String, table: TextTable)] {
        let reds = starvations.flatMap { name, runs in
            largest(runs, seeds, { $0.worstApproaches(shown) }) { $0.longestRed }.map { seed, approach in
                [name, "\(seed)", approach.light, approach.name, "\(approach.longestRed)", "\(approach.gridlocks)"]
            }
        }
        let entries = starvations.flatMap { name, runs in
            largest(runs, seeds, { $0.worstEntries(shown) }) { $0.vehicles }.map { seed, entry in
                [name, "\(seed)", entry.edge, "\(entry.vehicles)"]
            }
        }
        let standings = starvations.flatMap { name, runs in
            largest(runs, seeds, { $0.worstStandings(shown) }) { $0.vehicles }.map { seed, place in
                [name, "\(seed)", place.edge, "\(place.vehicles)"]
            }
        }
        let incidents = starvations.flatMap { name, runs in
            zip(seeds, runs).flatMap { seed, run in run.incidents.map { (seed, $0) } }.prefix(shown)
                .map { seed, found in [name, "\(seed)", found.light, "\(found.second)", found.kind.rawValue] }
        }
        return [
            (
                "Longest reds with somebody waiting, in seconds",
                ["controller", "seed", "light", "approach", "longest red", "gridlocks"], reds
            ),
            ("Vehicles that never entered, by road", ["controller", "seed", "road", "vehicles"], entries),
            (
                "Vehicles that stood at the end for more than \(TrafficSimulation.gridlockTime) s where no light is, by road",
                ["controller", "seed", "road", "vehicles"], standings
            ),
            ("First violations", ["controller", "seed", "light", "second", "violation"], incidents),
        ].filter { !$0.2.isEmpty }.map { ($0.0, TextTable(header: $0.1, rows: $0.2)) }
    }

    /// The largest of all runs.
    private static func largest<Place>(
        _ runs: [Starvation],
        _ seeds: [UInt64],
        _ places: (Starvation) -> [Place],
        by value: (Place) -> Int
    ) -> [(seed: UInt64, place: Place)] {
        let all = zip(seeds, runs).flatMap { seed, run in places(run).map { (seed: seed, place: $0) } }
        let order = all.indices.sorted { (-value(all[$0].place), $0) < (-value(all[$1].place), $1) }
        return order.prefix(shown).map { all[$0] }
    }

    /// What starves, of each controller's worst seed, in lines.
    static func alarms(_ starvations: [(name: String, runs: [Starvation])], seeds: [UInt64]) -> [String] {
        starvations.flatMap { name, runs -> [String] in
            let alarmed = zip(seeds, runs).filter { !$1.alarms.isEmpty }
            guard let (seed, worst) = alarmed.max(by: { $0.1.longestRed < $1.1.longestRed }) else { return [] }
            return worst.alarms.map { "\(name), seed \(seed) (\(alarmed.count) of \(runs.count) runs): \($0)" }
        }
    }
}
