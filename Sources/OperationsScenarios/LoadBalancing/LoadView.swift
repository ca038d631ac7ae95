/// What a dispatcher knows of its servers: how they are now, or how they were when they last reported.
///
/// With figures that are late everybody is sent to the server that looked best when they were made.
///
/// Source: Mitzenmacher, *How Useful Is Old Information?*, IEEE Transactions on Parallel and Distributed Systems 11(1), 2000,
/// §3.
package struct LoadView: Sendable {
    /// The requests at each server.
    package private(set) var queues: [Int] = []
    /// Which are broken; empty where they never are.
    private(set) var broken: [Bool] = []
    /// The time that each still works.
    package private(set) var workLeft: [Double] = []

    private let interval: Double
    /// The number of the last report; none at first.
    private var report = -1.0

    /// Creates a view.
    ///
    /// - Parameter interval: How often all servers report; 0 where they always do.
    package init(every interval: Double) { self.interval = interval }

    /// Takes the last report up.
    ///
    /// - Parameters:
    ///   - farm: To be asked in this way alone.
    ///   - now: The instant of a request; never goes back.
    package mutating func renew(of farm: inout ServerFarm, at now: Double) {
        let due = interval > 0 ? (now / interval).rounded(.down) : .infinity
        if due > report || interval == 0 {
            let instant = interval > 0 ? min(due * interval, now) : now
            queues = farm.queues(at: instant)
            (broken, workLeft) = (farm.broken, farm.workLeft(at: instant))
            report = due
        }
        // Those who have gone make room, also where nobody knows.
        if interval > 0 { _ = farm.queues(at: now) }
    }
}
