internal import TabularLearning

/// First-come-first-served servers with queues, simulated request by request.
///
/// A server is the times at which its requests will be finished: with this order of service the last of them says when the next
/// begins (Lindley's recursion), so nothing happens between arrivals.
///
/// Source: Lindley, *The Theory of Queues with a Single Server*, Proceedings of the Cambridge Philosophical Society 48(2), 1952.
package struct ServerFarm: Sendable {
    /// The requests that a server holds at most; `nil` for any number.
    private let capacity: Int?
    private let rates: [Double]
    private var servers: [Server]
    /// When they are broken; empty where they never are.
    private var conditions: [ServerCondition] = []

    private struct Server: Sendable {
        /// When its requests are finished, in the order of service; those before `first` have gone.
        var finished: [Double] = []
        var first = 0
        var busy = 0.0

        var count: Int { finished.count - first }

        mutating func release(until now: Double) {
            while first < finished.count, finished[first] <= now { first += 1 }
            if first > 1024, 2 * first > finished.count {
                finished.removeFirst(first)
                first = 0
            }
        }
    }

    /// Creates idle servers.
    ///
    /// - Parameters:
    ///   - rates: The work that each does in a unit of time, above 0.
    ///   - capacity: The requests that each holds at most; `nil` for any number.
    package init(rates: [Double], capacity: Int?) {
        self.rates = rates
        self.capacity = capacity
        servers = rates.map { _ in Server() }
    }

    /// Creates idle servers that break down and come back.
    ///
    /// - Parameters:
    ///   - rates: The work that each does in a unit of time while it is whole, above 0.
    ///   - capacity: The requests that each holds at most; `nil` for any number.
    ///   - breakdowns: How often; `nil` for never.
    ///   - seed: Of the instants at which they do.
    package init(rates: [Double], capacity: Int?, breakdowns: Breakdowns?, seed: UInt64) {
        self.init(rates: rates, capacity: capacity)
        guard let breakdowns else { return }
        let random = CounterBasedRandom(seed: seed, stream: .dynamics)
        // Not the numbers of the requests, nor of any training.
        conditions = rates.indices.map { ServerCondition(breakdowns, key: random.laneKey(1 << 41 + UInt64($0))) }
    }

    /// The requests at each server at an instant, which never goes back.
    package mutating func queues(at now: Double) -> [Int] {
        for index in servers.indices { servers[index].release(until: now) }
        for index in conditions.indices { conditions[index].advance(to: now) }
        return servers.map(\.count)
    }

    /// Which servers are broken at the instant for which `queues` was asked last; empty where they never are.
    var broken: [Bool] { conditions.map(\.isBroken) }

    /// The time that each server still works if nobody comes.
    package func workLeft(at now: Double) -> [Double] { servers.map { max(0, ($0.finished.last ?? 0) - now) } }

    /// The time that each server has worked or will have when it is done.
    package var busyTimes: [Double] { servers.map(\.busy) }

    /// Sends a request to a server.
    ///
    /// - Parameters:
    ///   - work: What it asks for; 1 is a unit of time of a server of rate 1.
    ///   - index: The server.
    ///   - now: The instant, at which `queues` has been asked for.
    /// - Returns: The time that it spends there; `nil` if it was turned away.
    package mutating func send(work: Double, to index: Int, at now: Double) -> Double? {
        if let capacity, servers[index].count >= capacity { return nil }
        let service = work / rates[index]
        let begin = max(now, servers[index].finished.last ?? 0)
        let end = conditions.isEmpty ? begin + service : conditions[index].end(of: service, from: begin)
        servers[index].finished.append(end)
        servers[index].busy += service
        return end - now
    }
}
