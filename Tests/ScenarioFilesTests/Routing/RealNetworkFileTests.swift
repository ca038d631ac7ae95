import Foundation
import ScenarioFiles
import Scenarios
import Testing

@Suite("Networks as they are found")
struct RealNetworkFileTests {
    private func read(
        _ bytes: Data,
        largestPart: Bool = false
    ) throws -> NetworkFile {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("shardq-\(UUID().uuidString)").path
        try bytes.write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try NetworkFile(readingFrom: path, largestPart: largestPart)
    }

    private func read(_ text: String, largestPart: Bool = false) throws -> NetworkFile {
        try read(Data(text.utf8), largestPart: largestPart)
    }

    private func links(_ file: NetworkFile) -> [String] {
        let topology = file.network.topology
        return topology.links.map { "\(topology.names[$0.0])-\(topology.names[$0.1])" }
    }

    private func reason(_ text: String) -> String? {
        do {
            _ = try read(text)
            return nil
        } catch let error as NetworkFileError {
            return error.reason
        } catch {
            return "\(error)"
        }
    }

    @Test("links of a node to itself and parallel links are left out, and both are said")
    func loopsAndParallels() throws {
        let file = try read(
            """
            <graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="undirected">
            <node id="a" /><node id="b" /><node id="c" /><edge source="a" target="b" id="0" />
            <edge source="a" target="b" id="1" /><edge source="b" target="c" /><edge source="c" target="c" />
            </graph></graphml>
            """
        )
        #expect(links(file) == ["a-b", "b-c"])
        #expect(file.remarks.count == 2)
        #expect(file.remarks[0].contains("1 link joins a node to itself and is left out: 'c'"))
        #expect(file.remarks[1].hasPrefix("1 parallel link is merged") && file.remarks[1].hasSuffix("'a' – 'b'"))
    }

    @Test(
        "the other direction of a link is a second link only where the file says that links have no direction",
        arguments: [
            (
                "graph [ directed 0 node [ id 0 ] node [ id 1 ] edge [ source 0 target 1 ] edge [ source 1 target 0 ] ]",
                1
            ),
            (
                "graph [ directed 1 node [ id 0 ] node [ id 1 ] edge [ source 0 target 1 ] edge [ source 1 target 0 ] ]",
                0
            ),
            ("0,1\n1,0\n", 0), ("0,1\n1,0\n0,1\n", 1),
            (#"{"nodes": [{"id": 0}, {"id": 1}], "directed": false, "adjacency": [[{"id": 1}], [{"id": 0}]]}"#, 0),
        ]
    )
    func directions(text: String, remarks: Int) throws { #expect(try read(text).remarks.count == remarks) }

    @Test("a name that two nodes share costs the others theirs no more")
    func sharedNames() throws {
        let file = try read(
            """
            graph [ node [ id 0 label "Ulm" ] node [ id 1 label "Graz" ] node [ id 2 label "Linz" ]
            node [ id 3 label "Linz" ] edge [ source 0 target 1 ] edge [ source 1 target 2 ] edge [ source 2 target 3 ] ]
            """
        )
        #expect(file.network.topology.names == ["Ulm", "Graz", "Linz (2)", "Linz (3)"])
        #expect(file.remarks.count == 1 && file.remarks[0].contains("'Linz (2)', 'Linz (3)'"))
        let tricky = try read(
            """
            graph [ node [ id 1 label "x" ] node [ id 2 label "x" ] node [ id 3 label "x (1)" ] edge [ source 1 target 2 ]
            edge [ source 2 target 3 ] ]
            """
        )
        #expect(tricky.network.topology.names == ["1", "2", "3"])
        #expect(
            try read("graph [ node [ id 1 label \"\" ] node [ id 2 label \"a\nb\" ] edge [ source 1 target 2 ] ]")
                .network.topology.names == ["1", "a b"]
        )
    }

    @Test("GML writes characters as entities")
    func entities() throws {
        let labels = [
            "Z&#252;rich", "S&#xE3;o Paulo", "AT&#38;T &#34;NYC&#34;", "&#321;&#243;d&#378;", "K&ouml;ln &amp; Bonn",
            "R&D;",
            "&#0;&#55296;&nix;",
        ]
        let nodes = labels.enumerated().map { "node [ id \($0.offset) label \"\($0.element)\" ]" }.joined()
        let edges = (1..<labels.count).map { "edge [ source 0 target \($0) ]" }.joined()
        #expect(
            try read("graph [ \(nodes) \(edges) ]").network.topology.names == [
                "Zürich", "São Paulo", "AT&T \"NYC\"", "Łódź", "Köln & Bonn", "R&D;", "&#0;&#55296;&nix;",
            ]
        )
    }

    @Test(
        "XML is read in the encoding it declares, other text as UTF-16 where it shows",
        arguments: [
            ("ISO-8859-1", String.Encoding.isoLatin1), ("UTF-16", .utf16), ("UTF-16LE", .utf16LittleEndian),
            ("UTF-8", .utf8), ("windows-1252", .windowsCP1252),
        ]
    )
    func encodings(name: String, encoding: String.Encoding) throws {
        let graph =
            "<graphml><graph><node id=\"Zürich\"/><node id=\"b\"/><edge source=\"Zürich\" target=\"b\"/></graph></graphml>"
        let xml = try #require("<?xml version=\"1.0\" encoding=\"\(name)\"?>\n\(graph)".data(using: encoding))
        #expect(try read(xml).network.topology.names == ["Zürich", "b"])
        let table = try #require("source;target\r\nb;Zürich\r\n".data(using: encoding))
        guard name.hasPrefix("UTF") else {
            #expect { try read(table) } throws: {
                "\($0)".contains("it is not UTF-8 text") && "\($0)".contains("iconv")
            }
            return
        }
        #expect(try read(table).network.topology.names == ["b", "Zürich"])
    }

    @Test(
        "XML that harms is refused: entities of its own, expansions, references to files, depth, what is undeclared",
        arguments: [
            ("<!DOCTYPE graphml [<!ENTITY x \"y\">]>\n<graphml><graph>&x;</graph></graphml>", "entities of its own"),
            (
                "<!DOCTYPE graphml [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><graphml>&x;</graphml>",
                "entities of its own"
            ),
            (
                "<!DOCTYPE graphml SYSTEM \"x.dtd\"><graphml><graph><node id=\"M&uuml;n\"/></graph></graphml>",
                "an entity"
            ),
            ("<?xml version=\"1.0\" encoding=\"klingon\"?><graphml/>", "an encoding"),
            (String(repeating: "<graph>", count: 100), "64 deep"),
        ]
    )
    func hostile(text: String, message: String) {
        #expect(reason(text)?.contains(message) == true, "\(reason(text) ?? "it was read")")
    }

    @Test("demands that cannot be used are no reason to refuse the network, and refused where they are asked for")
    func unusableDemands() throws {
        let zero = """
            <network><networkStructure><nodes><node id="A"/><node id="B"/></nodes>
            <links><link id="L"><source>A</source><target>B</target></link></links></networkStructure>
            <demands><demand id="D"><source>A</source><target>B</target><demandValue>%</demandValue></demand></demands></network>
            """
        let cases = [
            (zero.replacingOccurrences(of: "%", with: "0"), "nobody sends anything"),
            (zero.replacingOccurrences(of: "%", with: ""), "'' in 'demandValue' is not a number"),
            ("a,b,many\nb,c,1\n", "'many' is not a number"), ("a,b,-1\n", "from 'a' to 'b' is -1.0"),
            ("a,b,nan\n", "from 'a' to 'b' is nan"), ("a,b,\nb,c,1\n", "'' is not a number"),
            (
                #"{"nodes": [{"id": 0}, {"id": 1}], "links": [{"source": 0, "target": 1}], "demands": {"0": {"9": 1}}}"#,
                "'9'"
            ),
            (#"{"nodes": [{"id": 0}, {"id": 1}], "links": [{"source": 0, "target": 1}], "demands": []}"#, "an object"),
        ]
        for (text, reason) in cases {
            let file = try read(text)
            #expect(file.network.topology.linkCount >= 1 && file.matrix == nil)
            #expect(file.matrixFailure?.reason.contains(reason) == true, "\(String(describing: file.matrixFailure))")
        }
    }

    @Test("identifiers may be lists and large numbers, and nodes without one go by place or name")
    func identifiers() throws {
        let text = #"""
            {"nodes": [{"id": [0, 1]}, {"id": ["a", [2]]}, {"id": 9007199254740993}, {"id": 9007199254740992}],
             "links": [{"source": [0, 1], "target": ["a", [2]]}, {"source": [0, 1], "target": 9007199254740993},
                       {"source": 9007199254740992, "target": 9007199254740993}]}
            """#
        #expect(
            try read(text).network.topology.names == [
                "(0, 1)", "('a', (2,))", "9007199254740993", "9007199254740992",
            ]
        )
        let byPlace = #"{"nodes": [{"name": "r0"}, {"name": "r1"}], "edges": [{"source": 0, "target": 1}]}"#
        #expect(links(try read(byPlace)) == ["r0-r1"])
        let byName = #"{"nodes": [{"name": "r0"}, {"name": "r1"}], "edges": [{"source": "r1", "target": "r0"}]}"#
        #expect(links(try read(byName)) == ["r0-r1"])
        let either = #"{"nodes": [{"name": 1}, {"name": 0}], "edges": [{"source": 0, "target": 1}]}"#
        #expect(reason(either)?.contains("give nodes an 'id'") == true)
    }

    @Test(
        "CSV has heads of many names, quotes as RFC 4180 has them, and Excel's first line",
        arguments: [
            "id1,id2\n0,1\n1,2\n2,0\n", "node_1;node_2\n0;1\n1;2\n2;0\n", "From Node\tTo Node\n0\t1\n1\t2\n2\t0",
            "sep=;\nSource;Target;Weight\n0;1;9\n1;2;many\n2;0;\n", "\"0\",\"1\"\r\n\"1\" , 2\r\n2,\"0\"\r\n",
            "weight,target,source\n1,0,1\n1,1,2\n1,2,0\n", "# SNAP\n0\t1\n1\t2\n2\t0\n",
        ]
    )
    func heads(text: String) throws {
        let file = try read(text)
        #expect(Set(file.network.topology.names) == ["0", "1", "2"])
        #expect(file.network.topology.linkCount == 3 && file.matrixFailure == nil && file.matrix == nil)
    }

    @Test("quotes hold separators, quotes and ends of lines, and must end")
    func quotes() throws {
        let file = try read(
            "\"Frankfurt, Main\",\"the \"\"old\"\" town\"\n\"the \"\"old\"\" town\",\"a\nb\"\nc,\"a\nb\"\n"
        )
        #expect(file.network.topology.names == ["Frankfurt, Main", "the \"old\" town", "a b", "c"])
        #expect(reason("a,b\nb,\"c\nd,e\n") == "a text in quotes has no end")
        #expect(reason("a,b\nb,\"c\"d\n") == "more follows the text in quotes 'c'")
        #expect(reason("a,b\nc,d\n")?.contains("no path leads from router 'a' to router 'c'") == true)
    }

    @Test("the largest part is taken only when asked for, and what is left out is said")
    func largestPart() throws {
        let text = "x,y,7\na,b,1\nb,c,1\nc,a,1\n"
        #expect(
            reason(text)?.contains("the largest of 2 parts has 3 of 5 routers, and --largest-part takes it") == true
        )
        let file = try read(text, largestPart: true)
        #expect(file.network.topology.names == ["a", "b", "c"])
        #expect(
            file.remarks.contains {
                $0.hasPrefix("2 of 5 routers are not in the largest part") && $0.contains("'x', 'y'")
            }
        )
        #expect(file.matrix == .weights([0, 1, 0, 0, 0, 1, 1, 0, 0]))
    }

    @Test("a matrix from elsewhere may name routers by the identifiers of the network's file")
    func identifiersInMatrices() throws {
        let file = try read("graph [ node [ id 7 label \"U\" ] node [ id 9 label \"G\" ] edge [ source 7 target 9 ] ]")
        let matrix = try NetworkFileTests.with("9,7,2\n") {
            try NetworkFile.matrix(readingFrom: $0, for: file.network.topology, identifiers: file.identifiers)
        }
        #expect(matrix == .weights([0, 0, 2, 0]))
    }

    @Test("a router may have any number of links, and is simulated with at most 64")
    func manyLinks() throws {
        let star = try read((1...80).map { "hub,leaf\($0)\n" }.joined())
        #expect(star.network.topology.largestDegree == 80)
        var scenario = RoutingScenario()
        scenario.network = star.network
        #expect { try scenario.check() } throws: { "\($0)".hasPrefix("router 'hub' has 80 links") }
        scenario.network = try read((1...64).map { "hub,leaf\($0)\n" }.joined()).network
        #expect(throws: Never.self) { try scenario.check() }
    }
}
