import Evaluation
import Testing

@Suite("Tables of text")
struct TextTableTests {
    @Test("a wide table goes on below, no line is longer, and nothing is lost", arguments: [8, 20, 40, 80, 200])
    func folded(_ width: Int) {
        let header = ["controller", "delay [s/vehicle]", "trip time [s]", "what it is"]
        let rows = [
            ["learned", "63.4 ± 1.2", "120", "a table that has learned"],
            ["a-very-long-name-of-somebody", "1", "2", "x"],
        ]
        let table = TextTable(header: header, rows: rows)
        let text = table.plainText(width: width)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
        if width >= 40 {
            for word in (header + rows.joined()).flatMap({ $0.split(separator: " ") }) where word.count < 19 {
                #expect(text.contains(word), "\(word) is lost at \(width)")
            }
        }
        if width == 200 { #expect(text == table.plainText) }
        if width == 40 { #expect(text.split(separator: "\n").count { $0.hasPrefix("controller") } > 1) }
    }
}
