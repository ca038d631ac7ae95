import ScenarioFiles
import Scenarios
import Testing

@Suite("Formats of networks")
struct NetworkFormatTests {
    /// A square a-b-c-d with one diagonal a-c, in formats that other programs write.
    static let samples: [(format: String, text: String)] = [
        (
            "GEXF",
            """
            <?xml version='1.0' encoding='utf-8'?>
            <gexf xmlns="http://www.gexf.net/1.2draft" xmlns:viz="http://www.gexf.net/1.2draft/viz" version="1.2">
              <graph defaultedgetype="undirected" mode="static">
                <nodes>
                  <node id="0" label="a"><viz:position x="1.0" y="2.0" z="0.0"/></node>
                  <node id="1" label="b"><viz:position x="2.0" y="2.0"/></node>
                  <node id="2" label="c"><viz:position x="2.0" y="1.0"/><nodes>
                    <node id="3" label="d"><viz:position x="1.0" y="1.0"/></node></nodes></node>
                </nodes>
                <edges><edge source="0" target="1" id="0"/><edge source="1" target="2" id="1"/>
                  <edge source="2" target="3"/><edge source="3" target="0"/><edge source="0" target="2"/></edges>
              </graph>
            </gexf>
            """
        ),
        (
            "Pajek",
            """
            % by hand
            *Network square
            *Vertices 4
            1 "a" 1.0 2.0 ellipse
            2 b 2.0 2.0
            3 "c" 2.0 1.0
            4 "d" 1.0 1.0
            *Edges
            1 2 1.0
            2 3
            *Arcslist
            4 3 1
            *Arcs
            1 3 2.5
            *Partition p
            17
            """
        ),
        (
            "yEd's GraphML",
            """
            <graphml xmlns:y="http://www.yworks.com/xml/graphml"><key for="node" id="d6" yfiles.type="nodegraphics"/>
            <graph edgedefault="directed">
            \((0..<4).map {
                "<node id=\"n\($0)\"><data key=\"d6\"><y:ShapeNode><y:Geometry x=\"\([1, 2, 2, 1][$0])\" y=\"\([2, 2, 1, 1][$0])\"/>"
                    + "<y:NodeLabel>\(["a", "b", "c", "d"][$0])</y:NodeLabel></y:ShapeNode></data></node>"
            }.joined(separator: "\n"))
            <edge source="n0" target="n1"/><edge source="n1" target="n2"/><edge source="n2" target="n3"/>
            <edge source="n3" target="n0"/><edge source="n0" target="n2"/></graph></graphml>
            """
        ),
        (
            "Cytoscape's JSON",
            #"""
            {"data": [], "directed": false, "multigraph": false, "elements": {
              "nodes": [{"data": {"id": "0", "value": 0, "name": "a"}, "position": {"x": 1, "y": 2}},
                        {"data": {"id": "1", "name": "b"}, "position": {"x": 2, "y": 2}},
                        {"data": {"id": "2", "name": "c"}, "position": {"x": 2, "y": 1}},
                        {"data": {"id": "3", "name": "d"}, "position": {"x": 1, "y": 1}}],
              "edges": [{"data": {"source": 0, "target": 1}}, {"data": {"source": 1, "target": 2}},
                        {"data": {"source": 2, "target": 3}}, {"data": {"source": "3", "target": 0}},
                        {"data": {"source": 0, "target": 2}}]}}
            """#
        ),
        (
            "Cytoscape's JSON in one list",
            #"""
            [{"group": "nodes", "data": {"id": "a"}}, {"data": {"id": "b"}}, {"data": {"id": "c"}}, {"data": {"id": "d"}},
             {"group": "edges", "data": {"id": "e", "source": "a", "target": "b"}}, {"data": {"source": "b", "target": "c"}},
             {"data": {"source": "c", "target": "d"}}, {"data": {"source": "d", "target": "a"}},
             {"data": {"source": "a", "target": "c"}}]
            """#
        ),
        (
            "adjacency JSON",
            #"""
            {"directed": false, "multigraph": false, "graph": [],
             "nodes": [{"id": "a"}, {"id": "b"}, {"id": "c"}, {"id": "d"}],
             "adjacency": [[{"id": "b"}, {"id": "d"}, {"id": "c", "weight": 2}], [{"id": "a"}, {"id": "c"}],
                           [{"id": "b"}, {"id": "d"}, {"id": "a"}], [{"id": "c"}, {"id": "a"}]]}
            """#
        ),
        ("words", "# mine\na b\n b   c\nc d\nd a\na c\n"), ("weighted words", "a b 1\nb c 2.5\nc d 1\nd a 1\na c 1\n"),
        ("edges with data", "a b {}\nb c {'weight': 3, 'x': 1}\nc d {}\nd a {}\na c {}\n"),
        ("lists of neighbours", "#-\n# GMT today\n# \na b d c\nb c\nc d\nd\n"),
    ]

    @Test("every format gives the same network", arguments: samples.map(\.text))
    func formats(text: String) throws {
        for text in [text, text.replacing("\n", with: "\r\n")] {
            let file = try NetworkFileTests.with(text) { try NetworkFile(readingFrom: $0) }
            let topology = file.network.topology
            let links = topology.links.map {
                [topology.names[$0.0], topology.names[$0.1]].sorted().joined(separator: "-")
            }
            #expect(links.sorted() == ["a-b", "a-c", "a-d", "b-c", "c-d"])
            #expect(file.remarks.isEmpty, "\(file.remarks)")
        }
    }

    @Test("formats with places give them", arguments: samples.prefix(4).map(\.text))
    func places(text: String) throws {
        let positions = try NetworkFileTests.with(text) { try NetworkFile(readingFrom: $0) }.network.topology.positions
        #expect(positions == [(1, 2), (2, 2), (2, 1), (1, 1)].map { .init(x: $0.0, y: $0.1) })
    }

    @Test("a file that is cut off anywhere is read or refused, without a trap", arguments: samples.map(\.text))
    func truncation(text: String) throws {
        let bytes = Array(text.utf8)
        for length in stride(from: 0, to: bytes.count, by: 7) {
            try NetworkFileTests.with(String(decoding: bytes[..<length], as: UTF8.self)) { path in
                do { _ = try NetworkFile(readingFrom: path) } catch is NetworkFileError {}
            }
        }
    }

    @Test("tuples of networkx hold together, and names with quotes in Pajek's quotes are whole")
    func names() throws {
        let grid = try NetworkFileTests.with("(0, 0) (0, 1) {}\n(0, 1) (1, 1) {'w': 1}\n") {
            try NetworkFile(readingFrom: $0)
        }
        #expect(grid.network.topology.names == ["(0, 0)", "(0, 1)", "(1, 1)"])
        let pajek = try NetworkFileTests.with(
            "*vertices 3\n1 \"AT&T \"NYC\"\" 0.0 0.0 ellipse\n3 \"a b\"\n*edges\n1 2\n2 3\n"
        ) {
            try NetworkFile(readingFrom: $0)
        }
        #expect(pajek.network.topology.names == ["AT&T \"NYC\"", "2", "a b"])
    }

    @Test(
        "what such a format does not say gets one message",
        arguments: [
            ("*vertices 0\n", ":1: *vertices needs a number from 1"), ("*vertices x\n", ":1: *vertices needs a number"),
            ("*vertices 2\n3 c\n", ":2: '3' is no vertex from 1 to 2"),
            ("*vertices 2\n*edges\n1 7\n", ":3: a link names node '7'"),
            ("*vertices 2\n*edges\n1\n", ":3: a link needs two"),
            ("*vertices 2\n*matrix\n", ":2: a *matrix is not read"),
            ("*vertices 2\n1 \"a\n", ":2: a text in quotes has no end"),
            ("<gexf>\n</gexf>", ":1: 'gexf' has no element 'graph'"),
            (#"{"nodes": [{"id": 0}], "adjacency": []}"#, ": 'adjacency' has 0 lists for 1 nodes"),
            (#"[{"data": {"x": 1}}]"#, ": element 0 has neither"),
            ("0 2\n1 {}\n2 {}\n1 1\n2 {}\n2 0\n", ":2: data behind names"),
            ("São Paulo Zürich {}\n", ":1: this is not JSON"),
        ]
    )
    func malformed(text: String, message: String) throws {
        let said = try NetworkFileTests.with(text) { path in
            do {
                _ = try NetworkFile(readingFrom: path)
                return "it was read"
            } catch let error as NetworkFileError {
                return error.description.replacing(path, with: "")
            }
        }
        #expect(said.hasPrefix(message), "\(said)")
    }
}
