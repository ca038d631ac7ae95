internal import Scenarios
internal import Suggestions
internal import YAMLReading
internal import Yams

/// A value of a YAML document with the words that lead to it, read with checks that name both.
struct YAMLValue {
    private let node: Node
    /// Where it stands: `road west-in`.
    let path: String

    /// A mapping whose keys are all known.
    struct Fields {
        fileprivate let owner: YAMLValue
        fileprivate let values: [String: YAMLValue]

        /// The value of a key that may be left out.
        subscript(key: String) -> YAMLValue? { values[key] }

        /// The keys that are there, ascending.
        var keys: [String] { values.keys.sorted() }

        /// The value of a key that may not.
        func required(_ key: String) throws(NetworkTextError) -> YAMLValue {
            guard let value = values[key] else { throw owner.failure("needs the key \"\(key)\"") }
            return value
        }
    }

    /// Reads a document.
    ///
    /// - Throws: `NetworkTextError` with the line when the text is no YAML.
    init(document text: String) throws(NetworkTextError) {
        path = ""
        do {
            guard let root = try YAMLText.compose(text) else {
                throw NetworkTextError(nil, "there is nothing in it")
            }
            node = root
        } catch let error as YAMLFailure {
            throw NetworkTextError(error.line, error.description)
        } catch let error as NetworkTextError {
            throw error
        } catch {
            throw NetworkTextError(nil, "\(error)")
        }
    }

    private init(_ node: Node, path: String) {
        self.node = node
        self.path = path
    }

    /// Makes an error about this value.
    func failure(_ reason: String) -> NetworkTextError {
        NetworkTextError(node.mark?.line, path.isEmpty ? "the file \(reason)" : "\(path) \(reason)")
    }

    /// Makes an error about a name in this value that nothing has.
    func unknown(_ kind: String, _ name: String, among names: [String]) -> NetworkTextError {
        let hint = Spelling.unknown(kind, name, among: names)
        return NetworkTextError(node.mark?.line, path.isEmpty ? hint : "\(path): \(hint)")
    }

    /// Reads a mapping whose keys the user chose, in their order.
    ///
    /// - Parameter kind: What each value is: `road`.
    /// - Returns: Names and values in the order of the file.
    /// - Throws: `NetworkTextError` when it is none.
    func entries(_ kind: String) throws(NetworkTextError) -> [(name: String, value: YAMLValue)] {
        guard let mapping = node.mapping else { throw failure("needs a mapping from names to \(kind)s") }
        var entries: [(name: String, value: YAMLValue)] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string, !name.isEmpty else {
                throw NetworkTextError(key.mark?.line ?? node.mark?.line, "a \(kind) has a name that is none")
            }
            entries.append(
                (name, YAMLValue(value, path: path.isEmpty ? "\(kind) \(name)" : "\(path), \(kind) \(name)"))
            )
        }
        return entries
    }

    /// Reads a mapping with keys that the format fixes.
    ///
    /// - Throws: `NetworkTextError` that names the right spelling nearest to an unknown key.
    func fields(_ known: [String]) throws(NetworkTextError) -> Fields {
        guard let mapping = node.mapping else {
            throw failure("needs a mapping with keys of: \(known.joined(separator: ", "))")
        }
        var values: [String: YAMLValue] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string, known.contains(name) else {
                let name = key.scalar?.string ?? "?"
                let hint = Spelling.unknown("key", name, among: known)
                throw NetworkTextError(key.mark?.line ?? node.mark?.line, path.isEmpty ? hint : "\(path): \(hint)")
            }
            values[name] = YAMLValue(value, path: path.isEmpty ? name : "\(path): \(name)")
        }
        return Fields(owner: self, values: values)
    }

    /// Reads a list.
    func items() throws(NetworkTextError) -> [YAMLValue] {
        guard let sequence = node.sequence else { throw failure("needs a list") }
        return sequence.map { YAMLValue($0, path: path) }
    }

    /// Reads a list of things that are named by their number.
    func items(each kind: String) throws(NetworkTextError) -> [YAMLValue] {
        guard let sequence = node.sequence else { throw failure("needs a list of \(kind)s") }
        return sequence.enumerated().map { YAMLValue($1, path: "\(kind) \($0 + 1)") }
    }

    /// Whether it is a list.
    var isList: Bool { node.sequence != nil }

    /// Whether it is a mapping.
    var isMapping: Bool { node.mapping != nil }

    /// Reads a word.
    func text() throws(NetworkTextError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty else { throw failure("needs a name") }
        return text
    }

    /// Reads one of the raw values of an enumeration.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type) throws(NetworkTextError) -> Choice
    {
        let text = try text()
        guard let choice = Choice(rawValue: text) else {
            throw failure("knows no \"\(text)\", but \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }

    /// Reads a number.
    func number(_ range: ClosedRange<Double>) throws(NetworkTextError) -> Double {
        guard let number = node.scalar.flatMap({ Double($0.string) }), range.contains(number) else {
            throw failure(
                "needs a number of \(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))\(given)"
            )
        }
        return number
    }

    /// Reads a whole number.
    func integer(_ range: ClosedRange<Int>) throws(NetworkTextError) -> Int {
        guard let number = node.scalar.flatMap({ Int($0.string) }), range.contains(number) else {
            throw failure("needs a whole number of \(range.lowerBound) to \(range.upperBound)\(given)")
        }
        return number
    }

    private var given: String { node.scalar.map { ", not \"\($0.string)\"" } ?? "" }

    private static func plain(_ number: Double) -> String {
        number == number.rounded() && number.magnitude < 1e9 ? "\(Int(number))" : "\(number)"
    }
}
