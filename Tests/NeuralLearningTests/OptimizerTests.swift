import NeuralLearning
import Testing

@Suite("An optimizer")
struct OptimizerTests {
    private func moved(
        _ rule: OptimizerRule,
        stepSize: Float,
        limit: Float? = nil,
        _ gradients: [(Float, Float)]
    ) -> [(Float, Float)] {
        var optimizer = Optimizer(rule, stepSize: stepSize, normLimit: limit, vectorCount: 1)
        var parameters = [Vector.zero]
        return gradients.map { first, second in
            var gradient = [Vector.zero]
            (gradient[0][0], gradient[0][1]) = (first, second)
            optimizer.apply(&gradient, to: &parameters)
            return (parameters[0][0], parameters[0][1])
        }
    }

    @Test("moves by Adam as by hand")
    func adam() {
        let course = moved(.adam, stepSize: 0.1, [(0.5, -2), (0.25, 2)])
        // Corrected, the first means are the gradients themselves: a whole step each.
        #expect((course[0].0 + 0.1).magnitude < 1e-6 && (course[0].1 - 0.1).magnitude < 1e-6)
        // m = (0.09 · 0.5 + 0.1 · 0.25) / 0.19 and v = (0.000999 · 0.25 + 0.001 · 0.0625) / 0.001999.
        let mean: Double = 0.07 / 0.19
        let square: Double = 0.00031225 / 0.001999
        let first: Double = -0.1 - 0.1 * mean / square.squareRoot() / 1
        #expect((Double(course[1].0) - first).magnitude < 1e-6)
        // m = (−0.18 + 0.2) / 0.19 and v = 4.
        let second: Double = 0.1 - 0.1 * (0.02 / 0.19) / 2
        #expect((Double(course[1].1) - second).magnitude < 1e-6)
    }

    @Test("moves by RMSprop as by hand")
    func rmsprop() {
        let course = moved(.rmsprop, stepSize: 0.01, [(2, 0)])
        let expected: Double = -0.02 / (0.2 + 1e-5)
        #expect((Double(course[0].0) - expected).magnitude < 1e-6)
        #expect(course[0].1 == 0)
    }

    @Test("moves by momentum as by hand")
    func momentum() {
        let course = moved(.momentum(0.5), stepSize: 0.25, [(1, 0), (1, 4)])
        #expect(course[0] == (-0.25, 0) && course[1] == (-0.25 - 0.375, -1))
    }

    @Test("cuts a gradient to the norm that is allowed, and leaves a shorter one alone")
    func clipping() {
        let course = moved(.momentum(0), stepSize: 1, limit: 5, [(6, 8), (3, -4)])
        #expect(course[0] == (-3, -4) && course[1] == (-6, 0))
    }
}
