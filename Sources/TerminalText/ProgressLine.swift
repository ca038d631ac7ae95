/// One line of progress that fits where it is shown: what does not is left out, the least important first.
public struct ProgressLine: Sendable, Hashable {
    /// The share that is done, 0...1.
    public var fraction: Double
    /// What is said behind the bar, the most important first.
    public var parts: [String]

    /// Composes a line.
    public init(fraction: Double, parts: [String]) {
        self.fraction = fraction
        self.parts = parts
    }

    /// The widest bar.
    private static let widestBar = 24
    /// The narrowest bar that shows anything.
    private static let narrowestBar = 8

    /// The line.
    ///
    /// - Parameter width: The columns of the terminal; the last one stays free, for some terminals wrap when it is written to.
    /// - Returns: Fewer than so many characters, each of which takes a column.
    public func text(width: Int) -> String {
        let room = max(width - 1, 0)
        var shown = [percentage]
        for part in parts {
            guard shown.joined(separator: ", ").count + 2 + part.count <= room - Self.narrowestBar - 3 else { break }
            shown.append(part)
        }
        let words = shown.joined(separator: ", ")
        let bar = min(Self.widestBar, room - words.count - 3)
        return bar >= Self.narrowestBar ? Self.bar(fraction, bar) + " " + words : String(words.prefix(room))
    }

    private var percentage: String {
        // What is nearly done is not done.
        let percent = fraction >= 1 ? 100 : min(99, Int(max(0, fraction) * 100))
        return String(repeating: " ", count: 3 - "\(percent)".count) + "\(percent)%"
    }

    private static func bar(_ fraction: Double, _ width: Int) -> String {
        let done = min(width, Int(max(0, fraction) * Double(width)))
        return "[" + String(repeating: "█", count: done) + String(repeating: "·", count: width - done) + "]"
    }
}

/// A length of time for people: `4 s`, `3 min 20 s`, `2 h 05 min`.
public func timeText(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e10 else { return "?" }
    let whole = Int(seconds.rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return "\(whole / 60) min \(two(whole % 60)) s"
    default: return "\(whole / 3600) h \(two(whole / 60 % 60)) min"
    }
}
