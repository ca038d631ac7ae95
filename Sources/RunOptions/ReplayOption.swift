internal import ArgumentParser
internal import TabularLearning

/// What stands behind `--replay`.
enum ReplayArgument: ExpressibleByArgument {
    case replay(Replay)
    /// A text that names none, kept for the message.
    case unknown(String)

    init?(argument: String) {
        self = Replay(rawValue: argument).map(Self.replay) ?? .unknown(argument)
    }

    static var defaultCompletionKind: CompletionKind { .list(Replay.Form.allCases.map(\.rawValue)) }

    /// What `--replay` says in help.
    static var help: ArgumentHelp {
        ArgumentHelp("uniform, dyna-q, …: what 'list' of --update shows.", valueName: "how")
    }

    /// Says what is wrong.
    func validate() throws {
        guard case .unknown(let text) = self else { return }
        throw ValidationError("--replay \(text): \(Replay.complaint(about: text))")
    }

    /// What is wanted, if it is something.
    var replay: Replay? {
        guard case .replay(let replay) = self else { return nil }
        return replay
    }

    /// Every form in a line, and its options in lines of their own.
    static var allInLines: String {
        Replay.Form.allCases.map { form in
            let name = ([form.rawValue] + form.options.map(\.name)).joined(separator: ":")
            let options = form.options.map { "\n        " + $0.description }
            return "    \(name): \(form.summary)" + options.joined()
        }
        .joined(separator: "\n")
    }
}
