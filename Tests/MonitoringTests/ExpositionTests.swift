import CoreMetrics
import Monitoring
import Testing

@Suite("The text that Prometheus reads")
struct ExpositionTests {
    @Test("has one block a metric: help, type, and a line for each instrument, in order")
    func golden() {
        let registry = PrometheusRegistry(
            help: ["trips_seconds": "Time of a trip.", "cars_total": "Cars \\ lorries\nthat passed."],
            buckets: [0.001, 0.5]
        )
        let north = Counter(label: "cars_total", dimensions: [("way", "north")], factory: registry)
        let south = Counter(label: "cars_total", dimensions: [("way", "south"), ("lane", "2")], factory: registry)
        north.increment(by: 7)
        south.increment()
        FloatingPointCounter(label: "busy_seconds_total", factory: registry).increment(by: 1.25)
        let trips = Timer(label: "trips_seconds", factory: registry)
        for nanoseconds in [500_000, 1_000_000, 250_000_000, 2_000_000_000] { trips.recordNanoseconds(nanoseconds) }
        Meter(label: "queue", factory: registry).set(-3)
        Gauge(label: "level_ratio", factory: registry).record(0.1)
        Recorder(label: "length_metres", factory: registry).record(4)
        #expect(
            registry.exposition == """
                # TYPE busy_seconds_total counter
                busy_seconds_total 1.25
                # HELP cars_total Cars \\\\ lorries\\nthat passed.
                # TYPE cars_total counter
                cars_total{lane="2",way="south"} 1
                cars_total{way="north"} 7
                # TYPE length_metres summary
                length_metres_sum 4
                length_metres_count 1
                # TYPE level_ratio gauge
                level_ratio 0.1
                # TYPE queue gauge
                queue -3
                # HELP trips_seconds Time of a trip.
                # TYPE trips_seconds histogram
                trips_seconds_bucket{le="0.001"} 2
                trips_seconds_bucket{le="0.5"} 3
                trips_seconds_bucket{le="+Inf"} 4
                trips_seconds_sum 2.2515
                trips_seconds_count 4

                """
        )
    }

    @Test("escapes what a label may not contain as it is")
    func escapes() {
        let registry = PrometheusRegistry()
        Counter(label: "odd_total", dimensions: [("name", "a\\b \"c\"\nd ü")], factory: registry).increment()
        #expect(registry.exposition.contains("odd_total{name=\"a\\\\b \\\"c\\\"\\nd ü\"} 1\n"))
    }

    @Test("makes names sound, and writes what is no number as the format has it")
    func oddNamesAndValues() {
        let registry = PrometheusRegistry()
        Meter(label: "http.requests-now", dimensions: [("the way", "x")], factory: registry).set(Double.nan)
        Meter(label: "2nd", factory: registry).set(Double.infinity)
        let text = registry.exposition
        #expect(text.contains("http_requests_now{the_way=\"x\"} NaN\n"))
        #expect(text.contains("_2nd +Inf\n"))
    }

    @Test("counters never fall, and one name with one set of labels is one instrument")
    func oneInstrument() {
        let registry = PrometheusRegistry()
        let one = Counter(label: "x_total", dimensions: [("a", "1"), ("b", "2")], factory: registry)
        let other = Counter(label: "x_total", dimensions: [("b", "2"), ("a", "1")], factory: registry)
        one.increment(by: 2)
        other.increment(by: 3)
        other.increment(by: -4)
        #expect(registry.exposition.hasSuffix("x_total{a=\"1\",b=\"2\"} 5\n"))
        one.destroy()
        #expect(registry.exposition.isEmpty)
    }

    @Test("sorts shards by their numbers")
    func numericOrder() throws {
        let registry = PrometheusRegistry()
        for shard in ["10", "2", "others", "1"] {
            Counter(label: "x_total", dimensions: [("shard", shard)], factory: registry).increment()
        }
        let shards = registry.exposition.matches(of: /shard="(\w+)"/).map { String($0.1) }
        #expect(shards == ["1", "2", "10", "others"])
    }
}
