internal import Foundation
internal import InputFiles

/// Text in a file that an option names.
package enum NamedText {
    /// Reads a file as a whole, without the byte order mark with which some editors begin it.
    ///
    /// - Throws: `CommandFailure` that names the file, also where it is none, has no end, or is a pipe into which nobody writes.
    package static func read(_ file: String) throws(CommandFailure) -> String {
        let data: Data
        do throws(InputFileFailure) {
            data = try InputFile.contents(of: file, limit: 16 << 20)
        } catch {
            throw CommandFailure(.inputOutput, "cannot read \(file): \(error)")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandFailure(.badInput, "\(file) is not UTF-8 text")
        }
        return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }
}
