import Evaluation
import Testing

@Suite("Paired differences")
struct PairedDifferenceTests {
    private func metric(_ values: [Double], _ preference: MetricSummary.Preference = .lower) -> MetricSummary {
        MetricSummary(name: "delay", unit: "s", preference: preference, values: values)
    }

    /// Differences 1, 2, 3: mean 2, standard deviation 1, t(0.975; 2) = 4.302653, half-width 4.302653 / √3.
    @Test("the interval is Student's of the differences, by hand")
    func interval() throws {
        let difference = PairedDifference(("a", metric([11, 22, 33])), against: ("b", metric([10, 20, 30])))
        #expect(difference.interval.mean == 2)
        #expect(difference.interval.standardDeviation == 1)
        let half = try #require(difference.interval.halfWidth)
        #expect(abs(half - 4.302653 / 3.0.squareRoot()) < 1e-5)
        #expect(difference.relative == 0.1)
        #expect((difference.wins, difference.verdict) == (0, .undecided))
    }

    @Test("noise that both share cancels: what two intervals cannot tell apart, the differences can")
    func pairing() {
        let (mine, other) = (metric([10, 50, 90]), metric([12, 52.5, 91.5]))
        #expect(!mine.interval.isBelow(other.interval))
        let difference = PairedDifference(("a", mine), against: ("b", other))
        #expect(difference.verdict == .better)
        #expect(difference.wins == 3)
        #expect(PairedDifference(("b", other), against: ("a", mine)).verdict == .worse)
    }

    @Test("where more is better, the verdict turns round")
    func preference() {
        let (mine, other) = (metric([10, 50, 90], .higher), metric([12, 52.5, 91.5], .higher))
        #expect(PairedDifference(("a", mine), against: ("b", other)).verdict == .worse)
        #expect(PairedDifference(("a", mine), against: ("b", other)).wins == 0)
    }

    @Test("equal values are equal, exact values need no interval, and a mean of zero has no share")
    func specialCases() {
        #expect(PairedDifference(("a", metric([1, 2])), against: ("b", metric([1, 2]))).verdict == .equal)
        #expect(PairedDifference(("a", metric([1])), against: ("b", metric([2]))).verdict == .better)
        #expect(PairedDifference(("a", metric([1, 2])), against: ("b", metric([0, 0]))).relative == nil)
    }

    @Test("the tables show best and worst seed, the differences, and leave out what is zero everywhere")
    func tables() {
        let comparison = Comparison(
            title: "t",
            seeds: [1, 2, 3],
            contenders: [("learned", [10.0, 12, 14]), ("fixed", [20, 24, 22])].map { name, values in
                .init(
                    name: name,
                    metrics: [
                        metric(values),
                        MetricSummary(name: "gridlocks", unit: "", preference: .lower, values: [0, 0, 0]),
                    ]
                )
            }
        )
        #expect(comparison.table.header == ["controller", "delay [s]"])
        #expect(comparison.table.rows[0] == ["learned", "12.0 ± 5.0"])
        #expect(comparison.zeroMetrics.map(\.name) == ["gridlocks"])
        #expect(comparison.extremes.rows[1] == ["fixed", "20.0 (1)", "22.0 ± 5.0", "24.0 (2)"])
        #expect(
            comparison.differenceTable(of: "learned").rows == [
                ["fixed", "-10.0", "-15.0 … -5.03", "-45.5 %", "3/3", "better"]
            ]
        )
        #expect(comparison.differences(of: "nobody").isEmpty)
    }

    @Test("a mean is written to the place of its half-width's second digit")
    func cells() {
        #expect(ConfidenceInterval([1]).cell == "1.00")
        #expect(ConfidenceInterval([99, 101]).cell == "100 ± 13")
        #expect(ConfidenceInterval([1, 1.0002]).cell == "1.0001 ± 0.0013")
        #expect(ConfidenceInterval([5, 5]).cell == "5.00")
    }
}
