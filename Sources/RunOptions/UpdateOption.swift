package import ArgumentParser
package import Configuration
package import TabularLearning

/// What stands behind `--update`.
package enum UpdateArgument: ExpressibleByArgument {
    case rule(UpdateRule)
    /// All rules, and nothing is trained.
    case list
    /// A text that names none, kept for the message.
    case unknown(String)

    package init?(argument: String) {
        if argument == "list" {
            self = .list
        } else {
            self = UpdateRule(rawValue: argument).map(Self.rule) ?? .unknown(argument)
        }
    }

    /// What completion offers; help says how to see them, for they would fill half a page there.
    package static var defaultCompletionKind: CompletionKind { .list(UpdateRule.names + ["list"]) }

    /// What `--update` says in help.
    package static var help: ArgumentHelp {
        ArgumentHelp(
            "Update rule; 'list' shows all (default: \(UpdateRule.qLearning.rawValue)).",
            valueName: "rule"
        )
    }

    /// Ends the command with the list, or says what is wrong.
    package func validate() throws {
        switch self {
        case .rule: break
        case .list: throw CleanExit.message(Self.allInLines)
        case .unknown(let text): throw ValidationError("--update \(text): \(UpdateRule.complaint(about: text))")
        }
    }

    /// Ends the command with the list, where the list is all that was asked for and no scenario was named.
    package static func listIfWanted(by setting: ForeignSetting) throws {
        guard setting.chosen == nil, setting.option == "--update", setting.values == ["list"] else { return }
        throw CleanExit.message(allInLines)
    }

    /// The rule, if it is one.
    package var rule: UpdateRule? {
        guard case .rule(let rule) = self else { return nil }
        return rule
    }

    /// Every rule in a line, and its options in lines of their own.
    static var allInLines: String {
        let names = UpdateRule.all.map { ([$0.name] + $0.options.map(\.name)).joined(separator: ":") }
        let width = names.map(\.count).max() ?? 0
        return zip(UpdateRule.all, names).map { rule, name in
            let padding = String(repeating: " ", count: width - name.count)
            let options = rule.options.map { "\n" + String(repeating: " ", count: width + 4) + $0.description }
            return "\(name)\(padding)  \(rule.summary)" + options.joined()
        }
        .joined(separator: "\n")
            + "\n\n  --replay learns from what is remembered too, with rules that learn off-policy:\n\(ReplayArgument.allInLines)"
    }
}

/// What stands behind `--explore`.
enum ExploreArgument: ExpressibleByArgument {
    case epsilon
    case ladder(exponent: Double)
    case boltzmann(from: Double, to: Double)
    case mellowmax(sharpness: Double)

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.dropFirst().compactMap { Double($0) }
        guard numbers.count == parts.count - 1, numbers.allSatisfy(\.isFinite) else { return nil }
        switch (parts[0], numbers.count) {
        case ("epsilon", 0): self = .epsilon
        case ("ladder", 0): self = .ladder(exponent: 7)
        case ("ladder", 1): self = .ladder(exponent: numbers[0])
        case ("boltzmann", 1): self = .boltzmann(from: numbers[0], to: numbers[0])
        case ("boltzmann", 2): self = .boltzmann(from: numbers[0], to: numbers[1])
        case ("mellowmax", 1): self = .mellowmax(sharpness: numbers[0])
        default: return nil
        }
        guard exploration(steps: 1).isSound else { return nil }
    }

    /// The exploration of a run of so many lane-steps; a falling temperature falls over the first four fifths, as ε does.
    func exploration(steps: UInt64) -> Exploration {
        switch self {
        case .epsilon: .epsilonGreedy
        case .ladder(let exponent): .ladder(exponent: exponent)
        case .boltzmann(let from, let to):
            .boltzmann(
                temperature: from == to
                    ? .constant(from) : .linear(initial: from, final: to, steps: max(1, steps / 5 * 4))
            )
        case .mellowmax(let sharpness): .mellowmax(sharpness: sharpness)
        }
    }

    /// What `--explore` says in help.
    static var help: ArgumentHelp {
        ArgumentHelp(
            "epsilon (default), ladder, boltzmann:τ or mellowmax:ω.",
            valueName: "how"
        )
    }
}
