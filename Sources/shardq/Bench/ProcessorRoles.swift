internal import Synchronization

/// Which processes and threads play which role, and the processor time each has used.
final class ProcessorRoles: Sendable {
    private let isThreaded: Bool
    private let processes = Mutex<(workers: [Int32], broker: Int32?)>(([], nil))

    init(broker: BrokerArgument) {
        isThreaded = broker.kind == "memory"
    }

    /// Notes the processes of workers and broker.
    func note(workers: [Int32], broker: Int32?) {
        processes.withLock { $0 = (workers, broker) }
    }

    /// Seconds of master, workers and broker so far.
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
}
