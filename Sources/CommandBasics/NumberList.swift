internal import Foundation

/// Numbers as a user writes them.
package enum NumberList {
    /// Reads numbers with commas between them.
    ///
    /// - Parameters:
    ///   - option: The option, for the message.
    ///   - text: What was given.
    /// - Returns: At least one number.
    /// - Throws: `CommandFailure` that names what is no number.
    package static func read(_ option: String, _ text: String) throws -> [Double] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let number = Double(part.drop { $0 == " " }), number.isFinite else {
                throw CommandFailure(
                    .usage,
                    "\(option) \(text): '\(part)' is no number; write numbers with commas between them"
                )
            }
            return number
        }
    }

    /// Reads a file of numbers with commas, spaces or line ends between them; what stands behind # does not count.
    ///
    /// - Throws: `CommandFailure` that names the line and what is no number.
    package static func read(file: String) throws -> [Double] {
        try rows(of: file).flatMap(\.self)
    }

    /// The numbers of a file, line by line.
    ///
    /// - Throws: `CommandFailure` that names the line and what is no number.
    package static func rows(of file: String) throws -> [[Double]] {
        let lines = try NamedText.read(file).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return try lines.enumerated().map { index, line in
            try line.prefix { $0 != "#" }.split { $0 == "," || $0 == ";" || $0.isWhitespace }.map { word in
                guard let number = Double(word), number.isFinite else {
                    throw CommandFailure(.badInput, "\(file), line \(index + 1): '\(word.prefix(40))' is no number")
                }
                return number
            }
        }
    }
}
