internal import Foundation
internal import Scenarios
internal import Testing

@Suite("Road networks that are written down")
struct RoadNetworkCodingTests {
    @Test("are the same when read back, as part of their scenario")
    func roundTrip() throws {
        let network = try RoadNetwork.arterial(junctions: 3)
        let scenario = TrafficScenario(network: network, demand: .steady(300))
        let copy = try JSONDecoder().decode(TrafficScenario.self, from: try JSONEncoder().encode(scenario))
        #expect(copy == scenario)
        #expect(try copy.makeNetwork() == network)
        #expect(copy.lanesPerReplica == 3)
    }

    @Test("are refused and never trap when any number in them is damaged")
    func damage() throws {
        let network = try RoadNetwork.crossing()
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = try #require(String(bytes: try encoder.encode(network), encoding: .utf8))
        var refused = 0
        let characters = Array(text)
        for index in characters.indices where characters[index].isNumber {
            for replacement in ["-7", "99", "0", "9999999999"] {
                var damaged = characters
                damaged.replaceSubrange(index...index, with: Array(replacement))
                do {
                    // What is still a network can be simulated.
                    let other = try JSONDecoder().decode(RoadNetwork.self, from: Data(String(damaged).utf8))
                    var simulation = TrafficSimulation(
                        network: other,
                        demand: .steady(400),
                        timing: SignalTiming(),
                        replica: 0,
                        seed: 1
                    )
                    simulation.advance(seconds: 30)
                } catch is DecodingError {
                    refused += 1
                }
            }
        }
        #expect(refused > 20)
    }

    @Test("say what is wrong with them")
    func messages() throws {
        let network = try RoadNetwork.grid(rows: 1, columns: 2)
        func message(
            _ change: (inout [RoadNetwork.Intersection], inout [RoadNetwork.Road], inout [RoadNetwork.Movement]) -> Void
        ) -> String {
            var (intersections, roads, movements) = (network.intersections, network.roads, network.movements)
            change(&intersections, &roads, &movements)
            do {
                _ = try RoadNetwork(intersections: intersections, roads: roads, movements: movements)
                return ""
            } catch {
                return error.description
            }
        }
        #expect(message { _, _, _ in } == "")
        #expect(message { _, roads, _ in roads[1].name = roads[0].name }.contains("two roads named r0c0 from north"))
        #expect(message { _, roads, _ in roads[1].destination = 7 }.contains("road r0c0 from east"))
        #expect(message { _, roads, _ in roads[1].destination = 1 }.contains("the intersection at the end"))
        #expect(message { _, roads, _ in roads[2].movements = 0..<900 }.contains("one after another"))
        #expect(message { _, _, movements in movements[3].nextRoad = 99 }.contains("east left"))
        #expect(message { _, _, movements in movements[3].share = 0.9 }.contains("add up to 1"))
        #expect(message { _, _, movements in movements[0].saturationFlow = 0 }.contains("saturation flow"))
        #expect(message { junctions, _, _ in junctions[0].conflicts[0] = 0 }.contains("known to both"))
        #expect(message { junctions, _, _ in junctions[1].phases.removeFirst() }.contains("gives green to"))
        #expect(message { junctions, _, _ in junctions[1].phases[0].movements.append(0) }.contains("of its own"))
        #expect(
            message { junctions, _, _ in junctions[0].phases[0].movements += [3 + 1] }
                == "phase north-south through of intersection r0c0 gives green to north through and east through, "
                + "which conflict"
        )
    }

    @Test("are refused when vehicles could never leave them")
    func trap() throws {
        let network = try RoadNetwork.crossing()
        var movements = network.movements
        movements[0].nextRoad = 0
        #expect {
            try RoadNetwork(intersections: network.intersections, roads: network.roads, movements: movements)
        } throws: { error in
            "\(error)" == "no way leads from road southbound out of the network"
        }
    }
}
