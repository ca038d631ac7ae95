internal import Foundation
internal import Suggestions

/// Numbers one after another, an hour each: a text of nothing else, or a column of a table whose first line names its columns.
package enum NumberSeries {
    /// Reads a text of numbers, or with `FILE:COLUMN` a column.
    ///
    /// - Parameter text: A file, and perhaps a colon and a column's name; a file whose own name has the colon goes before.
    /// - Returns: The numbers, in the order of the lines.
    /// - Throws: `CommandFailure` that names the line and what would be right.
    package static func read(_ text: String) throws -> [Double] {
        guard !isFile(text), let colon = text.lastIndex(of: ":"), isFile(String(text[..<colon])) else {
            return try numbers(of: text)
        }
        let file = String(text[..<colon])
        return try column(String(text[text.index(after: colon)...]), of: file)
    }

    private static func isFile(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// A text of nothing but numbers; what looks like a table is refused with its columns.
    private static func numbers(of file: String) throws -> [Double] {
        do {
            return try NumberList.read(file: file)
        } catch {
            guard let names = (try? SeparatedTable(file: file))?.names else { throw error }
            throw CommandFailure(
                .badInput,
                "\(error); where it is the head of a table, name the column, \(file):\(names.last ?? "") "
                    + "(columns: \(names.joined(separator: ", ")))"
            )
        }
    }

    private static func column(_ name: String, of file: String) throws -> [Double] {
        let table = try SeparatedTable(file: file)
        guard let column = table.names.firstIndex(of: name) else {
            throw CommandFailure(.badInput, "\(file): \(Spelling.unknown("column", name, among: table.names))")
        }
        return try table.rows.map { row in
            guard column < row.cells.count else {
                throw CommandFailure(
                    .badInput,
                    "\(file), line \(row.line): \(row.cells.count) cells, and '\(name)' is column \(column + 1)"
                )
            }
            let cell = row.cells[column]
            guard let number = Double(cell), number.isFinite else {
                throw CommandFailure(
                    .badInput,
                    "\(file), line \(row.line): '\(cell.prefix(40))' in column '\(name)' is no number"
                )
            }
            return number
        }
    }
}

/// A text with a head line that names the columns, and a line for each row below it.
struct SeparatedTable {
    /// The columns' names.
    let names: [String]
    /// The cells of each line that has any, with its number in the file.
    let rows: [(line: Int, cells: [String])]

    /// Reads tabs, semicolons or commas, whichever of them the head has, else blanks between cells, which may stand in quotes.
    ///
    /// - Throws: `CommandFailure` for a file that cannot be read or whose first line names no columns.
    init(file: String) throws {
        let lines = try NamedText.read(file).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
            .filter { $0.element.contains { !$0.isWhitespace } && $0.element.first != "#" }
        guard let head = lines.first?.element else { throw CommandFailure(.badInput, "\(file): it is empty") }
        let separators: [Character] = ["\t", ";", ","]
        let separator = separators.first { head.contains($0) }
        let names = Self.cells(head, separator)
        guard names.contains(where: { Double($0) == nil }) else {
            throw CommandFailure(
                .badInput,
                "\(file): its first line names no columns: leave the name behind the file's out, or write a head"
            )
        }
        self.names = names
        rows = lines.dropFirst().map { ($0.offset + 1, Self.cells($0.element, separator)) }
    }

    private static func cells(_ line: Substring, _ separator: Character?) -> [String] {
        var (cells, cell, isQuoted) = ([String](), "", false)
        func trimmed(_ cell: String) -> String { cell.trimmingCharacters(in: .whitespaces) }
        for character in line {
            if character == "\"" {
                isQuoted.toggle()
            } else if !isQuoted, separator.map({ $0 == character }) ?? character.isWhitespace {
                cells.append(trimmed(cell))
                cell = ""
            } else {
                cell.append(character)
            }
        }
        cells.append(trimmed(cell))
        return separator == nil ? cells.filter { !$0.isEmpty } : cells
    }
}
