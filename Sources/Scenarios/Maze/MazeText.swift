/// What a maze was until a step of the run.
public struct MazeStage: Sendable, Hashable, Codable {
    /// The cells.
    public let layout: MazeLayout

    /// The last step of each lane that is taken in it, counted from the beginning of the run; at least 1.
    public let lastStep: UInt64

    /// Creates a stage.
    public init(layout: MazeLayout, lastStep: UInt64) {
        self.layout = layout
        self.lastStep = lastStep
    }
}

extension MazeScenario {
    /// Reads a maze with what its text says besides the cells.
    ///
    /// Above the cells may stand `start fixed` (or `random`), `limit N`, the steps after which an episode is cut, and `goal X`,
    /// `hole X`, `rough X` and `step X`, what they pay. Below them `after N` and further cells: what the maze is once each
    /// lane has taken N steps.
    ///
    /// - Parameters:
    ///   - text: The lines.
    ///   - slip: 0...1.
    /// - Throws: `MazeError` with the line of the whole text.
    public init(parsing text: String, slip: Double) throws(MazeError) {
        var lines: [Substring] = []
        var (start, limit) = (MazeScenario.Start.random, 100)
        var pay = MazePay()
        var stages: [(layout: MazeLayout, lastStep: UInt64)] = []
        var first = 0
        let all = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in all.enumerated() {
            guard let letter = line.unicodeScalars.first, ("a"..."z").contains(letter) else {
                lines.append(line)
                continue
            }
            let setting = Setting(line)
            switch setting {
            case .start(let named) where stages.isEmpty && lines.isEmpty: start = named
            case .limit(let steps) where stages.isEmpty && lines.isEmpty: limit = steps
            case .pay(let part, let amount) where stages.isEmpty && lines.isEmpty: pay[keyPath: part] = amount
            case .after(let step) where step > stages.last?.lastStep ?? 0:
                stages.append((try MazeLayout(lines, from: first, like: stages.first?.layout), step))
                lines = []
            default: throw MazeError(.unknownSetting(String(line.prefix(40))), line: index + 1)
            }
            if lines.isEmpty { first = index + 1 }
        }
        let layout = try MazeLayout(lines, from: first, like: stages.first?.layout)
        self.init(layout: layout, slip: slip, start: start, stepLimit: limit)
        self.pay = pay
        earlier = stages.map { MazeStage(layout: $0.layout, lastStep: $0.lastStep) }
    }
}

/// A line that is no cells.
private enum Setting {
    case start(MazeScenario.Start)
    case limit(Int)
    case after(UInt64)
    case pay(WritableKeyPath<MazePay, Double>, Double)

    init?(_ line: Substring) {
        let words = line.split { $0 == " " || $0 == "\r" }
        guard words.count == 2 else { return nil }
        switch words[0] {
        case "start":
            guard let start = MazeScenario.Start(rawValue: String(words[1])) else { return nil }
            self = .start(start)
        case "limit":
            guard let steps = Int32(words[1]), steps > 0 else { return nil }
            self = .limit(Int(steps))
        case "after":
            guard let step = UInt64(words[1]), step <= 1 << 60 else { return nil }
            self = .after(step)
        case "goal", "hole", "rough", "step":
            guard let amount = Double(words[1]), MazePay.amounts.contains(amount) else { return nil }
            self = .pay(Self.part(words[0]), amount)
        default: return nil
        }
    }

    private static func part(_ word: Substring) -> WritableKeyPath<MazePay, Double> {
        switch word {
        case "goal": \.goal
        case "hole": \.hole
        case "rough": \.rough
        default: \.step
        }
    }
}

extension MazeLayout {
    /// Reads some lines of a text.
    fileprivate init(_ lines: [Substring], from first: Int, like other: MazeLayout?) throws(MazeError) {
        do {
            try self.init(parsing: lines.joined(separator: "\n"))
        } catch {
            throw first == 0 ? error : MazeError(error.reason, line: (error.line ?? 1) + first, column: error.column)
        }
        guard let other, rowCount != other.rowCount || columnCount != other.columnCount else { return }
        throw MazeError(.otherSize(rows: other.rowCount, columns: other.columnCount), line: first + 1)
    }
}
