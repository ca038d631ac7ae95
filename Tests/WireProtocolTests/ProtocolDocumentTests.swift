import Foundation
import Testing
import WireProtocol

/// Holds `docs/protocol.md` to what the code does: its hex blocks and its table of frames.
@Suite("The protocol's document")
struct ProtocolDocumentTests {
    /// A fenced block that begins with "```hex" and a name.
    private struct Block {
        let name: String
        var bytes: [UInt8] = []
        /// Words of the block that are not eight hex digits.
        var defects: [String] = []
    }

    private let lines: [String]

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/protocol.md"), encoding: .utf8)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test("its worked example is, byte for byte, what the code sends")
    func workedExample() {
        let blocks = hexBlocks()
        #expect(blocks.map(\.name) == WorkedExample.frames.map(\.name))
        for (block, frame) in zip(blocks, WorkedExample.frames) {
            #expect(block.defects.isEmpty, "\(block.name)")
            #expect(block.bytes == frame.bytes, "\(block.name)")
        }
    }

    @Test("its table of frames has every kind once, under its number")
    func tableOfFrames() {
        let numbers = lines.compactMap { line -> UInt16? in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 6, cells[1].hasPrefix("`") else { return nil }
            return UInt16(cells[0])
        }
        #expect(numbers == FrameKind.allCases.map(\.rawValue))
    }

    /// Everything behind a '#' is a comment.
    private func hexBlocks() -> [Block] {
        var blocks: [Block] = []
        var open: Block?
        for line in lines {
            if line.hasPrefix("```") {
                if let block = open { blocks.append(block) }
                let info = line.dropFirst(3).split(separator: " ")
                open = open == nil && info.first == "hex" ? Block(name: info.dropFirst().joined(separator: " ")) : nil
            } else if open != nil {
                for word in line.prefix(while: { $0 != "#" }).split(separator: " ") { read(word, into: &open) }
            }
        }
        return blocks
    }

    private func read(_ word: Substring, into block: inout Block?) {
        guard word.utf8.count == 8, let value = UInt32(word, radix: 16) else {
            block?.defects.append(String(word))
            return
        }
        block?.bytes.append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) })
    }
}
