import Testing

import PolicyServing

@Suite("JSON from strangers")
struct JSONTests {
    private func read(_ text: String) -> JSONValue? { try? JSONReader.value(of: Array(text.utf8)) }

    @Test("is read as it is written, and written as it is read")
    func roundTrip() throws {
        let text = #"{"a":[1,-2.5,1e+20,true,null,"\"\\é𝄞"],"b":{"c":[]},"":{}}"#
        let value = try JSONReader.value(of: Array(text.utf8))
        #expect(String(decoding: value.bytes, as: UTF8.self) == text)
        #expect(read(#""\u0041\ud834\udd1e\n""#) == "A𝄞\n")
        #expect(JSONValue.single(0.1).bytes == Array("0.1".utf8))
    }

    @Test(
        "that is none is refused with its place",
        arguments: [
            "", "{", "[1,]", "[1 2]", "{\"a\":1,\"a\":2}", "NaN", "-", "01", "1.", "1e", "1e999", "\"\u{1}\"",
            "\"\\ud800\"",
            "\"\\ud834\\u0041\"", "\"\\x\"", "\"abc", "tru", "1 1", "{\"a\" 1}", "{a:1}",
            "[" + String(repeating: "[", count: 100),
        ]
    )
    func refused(_ text: String) {
        do {
            _ = try JSONReader.value(of: Array(text.utf8))
            Issue.record("\(text) was read")
        } catch {
            #expect("\(error)".contains(" at byte "))
        }
    }

    @Test("that is cut off or changed anywhere never traps")
    func changed() {
        let text = Array(
            #"{"inputs":[{"name":"\u00e9","shape":[2,3],"data":[1.5e3,-0,"x"]}],"b":[true,false,null]}"#.utf8
        )
        for end in text.indices { _ = try? JSONReader.value(of: Array(text[..<end])) }
        for place in text.indices {
            for bit in 0..<8 {
                var changed = text
                changed[place] ^= 1 << UInt8(bit)
                _ = try? JSONReader.value(of: changed)
            }
        }
        #expect(read("[[[[1]]]]") != nil)
    }
}
