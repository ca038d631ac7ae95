/// A file of the page, part of the program.
///
/// Each is the text of a Swift file in `Files`: as arrays of bytes, in which SwiftPM embeds resources, they took the compiler a
/// quarter of a minute.
struct PageFile {
    let contentType: String
    let bytes: [UInt8]

    init(contentType: String, _ text: String) {
        self.contentType = contentType
        bytes = Array(text.utf8)
    }

    static func script(_ text: String) -> PageFile { PageFile(contentType: "text/javascript; charset=utf-8", text) }

    /// By path.
    static let all: [String: PageFile] = [
        "/": index, "/page.css": style, "/icon.svg": icon, "/page.js": page, "/source.js": source,
        "/elements.js": elements,
        "/overview.js": overview, "/learning.js": learning, "/chart.js": chart, "/policy.js": policy, "/plan.js": plan,
        "/comparison.js": comparison, "/map.js": map, "/film.js": film, "/canvas.js": canvas, "/roads.js": roads,
        "/packets.js": packets, "/life.js": life, "/past.js": past,
    ]
}
