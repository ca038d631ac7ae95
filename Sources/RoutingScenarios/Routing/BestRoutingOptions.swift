internal import ArgumentParser
internal import CommandBasics
internal import Evaluation
internal import LinearProgramming

/// How the load that the best routing sustains is found.
struct BestRoutingOptions: ParsableArguments {
    /// The ways to find it.
    enum Method: String, CaseIterable, ExpressibleByArgument {
        case exact, bounds
        case immediate = "none"
    }

    @Option(
        help: """
            The best routing: exact (a linear program), bounds (on both sides, without a solver) or none (what costs no time) \
            (default: exact where the program has at most \(columnLimit) columns and glpsol is there, else bounds).
            """
    )
    var best: Method?

    @Option(help: "With bounds: how far they may be apart, as a share of the lower one (default: 0.01).")
    var gap: Double?

    @Option(help: "Seconds for each model, after which bounds are left as they are and exact gives up (default: 60).")
    var seconds: Int?

    /// Larger programs take glpsol longer than anybody waits: minutes at 60,000.
    static let columnLimit = 8_000

    func validate() throws {
        if let gap, !(1e-4...1).contains(gap) { throw ValidationError("--gap \(gap): 0.0001 to 1") }
        if let seconds, !(1...86_400).contains(seconds) { throw ValidationError("--seconds \(seconds): 1 to 86400") }
        if gap != nil, best == .exact || best == .immediate { throw ValidationError("--gap is for --best bounds") }
        if seconds != nil, best == .immediate { throw ValidationError("--seconds: --best none takes none") }
    }

    /// The search that was asked for.
    var search: BestRoutingSearch { BestRoutingSearch(method: best, gap: gap, seconds: seconds) }
}

/// Finds the load that the best routing sustains.
struct BestRoutingSearch {
    /// `nil` for whatever suits the network.
    var method: BestRoutingOptions.Method?
    var gap: Double?
    var seconds: Int?

    /// Finds the bounds, and shows on a terminal how far it is.
    ///
    /// - Throws: `LinearProgrammingError`, with `exact` only.
    func bounds(of load: SustainableLoad) throws -> LoadBounds {
        switch method {
        case .immediate: return load.bestRouting(within: 0, limit: .zero)
        case .exact: return try exact(load, GLPKSolver())
        case .bounds: return approach(load)
        case nil:
            guard gap == nil, load.columnCount <= BestRoutingOptions.columnLimit, let solver = try? GLPKSolver(),
                let optimum = try? exact(load, solver)
            else { return approach(load) }
            return optimum
        }
    }

    private var limit: Int { seconds ?? 60 }

    private func exact(_ load: SustainableLoad, _ solver: GLPKSolver) throws -> LoadBounds {
        let optimum = try load.ofBestRouting(solver, seconds: limit)
        return LoadBounds(atLeast: optimum, atMost: optimum)
    }

    private func approach(_ load: SustainableLoad) -> LoadBounds {
        let shows = Console.isTerminal && !Console.writesRecords
        let bounds = load.bestRouting(within: gap ?? 0.01, limit: .seconds(limit)) { bounds in
            guard shows else { return }
            let figures = [bounds.atLeast, bounds.atMost].map { decimal($0, places: 4) }.joined(separator: " – ")
            Console.status("best routing \(figures), \(decimal(100 * bounds.gap)) % apart")
        }
        if shows { Console.status("") }
        return bounds
    }
}
