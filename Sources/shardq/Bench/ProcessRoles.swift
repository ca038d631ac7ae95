internal import RunOptions
internal import Synchronization

/// Which processes and threads play which role, and what each role has used: master, workers, broker, actor processes.
final class ProcessRoles: Sendable {
    private let isThreaded: Bool
    private let processes = Mutex<(workers: [Int32], actors: [Int32], brokers: [Int32])>(([], [], []))

    init(broker: BrokerArgument) {
        isThreaded = broker.kind == "memory"
    }

    /// Notes the processes of workers, actors and brokers.
    func note(workers: [Int32], actors: [Int32], brokers: [Int32]) {
        processes.withLock { $0 = (workers, actors, brokers) }
    }

    /// Processor seconds of each role so far.
    func seconds() -> [Double] {
        if isThreaded {
            return [
                ProcessorTime.ofThreads(named: "master"), ProcessorTime.ofThreads(named: "worker"), 0,
                ProcessorTime.ofThreads(named: "actor"),
            ]
        }
        let (workers, actors, brokers) = processes.withLock { $0 }
        return [
            ProcessorTime.ofThisProcess, workers.reduce(0) { $0 + ProcessorTime.ofProcess($1) },
            brokers.reduce(0) { $0 + ProcessorTime.ofProcess($1) },
            actors.reduce(0) { $0 + ProcessorTime.ofProcess($1) },
        ]
    }

    /// The peaks of each role's resident memory so far in bytes, added up over its processes.
    ///
    /// Threads share their process's memory, which counts as the master's.
    func peakMemory() -> [UInt64] {
        let (workers, actors, brokers) = processes.withLock { $0 }
        return [
            ResidentMemory.peak(of: "self"), workers.reduce(0) { $0 + ResidentMemory.peak(of: "\($1)") },
            brokers.reduce(0) { $0 + ResidentMemory.peak(of: "\($1)") },
            actors.reduce(0) { $0 + ResidentMemory.peak(of: "\($1)") },
        ]
    }
}
