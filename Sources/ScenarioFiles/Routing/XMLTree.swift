internal import Foundation
internal import FoundationXML

/// An element of an XML document with the line it starts on.
struct XMLTree {
    let name: String
    let attributes: [String: String]
    let line: Int
    var children: [XMLTree] = []
    /// The text directly within.
    var text = ""

    /// The first child of a name.
    func first(_ name: String) -> XMLTree? { children.first { $0.name == name } }

    /// The children of a name.
    func all(_ name: String) -> [XMLTree] { children.filter { $0.name == name } }

    /// The text without the spaces around it.
    var content: String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

    /// An attribute that must be there.
    func attribute(_ name: String) throws(NetworkTextError) -> String {
        guard let value = attributes[name] else {
            throw NetworkTextError(line, "'\(self.name)' has no attribute '\(name)'")
        }
        return value
    }

    /// A child that must be there.
    func child(_ name: String) throws(NetworkTextError) -> XMLTree {
        guard let child = first(name) else { throw NetworkTextError(line, "'\(self.name)' has no element '\(name)'") }
        return child
    }

    /// The content as a number.
    func number() throws(NetworkTextError) -> Double {
        guard let number = Double(content), number.isFinite else {
            throw NetworkTextError(line, "'\(content)' in '\(name)' is not a number")
        }
        return number
    }

    /// The element itself, or the first below it, of a name.
    func descendant(_ name: String) -> XMLTree? {
        if self.name == name { return self }
        for child in children { if let found = child.descendant(name) { return found } }
        return nil
    }

    /// Whether bytes begin as an XML document does, in whatever encoding.
    static func isLikely(_ data: Data) -> Bool {
        var start = data.prefix(256).filter { $0 != 0 }[...]
        for mark in [[0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF]] as [[UInt8]] where start.starts(with: mark) {
            start = start.dropFirst(mark.count)
        }
        return start.first { !isBlank($0) } == UInt8(ascii: "<")
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// Parses a document in the encoding that it declares; names lose their namespace prefix.
    ///
    /// Elements, their depth and what entities expand to are bounded. A document that declares entities of its own is
    /// refused: the parser reads over them where they stand in a text, without a word.
    static func parse(_ data: Data) throws(NetworkTextError) -> XMLTree {
        let ascii = Data(data.lazy.filter { $0 != 0 })
        guard ascii.range(of: Data("<!ENTITY".utf8)) == nil else {
            throw NetworkTextError(1, "the XML declares entities of its own: expand them, as with xmllint --noent")
        }
        let builder = Builder()
        // The parser wants nothing before the declaration.
        let parser = XMLParser(data: Data(data.drop(while: isBlank)))
        parser.shouldResolveExternalEntities = false
        parser.delegate = builder
        let isWhole = parser.parse()
        if let failure = builder.failure { throw failure }
        guard isWhole, let root = builder.root else {
            throw NetworkTextError(max(1, parser.lineNumber), "the XML is not well-formed")
        }
        return root
    }

    /// Collects the elements while the parser goes through them.
    private final class Builder: NSObject, XMLParserDelegate {
        /// More than any network has, and few enough for the memory of a small machine.
        private static let elementLimit = 2_000_000

        private var open: [XMLTree] = []
        private var elementCount = 0
        private(set) var root: XMLTree?
        private(set) var failure: NetworkTextError?

        func parser(
            _ parser: XMLParser,
            didStartElement elementName: String,
            namespaceURI: String?,
            qualifiedName: String?,
            attributes: [String: String]
        ) {
            let name = elementName.split(separator: ":").last.map(String.init) ?? elementName
            open.append(XMLTree(name: name, attributes: attributes, line: parser.lineNumber))
            elementCount += 1
            if open.count > 64 {
                stop(parser, "elements stand within each other more than 64 deep")
            } else if elementCount > Self.elementLimit {
                stop(parser, "there are more than \(Self.elementLimit) elements")
            }
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) {
            guard !open.isEmpty else { return }
            open[open.count - 1].text += string
        }

        func parser(_ parser: XMLParser, foundCDATA block: Data) {
            guard !open.isEmpty else { return }
            open[open.count - 1].text += String(decoding: block, as: UTF8.self)
        }

        func parser(
            _ parser: XMLParser,
            didEndElement elementName: String,
            namespaceURI: String?,
            qualifiedName: String?
        ) {
            guard let element = open.popLast() else { return }
            if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
        }

        func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) {
            guard failure == nil else { return }
            let reason =
                switch (parseError as NSError).code {
                case 26, 27: "the XML uses an entity that it does not declare"
                case 31, 32, 81: "the XML is in an encoding that is not known here, or not in the one it declares"
                default: "the XML is not well-formed"
                }
            failure = NetworkTextError(max(1, parser.lineNumber), reason)
        }

        private func stop(_ parser: XMLParser, _ reason: String) {
            failure = NetworkTextError(parser.lineNumber, reason)
            parser.abortParsing()
        }
    }
}
