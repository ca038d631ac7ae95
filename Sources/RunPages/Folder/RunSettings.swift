public import Foundation

/// Everything that a run's result depends on, by name: what `policy.json` says of it, flat.
public struct RunSettings: Sendable, Hashable {
    /// By name the value as text: `slip` is `0.1`, `stepSize.visitCount.horizon` is `20`.
    public let values: [String: String]

    /// The longest value; what is longer is a file's content, and its beginning and a mark say enough to tell it from others.
    private static let longest = 60

    /// Takes settings as they are.
    public init(_ values: [String: String]) { self.values = values }

    /// Takes what the key `policy` of a `policy.json` has, or the description of a run in the same form.
    ///
    /// - Parameter json: An object; of anything else there are no settings.
    public init(describing json: Data) {
        self.init(describing: JSONForm.value(JSONTree.self, from: json) ?? .null)
    }

    init(describing tree: JSONTree) {
        guard case .object(var object) = tree else {
            self.init([:])
            return
        }
        // How far the run is, is no setting.
        object["steps"] = object.removeValue(forKey: "plannedSteps")
        let scenario = object.removeValue(forKey: "scenario") ?? .null
        let parameters = object.removeValue(forKey: "parameters") ?? .null
        var values: [String: String] = [:]
        for part in [scenario["settings"], parameters, .object(object)] {
            guard case .object(let members)? = part else { continue }
            for (name, value) in members { Self.flatten(value, name, into: &values) }
        }
        values["scenario"] = scenario["name"]?.text
        values["simulator"] = scenario["simulator"]?.text
        self.init(values)
    }

    private static func flatten(_ value: JSONTree, _ name: String, into values: inout [String: String]) {
        guard case .object(let members) = value, !members.isEmpty else {
            values[name] = short(value.text)
            return
        }
        // What an enumeration carries has no name.
        for (key, part) in members { flatten(part, key.hasPrefix("_") ? name : "\(name).\(key)", into: &values) }
    }

    private static func short(_ text: String) -> String {
        let line = String(text.map { $0.isNewline ? "/" : $0 })
        guard line.count > longest else { return line }
        // Two that begin alike are still told apart.
        let mark = line.unicodeScalars.reduce(UInt32(2_166_136_261)) { ($0 ^ $1.value) &* 16_777_619 }
        return line.prefix(longest - 12) + "… #" + String(mark, radix: 16)
    }
}
