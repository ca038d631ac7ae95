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

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
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
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    ],
    targets: [
        // The core: no I/O, no Foundation.
        .target(name: "TabularLearning", swiftSettings: settings),
        .target(name: "Scenarios", dependencies: ["TabularLearning"], swiftSettings: settings),
        .target(name: "WireProtocol", dependencies: ["TabularLearning"], swiftSettings: settings),
        .target(name: "Messaging", swiftSettings: settings),

        // The edge: files, the broker.
        .systemLibrary(name: "CRabbitMQ", pkgConfig: "librabbitmq", providers: [.apt(["librabbitmq-dev"])]),
        .target(name: "RabbitMQMessaging", dependencies: ["Messaging", "CRabbitMQ", logging], swiftSettings: settings),
        .target(name: "Checkpoints", dependencies: ["TabularLearning", crypto], swiftSettings: settings),

        // The processes.
        .target(
            name: "WorkerNode",
            dependencies: ["TabularLearning", "WireProtocol", "Messaging", logging],
            swiftSettings: settings
        ),
        .target(
            name: "MasterNode",
            dependencies: ["TabularLearning", "WireProtocol", "Messaging", logging],
            swiftSettings: settings
        ),
        .target(name: "Evaluation", dependencies: ["TabularLearning", "Scenarios"], swiftSettings: settings),
        .executableTarget(
            name: "shardq",
            dependencies: [
                "TabularLearning", "Scenarios", "WireProtocol", "Messaging", "RabbitMQMessaging", "Checkpoints",
                "WorkerNode", "MasterNode", "Evaluation", argumentParser, logging,
            ],
            swiftSettings: settings
        ),

        // What is timed and what is counted; see docs/decisions/0006-instruction-gate.md.
        .target(
            name: "Kernels",
            dependencies: ["TabularLearning", "Scenarios", "WireProtocol", "Messaging", "MasterNode", "WorkerNode"],
            path: "Benchmarks/Kernels",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "kernel-driver",
            dependencies: ["Kernels"],
            path: "Benchmarks/kernel-driver",
            swiftSettings: settings
        ),

        .testTarget(name: "TabularLearningTests", dependencies: ["TabularLearning"], swiftSettings: settings),
        .testTarget(
            name: "ScenariosTests",
            dependencies: ["Scenarios", "TabularLearning", "Evaluation"],
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
        // Frames made to harm, and all that reads frames.
        .target(
            name: "FrameFuzzing",
            dependencies: ["WorkerNode", "MasterNode", "Messaging", "WireProtocol", "Scenarios", "TabularLearning"],
            path: "Tests/FrameFuzzing",
            swiftSettings: settings
        ),
        // A whole run with broker and disk in one thread, in which everything goes wrong that a seed says.
        .target(
            name: "SimulatedCluster",
            dependencies: ["WorkerNode", "MasterNode", "Messaging", "WireProtocol", "Checkpoints", "TabularLearning"],
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
                "WorkerNode", "MasterNode", "Messaging", "WireProtocol", "Scenarios", "TabularLearning", "Checkpoints",
                "FrameFuzzing", "SimulatedCluster",
            ],
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
                "RabbitMQMessaging", "Messaging", "MessagingTestSupport", "MasterNode", "WorkerNode", "Scenarios",
                "TabularLearning", logging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["shardq", "RabbitMQMessaging", "Messaging", logging],
            swiftSettings: settings
        ),
    ]
)
