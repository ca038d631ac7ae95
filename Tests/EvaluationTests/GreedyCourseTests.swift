import Evaluation
import Testing

@Suite("The course of the greedy policy")
struct GreedyCourseTests {
    private func metric(_ value: Double) -> MetricSummary {
        MetricSummary(name: "delay", unit: "s", preference: .lower, values: [value, value + 2])
    }

    @Test("points stand in the order of the steps, each once, whatever the order in which they come")
    func points() {
        var course = GreedyCourse(runIdentity: "a", every: 10)
        for steps in [30, 10, 30, 20, 10] as [UInt64] {
            course.note(metric(Double(steps)), laneSteps: steps, tableDigest: "d")
        }
        #expect(course.points.map(\.laneSteps) == [10, 20, 30] && course.points.map(\.interval.mean) == [11, 21, 31])
        #expect(course.figure?.heading == "delay [s]" && course.table.rows.count == 3)
    }

    @Test("says which points are missing")
    func missing() {
        var course = GreedyCourse(runIdentity: "a", every: 10)
        course.note(metric(1), laneSteps: 20, tableDigest: "d")
        #expect(course.missing(upTo: 45) == [10, 30, 40] && course.missing(upTo: 9).isEmpty)
    }
}
