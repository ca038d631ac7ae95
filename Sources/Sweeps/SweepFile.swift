internal import Foundation
internal import InputFiles
internal import Suggestions
internal import TerminalText
internal import YAMLReading
internal import Yams

/// The YAML file of a sweep.
public enum SweepFile {
    private static let sizeLimit = 1 << 20
    private static let keys = [
        "scenario", "options", "grid", "settings", "seeds", "evaluate", "jobs", "successive-halving",
    ]
    /// What the sweep itself says of each run.
    private static let reserved = [
        "seed": "seeds: 5, or a list of training seeds",
        "output": "--output of shardq sweep", "resume": "nothing: a sweep goes on by itself",
        "resume-or-start": "nothing: a sweep goes on by itself", "replace": "--replace of shardq sweep",
        "json": "nothing: what comes out is in sweep.json", "quiet": "--quiet of shardq sweep",
        "evaluation": "nothing: every run is evaluated", "policy": "nothing: every run is evaluated",
        "config": "options: with what the file says", "scenario": "scenario: at the top",
    ]

    /// Reads a file.
    ///
    /// - Throws: `SweepFailure` that names the line and what would be right.
    public static func read(_ path: String) throws(SweepFailure) -> SweepPlan {
        let data: Data
        do {
            data = try InputFile.contents(of: path, limit: sizeLimit)
        } catch {
            throw SweepFailure("the sweep \(path) cannot be read: \(error)")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw SweepFailure("the sweep \(path) is no UTF-8 text")
        }
        return try read(text: text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text, name: path)
    }

    /// Reads a text.
    ///
    /// - Throws: `SweepFailure` that names the line and what would be right.
    public static func read(text: String, name: String) throws(SweepFailure) -> SweepPlan {
        let root: Node?
        do {
            root = try YAMLText.compose(text)
        } catch {
            throw SweepFailure("\(name)\(error.line.map { ":\($0)" } ?? ""): \(error)")
        }
        guard let mapping = root?.mapping else {
            throw SweepFailure(
                "\(name): a sweep has lines 'scenario: NAME', 'grid:' and 'seeds: 5'; see docs/sweeps.md"
            )
        }
        return try Reader(name: name, mapping: mapping).plan()
    }

    private struct Reader {
        let name: String
        let mapping: Node.Mapping

        func plan() throws(SweepFailure) -> SweepPlan {
            for (node, _) in mapping {
                let key = try word(node, "a key")
                guard SweepFile.keys.contains(key) else {
                    throw failure(node, Spelling.unknown("key", key, among: SweepFile.keys))
                }
            }
            guard let scenario = mapping["scenario"] else {
                throw SweepFailure("\(name): 'scenario' is missing, which says what is trained")
            }
            var plan = SweepPlan(scenario: try word(scenario, "'scenario'"))
            plan.options = try options("options")
            plan.evaluation = try options("evaluate")
            plan.settings = try settings(plan.options)
            if let node = mapping["seeds"] { plan.seeds = try seeds(node) }
            if let node = mapping["jobs"] { plan.jobs = Int(try count(node, "'jobs'", 1...1024)) }
            if let node = mapping["successive-halving"] { plan.rungs = try rungs(node, plan) }
            guard plan.settings.count * plan.seeds.count <= SweepPlan.mostRuns else {
                throw SweepFailure(
                    "\(name): \(plan.settings.count) settings of \(plan.seeds.count) seeds are more than "
                        + "\(SweepPlan.mostRuns) runs: leave out values or seeds"
                )
            }
            return plan
        }

        private func options(_ key: String) throws(SweepFailure) -> SweepPlan.Options {
            guard let node = mapping[key] else { return [] }
            guard let below = node.mapping else { throw failure(node, "'\(key)' has options below it: 'steps: 1M'") }
            return try options(below)
        }

        private func options(_ mapping: Node.Mapping) throws(SweepFailure) -> SweepPlan.Options {
            var options: SweepPlan.Options = []
            for (node, value) in mapping {
                let key = try optionKey(node)
                if options.contains(where: { $0.key == key }) { throw failure(node, "'\(key)' is set twice") }
                let values: [String]
                if let list = value.sequence {
                    values = try words(list, "'\(key)'")
                } else {
                    values = [try word(value, "'\(key)'")]
                }
                options.append(.init(key, values, line: node.mark?.line ?? 0))
            }
            return options
        }

        /// The grid's settings, the last option changing fastest; or those that are listed.
        private func settings(_ base: SweepPlan.Options) throws(SweepFailure) -> [SweepPlan.Options] {
            var settings: [SweepPlan.Options] = [[]]
            if let node = mapping["grid"] {
                if let list = mapping["settings"] {
                    throw failure(list, "'settings' lists what is compared, 'grid' makes it: one of them")
                }
                guard let grid = node.mapping, !grid.isEmpty else {
                    throw failure(node, "'grid' has options below it, each with a list: 'epsilon: [0.05, 0.1]'")
                }
                for (key, value) in grid {
                    let axis = try optionKey(key)
                    guard let list = value.sequence else {
                        throw failure(
                            key,
                            "'\(axis)' of 'grid' takes a list, such as [0.05, 0.1]; one value belongs to 'options'"
                        )
                    }
                    let values = try words(list, "'\(axis)'")
                    if let twice = values.indices.first(where: { values[..<$0].contains(values[$0]) }) {
                        throw failure(value, "'\(axis)' has \(values[twice]) twice")
                    }
                    try refuse(axis, in: base, key)
                    let line = key.mark?.line ?? 0
                    settings = settings.flatMap { setting in values.map { setting + [.init(axis, [$0], line: line)] } }
                    guard settings.count <= SweepPlan.mostRuns else {
                        throw failure(key, "'grid' makes more than \(SweepPlan.mostRuns) settings: leave out values")
                    }
                }
            } else if let node = mapping["settings"] {
                guard let list = node.sequence, list.count > 0 else {
                    throw failure(node, "'settings' is a list, each entry with options: '- {epsilon: 0.1}'")
                }
                settings = []
                for entry in list {
                    guard let below = entry.mapping else {
                        throw failure(entry, "a setting has options: '{epsilon: 0.1}'")
                    }
                    let setting = try options(below)
                    for option in setting { try refuse(option.key, in: base, entry) }
                    let plain = setting.map { [$0.key] + $0.values }
                    if settings.contains(where: { $0.map { [$0.key] + $0.values } == plain }) {
                        throw failure(entry, "this setting is there twice")
                    }
                    settings.append(setting)
                }
            }
            return settings
        }

        private func refuse(_ key: String, in base: SweepPlan.Options, _ node: Node) throws(SweepFailure) {
            guard let option = base.first(where: { $0.key == key }) else { return }
            throw failure(node, "'\(key)' is set in line \(option.line) for all runs: leave one of them out")
        }

        private func optionKey(_ node: Node) throws(SweepFailure) -> String {
            let key = try word(node, "an option")
            guard let instead = SweepFile.reserved[key] else { return key }
            throw failure(node, "'\(key)' is the sweep's own; instead of it there is \(instead)")
        }

        private func seeds(_ node: Node) throws(SweepFailure) -> [UInt64] {
            guard let list = node.sequence else { return (1...(try count(node, "'seeds'", 1...1000))).map(\.self) }
            var seeds: [UInt64] = []
            for entry in list {
                guard let seed = UInt64(try word(entry, "a seed")), !seeds.contains(seed) else {
                    throw failure(entry, "'seeds' is a number of seeds, or a list of whole numbers, each once")
                }
                seeds.append(seed)
            }
            guard !seeds.isEmpty else { throw failure(node, "'seeds' has no seed") }
            return seeds
        }

        private func rungs(_ node: Node, _ plan: SweepPlan) throws(SweepFailure) -> [UInt64] {
            if let option = (plan.options + plan.settings.joined()).first(where: { $0.key == "steps" }) {
                throw SweepFailure(
                    "\(name):\(option.line): 'steps' is what 'successive-halving' says: leave one of them out"
                )
            }
            guard let list = node.sequence else {
                throw failure(node, "'successive-halving' is a list of lane-steps, such as [1000000, 4000000]")
            }
            return try SweepFile.rungs(words(list, "'successive-halving'")) { failure(node, $0) }
        }

        private func count(_ node: Node, _ what: String, _ range: ClosedRange<UInt64>) throws(SweepFailure) -> UInt64 {
            guard let number = UInt64(try word(node, what)), range.contains(number) else {
                throw failure(node, "\(what) is a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }

        private func words(_ list: Node.Sequence, _ what: String) throws(SweepFailure) -> [String] {
            var words: [String] = []
            for entry in list { words.append(try word(entry, what)) }
            guard !words.isEmpty else { throw SweepFailure("\(name): \(what) has no value") }
            return words
        }

        private func word(_ node: Node, _ what: String) throws(SweepFailure) -> String {
            guard let text = node.scalar?.string, !text.isEmpty else { throw failure(node, "\(what) is a plain value") }
            return text
        }

        private func failure(_ node: Node, _ text: String) -> SweepFailure {
            SweepFailure("\(name)\(node.mark.map { ":\($0.line)" } ?? ""): \(text)")
        }
    }

    /// Reads rungs: lane-steps that rise, at least two of them.
    ///
    /// - Parameters:
    ///   - words: As people write them: `1M`.
    ///   - failure: Says where they stand.
    /// - Returns: The lane-steps.
    /// - Throws: What `failure` makes of what is wrong.
    public static func rungs(
        _ words: [String],
        _ failure: (String) -> SweepFailure
    ) throws(SweepFailure) -> [UInt64] {
        var rungs: [UInt64] = []
        for word in words {
            guard let steps = CountArgument(word)?.value, steps > rungs.last ?? 0 else {
                throw failure("rungs are lane-steps that rise, such as 1M,4M,16M; '\(word)' is not")
            }
            rungs.append(steps)
        }
        guard rungs.count > 1 else { throw failure("successive halving has at least two rungs, such as 1M,4M") }
        return rungs
    }
}
