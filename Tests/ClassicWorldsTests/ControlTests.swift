import ClassicWorlds
import Foundation
import TabularLearning
import Testing

@Suite("Mechanical systems")
struct ControlTests {
    /// A step of Euler's with the C library's sine and cosine.
    @Test("a pole on a cart moves as its equations say, computed otherwise")
    func cartPole() {
        var state = SIMD4<Double>(0.1, -0.2, 0.05, 0.3)
        let angle = 0.05
        let temp = (10 + 0.05 * 0.09 * sin(angle)) / 1.1
        let turn = (9.8 * sin(angle) - cos(angle) * temp) / (0.5 * (4.0 / 3 - 0.1 * cos(angle) * cos(angle) / 1.1))
        let pull = temp - 0.05 * turn * cos(angle) / 1.1
        let expected = SIMD4(0.1 - 0.004, -0.2 + 0.02 * pull, 0.05 + 0.006, 0.3 + 0.02 * turn)
        #expect(CartPole().step(&state, 1) == (1, false))
        #expect((0..<4).allSatisfy { (state[$0] - expected[$0]).magnitude < 1e-15 })
    }

    @Test("what is upright stays, what hangs stays, and a car on its hill is there")
    func equilibria() {
        var pendulum = SIMD4<Double>()
        #expect(Pendulum().step(&pendulum, 2) == (0, false))
        #expect(pendulum == SIMD4())
        var acrobot = SIMD4<Double>()
        #expect(Acrobot().step(&acrobot, 1) == (-1, false))
        #expect((0..<4).allSatisfy { acrobot[$0].magnitude < 1e-14 })
        var car = SIMD4<Double>(0.45, 0.07, 0, 0)
        #expect(MountainCar().step(&car, 2) == (-1, true))
        var wall = SIMD4<Double>(-1.19, -0.05, 0, 0)
        #expect(MountainCar().step(&wall, 0) == (-1, false))
        #expect(wall == SIMD4(-1.2, 0, 0, 0))
    }

    @Test("an engine that takes any force moves as its equations say, and no force is beyond its range")
    func forces() {
        var car = SIMD4<Double>(-0.5, 0.01, 0, 0)
        let velocity = 0.01 + 0.3 * 0.0015 - 0.0025 * cos(-1.5)
        #expect(MountainCarContinuous().step(&car, force: 0.3) == (-0.1 * (0.3 * 0.3), false))
        #expect((car[0] - (-0.5 + velocity)).magnitude < 1e-15 && (car[1] - velocity).magnitude < 1e-15)
        var there = SIMD4<Double>(0.44, 0.05, 0, 0)
        #expect(MountainCarContinuous().step(&there, force: 0) == (100, true))
        func isSame<Problem: ContinuousControlProblem>(_ problem: Problem) -> Bool {
            var (one, other, last) = (SIMD4(0.1, 0.02, 0, 0), SIMD4(0.1, 0.02, 0, 0), SIMD4(0.1, 0.02, 0, 0))
            let numbered = problem.step(&one, problem.actions.count - 1)
            let forced = problem.step(&other, force: problem.force.range.upperBound)
            let beyond = problem.step(&last, force: 1e9)
            return numbered == forced && numbered == beyond && one == other && one == last
        }
        #expect(isSame(Pendulum()) && isSame(MountainCarContinuous()))
    }

    @Test("bins have the levels of their edges, what lies beyond the first and the last")
    func bins() {
        let coder = BinCoder([-1...1, 0...4], counts: [4, 2])
        #expect(coder.edges == [[-0.5, 0, 0.5], [2]])
        #expect(coder.state(of: SIMD4(-9, 0, 0, 0)) == 0)
        #expect(coder.state(of: SIMD4(-0.5, 2, 0, 0)) == 3)
        #expect(coder.state(of: SIMD4(9, 1.99, 0, 0)) == 6)
        #expect(coder.finding(for: 2) == nil && coder.finding(for: 3) != nil)
        for wrong in [[[1.0, 1.0]], [[2, 1]], [[.infinity]]] { #expect(BinCoder(edges: wrong).finding(for: 1) != nil) }
        #expect(BinCoder([0...1, 0...1], counts: [10_000, 10_000]).finding(for: 2) != nil)
        #expect(BinCoder([0...1], counts: [1]).edges == [[]])
    }

    private func check(_ problem: some ControlProblem) -> [String] {
        let coder = BinCoder(problem.variables.map(\.range), counts: problem.variables.map { _ in 4 })
        return EnvironmentChecker(seed: 3) {
            ControlEnvironment(problem, coder: .bins(coder), replicas: 2..<5, seed: 7)
        }
        .findings(steps: 1_200)
    }

    @Test("keep the contract of environments, with the ends of their episodes")
    func contract() {
        #expect(check(CartPole()) == [])
        #expect(check(MountainCar()) == [])
        #expect(check(Pendulum()) == [])
        #expect(check(Acrobot()) == [])
        #expect(check(MountainCarContinuous()) == [])
    }

    @Test("the numbers behind the states are the systems', and at an end those it came to")
    func observations() throws {
        let problem = CartPole()
        let coder = BinCoder(problem.variables.map(\.range), counts: [1, 1, 6, 12])
        var environment = ControlEnvironment(problem, coder: .bins(coder), replicas: 0..<1, seed: 1)
        var batch = StepBatch()
        environment.begin(&batch)
        for _ in 0..<30 {
            var state = SIMD4<Double>()
            for (index, number) in environment.observations.enumerated() { state[index] = number }
            let isOver = problem.step(&state, 0).isTerminal
            environment.step([0], &batch)
            let seen = isOver ? environment.endObservations : environment.observations
            #expect(seen == (0..<4).map { state[$0] })
            #expect(environment.endObservations.isEmpty != isOver)
        }
    }
}
