internal import Evaluation
internal import Scenarios
internal import TabularLearning

/// A cohort of a scenario some rounds after its beginning, as its words, to be changed and put back.
struct SavedRun: Sendable {
    private let fresh: @Sendable () -> CohortLearner
    private let parameters: LearningParameters
    private let words: [UInt32]
    private let table: ActionValueTable
    private let round: UInt64

    /// What a word is set to: the ends of the ranges that a reader could get wrong.
    private static let edges: [UInt32] = [
        0, 1, 2, 3, 255, 256, 0x00FF_FFFF, 0x0100_0001, 0x7FFF_FFFE, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF,
        Float.nan.bitPattern, Float.infinity.bitPattern, 0x7FF0_0000, 0x7FEF_FFFF,
    ]

    /// One of each kind of environment that can be put back, and each staleness.
    static var all: [SavedRun] {
        var traffic = TrafficScenario(layout: .crossing)
        traffic.episodeSeconds = 300
        var links = RoutingScenario()
        (links.model, links.rules, links.queueCapacity) = (.link, .tick, 5)
        return [
            SavedRun(traffic, staleness: 1), SavedRun(JunctionScenario(), staleness: 3),
            SavedRun(RoutingScenario(), staleness: 1), SavedRun(links, staleness: 0),
            SavedRun(MazeScenario(stepLimit: 20), staleness: 2),
            SavedRun(SyntheticScenario(stateCount: 97), staleness: 0),
        ]
    }

    private init(_ scenario: some Scenario, staleness: Int) {
        var parameters = scenario.defaults.parameters
        parameters.staleness = .init(rawValue: staleness) ?? .oneRound
        let lanes = scenario.lanesPerReplica * 2
        fresh = { [parameters] in
            guard let environment = try? scenario.makeWorld(replicas: 0..<2, seed: 1) else {
                preconditionFailure("an environment in memory is always made")
            }
            return CohortLearner(
                index: 0,
                of: 1,
                environment: environment,
                parameters: parameters,
                seed: 1,
                plannedSteps: 400
            )
        }
        precondition(lanes > 0, "a scenario has lanes")
        var reference = SerialReference(learners: [fresh()], parameters: parameters, table: scenario.initialTable)
        for _ in 0..<90 { _ = try? reference.runRound() }
        self.parameters = parameters
        (words, table, round) = (reference.learners[0].saved.words, reference.table, reference.round)
    }

    /// Changes words and goes on from there, if that is a state to go on from.
    ///
    /// - Parameter changes: For each change two bytes that choose a word, one that says how, four of a number.
    /// - Returns: Whether it went on.
    @discardableResult
    func resume(changedBy changes: some Collection<UInt8>) -> Bool {
        var words = words
        let bytes = Array(changes)
        for start in stride(from: 0, through: bytes.count - 7, by: 7) {
            let place = (Int(bytes[start]) | Int(bytes[start + 1]) << 8) % words.count
            let number = (3...6).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[start + $1]) }
            switch bytes[start + 2] % 4 {
            case 0: words[place] = number
            case 1: words[place] &+= number % 3 &- 1
            case 2: words[place] = Self.edges[Int(number) % Self.edges.count]
            default: words[place] ^= 1 << (number % 32)
            }
        }
        guard let sections = try? SavedSections(words) else { return false }
        _ = try? RunState(round: round, restoring: [fresh()], from: SavedSections(of: [sections]), table: table)
        // Without the ledger, which would stop most of them here.
        var learner = fresh()
        guard (try? learner.restore(sections)) != nil else { return false }
        let state = RunState(round: round, answered: [learner], table: table)
        var reference = SerialReference(state, parameters: parameters)
        for _ in 0..<12 { _ = try? reference.runRound() }
        _ = LearningHistory(reference.learners).extremes
        _ = reference.learners[0].gauges
        _ = reference.learners[0].laneSteps
        _ = reference.learners[0].saved.words
        return true
    }
}
