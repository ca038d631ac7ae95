internal import DecisionProcesses
internal import Evaluation
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// Hosts in a ring, an attacker that goes from host to host, and a defender: both move at once, and one gets what the
/// other loses.
///
/// The defender watches, or guards a host: cleans it and keeps attacks off it for a tick. The attacker hides, or
/// attacks a host that is the first or next to a compromised one. Who is guarded is not known to the attacker, nor who
/// is attacked to the defender, so both have to draw.
struct SecurityGameScenario: Scenario, Hashable {
    static let name = "security-game"

    /// The last one is the database.
    var hosts = 4
    /// With what probability an attack takes a host within reach that is not guarded.
    var success = 0.6
    /// What a compromised database costs a tick; another host costs 1.
    var databaseCost = 5.0
    /// What guarding costs a tick.
    var guardCost = 1.0
    /// What the defender earns by an attack on the host that is guarded.
    var catchReward = 2.0

    static let hostCounts = 2...5

    func check() throws(ScenarioError) {
        guard Self.hostCounts.contains(hosts) else {
            throw ScenarioError("\(hosts) hosts: 2 to 5")
        }
        guard (0...1).contains(success) else {
            throw ScenarioError("a probability of \(success) is not within 0...1")
        }
        for (what, value) in [
            ("database cost", databaseCost), ("guard cost", guardCost), ("catch reward", catchReward),
        ]
        where !(0...1e6).contains(value) {
            throw ScenarioError("a \(what) of \(value) is not within 0...1000000")
        }
    }

    /// The moves of either player: none, or one a host.
    var moveCount: Int { hosts + 1 }

    /// Which hosts are compromised, the database first; what both do.
    var space: StateSpace {
        let moves = { (word: String, none: String) in [none] + (0..<hosts).map { "\(word) \($0)" } }
        return StateSpace(
            factors: (0..<hosts).reversed().map {
                .init($0 == hosts - 1 ? "database" : "host \($0)", levels: ["clean", "compromised"])
            },
            actions: moves("guard", "watch").flatMap { move in moves("attack", "hide").map { "\(move), \($0)" } }
        )
    }

    /// Both move at random all the time: what is learned are the values of all pairs of moves.
    ///
    /// Their step sizes fall sooner than a discount of 0.9 asks for (H of 10): after hundreds of thousands of updates what is
    /// left are the draws of the latest ones, of which a smaller H takes fewer.
    var defaults: TrainingDefaults {
        guard let update = UpdateRule(rawValue: "minimax-q:\(moveCount)") else {
            preconditionFailure("minimax-q is a rule with a number of moves")
        }
        return TrainingDefaults(
            parameters: LearningParameters(
                discount: 0.9,
                stepSize: .visitCount(horizon: 4, minimum: 0),
                epsilon: .constant(1),
                update: update
            ),
            lanes: 256,
            cohorts: 2,
            steps: 10_000_000
        )
    }
}

extension SecurityGameScenario: ProcessScenario {
    private var database: Int { hosts - 1 }

    /// All hosts are clean.
    var start: Int { 0 }

    var trainingStarts: [Int] { Array(0..<(1 << hosts)) }

    var stepLimit: Int? { 50 }

    var subject: String { "security game, \(hosts) hosts" }

    var figures: [ProcessFigure] { [] }

    /// Rules of this game are draws against an opponent, which the contest has.
    func rules(_ solution: ExactSolution) -> [Controller] { [] }

    /// Whether an attack on a host can come from one that is compromised, or from outside.
    func isInReach(_ host: Int, _ compromised: Int) -> Bool {
        let neighbours = [(host + 1) % hosts, (host + hosts - 1) % hosts]
        return host == 0 || neighbours.contains { $0 != host && compromised >> $0 & 1 == 1 }
    }

    /// Both moves at once.
    var process: DecisionProcess {
        DecisionProcess(
            stateCount: 1 << hosts,
            actionCount: moveCount * moveCount,
            mask: { _ in ActionMask.all(moveCount * moveCount) },
            outcomes: { state, action in
                let (move, reply) = action.quotientAndRemainder(dividingBy: moveCount)
                var reward = -Double(state.nonzeroBitCount) - (state >> database & 1 == 1 ? databaseCost - 1 : 0)
                var cleaned = state
                if move > 0 {
                    reward -= guardCost
                    cleaned &= ~(1 << (move - 1))
                }
                let attacked = reply - 1
                if move == reply, move > 0 { reward += catchReward }
                let isOpen = reply > 0 && move != reply && cleaned >> attacked & 1 == 0 && isInReach(attacked, cleaned)
                guard isOpen, success > 0 else { return [.init(probability: 1, reward: reward, next: cleaned)] }
                let taken = DecisionProcess.Outcome(
                    probability: success,
                    reward: reward,
                    next: cleaned | 1 << attacked
                )
                guard success < 1 else { return [taken] }
                return [taken, .init(probability: 1 - success, reward: reward, next: cleaned)]
            }
        )
    }

    func goal(share: Double, discount: Double) -> (any LearningGoal)? { nil }

    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        try SecurityGameContest(self, [policy]).outcome(withCharts: withCharts)
    }

    func figure(of policy: EvaluatedPolicy, seedCount: Int) async throws -> MetricSummary? {
        try SecurityGameContest(self, [policy]).outcome(withCharts: false).figure(of: "learned")
    }

    func compare(_ policies: [EvaluatedPolicy], _ run: ProcessContest.Run) async throws -> EvaluationOutcome {
        try SecurityGameContest(self, policies).outcome(withCharts: run.withCharts)
    }
}
