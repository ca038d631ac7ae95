internal import Foundation
internal import Glibc
internal import InputFiles
internal import Messaging

/// The user's own list of brokers, users and passwords, which nobody else may read.
///
/// A line is `HOST:PORT USER PASSWORD`, separated by single blanks; the password is the rest of the line. Empty lines
/// and lines that begin with `#` say nothing. A password goes to no other host and port than those of its line.
struct CredentialsFile {
    /// Where it is, below `$XDG_CONFIG_HOME` or `~/.config`.
    static let relativePath = "shardq/credentials"

    /// More than this is no list of passwords.
    private static let mostBytes = 1 << 16

    private let entries: [(endpoint: Substring, credentials: BrokerCredentials)]

    /// Reads the file of the user whose environment this is; `nil` when there is none.
    ///
    /// - Throws: `MessagingError` with `configuration` when others may read it, or a line is none.
    init?(environment: [String: String]) throws(MessagingError) {
        guard let path = Self.path(in: environment), FileManager.default.isReadableFile(atPath: path) else {
            return nil
        }
        guard let handle = InputFile.open(path) else {
            throw MessagingError(
                .configuration,
                "'\(path)' is a pipe into which nobody writes, not a file of credentials"
            )
        }
        defer { try? handle.close() }
        try Self.checkPrivacy(of: handle, path)
        let bytes: Data
        do {
            bytes = try handle.read(upToCount: Self.mostBytes + 1) ?? Data()
        } catch {
            throw MessagingError(.configuration, "'\(path)' cannot be read")
        }
        guard bytes.count <= Self.mostBytes, let text = String(validating: bytes, as: UTF8.self) else {
            throw MessagingError(.configuration, "'\(path)' is no list of credentials: not UTF-8, or above 64 KiB")
        }
        var entries: [(endpoint: Substring, credentials: BrokerCredentials)] = []
        // Some editors begin a file with a byte order mark.
        let lines = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        for (index, line) in lines.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if line.isEmpty || line.first == "#" { continue }
            let fields = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, fields.allSatisfy({ !$0.isEmpty }) else {
                throw MessagingError(.configuration, "line \(index + 1) of '\(path)' is not HOST:PORT USER PASSWORD")
            }
            entries.append((fields[0], BrokerCredentials(user: String(fields[1]), password: String(fields[2]))))
        }
        self.entries = entries
    }

    /// The first line of a broker, and of a user if one is asked for.
    func entry(for endpoint: String, user: String?) -> BrokerCredentials? {
        entries.first { $0.endpoint == endpoint && (user == nil || $0.credentials.user == user) }?.credentials
    }

    private static func path(in environment: [String: String]) -> String? {
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return "\(folder)/\(relativePath)" }
        return environment["HOME"].map { "\($0)/.config/\(relativePath)" }
    }

    /// Asks the opened file, not its name: what is checked is what is read.
    private static func checkPrivacy(of handle: FileHandle, _ path: String) throws(MessagingError) {
        var status = stat()
        guard unsafe fstat(handle.fileDescriptor, &status) == 0 else {
            throw MessagingError(.configuration, "'\(path)' cannot be read")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw MessagingError(.configuration, "'\(path)' is no file: credentials are lines in one")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw MessagingError(.configuration, "'\(path)' can be read by others; run: chmod 600 '\(path)'")
        }
    }
}
