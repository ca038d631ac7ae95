internal import Foundation
internal import InputFiles

/// A file as text, whatever its format.
enum TextFile {
    /// The largest file that is read, in bytes.
    private static let sizeLimit = 64 << 20

    /// Reads a file, and lets somebody make something of it.
    ///
    /// - Throws: `NetworkFileError` when it cannot be read, is larger than 64 MiB or no UTF-8, or with what the parser says.
    static func read<Content>(
        _ path: String,
        _ parse: (String) throws(NetworkTextError) -> Content
    ) throws(NetworkFileError) -> Content {
        let data: Data
        do {
            data = try InputFile.contents(of: path, limit: sizeLimit)
        } catch {
            throw NetworkFileError(path, NetworkTextError(nil, error.description))
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw NetworkFileError(path, NetworkTextError(nil, "it is not UTF-8 text"))
        }
        // Some editors begin a file with a byte order mark.
        return try Self.parse(text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text, file: path, parse)
    }

    /// Lets somebody make something of a text, and gives his errors the name of the file.
    static func parse<Content>(
        _ text: String,
        file: String,
        _ parse: (String) throws(NetworkTextError) -> Content
    ) throws(NetworkFileError) -> Content {
        do {
            return try parse(text)
        } catch {
            throw NetworkFileError(file, error)
        }
    }
}
