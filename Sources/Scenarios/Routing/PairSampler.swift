internal import TabularLearning

/// Draws who sends to whom, with the probabilities of a traffic matrix.
struct PairSampler: Sendable {
    private let routerCount: Int
    /// [routers × routers] the shares of all pairs up to each, added in their order; empty when all are alike.
    private let cumulative: [Double]

    init(_ matrix: TrafficMatrix, _ topology: NetworkTopology) {
        routerCount = topology.routerCount
        guard matrix != .uniform else {
            cumulative = []
            return
        }
        var sum = 0.0
        cumulative = matrix.shares(of: topology).map {
            sum += $0
            return sum
        }
    }

    /// Draws a source and a destination, which differ.
    func draw(_ random: inout SplitMix64) -> (source: Int, destination: Int) {
        guard !cumulative.isEmpty else {
            let source = random.nextIndex(below: routerCount)
            let other = random.nextIndex(below: routerCount - 1)
            return (source, other < source ? other : other + 1)
        }
        // The first pair whose sum is above the point: one without traffic adds nothing, so it is never the first.
        let point = random.nextUnit() * cumulative[cumulative.count - 1]
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > point { high = middle } else { low = middle + 1 }
        }
        return (low / routerCount, low % routerCount)
    }
}
