/// The pairs of state and action whose values are wrong, the most wrong ones first, and what leads to which state.
///
/// Of equal ones the lower cell comes first: what comes out depends on what is in it and not on the order in which it came.
///
/// Source: Moore and Atkeson 1993; Sutton & Barto 2018, §8.4.
package struct SweepQueue: Sendable {
    /// By place; 0 where it does not wait.
    package private(set) var priorities: [UInt32] = []
    /// By place: which of equal ones comes first.
    private var cells: [Int] = []
    /// The places that wait, as a binary heap.
    private var heap: [Int32] = []
    /// By place: where it is in the heap; −1 where it is not.
    private var positions: [Int32] = []
    /// By state the first place that leads to it, by place the next and the one before; −1 for none.
    private var firsts: [Int32]
    private var nexts: [Int32] = []
    private var formers: [Int32] = []

    /// Nothing waits, and nothing leads anywhere.
    package init(stateCount: Int) { firsts = Array(repeating: -1, count: stateCount) }

    /// What is wrong by an error: its size in units of 2⁻²⁰, rounded down.
    package static func priority(of error: Float) -> UInt32 { PrioritySums.priority(of: error) - 1 }

    /// Adds the next place.
    package mutating func add(cell: Int) {
        priorities.append(0)
        cells.append(cell)
        positions.append(-1)
        nexts.append(-1)
        formers.append(-1)
    }

    /// Notes that a place leads to a state.
    package mutating func link(_ place: Int, to state: UInt64) {
        let first = firsts[Int(state)]
        nexts[place] = first
        formers[place] = -1
        if first >= 0 { formers[Int(first)] = Int32(place) }
        firsts[Int(state)] = Int32(place)
    }

    /// Notes that a place no longer leads to a state.
    package mutating func unlink(_ place: Int, from state: UInt64) {
        let (next, former) = (nexts[place], formers[place])
        if next >= 0 { formers[Int(next)] = former }
        if former >= 0 { nexts[Int(former)] = next } else { firsts[Int(state)] = next }
    }

    /// The first place that leads to a state.
    package func first(to state: UInt64) -> Int? { Self.optional(firsts[Int(state)]) }

    /// The next one that leads where a place does.
    package func next(behind place: Int) -> Int? { Self.optional(nexts[place]) }

    private static func optional(_ place: Int32) -> Int? { place < 0 ? nil : Int(place) }

    /// Has a place wait with at least a priority above 0.
    package mutating func raise(_ place: Int, to priority: UInt32) {
        guard priority > priorities[place] else { return }
        priorities[place] = priority
        if positions[place] < 0 {
            positions[place] = Int32(heap.count)
            heap.append(Int32(place))
        }
        rise(Int(positions[place]))
    }

    /// Takes out the place that comes first.
    package mutating func pop() -> Int? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            positions[Int(last)] = 0
            sink(0)
        }
        priorities[Int(first)] = 0
        positions[Int(first)] = -1
        return Int(first)
    }

    private func comesBefore(_ one: Int32, _ other: Int32) -> Bool {
        let (mine, others) = (priorities[Int(one)], priorities[Int(other)])
        return mine != others ? mine > others : cells[Int(one)] < cells[Int(other)]
    }

    private mutating func rise(_ start: Int) {
        var index = start
        while index > 0, comesBefore(heap[index], heap[(index - 1) / 2]) {
            exchange(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func sink(_ start: Int) {
        var index = start
        while true {
            var best = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count {
                if comesBefore(heap[child], heap[best]) { best = child }
            }
            guard best != index else { return }
            exchange(index, best)
            index = best
        }
    }

    private mutating func exchange(_ one: Int, _ other: Int) {
        heap.swapAt(one, other)
        positions[Int(heap[one])] = Int32(one)
        positions[Int(heap[other])] = Int32(other)
    }
}
