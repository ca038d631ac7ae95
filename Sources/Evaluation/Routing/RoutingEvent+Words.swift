public import Scenarios

extension RoutingEvent {
    /// What happens, in a few words.
    ///
    /// - Parameter topology: Has the names of the routers.
    /// - Returns: The words: `ATLAng–HSTNng fails`.
    public func words(in topology: NetworkTopology) -> String {
        func link(_ a: Int, _ b: Int) -> String { "\(topology.names[a])–\(topology.names[b])" }
        return switch change {
        case .load(let load): "load \(decimal(load))"
        case .traffic(let matrix): "\(matrix.name) traffic"
        case .linkFails(let a, let b): "\(link(a, b)) fails"
        case .linkReturns(let a, let b): "\(link(a, b)) returns"
        case .routerFails(let router): "\(topology.names[router]) fails"
        case .routerReturns(let router): "\(topology.names[router]) returns"
        }
    }
}
