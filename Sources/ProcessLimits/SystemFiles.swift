internal import Foundation

/// The files in which the kernel says what a process may have, and what is taken.
package struct SystemFiles: Sendable {
    private let contents: @Sendable (String) -> String?
    private let entries: @Sendable (String) -> [String]

    /// Reads files by way of closures.
    ///
    /// - Parameters:
    ///   - contents: A file's text; `nil` where there is none.
    ///   - entries: The names in a folder.
    package init(
        contents: @escaping @Sendable (String) -> String?,
        entries: @escaping @Sendable (String) -> [String] = { _ in [] }
    ) {
        self.contents = contents
        self.entries = entries
    }

    /// Those of this machine.
    package static let own = SystemFiles(
        contents: { file in FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } },
        entries: { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] }
    )

    /// A resource limit of this process; `nil` where there is none.
    func resourceLimit(_ name: String) -> UInt64? {
        // Max processes             96364                96364                processes
        lines("/proc/self/limits").first { $0.hasPrefix(name) }?
            .dropFirst(name.count).split(separator: " ").first.flatMap { UInt64($0) }
    }

    /// The limits of this process's control group and of those around it.
    ///
    /// - Parameters:
    ///   - controller: `memory` or `pids`.
    ///   - names: What the files of the limit and of what is taken are called in the one hierarchy of all controllers, and in the
    ///     hierarchy that a controller has of its own.
    ///   - reclaimable: What of it the kernel gives back when it has to.
    /// - Returns: The one that leaves least; `nil` without any.
    func groupLimit(
        _ controller: String,
        _ names: (unified: (limit: String, taken: String), own: (limit: String, taken: String)),
        reclaimable: (_ folder: String) -> UInt64 = { _ in 0 }
    ) -> Limit? {
        let limits = lines("/proc/self/cgroup").flatMap { line -> [Limit] in
            // 0::/system.slice/shardq.service, or 4:memory:/docker/4711
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            let isUnified = parts[1].isEmpty
            guard isUnified || parts[1].split(separator: ",").contains(Substring(controller)) else { return [] }
            let roots = isUnified ? ["", "/unified"] : ["/\(controller)"]
            let files = isUnified ? names.unified : names.own
            return roots.flatMap { root in
                Self.ancestors(of: String(parts[2])).compactMap { path in
                    limit(in: "/sys/fs/cgroup" + root + path, files, reclaimable)
                }
            }
        }
        return limits.min { $0.left < $1.left }
    }

    private func limit(
        in folder: String,
        _ files: (limit: String, taken: String),
        _ reclaimable: (_ folder: String) -> UInt64
    ) -> Limit? {
        guard let total = number("\(folder)/\(files.limit)") else { return nil }
        let taken = number("\(folder)/\(files.taken)") ?? 0
        let kept = min(taken, reclaimable(folder))
        return Limit(name: "\(files.limit) of its control group", total: total, taken: taken - kept)
    }

    /// `/a/b`, `/a` and the root, which a container sees in the place of its own group.
    private static func ancestors(of path: String) -> [String] {
        var path = path == "/" ? "" : path
        var paths = [path]
        while let slash = path.lastIndex(of: "/") {
            path = String(path[..<slash])
            paths.append(path)
        }
        return paths
    }

    /// The number behind a word at a line's beginning.
    func number(behind word: String, in file: String) -> UInt64? {
        lines(file).lazy.map { $0.split { " \t:".contains($0) } }.first { $0.first == Substring(word) && $0.count > 1 }
            .flatMap { UInt64($0[1]) }
    }

    /// A file that holds one number.
    func number(_ file: String) -> UInt64? {
        text(file).split { $0.isWhitespace }.first.flatMap { UInt64($0) }
    }

    func text(_ file: String) -> String { contents(file) ?? "" }

    func lines(_ file: String) -> [Substring] { text(file).split(separator: "\n") }

    func names(in folder: String) -> [String] { entries(folder) }
}
