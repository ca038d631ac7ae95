/// Runs independent pieces of work on all cores; what comes of them does not depend on how many there are.
public enum ParallelRuns {
    /// Computes a value for each number below a count.
    ///
    /// - Parameters:
    ///   - count: The number of pieces, at least 0.
    ///   - onFinish: Called with the number of finished pieces whenever one has ended, by one task.
    ///   - work: Computes one piece.
    /// - Returns: The values in the order of the numbers.
    /// - Throws: What the piece threw that failed first.
    public static func map<Value: Sendable>(
        _ count: Int,
        onFinish: (Int) -> Void = { _ in },
        _ work: @escaping @Sendable (Int) throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            for index in 0..<count { group.addTask { (index, try work(index)) } }
            var values = [Value?](repeating: nil, count: count)
            var finished = 0
            for try await (index, value) in group {
                values[index] = value
                finished += 1
                onFinish(finished)
            }
            return values.compactMap(\.self)
        }
    }
}
