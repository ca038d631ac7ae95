internal import CommandBasics
internal import Logging
internal import PolicyServing
internal import ScenarioCatalogue

/// Puts what a folder gets in the place of what it had, once it has been read and checked as a whole.
struct FolderWatch: Sendable {
    private let folder: String
    private let role: PolicyServer.Role
    private let fallback: String?
    /// What was looked at last, whatever came of it.
    private var seen: [String]?
    /// What was there at the last look: a folder that still changes is left alone.
    private var glimpsed: [String]?
    private var digest: String?

    /// Watches a folder whose present content is served already.
    init(_ folder: String, as role: PolicyServer.Role, fallback: String?, serving digest: String) {
        self.folder = folder
        self.role = role
        self.fallback = fallback
        self.digest = digest
    }

    /// Looks once; a folder that has changed and cannot be read changes nothing but a counter, and is told in a line.
    mutating func look(_ server: PolicyServer, _ metrics: ServingMetrics, _ logger: Logger) {
        let loader = PolicyLoader(folder, fallback: fallback)
        guard let now = loader.fingerprint, now != seen else { return }
        // Whoever writes takes the manifest away first and brings it last; others may not.
        defer { glimpsed = now }
        guard now == glimpsed else { return }
        seen = now
        do {
            let policy = try loader.load()
            guard policy.digest != digest else { return }
            try server.put(policy, as: role)
            digest = policy.digest
            metrics.recordReload(.loaded)
            logger.notice(
                "serving another policy",
                metadata: ["role": "\(role)", "policy": "\(policy.digest)", "folder": "\(folder)"]
            )
        } catch {
            metrics.recordReload(.failed)
            let reason = CommandFailure(error)?.description ?? "\(error)"
            logger.warning(
                "a changed folder is not served; what was served before still is",
                metadata: ["role": "\(role)", "folder": "\(folder)", "reason": "\(reason)"]
            )
        }
    }
}
