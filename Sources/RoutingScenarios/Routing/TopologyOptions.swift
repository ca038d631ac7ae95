public import ArgumentParser
internal import CommandBasics
internal import Foundation
public import ScenarioFiles
internal import Scenarios

/// Which network, and who sends how much to whom.
struct TopologyOptions: ParsableArguments {
    @Option(
        help: """
            The network: grid6x6, abilene, nsfnet14, geant, pair; grid:RxC, torus:RxC, ring:N, gabriel:N:SEED; or a file: \
            JSON of networkx, topohub or Cytoscape, SNDlib, GraphML, GEXF, GML, Pajek, CSV, edge list (default: grid6x6).
            """,
        completion: .file()
    )
    var topology: String?

    @OptionGroup var traffic: TrafficMatrixOptions

    /// The options that were given.
    var given: [String] { (topology == nil ? [] : ["--topology"]) + traffic.given }

    /// Finds or reads the network and its traffic matrix.
    ///
    /// - Throws: `CommandFailure` or `NetworkFileError` that names what is wrong.
    func networkAndMatrix() throws -> (RoutingNetwork, TrafficMatrix) {
        try traffic.networkAndMatrix(of: topology ?? RoutingNetwork.grid6x6.name)
    }
}

/// Who sends how much to whom.
struct TrafficMatrixOptions: ParsableArguments {
    @Option(
        name: .customLong("traffic-matrix"),
        help: """
            Who sends how much to whom: uniform, gravity (by numbers of links), given (the demands in the topology's file), or \
            a file of demands, or a folder of them, whose mean counts (default: given where there are any, else uniform).
            """,
        completion: .file()
    )
    var matrix: String?

    @Option(
        help: """
            What a demand of a file says: directed, or undirected for both directions; needed where pairs have one only.
            """
    )
    var demands: NetworkFile.Demands?

    @Flag(
        name: .customLong("largest-part"),
        help: "Of a file's network take the largest part that hangs together, instead of refusing what does not."
    )
    var takesLargestPart = false

    /// The options that were given.
    var given: [String] {
        [("--traffic-matrix", matrix != nil), ("--demands", demands != nil), ("--largest-part", takesLargestPart)]
            .filter(\.1).map(\.0)
    }

    /// Finds or reads the network and its traffic matrix.
    ///
    /// - Parameter topology: A name, a specification or a file.
    /// - Returns: The network and its matrix.
    /// - Throws: `CommandFailure` or `NetworkFileError` that names what is wrong.
    func networkAndMatrix(of topology: String) throws -> (RoutingNetwork, TrafficMatrix) {
        let (network, file) = try network(topology)
        let given = file?.matrix
        if let demands, self.matrix.map({ ["uniform", "gravity"].contains($0) }) ?? (given == nil) {
            throw CommandFailure(
                .usage,
                "--demands \(demands.rawValue) says how a file's demands are meant, and \(self.matrix ?? "uniform") traffic has "
                    + "none: give --traffic-matrix given, or a file of demands"
            )
        }
        let matrix: TrafficMatrix
        switch self.matrix {
        case nil:
            matrix = given ?? .uniform
            if given != nil {
                Console.note("the demands of \(topology) are used; --traffic-matrix uniform leaves them out")
            } else if let failure = file?.matrixFailure {
                Console.note("\(failure): traffic is uniform instead")
            }
        case "uniform": matrix = .uniform
        case "gravity": matrix = .gravity
        case "given":
            if let failure = file?.matrixFailure { throw failure }
            guard let given else {
                throw CommandFailure(.usage, "--traffic-matrix given: '\(topology)' comes without demands; name a file")
            }
            matrix = given
        case .some(let path):
            let identifiers = file?.identifiers ?? .none
            matrix = try Self.matrix(path, for: network.topology, identifiers, demands: demands ?? .directed)
        }
        if self.matrix != "uniform" { try askForDirection(matrix, network.topology, self.matrix ?? topology) }
        return (network, matrix)
    }

    /// Refuses to guess what demands mean that are there in one direction only: formats do not tell.
    private func askForDirection(_ matrix: TrafficMatrix, _ topology: NetworkTopology, _ file: String) throws {
        guard demands == nil, case .weights(let weights) = matrix else { return }
        let count = topology.routerCount
        var (pairs, oneWay) = (0, 0)
        for source in 0..<count {
            for destination in 0..<source {
                let (there, back) = (
                    weights[source * count + destination] > 0, weights[destination * count + source] > 0
                )
                pairs += there || back ? 1 : 0
                oneWay += there != back ? 1 : 0
            }
        }
        guard oneWay > 0 else { return }
        throw CommandFailure(
            .usage,
            "\(file): \(oneWay) of \(pairs) pairs have a demand in one direction only: say --demands directed, or --demands "
                + "undirected when each stands for both directions (SNDlib's model says which)"
        )
    }

    /// Finds or reads a network; what a file says otherwise than it is taken is said.
    private func network(_ topology: String) throws -> (RoutingNetwork, NetworkFile?) {
        guard FileManager.default.fileExists(atPath: topology) else {
            let network: RoutingNetwork
            do {
                network = try RoutingNetwork(topology)
            } catch {
                throw CommandFailure(.usage, "\(error); nor is there such a file")
            }
            guard !takesLargestPart else {
                throw CommandFailure(.usage, "--largest-part is for a file; all routers of \(topology) hang together")
            }
            return (network, nil)
        }
        let file = try NetworkFile(
            readingFrom: topology,
            demands: demands ?? .directed,
            largestPart: takesLargestPart
        )
        for remark in file.remarks { Console.note("\(topology): \(remark)") }
        return (file.network, file)
    }

    /// A file's matrix, or the mean of a folder's, each of them scaled to the same total.
    private static func matrix(
        _ path: String,
        for topology: NetworkTopology,
        _ identifiers: NetworkFile.Identifiers,
        demands: NetworkFile.Demands
    ) throws -> TrafficMatrix {
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure(.usage, "--traffic-matrix \(path): uniform, gravity, given, or a file that exists")
        }
        let facts = try? URL(fileURLWithPath: path).resourceValues(forKeys: [.isDirectoryKey])
        guard facts?.isDirectory == true else {
            return try NetworkFile.matrix(readingFrom: path, for: topology, identifiers: identifiers, demands: demands)
        }
        let series = try NetworkFile.matrices(
            readingFrom: path,
            for: topology,
            identifiers: identifiers,
            demands: demands
        )
        var mean = Array(repeating: 0.0, count: topology.routerCount * topology.routerCount)
        for entry in series {
            for (pair, share) in entry.matrix.shares(of: topology).enumerated() {
                mean[pair] += share / Double(series.count)
            }
        }
        return .weights(mean)
    }
}

extension NetworkFile.Demands: ExpressibleByArgument {}
