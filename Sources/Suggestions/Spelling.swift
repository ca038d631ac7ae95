/// Helps with names that were typed wrong.
public enum Spelling {
    /// Says that a name is unknown, which known one is nearest, and which there are.
    public static func unknown(_ kind: String, _ name: String, among names: [String]) -> String {
        let list = "known: \(names.joined(separator: ", "))"
        guard let nearest = nearest(to: name, among: names) else { return "there is no \(kind) \"\(name)\"; \(list)" }
        return "there is no \(kind) \"\(name)\"; did you mean \(nearest)? (\(list))"
    }

    /// Returns the known name that takes the fewest changes, the first in the alphabet on ties; `nil` when all take more
    /// than a slip does.
    public static func nearest(to name: String, among names: [String]) -> String? {
        let limit = max(2, name.count / 3)
        let lowercased = Array(name.lowercased())
        return names.sorted()
            .map { (name: $0, distance: distance(lowercased, Array($0.lowercased()))) }
            .filter { $0.distance <= limit }
            .min { $0.distance < $1.distance }?.name
    }

    /// Letters to insert, remove, replace, or swap with their neighbour (optimal string alignment).
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        guard !one.isEmpty, !other.isEmpty else { return max(one.count, other.count) }
        var beforeLast: [Int] = []
        var last = Array(0...other.count)
        for i in 1...one.count {
            var row = [i]
            for j in 1...other.count {
                let isSame = one[i - 1] == other[j - 1]
                var best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1))
                if i > 1, j > 1, one[i - 1] == other[j - 2], one[i - 2] == other[j - 1] {
                    best = min(best, beforeLast[j - 2] + 1)
                }
                row.append(best)
            }
            (beforeLast, last) = (last, row)
        }
        return last[other.count]
    }
}
