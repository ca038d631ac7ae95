public import TabularLearning

/// Neighbouring slices of a minibatch that one node computes, and what comes of them.
///
/// As words: for each slice and network the errors (a count and floats); then, for each slice in whose place a sum stands (see
/// `GradientTree.heads`), the sum of each network (a count of words and floats).
public struct SliceShare: Sendable, Hashable {
    /// The slices' numbers.
    public let range: Range<Int>
    /// For each slice the gradients of the networks, gathered.
    public let gradients: [[SliceGradient]]

    /// Computes a share.
    ///
    /// - Parameters:
    ///   - slices: The slices.
    ///   - first: The number of the first of them.
    ///   - parameters: What they are computed with.
    ///   - computer: Computes them.
    public init<Computer: GradientComputer>(
        _ slices: [Computer.Slice],
        from first: Int,
        _ parameters: Computer.Parameters,
        _ computer: inout Computer
    ) {
        range = first..<(first + slices.count)
        var networks: [[SliceGradient]] = []
        for (index, slice) in slices.enumerated() {
            let gradients = computer.gradient(of: slice, parameters)
            if index == 0 { networks = gradients.map { _ in [] } }
            for (network, gradient) in gradients.enumerated() { networks[network].append(gradient) }
        }
        for network in networks.indices { GradientTree.gather(&networks[network], from: first) }
        gradients = slices.indices.map { index in networks.map { $0[index] } }
    }

    /// Reads what `words` gives.
    ///
    /// - Parameters:
    ///   - words: From another node.
    ///   - range: The slices that it was asked for.
    ///   - forms: What comes of each of them.
    /// - Throws: `WordReader.Failure` where the words are not of these slices.
    public init(
        _ words: [UInt32],
        of range: Range<Int>,
        forms: [(rows: Int, gradientSizes: [Int])]
    ) throws(WordReader.Failure) {
        var reader = WordReader(words)
        var gradients: [[SliceGradient]] = []
        for form in forms {
            var networks: [SliceGradient] = []
            for _ in form.gradientSizes {
                let errors = try reader.floatArray()
                guard errors.count == form.rows else {
                    throw WordReader.Failure("\(errors.count) errors of a slice of \(form.rows) samples")
                }
                networks.append(SliceGradient(gradient: [], errors: errors))
            }
            gradients.append(networks)
        }
        for head in GradientTree.heads(of: range) {
            let place = head - range.lowerBound
            for (network, size) in forms[place].gradientSizes.enumerated() {
                gradients[place][network].gradient = try [Vector](words: reader.wordArray(), count: size)
            }
        }
        try reader.finish()
        (self.range, self.gradients) = (range, gradients)
    }

    /// The share's words.
    public var words: [UInt32] {
        var writer = WordWriter()
        for slice in gradients {
            for network in slice { writer.write(network.errors) }
        }
        for head in GradientTree.heads(of: range) {
            for network in gradients[head - range.lowerBound] { writer.write(network.gradient.words) }
        }
        return writer.words
    }
}

extension [Vector] {
    /// The lanes' bits, vector by vector.
    package var words: [UInt32] {
        var words: [UInt32] = []
        words.reserveCapacity(16 * count)
        for vector in self {
            for lane in 0..<16 { words.append(vector[lane].bitPattern) }
        }
        return words
    }

    /// Takes vectors from such bits.
    ///
    /// - Throws: `WordReader.Failure` where there are not as many as expected.
    package init(words: [UInt32], count: Int) throws(WordReader.Failure) {
        guard words.count == 16 * count else {
            throw WordReader.Failure("\(words.count) words in the place of \(count) vectors")
        }
        self = Array(repeating: .zero, count: count)
        for place in 0..<count {
            var vector = Vector()
            for lane in 0..<16 { vector[lane] = Float(bitPattern: words[16 * place + lane]) }
            self[place] = vector
        }
    }
}

extension NetworkShape {
    /// Writes widths, what hidden layers do and whether values and advantages are apart.
    func write(to writer: inout WordWriter) {
        writer.write(UInt32(inputCount))
        writer.write(hiddenCounts.map { UInt32($0) })
        writer.write(UInt32(outputCount))
        writer.write(activation == .tanh)
        writer.write(isDueling)
    }

    /// Reads what `write` wrote.
    init(from reader: inout WordReader) throws(WordReader.Failure) {
        let inputs = Int(try reader.word())
        let hidden = try reader.wordArray().map { Int($0) }
        let outputs = Int(try reader.word())
        let (isTanh, isDueling) = (try reader.truth(), try reader.truth())
        guard
            let shape = Self(
                checking: inputs,
                hiddenCounts: hidden,
                activation: isTanh ? .tanh : .relu,
                outputCount: outputs,
                isDueling: isDueling
            )
        else { throw WordReader.Failure("a network of \(inputs) inputs, \(hidden) and \(outputs) outputs cannot be") }
        self = shape
    }
}

extension WordReader {
    /// Reads numbers, as many as are expected.
    mutating func floats(_ expected: Int) throws(Failure) -> [Float] {
        let values = try floatArray()
        guard values.count == expected else { throw Failure("\(values.count) numbers instead of \(expected)") }
        return values
    }

    /// Reads the number of a slice's samples.
    mutating func rows() throws(Failure) -> Int {
        let rows = Int(try word())
        // Twice as many as any slice has: no product of it is beyond counting.
        guard (1...1 << 20).contains(rows) else { throw Failure("a slice of \(rows) samples") }
        return rows
    }
}
