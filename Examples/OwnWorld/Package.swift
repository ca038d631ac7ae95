// swift-tools-version:6.2

import PackageDescription

/// A program of somebody else, with a world and a rule of its own, on ShardQ's core.
let package = Package(
    name: "OwnWorld",
    dependencies: [.package(name: "ShardQ", path: "../..")],
    targets: [
        .executableTarget(name: "OwnWorld", dependencies: [.product(name: "TabularLearning", package: "ShardQ")])
    ]
)
