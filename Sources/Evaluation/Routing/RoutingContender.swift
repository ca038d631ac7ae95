public import Scenarios
internal import Suggestions
public import TabularLearning

/// Who sends the packets on in a comparison: a controller that does not learn, a rule that learns during the run, or a table.
public struct RoutingContender: Sendable {
    /// The name in tables and on the command line.
    public let name: String
    let kind: Kind

    enum Kind: Sendable {
        case baseline(RoutingBaseline)
        case learning(RoutingRule?, ActionValueTable?, LearningParameters?)
        /// The standard rule of the network.
        case standard
        case frozen(ActionValueTable)
    }

    /// The learning rules by name; each learns from its beginning in every run.
    private static let rules: [(name: String, kind: Kind)] = [
        ("q-routing", .learning(.qRouting, nil, nil)), ("full-echo", .learning(.fullEcho, nil, nil)),
        ("dual", .learning(.dual, nil, nil)), ("standard", .standard),
    ]

    /// The names of the learning rules.
    public static let ruleNames = rules.map(\.name)

    /// The names of all controllers and rules.
    public static let names = RoutingBaseline.allCases.map(\.rawValue) + ruleNames

    /// Finds a controller or a rule.
    ///
    /// - Parameter name: One of `names`.
    /// - Throws: `ScenarioError` that names the nearest one.
    public init(named name: String) throws(ScenarioError) {
        self.name = name
        if let baseline = RoutingBaseline(rawValue: name) {
            kind = .baseline(baseline)
        } else if let rule = Self.rules.first(where: { $0.name == name })?.kind {
            kind = rule
        } else {
            throw ScenarioError(Spelling.unknown("controller", name, among: Self.names))
        }
    }

    /// A rule that has no name among `rules`; it learns from its beginning in every run.
    public static func own(_ rule: RoutingRule) -> Self { Self(name: "own", kind: .learning(rule, nil, nil)) }

    /// A table that goes on learning by its scenario's rule.
    public static func learned(_ table: ActionValueTable, _ parameters: LearningParameters) -> Self {
        Self(name: "learned", kind: .learning(nil, table, parameters))
    }

    /// A table that does not change any more.
    public static func frozen(_ table: ActionValueTable) -> Self {
        Self(name: "learned-frozen", kind: .frozen(table))
    }

    /// Whether it begins anew in every run and learns.
    public var learnsFromItsBeginning: Bool {
        switch kind {
        case .learning(_, nil, _), .standard: true
        case .learning, .baseline, .frozen: false
        }
    }

    private init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}
