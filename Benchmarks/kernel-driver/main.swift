internal import Kernels

// Runs one kernel a fixed number of times, for scripts/check-instructions; without a name, lists the kernels.

/// Callgrind counts between entry and exit of this function, which it knows by name.
@inline(never)
func countedRuns(_ count: Int, of run: () throws -> Void) rethrows {
    for _ in 0..<count { try run() }
}

if let name = CommandLine.arguments.dropFirst().first {
    guard let kernel = Kernel.counted.first(where: { $0.name == name }) else {
        fatalError("there is no kernel named \(name)")
    }
    let run = try kernel.prepare()
    for _ in 0..<kernel.runs { try run() }
    try countedRuns(kernel.runs, of: run)
} else {
    for kernel in Kernel.counted { print("\(kernel.name)\t\(kernel.runs * kernel.size)\t\(kernel.unit)") }
}
