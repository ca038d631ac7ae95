import Benchmark
import Kernels

let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock],
        warmupIterations: 3,
        maxDuration: .seconds(1),
        maxIterations: 10_000
    )
    for kernel in Kernel.all {
        var configuration = Benchmark.defaultConfiguration
        // A run of one item is too short for a clock.
        configuration.scalingFactor = kernel.size == 1 ? .kilo : .one
        Benchmark("\(kernel.name) (\(kernel.size) \(kernel.unit))", configuration: configuration) { benchmark, run in
            for _ in benchmark.scaledIterations { try run() }
        } setup: {
            try kernel.prepare()
        }
    }
}
