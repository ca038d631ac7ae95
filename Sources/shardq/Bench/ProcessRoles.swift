internal import Synchronization

/// Which processes and threads play which role, and what each role has used: master, workers, broker.
final class ProcessRoles: Sendable {
    private let isThreaded: Bool
    private let processes = Mutex<(workers: [Int32], broker: Int32?)>(([], nil))

    init(broker: BrokerArgument) {
        isThreaded = broker.kind == "memory"
    }

    /// Notes the processes of workers and broker.
    func note(workers: [Int32], broker: Int32?) {
        processes.withLock { $0 = (workers, broker) }
    }

    /// Processor seconds of each role so far.
    func seconds() -> [Double] {
        if isThreaded {
            return [ProcessorTime.ofThreads(named: "master"), ProcessorTime.ofThreads(named: "worker"), 0]
        }
        let (workers, broker) = processes.withLock { $0 }
        return [
            ProcessorTime.ofThisProcess, workers.reduce(0) { $0 + ProcessorTime.ofProcess($1) },
            broker.map(ProcessorTime.ofProcess) ?? 0,
        ]
    }

    /// The peaks of each role's resident memory so far in bytes, added up over its processes.
    ///
    /// Threads share their process's memory, which counts as the master's.
    func peakMemory() -> [UInt64] {
        let (workers, broker) = processes.withLock { $0 }
        return [
            ResidentMemory.peak(of: "self"), workers.reduce(0) { $0 + ResidentMemory.peak(of: "\($1)") },
            broker.map { ResidentMemory.peak(of: "\($0)") } ?? 0,
        ]
    }
}
