// swift-tools-version:6.2

import PackageDescription

/// One set of compiler settings for every target; each line names the proposal it comes from.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .enableUpcomingFeature("InferIsolatedConformances"),  // SE-0470
    .enableUpcomingFeature("ImmutableWeakCaptures"),  // SE-0481
    .strictMemorySafety(),  // SE-0458
    .treatAllWarnings(as: .error),  // SE-0443
    .treatWarning("DeprecatedDeclaration", as: .warning),  // SE-0443
]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "ShardQ",
    products: [
        .executable(name: "shardq", targets: ["shardq"]),
        .library(name: "TabularLearning", targets: ["TabularLearning"]),
        .library(name: "Scenarios", targets: ["Scenarios"]),
        // For the package in Benchmarks/ only.
        .library(name: "Kernels", targets: ["Kernels"]),
        // For the package in Fuzzing/ only.
        .library(name: "FrameFuzzing", targets: ["FrameFuzzing"]),
        .library(name: "InputFuzzing", targets: ["InputFuzzing"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        // The core: no I/O, no Foundation.
        .target(name: "TabularLearning", swiftSettings: settings),
        .target(name: "Scenarios", dependencies: ["TabularLearning", "Suggestions"], swiftSettings: settings),
        // Worlds that others step, frame by frame.
        .target(name: "WorldServing", dependencies: ["TabularLearning"], swiftSettings: settings),
        // What the worlds of textbooks are made of: grids, mechanical systems, coders.
        .target(name: "ClassicWorlds", dependencies: ["TabularLearning"], swiftSettings: settings),
        // Networks and what learns with them, on kernels of a fixed order.
        .target(name: "NeuralLearning", dependencies: ["TabularLearning", "ClassicWorlds"], swiftSettings: settings),
        .target(name: "WireProtocol", dependencies: ["TabularLearning"], swiftSettings: settings),
        .target(name: "Messaging", swiftSettings: settings),
        // For whoever reads names that people typed.
        .target(name: "Suggestions", swiftSettings: settings),

        // The edge: files, the broker.
        .systemLibrary(name: "CRabbitMQ", pkgConfig: "librabbitmq", providers: [.apt(["librabbitmq-dev"])]),
        .systemLibrary(name: "CAllocator"),
        .systemLibrary(name: "CSignals"),
        .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
        // SHA-256 by the library that librabbitmq brings.
        .target(name: "Hashing", dependencies: ["CCrypto"], swiftSettings: settings),
        .target(name: "LoopbackSocket", swiftSettings: settings),
        .target(name: "ChildProcesses", swiftSettings: settings),
        // What the system allows, for whoever is about to ask for much.
        .target(name: "ProcessLimits", swiftSettings: settings),
        .target(
            name: "RabbitMQMessaging",
            dependencies: ["InputFiles", "Messaging", "CRabbitMQ", "LoopbackSocket", "ChildProcesses", logging],
            swiftSettings: settings
        ),
        // Brokers that know nothing of one another, as one.
        .target(name: "SeveralBrokers", dependencies: ["Messaging", "LoopbackSocket"], swiftSettings: settings),
        .target(
            name: "Checkpoints",
            dependencies: ["TabularLearning", "Hashing", "ProcessLimits"],
            swiftSettings: settings
        ),

        // HTTP, on a thread of its own: whoever has something to show gives it routes.
        .target(
            name: "HTTPTransport",
            dependencies: [
                "ProcessLimits",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),

        // What is said in a terminal, as values: lines that fit, numbers as people write them.
        .target(name: "TerminalText", swiftSettings: settings),

        // Files that people name and text that they wrote: read with patience and limits.
        .target(name: "InputFiles", swiftSettings: settings),
        .target(name: "YAMLReading", dependencies: [.product(name: "Yams", package: "Yams")], swiftSettings: settings),

        // What an operator turns to: metrics, health, logs; options from files and variables.
        .target(
            name: "Monitoring",
            dependencies: ["HTTPTransport", metrics, logging],
            swiftSettings: settings
        ),
        // Policies in forms for other readers, as bytes.
        .target(name: "PolicyExport", dependencies: ["NeuralLearning", "TabularLearning"], swiftSettings: settings),
        // Networks in folders, and runs that make them.
        .target(
            name: "NeuralRuns",
            dependencies: ["NeuralLearning", "Checkpoints", "Hashing", "PolicyExport", "TabularLearning"],
            swiftSettings: settings
        ),
        // Policies that decide for others: requests in, answers out, as values.
        .target(
            name: "PolicyServing",
            dependencies: ["TabularLearning", "Suggestions", "HTTPTransport", metrics],
            swiftSettings: settings
        ),
        // What a log of served decisions tells of other policies.
        .target(
            name: "OffPolicy",
            dependencies: ["TabularLearning", "PolicyServing", "Evaluation"],
            swiftSettings: settings
        ),
        .target(
            name: "Configuration",
            dependencies: ["InputFiles", "Suggestions", "YAMLReading", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings
        ),

        // Whose turn is next, and whose it was.
        .target(name: "TurnOrders", dependencies: ["Hashing"], swiftSettings: settings),

        // The processes.
        .target(
            name: "WorkerNode",
            dependencies: ["TabularLearning", "WireProtocol", "Messaging", logging, metrics],
            swiftSettings: settings
        ),
        // One cohort's conversation with the shards, for whoever steps its worlds.
        .target(
            name: "Rounds",
            dependencies: ["TabularLearning", "WireProtocol", "Messaging"],
            swiftSettings: settings
        ),
        .target(
            name: "ActorNode",
            dependencies: ["TabularLearning", "WireProtocol", "Messaging", "Rounds", logging, metrics],
            swiftSettings: settings
        ),
        .target(
            name: "MasterNode",
            dependencies: ["TabularLearning", "TurnOrders", "WireProtocol", "Messaging", "Rounds", logging, metrics],
            swiftSettings: settings
        ),
        // Learning networks by several processes: who hands slices out, and who computes them.
        .target(
            name: "NeuralNodes",
            dependencies: ["NeuralLearning", "TabularLearning", "WireProtocol", "Messaging", logging],
            swiftSettings: settings
        ),
        .target(name: "EmbeddedNode", dependencies: ["TabularLearning"], swiftSettings: settings),
        // What a run has been: done once more with an eye on it, and the record of who began it.
        .target(name: "TimeTravel", dependencies: ["TabularLearning"], swiftSettings: settings),
        .target(name: "Provenance", dependencies: ["Checkpoints"], swiftSettings: settings),
        // The same for registries of others, as files.
        .target(name: "ProvenanceExport", dependencies: ["Provenance", "Hashing"], swiftSettings: settings),
        // Files in formats that others fixed.
        .target(
            name: "ScenarioFiles",
            dependencies: ["InputFiles", "Scenarios", "Suggestions", "YAMLReading", "Yams"],
            swiftSettings: settings
        ),
        // Runs glpsol.
        .target(name: "LinearProgramming", dependencies: ["ChildProcesses"], swiftSettings: settings),
        .target(
            name: "Evaluation",
            dependencies: ["TabularLearning", "Scenarios", "LinearProgramming", "Suggestions"],
            swiftSettings: settings
        ),
        // Traffic in SUMO, a process of its own at the other end of a socket.
        .target(
            name: "SUMOSimulation",
            dependencies: [
                "InputFiles", "LoopbackSocket", "ChildProcesses", "TabularLearning", "Scenarios", "Evaluation",
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Reports",
            dependencies: ["Evaluation", "Scenarios", "Checkpoints", "ChildProcesses", "RunFilms", "TabularLearning"],
            swiftSettings: settings
        ),
        // Runs as a page: folders in, requests in, answers out. The page itself is part of the program.
        // What can be watched of a policy: frames of its evaluations.
        .target(
            name: "RunFilms",
            dependencies: ["Evaluation", "Scenarios", "TabularLearning"],
            swiftSettings: settings
        ),
        .target(
            name: "RunPages",
            dependencies: [
                "Checkpoints", "Evaluation", "HTTPTransport", "InputFiles", "Provenance", "RunFilms", "TabularLearning",
                "TimeTravel",
            ],
            swiftSettings: settings
        ),
        // Settings × seeds: what is compared, and what has come of it.
        .target(
            name: "Sweeps",
            dependencies: [
                "Evaluation", "InputFiles", "Suggestions", "TerminalText", "YAMLReading",
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings
        ),
        // What every command has: failures with exit codes, the console, words for numbers.
        .target(
            name: "CommandBasics",
            dependencies: [
                "CSignals", "Evaluation", "InputFiles", "Messaging", "Monitoring", "Suggestions",
                argumentParser, logging,
            ],
            swiftSettings: settings
        ),
        // What a scenario has to say of itself to the command line, and how its policies are read and judged.
        .target(
            name: "ScenarioCatalogue",
            dependencies: [
                "CommandBasics", "Checkpoints", "Evaluation", "InputFiles", "NeuralRuns", "OffPolicy", "PolicyServing",
                "Provenance", "Reports", "RunPages", "Scenarios", "TabularLearning", "TerminalText", "TurnOrders",
                argumentParser,
            ],
            swiftSettings: settings
        ),
        // Decision processes that are written out, and what is known of them exactly.
        .target(
            name: "DecisionProcesses",
            dependencies: [
                "CommandBasics", "Evaluation", "LinearProgramming", "PolicyServing", "Reports",
                "ScenarioCatalogue", "Scenarios", "TabularLearning", argumentParser,
            ],
            swiftSettings: settings
        ),
        // Scenarios by field: options, contests, entries. None knows another.
        .target(
            name: "TrafficScenarios",
            dependencies: [
                "Checkpoints", "CommandBasics", "Evaluation", "LoopbackSocket", "PolicyServing", "Reports",
                "RunFilms", "RunPages", "SUMOSimulation", "ScenarioCatalogue", "ScenarioFiles", "Scenarios",
                "Suggestions", "TabularLearning", argumentParser,
            ],
            swiftSettings: settings
        ),
        // Packets in networks.
        .target(
            name: "RoutingScenarios",
            dependencies: [
                "CommandBasics", "Evaluation", "LinearProgramming", "MasterNode", "PolicyServing", "Reports",
                "Rounds", "RunFilms", "RunPages", "ScenarioCatalogue", "ScenarioFiles", "Scenarios",
                "TabularLearning", argumentParser,
            ],
            swiftSettings: settings
        ),
        // Grids, games and chains of textbooks.
        .target(
            name: "TextbookScenarios",
            dependencies: [
                "ClassicWorlds", "CommandBasics", "DecisionProcesses", "Evaluation", "PolicyServing", "Reports",
                "RunPages", "ScenarioCatalogue", "Scenarios", "TabularLearning", argumentParser,
            ],
            swiftSettings: settings
        ),
        // Machines, queues and shops.
        .target(
            name: "OperationsScenarios",
            dependencies: [
                "CommandBasics", "DecisionProcesses", "Evaluation", "Reports", "ScenarioCatalogue", "Scenarios",
                "TabularLearning", argumentParser,
            ],
            swiftSettings: settings
        ),
        // Stores of energy.
        .target(
            name: "EnergyScenarios",
            dependencies: [
                "Checkpoints", "CommandBasics", "DecisionProcesses", "Evaluation", "LinearProgramming", "Reports",
                "ScenarioCatalogue", "Scenarios", "TabularLearning", argumentParser,
            ],
            swiftSettings: settings
        ),
        // Attack and defense.
        .target(
            name: "SecurityScenarios",
            dependencies: [
                "CommandBasics", "DecisionProcesses", "Evaluation", "Reports", "ScenarioCatalogue", "ScenarioFiles",
                "Scenarios", "Suggestions", "TabularLearning", argumentParser,
            ],
            swiftSettings: settings
        ),
        // Worlds of others.
        .target(
            name: "WorldScenarios",
            dependencies: [
                "ChildProcesses", "CommandBasics", "Evaluation", "LoopbackSocket", "PolicyServing", "Reports",
                "ScenarioCatalogue", "Scenarios", "TabularLearning", argumentParser,
            ],
            swiftSettings: settings
        ),
        // What commands that run something are asked.
        .target(
            name: "RunOptions",
            dependencies: [
                "CommandBasics", "Configuration", "HTTPTransport", "InputFiles", "MasterNode", "RabbitMQMessaging",
                "Rounds", "ScenarioCatalogue", "Scenarios", "TabularLearning", "TerminalText", "TurnOrders",
                argumentParser,
            ],
            swiftSettings: settings
        ),
        // Processes, brokers, signals and meters around a run.
        .target(
            name: "NodeLaunching",
            dependencies: [
                "ActorNode", "ChildProcesses", "CommandBasics", "Configuration", "MasterNode", "Messaging",
                "Monitoring", "NeuralNodes", "RabbitMQMessaging", "RunOptions", "SeveralBrokers",
                "TabularLearning", "WorkerNode", logging,
            ],
            swiftSettings: settings
        ),
        // A run of a table from options to result.
        .target(
            name: "TrainingRuns",
            dependencies: [
                "ActorNode", "Checkpoints", "CommandBasics", "EmbeddedNode", "Evaluation", "MasterNode",
                "Messaging", "NodeLaunching", "ProcessLimits", "Provenance", "RabbitMQMessaging", "Rounds",
                "RunOptions", "RunPages", "ScenarioCatalogue", "Scenarios", "TabularLearning", "TerminalText",
                "TimeTravel", "TurnOrders", "WorkerNode", argumentParser, logging,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "shardq",
            dependencies: [
                "ActorNode", "CAllocator", "CSignals", "Checkpoints", "ChildProcesses", "ClassicWorlds",
                "CommandBasics", "Configuration", "DecisionProcesses", "EmbeddedNode", "EnergyScenarios",
                "Evaluation", "HTTPTransport", "InputFiles", "LinearProgramming", "MasterNode", "Messaging",
                "Monitoring", "NeuralLearning", "NeuralNodes", "NeuralRuns", "NodeLaunching", "OffPolicy",
                "OperationsScenarios", "PolicyExport", "PolicyServing", "ProcessLimits", "Provenance",
                "ProvenanceExport", "RabbitMQMessaging", "Reports", "Rounds", "RoutingScenarios", "RunOptions",
                "RunPages", "SUMOSimulation", "ScenarioCatalogue", "ScenarioFiles", "Scenarios",
                "SecurityScenarios", "Suggestions", "Sweeps", "TabularLearning", "TerminalText",
                "TextbookScenarios", "TimeTravel", "TrafficScenarios", "TrainingRuns", "TurnOrders",
                "WireProtocol", "WorkerNode", "WorldScenarios", "WorldServing", argumentParser, logging,
            ],
            swiftSettings: settings
        ),

        // What is timed and what is counted; see docs/decisions/0006-instruction-gate.md.
        .target(
            name: "Kernels",
            dependencies: [
                "TabularLearning", "Scenarios", "WireProtocol", "Messaging", "Rounds", "MasterNode", "WorkerNode",
            ],
            path: "Benchmarks/Kernels",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "kernel-driver",
            dependencies: ["Kernels"],
            path: "Benchmarks/kernel-driver",
            swiftSettings: settings
        ),

        .testTarget(
            name: "MonitoringTests",
            dependencies: [
                "Monitoring", "MasterNode", "WorkerNode", "ActorNode", "Messaging", "PolicyServing", "SimulatedCluster",
                "TabularLearning", logging,
                metrics,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PolicyExportTests",
            dependencies: ["NeuralLearning", "PolicyExport", "TabularLearning"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PolicyServingTests",
            dependencies: ["PolicyServing", "HTTPTransport", "Monitoring", "TabularLearning"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OffPolicyTests",
            dependencies: ["OffPolicy", "Evaluation", "PolicyServing", "TabularLearning"],
            swiftSettings: settings
        ),
        .testTarget(name: "ProcessLimitsTests", dependencies: ["ProcessLimits"], swiftSettings: settings),
        .testTarget(
            name: "WorldServingTests",
            dependencies: ["WorldServing", "TabularLearning", "Scenarios"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ClassicWorldsTests",
            dependencies: ["ClassicWorlds", "TabularLearning", "PublishedFigures"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "NeuralLearningTests",
            dependencies: ["NeuralLearning", "ClassicWorlds", "TabularLearning"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "NeuralRunsTests",
            dependencies: ["NeuralRuns", "NeuralLearning", "Checkpoints", "ClassicWorlds"],
            swiftSettings: settings
        ),
        .testTarget(name: "HashingTests", dependencies: ["Hashing"], swiftSettings: settings),
        .testTarget(name: "ChildProcessesTests", dependencies: ["ChildProcesses"], swiftSettings: settings),
        .testTarget(
            name: "HTTPTransportTests",
            dependencies: ["HTTPTransport", "LoopbackSocket"],
            swiftSettings: settings
        ),
        .testTarget(name: "TerminalTextTests", dependencies: ["TerminalText"], swiftSettings: settings),
        .testTarget(
            name: "RunPagesTests",
            dependencies: [
                "RunPages", "RunFilms", "Checkpoints", "Evaluation", "HTTPTransport", "Provenance", "TabularLearning",
                "TimeTravel",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RunFilmsTests",
            dependencies: ["RunFilms", "Evaluation", "Scenarios", "ScenarioFiles", "TabularLearning"],
            swiftSettings: settings
        ),
        .testTarget(name: "SweepsTests", dependencies: ["Sweeps", "Evaluation"], swiftSettings: settings),
        .testTarget(name: "SuggestionsTests", dependencies: ["Suggestions"], swiftSettings: settings),
        .testTarget(name: "ConfigurationTests", dependencies: ["Configuration"], swiftSettings: settings),
        // Means with their standard errors, and how far two of them are apart.
        .target(name: "PublishedFigures", path: "Tests/PublishedFigures", swiftSettings: settings),
        .testTarget(
            name: "TabularLearningTests",
            dependencies: ["TabularLearning", "PublishedFigures"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ScenariosTests",
            dependencies: ["Scenarios", "TabularLearning", "Evaluation", "LinearProgramming", "PublishedFigures"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "LinearProgrammingTests",
            dependencies: ["LinearProgramming", "TabularLearning"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ScenarioFilesTests",
            dependencies: ["ScenarioFiles", "Scenarios"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EvaluationTests",
            dependencies: ["Evaluation", "Scenarios", "TabularLearning"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ReportsTests",
            dependencies: ["Reports", "Evaluation", "Scenarios"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SUMOSimulationTests",
            dependencies: ["SUMOSimulation", "Scenarios", "TabularLearning", "Evaluation", "Checkpoints"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WireProtocolTests",
            dependencies: ["WireProtocol", "TabularLearning"],
            swiftSettings: settings
        ),
        // What every transport must do; checked against memory and RabbitMQ alike.
        .target(
            name: "MessagingTestSupport",
            dependencies: ["Messaging"],
            path: "Tests/MessagingTestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "MessagingTests",
            dependencies: ["Messaging", "MessagingTestSupport", "RabbitMQMessaging"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SeveralBrokersTests",
            dependencies: ["SeveralBrokers", "Messaging", "MessagingTestSupport"],
            swiftSettings: settings
        ),
        // Frames made to harm, and all that reads frames.
        .target(
            name: "FrameFuzzing",
            dependencies: [
                "ActorNode", "WorkerNode", "Rounds", "MasterNode", "Messaging", "WireProtocol", "Scenarios",
                "TabularLearning",
            ],
            path: "Tests/FrameFuzzing",
            swiftSettings: settings
        ),
        // Text, files and requests made to harm, and all that reads them.
        .target(
            name: "InputFuzzing",
            dependencies: [
                "Evaluation", "HTTPTransport", "LoopbackSocket", "Messaging", "RabbitMQMessaging", "ScenarioFiles",
                "Scenarios", "TabularLearning", "YAMLReading",
            ],
            path: "Tests/InputFuzzing",
            swiftSettings: settings
        ),
        .testTarget(name: "InputFuzzingTests", dependencies: ["InputFuzzing"], swiftSettings: settings),
        // A whole run with broker and disk in one thread, in which everything goes wrong that a seed says.
        .target(
            name: "SimulatedCluster",
            dependencies: [
                "ActorNode", "WorkerNode", "Rounds", "MasterNode", "Messaging", "WireProtocol", "Checkpoints",
                "TabularLearning", "TurnOrders",
            ],
            path: "Tests/SimulatedCluster",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "cluster-simulator",
            dependencies: ["SimulatedCluster", argumentParser],
            path: "Tests/cluster-simulator",
            swiftSettings: settings
        ),
        .testTarget(
            name: "NodesTests",
            dependencies: [
                "ActorNode", "WorkerNode", "Rounds", "MasterNode", "Messaging", "WireProtocol", "Scenarios",
                "TabularLearning", "Checkpoints", "FrameFuzzing", "SimulatedCluster", "TurnOrders",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "NeuralNodesTests",
            dependencies: [
                "NeuralNodes", "NeuralLearning", "ClassicWorlds", "Messaging", "WireProtocol", "WorkerNode",
                "TabularLearning",
                logging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EmbeddedNodeTests",
            dependencies: ["EmbeddedNode", "Messaging", "Scenarios", "SimulatedCluster", "TabularLearning"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TimeTravelTests",
            dependencies: ["TimeTravel", "Provenance", "Checkpoints", "Scenarios", "TabularLearning"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ProvenanceExportTests",
            dependencies: ["ProvenanceExport", "Provenance"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CheckpointsTests",
            dependencies: ["Checkpoints", "TabularLearning"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "RabbitMQMessaging", "SeveralBrokers", "Messaging", "MessagingTestSupport", "Rounds", "MasterNode",
                "WorkerNode", "Scenarios", "TabularLearning", logging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CatalogueTests",
            dependencies: [
                "shardq", "DecisionProcesses", "EmbeddedNode", "Messaging", "Checkpoints", "OperationsScenarios",
                "PolicyServing", "PublishedFigures", "Scenarios",
                "SecurityScenarios", "TabularLearning", "TrafficScenarios",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["shardq", "RabbitMQMessaging", "Messaging", "LoopbackSocket", logging],
            swiftSettings: settings
        ),
    ]
)

// For compose/Dockerfile, whose layers a changed test or benchmark must not make anew: the program and nothing else.
if Context.environment["SHARDQ_SOURCES_ONLY"] != nil {
    package.targets.removeAll { $0.path != nil || $0.type == .test }
    package.products.removeAll { ["Kernels", "FrameFuzzing", "InputFuzzing"].contains($0.name) }
}

// For whoever works on one thing: SHARDQ_TESTS=SUMOSimulationTests,ReportsTests builds these tests and no others.
if let wanted = Context.environment["SHARDQ_TESTS"]?.split(separator: ",").map(String.init) {
    package.targets.removeAll { $0.type == .test && !wanted.contains($0.name) }
}
