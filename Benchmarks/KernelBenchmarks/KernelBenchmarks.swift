import Benchmark
import Kernels

let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput],
        warmupIterations: 3,
        maxDuration: .seconds(1),
        maxIterations: 10_000
    )
    for kernel in Kernel.all {
        Benchmark("\(kernel.name) (\(kernel.size) \(kernel.unit))") { benchmark, run in
            for _ in benchmark.scaledIterations { run() }
        } setup: {
            kernel.prepare()
        }
    }
}
