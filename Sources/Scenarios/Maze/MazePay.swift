public import TabularLearning

/// What moves pay besides nothing: by the cell that a lane comes to.
///
/// A move that a wall stops comes to the cell in which it began.
public struct MazePay: Sendable, Hashable, Codable {
    /// On entering a goal, which ends the episode.
    public var goal = 1.0
    /// On entering a hole, which ends the episode.
    public var hole = -1.0
    /// On coming to rough ground.
    public var rough = -0.1
    /// For every move, besides what its cell pays.
    public var step = 0.0

    /// The amounts that are possible.
    public static let amounts = -1e6...1e6

    /// 1 at the goal, −1 in a hole, −0.1 on rough ground.
    public init() {}

    /// What a move pays that comes to a cell.
    public func reward(_ cell: MazeLayout.Cell) -> Double {
        switch cell {
        case .wall, .open: step
        case .goal: step + goal
        case .hole: step + hole
        case .rough: step + rough
        }
    }
}

/// 1 at the goal, before mazes had anything else that pays.
public enum AbsentPay: SettingAbsence {
    /// As it is unless a text says otherwise.
    public static var value: MazePay { MazePay() }
}

extension MazeScenario {
    /// Whether a goal pays 1 and nothing else pays: then values are within 0...1 and only rise under value iteration.
    public var isPlain: Bool {
        let cells = [layout] + earlier.map(\.layout)
        return pay.goal == 1 && pay.step == 0
            && !cells.contains { $0.cells.contains { $0 == .hole || $0 == .rough } }
    }

    /// The largest discount with which returns of a maze that is not plain are compared: without an end they have no limit.
    public static let longestHorizon = 0.9999
}
