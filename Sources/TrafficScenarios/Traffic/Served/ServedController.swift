internal import CommandBasics
internal import Foundation
internal import PolicyServing
internal import Scenarios
internal import Synchronization

/// A signal controller that asks a server what to do, and does what its plan says where none answers in time.
///
/// A cabinet's program in small: it tells what its detectors see, holds whatever it is answered to the envelope (whoever calls
/// it does), and asks again at the next decision.
struct ServedController: SignalController {
    let name = "served"
    let decisionInterval: Int
    /// That of the policy behind the server.
    let toleratedPlanShare = 0.7
    private let report: CabinetReport
    private let plan: FixedTimeController
    private let deadline: Duration
    private let connect: @Sendable () throws -> any DecisionLine
    private let record: AskRecord
    /// Each run has a line of its own; what is copied has none yet.
    private var line: (any DecisionLine)?

    init(
        _ report: CabinetReport,
        interval: Int,
        plan: FixedTimeController,
        deadline: Duration,
        record: AskRecord,
        connect: @escaping @Sendable () throws -> any DecisionLine
    ) {
        decisionInterval = interval
        (self.report, self.plan, self.deadline, self.record, self.connect) = (report, plan, deadline, record, connect)
    }

    mutating func choosePhase(_ view: IntersectionView) -> Int {
        do {
            let asked = try line ?? connect()
            line = asked
            let phase = try Self.phase(of: try asked.ask(report.json(of: view).bytes, within: deadline), in: view)
            record.noteAnswer(at: view.time)
            return phase
        } catch {
            // A late answer must not be taken for that of the next question.
            line = nil
            record.noteFailure("\(error)", at: view.time)
            return plan.choosePhase(view)
        }
    }

    private static func phase(of answer: [UInt8], in view: IntersectionView) throws -> Int {
        guard case .number(let action)? = try JSONReader.value(of: answer)["action"], let phase = Int(exactly: action),
            (0..<view.phaseCount).contains(phase)
        else { throw DecisionFailure(description: "an answer without a phase that this light has") }
        return phase
    }
}

/// What became of the questions of all runs.
final class AskRecord: Sendable {
    /// The counts, and what happened when.
    struct Counts {
        var answered = 0
        var failed = 0
        /// Failures after which somebody answered again.
        var returns = 0
        var events: [String] = []
        fileprivate var isLost = false
    }

    private let state = Mutex(Counts())

    var counts: Counts { state.withLock { $0 } }

    func noteAnswer(at second: Int) {
        state.withLock { counts in
            counts.answered += 1
            guard counts.isLost else { return }
            counts.isLost = false
            counts.returns += 1
            counts.note("second \(second): the server answers again")
        }
    }

    func noteFailure(_ reason: String, at second: Int) {
        state.withLock { counts in
            counts.failed += 1
            guard !counts.isLost else { return }
            counts.isLost = true
            counts.note("second \(second): no answer, the fixed plan decides (\(reason))")
        }
    }
}

extension AskRecord.Counts {
    fileprivate mutating func note(_ event: String) {
        guard events.count < 50 else { return }
        events.append(event)
        Console.note(event)
    }
}
