import Foundation
import ScenarioFiles
import Scenarios
import Testing

@Suite("Networks from files")
struct NetworkFileTests {
    /// Writes a text to a file of its own, does something with it, and removes it.
    static func with<Value>(_ text: String, named name: String = "net", _ body: (String) throws -> Value) throws
        -> Value
    {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shardq-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent(name).path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try body(path)
    }

    private func read(_ text: String, demands: NetworkFile.Demands = .directed) throws -> NetworkFile {
        try Self.with(text) { try NetworkFile(readingFrom: $0, demands: demands) }
    }

    /// The links by name, however a format numbers its nodes.
    private func links(_ file: NetworkFile) -> [String] {
        let topology = file.network.topology
        return topology.links.map { "\(topology.names[$0.0])-\(topology.names[$0.1])" }
    }

    /// A triangle with a tail: a-b, b-c, a-c, c-d; demands a→b 3, d→a 1.
    static let samples: [(format: String, text: String)] = [
        (
            "topohub JSON, number identifiers and text keys",
            #"""
            {"directed": false, "multigraph": false,
             "graph": {"name": "t", "demands": {"0": {"1": 3.0}, "3": {"0": 1.0}}},
             "nodes": [{"id": 0, "name": "a", "pos": [1.0, 50.0]}, {"id": 1, "name": "b", "pos": [2, 51]},
                       {"id": 2, "name": "c", "pos": [3, 50]}, {"id": 3, "name": "d", "pos": [4, 50]}],
             "edges": [{"source": 0, "target": 1, "dist": 5}, {"source": 1, "target": 2}, {"source": 0, "target": 2},
                       {"source": 2, "target": 3}]}
            """#
        ),
        (
            "networkx JSON, text identifiers",
            #"""
            {"nodes": [{"id": "a", "x": 1, "y": 50}, {"id": "b", "lon": 2, "lat": 51},
                       {"id": "c", "Longitude": 3, "Latitude": 50}, {"id": "d", "x": 4, "y": 50}],
             "links": [{"source": "a", "target": "b"}, {"source": "b", "target": "c"}, {"source": "a", "target": "c"},
                       {"source": "c", "target": "d"}, {"source": "d", "target": "c"}],
             "demands": {"a": {"b": 3}, "d": {"a": 1, "d": 9}}}
            """#
        ),
        (
            "SNDlib native",
            """
            ?SNDlib native format; type: network; version: 1.0
            # network t

            META (
              granularity = 5min
            )
            NODES (
              a ( 1.0 50.0 )
              b ( 2.0 51.0 )
              c ( 3.0 50.0 )
              d ( 4.0 50.0 )
            )
            LINKS (
              L1 ( a b ) 9920.00 0.00 0.00 133.00 ( 10.00 1.00 40.00 3.00 )
              L2 ( b c ) 0 0 0 0 ( )
              L3 ( a c ) 0.00 0.00 0.00 1.00 ( 1.0 2.0 )
              L4 (c d) 0 0 0 0 ()
            )
            DEMANDS (
              D1 ( a b ) 1 3.00 UNLIMITED
              D2 ( d a ) 1 1.00 3
            )
            ADMISSIBLE_PATHS (
              D1 ( P0 ( L1 ) P1 ( L3 L2 ) )
            )
            """
        ),
        (
            "SNDlib XML",
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <network xmlns="http://sndlib.zib.de/network" version="1.0">
             <networkStructure>
              <nodes coordinatesType="geographical">
               <node id="a"><coordinates><x>1.0</x><y>50.0</y></coordinates></node>
               <node id="b"><coordinates><x>2.0</x><y>51.0</y></coordinates></node>
               <node id="c"><coordinates><x>3.0</x><y>50.0</y></coordinates></node>
               <node id="d"><coordinates><x>4.0</x><y>50.0</y></coordinates></node>
              </nodes>
              <links>
               <link id="L1"><source>a</source><target>b</target><setupCost>1</setupCost></link>
               <link id="L2"><source> b </source><target>c</target></link>
               <link id="L3"><source>a</source><target>c</target></link>
               <link id="L4"><source>c</source><target>d</target></link>
              </links>
             </networkStructure>
             <demands>
              <demand id="D1"><source>a</source><target>b</target><demandValue>3.0</demandValue></demand>
              <demand id="D2"><source>d</source><target>a</target><demandValue>1.0</demandValue></demand>
             </demands>
            </network>
            """
        ),
        (
            "GraphML",
            """
            <?xml version="1.0" encoding="utf-8"?>
            <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
              <key attr.name="label" attr.type="string" for="node" id="d1"/>
              <key attr.name="Longitude" attr.type="double" for="node" id="d2"/>
              <key attr.name="Latitude" attr.type="double" for="node" id="d3"/>
              <graph edgedefault="undirected">
                <node id="0"><data key="d1">a</data><data key="d2">1.0</data><data key="d3">50.0</data></node>
                <node id="1"><data key="d1">b</data><data key="d2">2.0</data><data key="d3">51.0</data></node>
                <node id="2"><data key="d1">c</data><data key="d2">3.0</data><data key="d3">50.0</data></node>
                <node id="3"><data key="d1">d</data><data key="d2">4.0</data><data key="d3">50.0</data></node>
                <edge source="0" target="1"/><edge source="1" target="2"/>
                <edge source="0" target="2"/><edge source="2" target="3"/>
              </graph>
            </graphml>
            """
        ),
        (
            "GML",
            """
            # from the Zoo
            Creator "Topology Zoo, with a comma"
            graph [
              directed 0
              Network "t"
              node [ id 0 label "a" Longitude 1.0 Latitude 50.0 ]
              node [
                id 1
                label "b"
                graphics [ x 2.0 y 51.0 ]
              ]
              node [ id 2 label "c" Longitude 3.0 Latitude 50.0 ]
              node [ id 3 label "d" Longitude 4.0 Latitude 50.0 ]
              edge [ source 0 target 1 LinkLabel "10 Gbit/s [fibre]" ]
              edge [ source 1 target 2 ] edge [ source 0 target 2 ]
              edge [ source 2 target 3 ]
            ]
            """
        ),
        ("CSV", "source,target\na,b\nb,c\na,c\nc,d\n"),
        ("CSV with semicolons and quotes", "from;to\r\n\"a\";b\r\nb ; c\r\na;c\r\nc;d\r\n"),
        ("CSV without a head line", "# mine\na,b\nb,c\na,c\nc,d"),
    ]

    @Test("every format gives the same network", arguments: samples.map(\.text))
    func formats(text: String) throws {
        let file = try read(text)
        #expect(file.network.topology.names == ["a", "b", "c", "d"])
        #expect(links(file) == ["a-b", "a-c", "b-c", "c-d"])
        #expect(file.network.name == "net")
    }

    @Test("lines may end as on Windows", arguments: samples.map(\.text))
    func windowsLines(text: String) throws {
        let lines = text.replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(of: "\n", with: "\r\n")
        #expect(links(try read(lines)) == ["a-b", "a-c", "b-c", "c-d"])
    }

    @Test("formats with places give them", arguments: samples.prefix(6).map(\.text))
    func places(text: String) throws {
        let positions = try read(text).network.topology.positions
        #expect(positions == [(1, 50), (2, 51), (3, 50), (4, 50)].map { .init(x: $0.0, y: $0.1) })
    }

    @Test(
        "formats with demands give the matrix; a demand of a node to itself is left out",
        arguments: samples.prefix(4).map(\.text)
    )
    func demands(text: String) throws {
        let file = try read(text)
        #expect(file.matrix == .weights([0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]))
        let both = try read(text, demands: .undirected)
        #expect(both.matrix == .weights([0, 3, 0, 1, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]))
    }

    @Test("formats without demands have no matrix, nor has a list of them that is empty")
    func noDemands() throws {
        for sample in Self.samples.dropFirst(4) { #expect(try read(sample.text).matrix == nil) }
        let zoo =
            #"{"graph": {"demands": {}}, "nodes": [{"id": "0"}, {"id": "1"}], "edges": [{"source": "0", "target": "1"}]}"#
        #expect(try read(zoo).matrix == nil)
    }

    @Test("nodes that share a name go by their identifiers, and a place that one node lacks is nobody's")
    func sharedNames() throws {
        let file = try read(
            #"""
            {"nodes": [{"id": 7, "name": "?", "pos": [1, 2]}, {"id": 9, "name": "?"}],
             "links": [{"source": 7, "target": "9"}, {"source": 9, "target": 7}]}
            """#
        )
        #expect(file.network.topology.names == ["? (7)", "? (9)"])
        #expect(file.network.topology.positions.isEmpty)
        #expect(file.network.topology.linkCount == 1)
    }

    @Test(
        "what makes no network gets one message with file, line and reason",
        arguments: [
            ("", "net: it is empty"), ("hello\nworld", "net:1: this is not JSON of nodes"),
            ("{\"nodes\": [\n{\"id\" 1}]}", "net:2: the JSON cannot be read"), ("{}", "net: there is no list 'nodes'"),
            ("[1, 2]", "net:1: the JSON is not an object"),
            (#"{"nodes": []}"#, "net: there is no list 'links' or 'edges'"),
            (
                #"{"nodes": [{"name": "x"}], "links": [{"source": "y", "target": "x"}]}"#,
                "net: node 0 of 'nodes' has no 'id'"
            ),
            (#"{"nodes": [], "links": []}"#, "net: there are no nodes"),
            (#"{"nodes": [{"id": 0}, {"id": 1}], "links": []}"#, "net: there are no links"),
            (#"{"nodes": [{"id": 0}, {"id": "0"}], "links": []}"#, "net: a second node '0'"),
            ("a,b\nc,d\n", "net: no path leads from router 'a' to router 'c'"),
            ("b,b\n", "net: a network of 1 routers"),
            ("a,b\nb,c,1\n", "net:2: 3 values, where the first"),
            ("a,b\n,c\n", "net:2: a node has no name"),
            ("<html>\n</html>", "net:1: 'html' is neither GraphML, GEXF nor"),
            ("<graphml>\n<graph>\n</graphml>", "net:3: the XML is not well-formed"),
            ("<graphml>\n</graphml>", "net:1: 'graphml' has no element 'graph'"),
            ("<graphml><graph>\n<node/>\n</graph></graphml>", "net:2: 'node' has no attribute 'id'"),
            (
                "<graphml><graph><node id='a'/>\n<edge source='a' target='b'/></graph></graphml>",
                "net:2: a link names node 'b', which there is not; there are a"
            ),
            ("<network/>", "net:1: 'network' has no element 'networkStructure'"),
            ("graph [\n node [ label \"x\" ] ]", "net:2: a node has no id"),
            ("graph [\n node [ id 0 ", "net:2: the list that begins here has no end"),
            ("graph [ node [ id \"0 ] ]", "net:1: a text has no end"),
            ("graph [ ] ]", "net:1: a bracket where a key was expected"),
            ("graph [\n edge [ source 1 ] ]", "net:2: an edge has no source and target"),
            ("?SNDlib xml format; type: network", "net:1: '?SNDlib xml format"),
            (sndlib("NODES ( a ( 1 ) )"), "net:2: ')' where the y of node 'a' was expected"),
            (sndlib("NODES ( a ( 1 north ) )"), "net:2: 'north' where the y of node 'a' was expected"),
            (sndlib("NODES ( a ( 1 2 )"), "net:2: the file ends where a record or ')' was expected"),
            (
                sndlib("NODES ( a ( 1 2 ) b ( 1 2 ) )\nLINKS ( L ( a c ) 0 0 0 0 ( ) )"),
                "net:3: a link names node 'c', which there is not; there are a, b"
            ),
            (sndlib("NODES a ( 1 2 )"), "net:2: 'a' where '(' of section NODES was expected"),
        ]
    )
    func malformed(text: String, message: String) throws {
        try Self.with(text) { path in
            do {
                _ = try NetworkFile(readingFrom: path)
                Issue.record("it was read")
            } catch let error as NetworkFileError {
                let shown = error.description.replacing((path as NSString).deletingLastPathComponent + "/", with: "")
                #expect(shown.hasPrefix(message), "\(shown)")
                #expect(!shown.contains("\n"))
            }
        }
    }

    private static func sndlib(_ sections: String) -> String {
        "?SNDlib native format; type: network; version: 1.0\n" + sections
    }

    @Test("a file that is cut off anywhere is read or refused, without a trap", arguments: samples.map(\.text))
    func truncation(text: String) throws {
        let bytes = Array(text.utf8)
        var refused = 0
        for length in stride(from: 0, to: bytes.count, by: 7) {
            try Self.with(String(decoding: bytes[..<length], as: UTF8.self)) { path in
                do { _ = try NetworkFile(readingFrom: path) } catch is NetworkFileError { refused += 1 }
            }
        }
        #expect(refused > 1)
    }

    @Test("what cannot be opened, and what is not text, gets a message")
    func unreadable() throws {
        #expect { try NetworkFile(readingFrom: "/nowhere/net.json") } throws: {
            "\($0)" == "/nowhere/net.json: there is no such file"
        }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("shardq-\(UUID().uuidString)").path
        try Data([0x67, 0xFF, 0xFE]).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect { try NetworkFile(readingFrom: path) } throws: { "\($0)".contains("it is not UTF-8 text") }
    }
}
