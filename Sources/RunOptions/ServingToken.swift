internal import CommandBasics
internal import Foundation
internal import Glibc
internal import InputFiles

/// The word that has to come with every request.
enum ServingToken {
    /// The shortest that is taken: 16 characters can hold 96 random bits.
    private static let leastLength = 16

    /// Reads the first line of a file.
    ///
    /// - Throws: `CommandFailure` where others may read it, or it has no line that can be a token; its words are never shown.
    static func read(_ path: String) throws -> String {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0
        guard mode & 0o077 == 0 else {
            throw CommandFailure(
                .configuration,
                "--token-file '\(path)' can be read by others; run: chmod 600 '\(path)'"
            )
        }
        let data: Data
        do {
            data = try InputFile.contents(of: path, limit: 1 << 16)
        } catch {
            throw CommandFailure(.configuration, "--token-file \(path): \(error)")
        }
        let line = String(decoding: data, as: UTF8.self).prefix { !$0.isNewline }
        guard line.count >= leastLength, line.allSatisfy({ $0.isASCII && !$0.isWhitespace && $0 != "\"" }) else {
            throw CommandFailure(
                .configuration,
                "--token-file \(path): its first line is no token of at least \(leastLength) characters without blanks; make one "
                    + "with: openssl rand -hex 32"
            )
        }
        return String(line)
    }
}
