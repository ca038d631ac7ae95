public import Yams

/// Why a text is no YAML that is read here.
public struct YAMLFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, if there is one to blame.
    public let line: Int?
    /// The reason.
    public let description: String
}

/// YAML from outside: read in time and memory in proportion to its length.
///
/// Anchors and aliases are refused: a few hundred bytes of them stand for more than any machine holds, and no file of ours
/// needs them. So are keys that are lists or mappings, which the parser compares in time that doubles with each level, and
/// what is nested deeper than anything that makes sense, for the parser follows each level.
public enum YAMLText {
    /// How many brackets may be open, and how many list or key marks begin one line.
    static let deepest = 64
    /// How far a line may be indented, which bounds the depth of blocks.
    static let widestIndent = 1024

    /// Reads a document.
    ///
    /// - Returns: Its root; `nil` where there is nothing but comments.
    /// - Throws: `YAMLFailure` with the line.
    public static func compose(_ text: String) throws(YAMLFailure) -> Node? {
        var scanner = YAMLScanner(text)
        try scanner.check()
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw failure(error)
        } catch {
            throw YAMLFailure(line: nil, description: "this is not YAML")
        }
    }

    /// What the parser says, without the excerpt that it makes in time that grows with the square of the line.
    private static func failure(_ error: YamlError) -> YAMLFailure {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            YAMLFailure(
                line: mark.line,
                description: "this is not YAML: \(context.map { $0.text + ", " } ?? "")\(problem)"
            )
        case .duplicatedKeysInMapping(let keys, let context):
            YAMLFailure(
                line: context.mark.line,
                description: "the key \"\(keys.sorted().first ?? "")\" stands twice in one mapping"
            )
        case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem), .representer(let problem):
            YAMLFailure(line: nil, description: "this is not YAML: \(problem)")
        case .no, .memory, .dataCouldNotBeDecoded:
            YAMLFailure(line: nil, description: "this is not YAML")
        }
    }
}
