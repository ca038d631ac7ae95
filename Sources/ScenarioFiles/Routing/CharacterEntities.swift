/// Entities of HTML and GML in a text: `&#252;`, `&#xFC;`, `&uuml;`, `&amp;`.
enum CharacterEntities {
    /// The names of U+00A0 to U+00FF, in their order: those of ISO 8859-1 in HTML and GML.
    private static let latinNames = """
        nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro \
        para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil \
        Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave \
        Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml \
        igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute \
        thorn yuml
        """

    private static let named: [Substring: Character] = {
        var named: [Substring: Character] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
        for (offset, name) in latinNames.split(separator: " ").enumerated() {
            named[name] = Unicode.Scalar(0xA0 + UInt32(offset)).map { Character($0) }
        }
        return named
    }()

    /// Puts characters for the entities of a text; what is none stays as it is.
    static func decode(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        var decoded = ""
        var rest = text
        while let start = rest.firstIndex(of: "&") {
            decoded += rest[..<start]
            rest = rest[rest.index(after: start)...]
            let name = rest.prefix { $0 != ";" && $0 != "&" && !$0.isWhitespace }
            if name.endIndex < rest.endIndex, rest[name.endIndex] == ";", let character = character(name) {
                decoded.append(character)
                rest = rest[rest.index(after: name.endIndex)...]
            } else {
                decoded.append("&")
            }
        }
        return decoded + rest
    }

    private static func character(_ name: Substring) -> Character? {
        guard name.hasPrefix("#") else { return named[name] }
        let digits = name.dropFirst()
        let isHexadecimal = digits.hasPrefix("x") || digits.hasPrefix("X")
        let number = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.flatMap(Unicode.Scalar.init).flatMap { $0.value >= 0x20 ? Character($0) : nil }
    }
}
