/// Which shard should move where: a rule that knows rows and owners, and nothing of what is on its way.
package struct Rebalancing {
    private let rowCounts: [Int]
    private let shards: (String) -> [Int]

    /// Takes what it goes by: the rows of each shard, and the shards of each worker.
    package init(rowCounts: [Int], shards: @escaping (String) -> [Int]) {
        (self.rowCounts, self.shards) = (rowCounts, shards)
    }

    private func rows(of worker: String) -> Int { shards(worker).reduce(0) { $0 + rowCounts[$1] } }

    /// The next shard of a worker that gives all away, for whoever has the fewest rows; `nil` when there is nobody.
    package func drain(_ worker: String, among takers: [String]) -> (shard: Int, taker: String)? {
        guard let shard = shards(worker).first, let taker = emptiest(of: takers.filter({ $0 != worker })) else {
            return nil
        }
        return (shard, taker)
    }

    /// The shard whose move evens the rows out most; `nil` when none does.
    ///
    /// Each such move makes the sum of squares smaller, so there is a last one.
    ///
    /// - Parameters:
    ///   - workers: Whose shards.
    ///   - kept: Shards that stay where they are.
    /// - Returns: The shard, and who is to have it.
    package func balance(among workers: [String], keeping kept: Set<Int> = []) -> (shard: Int, taker: String)? {
        guard let taker = emptiest(of: workers),
            let giver = workers.max(by: { rows(of: $0) < rows(of: $1) }), giver != taker
        else { return nil }
        let gap = rows(of: giver) - rows(of: taker)
        let useful = shards(giver).filter { rowCounts[$0] > 0 && rowCounts[$0] < gap && !kept.contains($0) }
        let best = useful.min { abs(gap - 2 * rowCounts[$0]) < abs(gap - 2 * rowCounts[$1]) }
        return best.map { ($0, taker) }
    }

    /// Who has the fewest rows, the first of them.
    private func emptiest(of workers: [String]) -> String? { workers.min { rows(of: $0) < rows(of: $1) } }
}
