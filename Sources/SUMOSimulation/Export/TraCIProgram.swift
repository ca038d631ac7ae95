internal import Foundation
internal import Scenarios

/// A Python program that lets a policy control the lights of a SUMO that anybody runs.
///
/// What belongs to the network (detectors, programs, which lanes matter to whom) is written into it; what was learned
/// stays in the policy's folder, which it is given.
public struct TraCIProgram: Sendable {
    private let scenario: SUMOScenario
    private let digest: String
    private let origin: String

    /// Names a policy.
    ///
    /// - Parameters:
    ///   - scenario: What it was learned on.
    ///   - digest: Its table's digest: the program takes no other folder.
    ///   - origin: Where the program comes from, in words.
    public init(_ scenario: SUMOScenario, digest: String, origin: String) {
        self.scenario = scenario
        self.digest = digest
        self.origin = origin
    }

    /// The program.
    ///
    /// - Throws: `SUMOFailure` when SUMO or its files are not there: the configuration is looked at once more.
    public func text() throws(SUMOFailure) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(try contents()) else {
            throw SUMOFailure(.badInput, "the network has names that cannot be written down")
        }
        // Within three apostrophes a backslash would begin an escape.
        let json = String(decoding: data, as: UTF8.self).replacing("\\", with: "\\\\").replacing("'", with: "\\'")
        return Self.template.replacing("@ORIGIN@", with: origin.replacing("\"\"\"", with: "")).replacing(
            "@DATA@",
            with: json
        )
    }

    /// What the program knows of the network.
    private struct Contents: Encodable {
        struct Light: Encodable {
            var name: String
            /// Seconds, state, following phase or -1.
            var program: [[String]]
            /// By green phase: the phase that begins the change to each.
            var changes: [[Int]]
            /// By pair of green phases: the phase that makes the change a second longer, or -1.
            var holds: [[Int]]
            /// By pair of green phases: the seconds between them.
            var changeSeconds: [[Int]]
            /// Of the safety envelope.
            var changeTime: Int
            var holdTime: Int
            /// By link: seconds by which its maximum red is shorter.
            var haste: [Int]
            var phaseLanes: [[Int]]
            var linkLanes: [[Int]]
            var linkGreens: [[Bool]]
            var isGuarded: [Bool]
            var linkInsides: [[Int]]
            /// By phase: the lanes it leads to, as indices of `exits`.
            var phaseExits: [[Int]]
            /// Lanes at other lights that lead here.
            var neighbors: [Int]
        }
        /// A lane before a short one, and for which lanes who is there counts.
        struct Stretch: Encodable {
            var lane: String
            var detector: String
            var lanes: [Int]
            var shares: [Double]
        }
        /// A road on which vehicles enter.
        struct Entry: Encodable {
            var edge: String
            var lanes: [Int]
            var shares: [Double]
        }
        /// A crossing for pedestrians.
        struct Crossing: Encodable {
            var edge: String
            var areas: [String]
            var lane: Int
        }
        var digest: String
        var sumo: String
        var options: [String]
        var detectors: String
        var detectorNames: [String]
        var begin: Double
        var seconds: Int
        var interval: Int
        var lanes: [String]
        var insides: [String]
        var minimumGreen: Int
        var maximumGreen: Int
        var maximumRed: Int
        var longestHold: Int
        var isBlind: [Bool]
        /// By lane: how many vehicles are seen when nobody else can enter there.
        var rooms: [Int32]
        var stretches: [Stretch]
        var entries: [Entry]
        var areas: [String]
        var crossings: [Crossing]
        var parts: [Int]
        var phaseCount: Int
        var demandBins: [Int]
        var greenAges: [Int]
        var seesExits: Bool
        /// Lanes behind the lights and the vehicles with which each is almost full, where that matters.
        var exits: [String]
        var exitRooms: [Int]
        var neighborBins: [Int]
        var seesEveryPhase: Bool
        var lights: [Light]
    }

    private func contents() throws(SUMOFailure) -> Contents {
        let (settings, network) = (scenario.settings, scenario.network)
        let (timing, observation) = (settings.timing, settings.observation)
        let isSmall = network.phaseCount <= SignalObservation.manyPhases
        let session = SUMOSession.Settings(
            input: scenario.input,
            network: network,
            programs: scenario.programs,
            insideLanes: scenario.watchedInsides,
            detectorDistance: observation.detectorDistance
        )
        let pedestrians = SUMOPedestrians(network)
        return Contents(
            digest: digest,
            sumo: scenario.input.program,
            options: try options(),
            detectors: SUMOSession.detectors(session),
            detectorNames: (0..<network.approachCount).map {
                pedestrians.approaches.contains($0) ? "" : SUMOSession.detectorName($0)
            },
            begin: network.begin,
            seconds: settings.episodeSeconds,
            interval: settings.decisionInterval,
            lanes: network.lanes.prefix(network.approachCount).map(\.name),
            insides: scenario.watchedInsides,
            minimumGreen: timing.minimumGreen,
            maximumGreen: timing.maximumGreen,
            maximumRed: timing.maximumRed,
            longestHold: SignalClock.longestHold,
            isBlind: network.isBlind,
            rooms: network.roomsInSight,
            stretches: network.upstream.enumerated().map { index, stretch in
                Contents.Stretch(
                    lane: stretch.lane,
                    detector: stretch.isInside ? "" : SUMOUpstream.detectorName(index),
                    lanes: stretch.parts.map(\.approach),
                    shares: stretch.parts.map(\.share)
                )
            },
            entries: zip(network.entries, network.entryParts).map { edge, parts in
                Contents.Entry(edge: edge, lanes: parts.map(\.approach), shares: parts.map(\.share))
            },
            areas: pedestrians.areas,
            crossings: pedestrians.crossings.map {
                Contents.Crossing(edge: $0.edge, areas: $0.areas, lane: $0.approach)
            },
            parts: settings.sharesTable ? scenario.shapes.ofIntersection : Array(network.signals.indices),
            phaseCount: network.phaseCount,
            demandBins: observation.demandBins,
            greenAges: observation.greenAges,
            seesExits: observation.seesFullExits,
            exits: exits.map { network.lanes[$0].name },
            exitRooms: exits.map { Int(network.room(ofLane: $0)) },
            neighborBins: observation.neighborBins,
            seesEveryPhase: (observation.detail ?? (isSmall ? .everyPhase : .strongestOther)) == .everyPhase,
            lights: network.signals.indices.map { light($0, scenario.signalLanes[$0], scenario.programs[$0]) }
        )
    }

    /// The lanes behind the lights, where states depend on them.
    private var exits: [Int] {
        guard scenario.settings.observation.seesFullExits else { return [] }
        return Set(scenario.signalLanes.flatMap(\.exits)).sorted()
    }

    private func light(_ light: Int, _ lanes: SignalLanes, _ program: SignalProgram) -> Contents.Light {
        let signal = scenario.network.signals[light]
        let timing = scenario.timing(of: light)
        return Contents.Light(
            name: signal.name,
            program: program.phases.map { ["\($0.seconds)", $0.state, "\($0.next ?? -1)"] },
            changes: signal.phases.indices.map { from in
                signal.phases.indices.map { program.change(from: from, to: $0) }
            },
            holds: signal.phases.indices.map { from in
                signal.phases.indices.map { program.hold(from: from, to: $0) ?? -1 }
            },
            changeSeconds: signal.phases.indices.map { from in
                signal.phases.indices.map { program.changeTime(from: from, to: $0) }
            },
            changeTime: timing.changeTime,
            holdTime: timing.holdTime(interval: scenario.settings.decisionInterval),
            haste: lanes.haste.map { Int($0) },
            phaseLanes: lanes.phaseLanes,
            linkLanes: lanes.linkLanes,
            linkGreens: lanes.linkGreens,
            isGuarded: lanes.isGuarded,
            linkInsides: lanes.linkInsides,
            phaseExits: lanes.receivers.map { phase in
                let exits = exits
                return Set(phase.joined()).sorted().compactMap { exits.firstIndex(of: $0) }
            },
            neighbors: lanes.neighbors
        )
    }

    /// The command line that evaluations use, with `@FOLDER@` where its files go.
    private func options() throws(SUMOFailure) -> [String] {
        let folder = try ScratchFolder()
        let line = try SUMOCommandLine(
            scenario.input,
            in: folder,
            additional: folder.path(of: SUMOSession.detectorFile),
            journeys: SUMOSession.journeys
        )
        let place = String(folder.url.path.drop { $0 == "/" })
        return line.options.map { $0.replacing("/" + place, with: "/@FOLDER@").replacing(place, with: "@FOLDER@") }
    }
}
