import Foundation
import ScenarioFiles
import Scenarios
import Testing

@Suite("Traffic matrices from files")
struct TrafficMatrixFileTests {
    private static let path = NetworkTopology(routerCount: 3, links: [(0, 1), (1, 2)], names: ["x", "y", "z"])

    private func matrix(_ text: String) throws -> TrafficMatrix {
        try NetworkFileTests.with(text) { try NetworkFile.matrix(readingFrom: $0, for: Self.path) }
    }

    @Test("a square CSV matrix leads from the line's router to the column's, whatever their order")
    func square() throws {
        #expect(try matrix(",z,x,y\nz,9,1,2\nx,3,0,4\ny,5,6,0\n") == .weights([0, 4, 3, 6, 0, 5, 1, 2, 0]))
    }

    @Test("a CSV list of demands adds up demands of the same pair")
    func list() throws {
        #expect(try matrix("from,to,demand\nx,z,1.5\nx,z,1\nz,y,2\n") == .weights([0, 0, 2.5, 0, 0, 0, 0, 2, 0]))
    }

    @Test("an SNDlib matrix needs no links, and no nodes either")
    func sndlib() throws {
        let head = "?SNDlib native format; type: network; version: 1.0\n"
        let demands = "LINKS (\n)\nDEMANDS ( D ( y x ) 1 4.0 UNLIMITED )"
        let expected = TrafficMatrix.weights([0, 0, 0, 4, 0, 0, 0, 0, 0])
        #expect(try matrix(head + "NODES ( x ( 1 1 ) y ( 1 2 ) )\n" + demands) == expected)
        #expect(try matrix(head + demands) == expected)
    }

    @Test("a folder of matrices is a time series in the order of the file names; the first bad one is named")
    func series() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shardq-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let texts = ["m-0005.csv": "x,y,1\n", "m-0000.csv": "x,y,2\n", ".hidden": "?"]
        for (name, text) in texts { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
        let series = try NetworkFile.matrices(readingFrom: folder.path, for: Self.path)
        #expect(series.map(\.name) == ["m-0000.csv", "m-0005.csv"])
        #expect(series[0].matrix == .weights([0, 2, 0, 0, 0, 0, 0, 0, 0]))
        try Data("x,nowhere,1\n".utf8).write(to: folder.appendingPathComponent("m-0003.csv"))
        #expect { try NetworkFile.matrices(readingFrom: folder.path, for: Self.path) } throws: {
            "\($0)".contains("m-0003.csv:1: a demand names node 'nowhere'")
        }
    }

    @Test(
        "what is no matrix of the network gets a message",
        arguments: [
            ("a,b\nb,c\n", "there are no demands"), ("x,y,0\n", "nobody sends anything"),
            (",x,y\nx,0,many\ny,1,0\n", ":2: 'many' under 'y' is not a number"),
        ]
    )
    func malformed(text: String, message: String) {
        #expect { try matrix(text) } throws: { "\($0)".contains(message) }
    }
}
