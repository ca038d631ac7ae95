internal import Foundation
internal import InputFiles

/// A file as text, whatever its format.
enum TextFile {
    /// The largest file that is read, in bytes.
    private static let sizeLimit = 64 << 20

    /// Reads a file, and lets somebody make something of it.
    ///
    /// - Throws: `NetworkFileError` when it cannot be read, is larger than 64 MiB or no text, or with what the parser says.
    static func read<Content>(
        _ path: String,
        _ parse: (String) throws(NetworkTextError) -> Content
    ) throws(NetworkFileError) -> Content {
        try readBytes(path) { data throws(NetworkTextError) in try parse(text(data)) }
    }

    /// Reads a file, and lets somebody make something of its bytes.
    ///
    /// - Throws: `NetworkFileError` when it cannot be read or is larger than 64 MiB, or with what the parser says.
    static func readBytes<Content>(
        _ path: String,
        _ parse: (Data) throws(NetworkTextError) -> Content
    ) throws(NetworkFileError) -> Content {
        do {
            return try parse(bytes(path))
        } catch {
            throw NetworkFileError(path, error)
        }
    }

    private static func bytes(_ path: String) throws(NetworkTextError) -> Data {
        let data: Data
        do {
            data = try InputFile.contents(of: path, limit: sizeLimit)
        } catch {
            throw NetworkTextError(nil, error.description)
        }
        return data
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

    /// Reads bytes as UTF-8, or as UTF-16 where a byte order mark, or a first character of ASCII, shows it.
    ///
    /// Nothing else is guessed: in most single-byte encodings every text is valid and most guesses are wrong.
    static func text(_ data: Data) throws(NetworkTextError) -> String {
        let start = Array(data.prefix(2))
        if data.count.isMultiple(of: 2), start.count == 2 {
            let encoding: String.Encoding? =
                switch (start[0], start[1]) {
                case (0xFF, 0xFE), (1...0x7F, 0): .utf16LittleEndian
                case (0xFE, 0xFF), (0, 1...0x7F): .utf16BigEndian
                default: nil
                }
            if let encoding, let text = String(data: data, encoding: encoding) { return withoutMark(text) }
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw NetworkTextError(
                nil,
                "it is not UTF-8 text, nor UTF-16, and a file of this format cannot say what it is: "
                    + "convert it, as with iconv -f ISO-8859-1 -t UTF-8"
            )
        }
        return withoutMark(text)
    }

    private static func withoutMark(_ text: String) -> String {
        text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }
}
