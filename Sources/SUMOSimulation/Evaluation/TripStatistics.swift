internal import Foundation
package import Scenarios

/// Sums over all vehicles of a run, from SUMO's file of journeys.
///
/// A vehicle that is still under way counts with what it has lost so far, one that never entered with its wait outside:
/// averages over finished trips alone would hide a gridlock.
package struct TripStatistics: Sendable, Hashable {
    /// Vehicles that wanted to enter.
    package var demanded = 0
    /// Those that did.
    package var entered = 0
    /// Those that reached their destination.
    package var arrived = 0
    /// Seconds lost against free flow, waiting outside included.
    package var delay = 0.0
    /// Seconds inside the network.
    package var travel = 0.0
    /// Seconds of standing inside the network.
    package var waiting = 0.0
    /// How often vehicles came to a stand.
    package var stops = 0
    /// By type of vehicle how many wanted to enter, and what they have lost.
    package var byType: [String: KindTally] = [:]

    /// Reads a text of XML as SUMO writes it.
    package init(parsing text: [UInt8]) {
        XMLElements.scan(text, named: "tripinfo") { trip in
            func number(_ name: String) -> Double { trip[name].flatMap(Double.init) ?? 0 }
            demanded += 1
            delay += number("departDelay")
            let hasEntered = number("depart") >= 0
            var tally = byType.removeValue(forKey: trip["vType"] ?? "") ?? KindTally()
            tally.demanded += 1
            tally.lost += number("departDelay") + (hasEntered ? number("timeLoss") : 0)
            byType[trip["vType"] ?? ""] = tally
            guard hasEntered else { return }
            entered += 1
            delay += number("timeLoss")
            travel += number("duration")
            waiting += number("waitingTime")
            stops += Int(exactly: number("waitingCount").rounded()) ?? 0
            if number("arrival") >= 0 { arrived += 1 }
        }
    }

    /// What came of each kind.
    ///
    /// - Parameters:
    ///   - count: The number of kinds.
    ///   - types: By type of vehicle k + 1 for kind k.
    /// - Returns: By kind its vehicles and what they have lost.
    func tallies(_ count: Int, _ types: [String: Int]) -> [KindTally] {
        var tallies = Array(repeating: KindTally(), count: count)
        for (type, tally) in byType.sorted(by: { $0.key < $1.key }) {
            guard let kind = types[type], kind > 0 else { continue }
            tallies[kind - 1].demanded += tally.demanded
            tallies[kind - 1].lost += tally.lost
        }
        return tallies
    }

    /// Reads a file.
    ///
    /// - Throws: `SUMOFailure` when SUMO has not written it.
    init(file: String) throws(SUMOFailure) {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: file)) else {
            throw SUMOFailure(.lost, "SUMO has left no file of journeys")
        }
        self.init(parsing: Array(data))
        try checkCompleteness(against: file + SUMOSession.statisticSuffix)
    }

    /// Compares with SUMO's own count of vehicles: a vehicle or its type can decline to have its journey written.
    private func checkCompleteness(against file: String) throws(SUMOFailure) {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: file)),
            let inserted = Self.insertedCount(parsing: Array(data))
        else { throw SUMOFailure(.lost, "SUMO has left no count of vehicles") }
        guard inserted == entered else {
            throw SUMOFailure(
                .badInput,
                "SUMO has written the journeys of \(entered) of \(inserted) vehicles, so figures would rest on a sample: take "
                    + "has.tripinfo.device and device.tripinfo.probability out of the vehicles and their types"
            )
        }
        guard entered > 0 else {
            throw SUMOFailure(
                .badInput,
                demanded > 0
                    ? "none of \(demanded) vehicles entered the network in the whole run"
                    : "no vehicle wanted to enter in the whole run: are there routes, and do they begin in time?"
            )
        }
    }

    /// Reads how many vehicles have entered from SUMO's summary of a run.
    package static func insertedCount(parsing text: [UInt8]) -> Int? {
        var count: Int?
        XMLElements.scan(text, named: "vehicles") { vehicles in count = vehicles["inserted"].flatMap(Int.init) }
        return count
    }
}
