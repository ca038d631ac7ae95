/// Helps with names that were typed wrong.
public enum Spelling {
    /// Says that a name is unknown, which known one is nearest, and which there are.
    public static func unknown(_ kind: String, _ name: String, among names: [String]) -> String {
        let list = "known: \(names.joined(separator: ", "))"
        guard let nearest = nearest(to: name, among: names) else { return "there is no \(kind) \"\(name)\"; \(list)" }
        return "there is no \(kind) \"\(name)\"; did you mean \(nearest)? (\(list))"
    }

    /// Returns the name with the smallest edit distance, the first on ties; `nil` when none shares half its letters.
    public static func nearest(to name: String, among names: [String]) -> String? {
        var best: (name: String, distance: Int)?
        for candidate in names {
            let distance = distance(Array(name.lowercased()), Array(candidate))
            if distance < best?.distance ?? (candidate.count + 1) / 2 + 1 { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The least number of letters to insert, delete or replace (Levenshtein).
    private static func distance(_ first: [Character], _ second: [Character]) -> Int {
        var row = Array(0...second.count)
        for (index, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in second.indices {
                let replaced = diagonal + (letter == second[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[second.count]
    }
}
