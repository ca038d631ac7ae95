// swift-tools-version:6.2

import PackageDescription

/// A package of its own: its program links only with `--sanitize fuzzer`, as `scripts/fuzz` builds it.
let package = Package(
    name: "ShardQFuzzing",
    dependencies: [.package(name: "ShardQ", path: "..")],
    targets: [
        .executableTarget(
            name: "frame-fuzzer",
            dependencies: [.product(name: "FrameFuzzing", package: "ShardQ")],
            path: "frame-fuzzer",
            // libFuzzer brings the main function.
            swiftSettings: [.unsafeFlags(["-parse-as-library"])]
        ),
        .executableTarget(
            name: "input-fuzzer",
            dependencies: [.product(name: "InputFuzzing", package: "ShardQ")],
            path: "input-fuzzer",
            swiftSettings: [.unsafeFlags(["-parse-as-library"])]
        ),
    ]
)
