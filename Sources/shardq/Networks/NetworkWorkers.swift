internal import Logging
internal import Messaging
internal import NeuralNodes
internal import NodeLaunching
internal import WorkerNode

extension WorkerService.OtherRuns {
    /// Computes gradients in runs that learn networks.
    ///
    /// - Parameters:
    ///   - id: The worker's name.
    ///   - stop: Ends it.
    ///   - leaves: Whether an end is in order, asked when the stop flag has been raised.
    ///   - logger: Gets what an operator should know.
    ///   - monitor: Shows how far it is.
    /// - Returns: Who serves them.
    static func networks(
        id: String,
        stop: StopFlag,
        leaves: @escaping @Sendable () -> Bool = { false },
        logger: Logger,
        monitor: NodeMonitor? = nil
    ) -> Self {
        Self { message, endpoint in
            let service = GradientWorkerService(id: id, stop: stop, logger: logger) { monitor?.note($0) }
            switch try service.serve(message, on: endpoint) {
            case .dismissed: return .over
            case .left: return leaves() ? .over : .lost
            case .lost: return .lost
            }
        }
    }
}
