import NeuralLearning
import TabularLearning
import Testing

@Suite("A share of a minibatch")
struct ShareTests {
    private static func task<Learner: NetworkLearner>(
        _ beginning: Learner
    ) throws -> (slices: [Learner.Computer.Slice], parameters: Learner.Computer.Parameters, Learner.Computer) {
        var learner = beginning
        while true {
            if case .update(let slices) = learner.next() { return (slices, learner.parameters, learner.computer) }
        }
    }

    private static func gradients(_ count: Int) -> [SliceGradient] {
        var random = SplitMix64(state: 7)
        return (0..<count).map { _ in
            let vectors = (0..<3).map { _ in Vector(repeating: Float(2 * random.nextUnit() - 1)) }
            return SliceGradient(gradient: vectors, errors: [Float(random.nextUnit())])
        }
    }

    @Test("is added as far as the tree of all slices does: any cut has the same sum, to the last bit")
    func tree() {
        let all = Self.gradients(8)
        var whole = all
        let sum = GradientTree.sum(&whole)
        for first in 0...8 {
            for second in first...8 {
                var cut: [SliceGradient] = []
                for range in [0..<first, first..<second, second..<8] {
                    var part = Array(all[range])
                    GradientTree.gather(&part, from: range.lowerBound)
                    let heads = range.filter { !part[$0 - range.lowerBound].gradient.isEmpty }
                    #expect(heads == GradientTree.heads(of: range))
                    cut += part
                }
                let total = GradientTree.sum(&cut)
                #expect(total == sum, "\(first), \(second)")
            }
        }
        #expect(GradientTree.heads(of: 0..<8) == [0] && GradientTree.heads(of: 3..<6) == [3, 4])
        #expect(GradientTree.heads(of: 1..<7) == [1, 2, 4, 6])
    }

    private func roundTrip<Learner: NetworkLearner>(_ beginning: Learner) throws {
        typealias Computer = Learner.Computer
        let (slices, parameters, computer) = try Self.task(beginning)
        var writer = WordWriter()
        computer.write(to: &writer)
        var reader = WordReader(writer.words)
        var other = try Computer(from: &reader)
        try reader.finish()
        #expect(other.arraySizes == computer.arraySizes)
        let arrays = Computer.arrays(of: parameters)
        #expect(arrays.map(\.count) == computer.arraySizes)
        let read = try slices.map { slice in
            var writer = WordWriter()
            Computer.write(slice, to: &writer)
            #expect(writer.words.count <= computer.wordCount(ofSliceRows: computer.form(of: slice).rows))
            var reader = WordReader(writer.words)
            return try other.slice(from: &reader)
        }
        var mine = computer
        for range in [0..<8, 2..<3, 3..<8] {
            let share = SliceShare(Array(slices[range]), from: range.lowerBound, parameters, &mine)
            let theirs = SliceShare(
                Array(read[range]),
                from: range.lowerBound,
                Computer.parameters(of: arrays),
                &other
            )
            #expect(theirs == share)
            let forms = slices[range].map { computer.form(of: $0) }
            #expect(try SliceShare(share.words, of: range, forms: forms) == share)
            for count in stride(from: 0, to: share.words.count, by: 61) {
                let cut = Array(share.words.prefix(count))
                #expect(throws: WordReader.Failure.self) { try SliceShare(cut, of: range, forms: forms) }
            }
        }
        try damage(computer, slices[0], parameters)
    }

    /// Whatever is read of damaged words is refused, or can be computed.
    private func damage<Computer: PortableComputer>(
        _ computer: Computer,
        _ slice: Computer.Slice,
        _ parameters: Computer.Parameters
    ) throws {
        var writer = WordWriter()
        Computer.write(slice, to: &writer)
        let whole = writer.words
        var (random, refused, copy) = (SplitMix64(state: 3), 0, computer)
        for place in whole.indices {
            var changed = whole
            changed[place] ^= 1 << UInt32(random.nextIndex(below: 32))
            var reader = WordReader(changed)
            do throws(WordReader.Failure) {
                let read = try copy.slice(from: &reader)
                try reader.finish()
                _ = copy.gradient(of: read, parameters)
            } catch {
                refused += 1
            }
            var short = WordReader(Array(whole.prefix(place)))
            #expect(throws: WordReader.Failure.self) { try computer.slice(from: &short) }
        }
        #expect(refused > 5)
        writer = WordWriter()
        computer.write(to: &writer)
        for place in writer.words.indices {
            for bit in 0..<32 as Range<UInt32> {
                var changed = writer.words
                changed[place] ^= 1 << bit
                var reader = WordReader(changed)
                _ = try? Computer(from: &reader)
            }
        }
    }

    @Test("and all that belongs to it is read as it was written, and damaged words are no trap: a deep Q-network")
    func dqn() throws { try roundTrip(Runs.dqn) }

    @Test("and all that belongs to it is read as it was written, and damaged words are no trap: TD3")
    func td3() throws { try roundTrip(Runs.actorCritic(.td3)) }

    @Test("and all that belongs to it is read as it was written, and damaged words are no trap: A2C")
    func a2c() throws { try roundTrip(Runs.a2c) }
}
