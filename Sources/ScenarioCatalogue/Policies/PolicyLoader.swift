internal import Checkpoints
internal import CommandBasics
internal import Foundation
package import PolicyServing

/// Loads what a folder has to be served: its policy, or the newest checkpoint of a run that is still without one.
package struct PolicyLoader {
    private let folder: String
    private let fallback: String?

    /// Names a folder.
    package init(_ folder: String, fallback: String?) {
        self.folder = folder
        self.fallback = fallback
    }

    /// The folder whose policy counts now.
    private var source: String {
        guard !Self.isPolicy(folder) else { return folder }
        let checkpoints = folder + "/checkpoints"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []
        let newest = names.filter { $0.hasPrefix("round-") && Self.isPolicy("\(checkpoints)/\($0)") }.max()
        return newest.map { "\(checkpoints)/\($0)" } ?? folder
    }

    private static func isPolicy(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: folder + "/policy.json")
    }

    /// What tells one content of the folder from another; `nil` while there is none.
    package var fingerprint: [String]? {
        let source = source
        guard Self.isPolicy(source) else { return nil }
        return [source]
            + ["policy.json", "action-values.npy", "visit-counts.npy"].map { name in
                let attributes = try? FileManager.default.attributesOfItem(atPath: "\(source)/\(name)")
                let (size, inode) = (attributes?[.size] as? NSNumber, attributes?[.systemFileNumber] as? NSNumber)
                let time = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970
                return "\(size ?? 0) \(inode ?? 0) \(time ?? 0)"
            }
    }

    /// Reads and checks it.
    ///
    /// - Throws: What is wrong with the folder, or that its scenario does not know the fallback.
    package func load() throws -> ServedPolicy {
        let policy = try Policy(at: source)
        try policy.requireRowsOfStates(for: "what is served")
        let coder: any ObservationCoder
        do {
            coder = try policy.scenario.coder(fallingBackTo: fallback)
        } catch let fault as RequestFault {
            throw CommandFailure(.usage, "--fallback \(fallback ?? ""): \(fault)")
        }
        return ServedPolicy(
            table: policy.table,
            digest: policy.digest.description,
            space: policy.space,
            coder: coder,
            explanation: { policy.scenario.explainDecision(in: $0, of: policy) }
        )
    }
}
