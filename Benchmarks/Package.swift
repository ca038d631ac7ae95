// swift-tools-version:6.2

import PackageDescription

/// A package of its own, so that what it depends on is not what the product depends on.
let package = Package(
    name: "ShardQBenchmarks",
    dependencies: [
        .package(name: "ShardQ", path: ".."),
        // Without its traits: they replace malloc and the runtime's reference counting, which nothing here reads.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "KernelBenchmarks",
            dependencies: [
                .product(name: "Kernels", package: "ShardQ"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "KernelBenchmarks",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        )
    ]
)
