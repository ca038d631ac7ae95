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

    /// Parses a document; names lose their namespace prefix.
    static func parse(_ text: String) throws(NetworkTextError) -> XMLTree {
        let builder = Builder()
        let parser = XMLParser(data: Data(text.utf8))
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
        private var open: [XMLTree] = []
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
            guard open.count > 64 else { return }
            failure = NetworkTextError(parser.lineNumber, "elements stand within each other more than 64 deep")
            parser.abortParsing()
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
            if failure == nil { failure = NetworkTextError(max(1, parser.lineNumber), "the XML is not well-formed") }
        }
    }
}
