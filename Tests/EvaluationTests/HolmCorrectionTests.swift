import Evaluation
import Testing

@Suite("Several comparisons at once")
struct HolmCorrectionTests {
    @Test("each probability is multiplied by the comparisons that are left, and never falls below an earlier one")
    func steps() {
        let corrected = HolmCorrection.corrected([0.01, 0.04, 0.03, 0.005])
        let expected = [0.03, 0.06, 0.06, 0.02]
        #expect(zip(corrected, expected).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(HolmCorrection.corrected([0.9, 0.8]) == [1, 1] && HolmCorrection.corrected([]).isEmpty)
    }

    @Test("the probability of chance belongs to the interval: 5% where it just touches zero")
    func chance() throws {
        let values = [1.0, 2, 3, 4, 5]
        let half = try #require(ConfidenceInterval(values).halfWidth)
        let touching = ConfidenceInterval(values.map { $0 - 3 + half })
        #expect(abs(try #require(touching.chanceProbability) - 0.05) < 1e-9)
        // t = 4.2426 with 4 degrees of freedom.
        #expect(abs(try #require(ConfidenceInterval(values).chanceProbability) - 0.013235) < 1e-5)
        #expect(
            ConfidenceInterval([0, 0]).chanceProbability == 1 && ConfidenceInterval([2, 2]).chanceProbability == 0
        )
        #expect(ConfidenceInterval([2]).chanceProbability == nil)
    }
}
