public import TabularLearning

/// Computes gradients of slices: the same bits in any process.
public protocol GradientComputer: Sendable {
    /// A fixed part of a minibatch.
    associatedtype Slice: Sendable
    /// The parameters that an update is computed with.
    associatedtype Parameters: Sendable

    /// Computes the gradients of a slice, one for each network that is to learn from it.
    mutating func gradient(of slice: Slice, _ parameters: Parameters) -> [SliceGradient]
}

/// A computer that can stand in another process: it, what goes there and what comes back have a form in words.
///
/// The forms are those of `docs/protocol.md`.
public protocol PortableComputer: GradientComputer {
    /// What tells it from others.
    static var code: UInt32 { get }

    /// Writes what it takes to make the same one elsewhere.
    func write(to writer: inout WordWriter)
    /// Makes one as it was written.
    ///
    /// - Throws: `WordReader.Failure` where the words make none.
    init(from reader: inout WordReader) throws(WordReader.Failure)

    /// The vectors of each array of the parameters.
    var arraySizes: [Int] { get }
    /// The arrays of parameters, of `arraySizes`.
    static func arrays(of parameters: Parameters) -> [[Vector]]
    /// The parameters of such arrays.
    static func parameters(of arrays: [[Vector]]) -> Parameters

    /// Writes a slice.
    static func write(_ slice: Slice, to writer: inout WordWriter)
    /// Reads a slice, and checks all that computing relies on.
    ///
    /// - Throws: `WordReader.Failure` where the words make none.
    func slice(from reader: inout WordReader) throws(WordReader.Failure) -> Slice
    /// What comes of a slice: its samples, and the vectors of the gradient of each network that is to learn from it.
    func form(of slice: Slice) -> (rows: Int, gradientSizes: [Int])
    /// The words of a slice of so many samples, at most.
    func wordCount(ofSliceRows rows: Int) -> Int
}

/// Who computes the slices of minibatches: learners do not know.
public protocol SliceComputing<Computer> {
    /// What computes one of them.
    associatedtype Computer: GradientComputer

    /// Computes all of them.
    ///
    /// - Parameters:
    ///   - slices: `DQNSettings.sliceCount` of them.
    ///   - parameters: Those of the learner as it is now.
    /// - Returns: For each slice its gradients, whoever computed them; those that were added on the way are as `GradientTree` leaves them.
    /// - Throws: What keeps everybody from computing.
    mutating func gradients(of slices: [Computer.Slice], _ parameters: Computer.Parameters) throws -> [[SliceGradient]]
}

/// What a slice comes to, for one network.
public struct SliceGradient: Sendable, Hashable {
    /// The sum over the slice's transitions of the loss's derivative by the parameters.
    ///
    /// Empty where it has been added to that of a slice before: see `GradientTree`.
    package var gradient: [Vector]
    /// Target − value of each transition.
    package var errors: [Float]

    /// Names them.
    package init(gradient: [Vector], errors: [Float]) { (self.gradient, self.errors) = (gradient, errors) }
}

/// Adds the gradients of slices in a tree whose form is that of the slices' numbers: 0 + 1, 2 + 3, …, then the sums.
///
/// Who has computed neighbours adds them as far as the tree does, and hands out the sum in the place of the first.
public enum GradientTree {
    /// The sum for one network; what is given is used up.
    package static func sum(_ slices: inout [SliceGradient]) -> [Vector] {
        var distance = 1
        while distance < slices.count {
            for index in stride(from: 0, to: slices.count - distance, by: 2 * distance) {
                add(index + distance, to: index, &slices)
            }
            distance *= 2
        }
        return slices.isEmpty ? [] : slices[0].gradient
    }

    /// Adds neighbours as far as the tree does: a gradient that has been added to another is empty afterwards.
    ///
    /// - Parameters:
    ///   - slices: Their gradients for one network.
    ///   - first: The number of the first of them.
    package static func gather(_ slices: inout [SliceGradient], from first: Int) {
        let end = first + slices.count
        var distance = 1
        while distance < slices.count {
            let start = (first + 2 * distance - 1) / (2 * distance) * (2 * distance)
            for index in stride(from: start, to: end, by: 2 * distance) where index + 2 * distance <= end {
                add(index + distance - first, to: index - first, &slices)
            }
            distance *= 2
        }
    }

    /// The slices of a range in whose places sums are, after they were gathered.
    ///
    /// - Parameter range: Neighbouring slices.
    /// - Returns: Their numbers, ascending.
    package static func heads(of range: Range<Int>) -> [Int] {
        var (heads, next) = ([Int](), range.lowerBound)
        while next < range.upperBound {
            heads.append(next)
            var length = 1
            while next.isMultiple(of: 2 * length), next + 2 * length <= range.upperBound { length *= 2 }
            next += length
        }
        return heads
    }

    private static func add(_ other: Int, to index: Int, _ slices: inout [SliceGradient]) {
        guard !slices[other].gradient.isEmpty else { return }
        var sum: [Vector] = []
        swap(&sum, &slices[index].gradient)
        add(slices[other].gradient, to: &sum)
        swap(&sum, &slices[index].gradient)
        slices[other].gradient = []
    }

    private static func add(_ other: [Vector], to sum: inout [Vector]) {
        let others = other.span
        var sums = sum.mutableSpan
        for index in 0..<sums.count { sums[index] += others[index] }
    }
}
